import { describe, expect, it } from "@jest/globals";
import { hasImports, importsOfPatches, importsOfTexts } from "../../../src/core/size/imports.ts";

/** Paths that the text of one file imports, of those that are in the change. */
function importsOf(
  path: string,
  text: string,
  others: readonly string[],
  more: Readonly<Record<string, string>> = {},
): readonly string[] {
  const files = [path, ...others].map((one) => ({ path: one, status: "modified" as const }));
  const texts = Object.entries({ [path]: text, ...more });
  const after = texts.map(([one, read]) => ({ path: one, text: read }));
  const found = importsOfTexts({ files, after, before: [] });
  return [...new Set(found.filter(({ from }) => from === path).map(({ to }) => to))].toSorted();
}

type Case = readonly [string, string, readonly string[], readonly string[]];

const JAVASCRIPT: readonly Case[] = [
  ["src/a.ts", `import { b } from "./b.ts";`, ["src/b.ts", "b.ts"], ["src/b.ts"]],
  ["src/a.ts", `import {\n  b,\n  type C,\n} from "../b";`, ["src/b.ts", "b.ts"], ["b.ts"]],
  ["src/a.ts", `export * as b from './b.js'`, ["src/b.ts"], ["src/b.ts"]],
  ["src/a.tsx", `import B from "./b.jsx";`, ["src/b.tsx"], ["src/b.tsx"]],
  ["src/a.ts", `import "./b.mjs";`, ["src/b.mts", "src/b.mjs"], ["src/b.mjs"]],
  ["src/a.ts", `import "./b";`, ["src/b/index.tsx"], ["src/b/index.tsx"]],
  [
    "src/b/a.ts",
    `import ".";\nimport "..";`,
    ["src/b/index.ts", "src/index.js"],
    ["src/b/index.ts", "src/index.js"],
  ],
  ["a.cjs", `const b = require("./b"), c = await import( "./c" );`, ["b.cjs", "c.cjs"], ["b.cjs"]],
  ["a.js", `const c = await import("./c.js");`, ["c.js"], ["c.js"]],
  ["app/a.vue", `import B from "@/parts/b";`, ["src/parts/b.vue"], ["src/parts/b.vue"]],
  ["a.ts", `import "@/x/b";`, ["one/x/b.ts", "two/x/b.ts"], []],
  ["one/a.ts", `import "~/x/b";`, ["one/x/b.ts", "two/x/b.ts"], ["one/x/b.ts"]],
  ["a.ts", `// import "./b";\n * import "./b";\nconst text = 'from "./b"';`, ["b.ts"], []],
  [
    "a.ts",
    `import b from "b";\nimport c from "lodash/c";\nimport d from "@b/c";`,
    ["b.ts", "lodash/c.ts"],
    [],
  ],
  ["a.ts", `import "../../b";`, ["b.ts"], []],
  ["a.ts", `import "./gone";`, ["b.ts"], []],
];

const PYTHON: readonly Case[] = [
  [
    "pkg/a.py",
    "import pkg.b, pkg.c.d as x",
    ["pkg/b.py", "pkg/c/d/__init__.py"],
    ["pkg/b.py", "pkg/c/d/__init__.py"],
  ],
  [
    "pkg/a.py",
    "from pkg import b, c  # why",
    ["pkg/b.py", "pkg/__init__.py"],
    ["pkg/__init__.py", "pkg/b.py"],
  ],
  [
    "pkg/a.py",
    "from pkg.b import (\n    One,  # one\n    Two as Three,\n)",
    ["pkg/b.py"],
    ["pkg/b.py"],
  ],
  [
    "pkg/sub/a.py",
    "from . import b\nfrom ..c import d\n  from .e.f import g",
    ["pkg/sub/b.py", "pkg/c.py", "pkg/sub/e/f.py"],
    ["pkg/c.py", "pkg/sub/b.py", "pkg/sub/e/f.py"],
  ],
  ["pkg/a.py", "import json\nfrom types import b", ["pkg/json.py", "pkg/types.py"], []],
  ["a.py", "import b", ["b.py", "src/b.py"], ["b.py"]],
  ["tests/a.py", "from widgets.b import c", ["src/widgets/b.py"], ["src/widgets/b.py"]],
  ["one/two/a.py", "from kit.b import c", ["one/kit/b.py"], ["one/kit/b.py"]],
  ["a.py", "from .... import b", ["b.py"], []],
  ["a.py", "# import b\nx = 'import b'", ["b.py"], []],
];

const JAVA: readonly Case[] = [
  [
    "app/A.java",
    "import com.acme.B;\nimport static com.acme.C.d;",
    ["src/main/java/com/acme/B.java", "lib/com/acme/C.kt"],
    ["lib/com/acme/C.kt", "src/main/java/com/acme/B.java"],
  ],
  [
    "app/A.kt",
    "import com.acme.*",
    ["x/com/acme/B.kt", "x/com/acme/deep/C.kt", "y/acme/D.kt"],
    ["x/com/acme/B.kt"],
  ],
  ["app/A.java", "import com.acme.Outer.*;", ["x/com/acme/Outer.java"], ["x/com/acme/Outer.java"]],
  ["app/A.java", "import com.acme.B;", ["one/com/acme/B.java", "two/com/acme/B.java"], []],
  [
    "one/A.java",
    "import com.acme.B;",
    ["one/com/acme/B.java", "two/com/acme/B.java"],
    ["one/com/acme/B.java"],
  ],
  ["app/A.kt", "import com.acme.run", ["x/com/acme/run.kt"], []],
];

const RUST: readonly Case[] = [
  [
    "src/lib.rs",
    "mod a;\npub mod b;\npub(crate) mod c;\nmod d { }",
    ["src/a.rs", "src/b/mod.rs", "src/c.rs", "src/d.rs"],
    ["src/a.rs", "src/b/mod.rs", "src/c.rs"],
  ],
  ["src/a.rs", "mod b;", ["src/a/b.rs", "src/b.rs"], ["src/a/b.rs"]],
  [
    "src/a.rs",
    "use crate::b::{c::{D, e}, F};",
    ["src/b/c.rs", "src/b.rs"],
    ["src/b.rs", "src/b/c.rs"],
  ],
  ["src/a.rs", "pub use crate::b::c as d;", ["src/b/c.rs"], ["src/b/c.rs"]],
  [
    "src/a/b.rs",
    "use super::c::D;\nuse self::e::F;\nuse super::super::g;",
    ["src/a/c.rs", "src/a/b/e.rs", "src/g.rs"],
    ["src/a/b/e.rs", "src/a/c.rs", "src/g.rs"],
  ],
  ["src/a/mod.rs", "use super::Thing;", ["src/lib.rs"], ["src/lib.rs"]],
  [
    "src/a.rs",
    "use crate::{b, c};\nuse std::b;",
    ["src/b.rs", "src/c.rs"],
    ["src/b.rs", "src/c.rs"],
  ],
  ["tools/a.rs", "mod b;\nuse super::super::super::c;", ["tools/a/b.rs", "c.rs"], ["tools/a/b.rs"]],
  [
    "src/main.rs",
    "use crate::{a}};\nuse crate::b, c;",
    ["src/a.rs", "src/b.rs"],
    ["src/a.rs", "src/b.rs"],
  ],
];

const OTHERS: readonly Case[] = [
  [
    "src/a.c",
    `#include "b.h"\n#  include "net/c.h"\n#include <d.h>`,
    ["src/b.h", "include/net/c.h", "src/d.h"],
    ["include/net/c.h", "src/b.h"],
  ],
  ["a.c", `#include "../b.h"`, ["b.h"], []],
  [
    "lib/a.rb",
    `require_relative "b"\nrequire_relative("../c.rb")\nrequire "d"`,
    ["lib/b.rb", "c.rb", "lib/d.rb"],
    ["c.rb", "lib/b.rb"],
  ],
  ["a.rb", `require_relative "../b"`, ["b.rb"], []],
  ["a.sql", `import "./b";`, ["b.ts"], []],
];

const GO_TEXT = `package a

import (
	"fmt"
	x "example.com/acme/widgets/pkg/b" // why
	_ "example.com/acme/widgets"
	"example.com/other/pkg/c"
)

import "example.com/acme/widgets/tool/d"

func f() { g(
	"example.com/acme/widgets/pkg/e"
) }
`;
const GO_FILES = [
  "root.go",
  "pkg/b/b.go",
  "pkg/b/b2.go",
  "pkg/b/b_test.go",
  "pkg/b/x.txt",
  "pkg/c/c.go",
  "pkg/e/e.go",
  "tool/d/d.go",
];

describe("what is imported", () => {
  it.each([...JAVASCRIPT, ...PYTHON, ...JAVA, ...RUST, ...OTHERS])(
    "by %s with %j of %j",
    (path, text, others, found) => {
      expect(importsOf(path, text, others)).toEqual(found);
    },
  );

  it("by a package of Go is every file of the other package but its tests", () => {
    const found = ["pkg/b/b.go", "pkg/b/b2.go", "root.go", "tool/d/d.go"];
    const modules = {
      "go.mod": "// a comment\nmodule example.com/acme/widgets\n",
      "tool/go.mod": "module example.com/acme/widgets/tool\n",
      "x/go.mod": "",
    };
    expect(importsOf("a/a.go", GO_TEXT, GO_FILES, modules)).toEqual(found);
    // Without go.mod most imports that could be meant say what begins the names of packages.
    expect(importsOf("a/a.go", GO_TEXT, GO_FILES)).toEqual(found);
    expect(importsOf("a/a.go", GO_TEXT, ["README.md"])).toEqual([]);
  });

  it("by a file that is removed counts not, and of one that is removed what did so before", () => {
    const files = [
      {
        path: "a.ts",
        status: "modified",
        patch: `@@ -1,3 +1,3 @@\n import "./b";\n-import "./c";\n+import "./d";\n\\ No newline`,
      },
      { path: "b.ts", status: "modified", patch: null },
      { path: "c.ts", status: "removed", patch: `@@ -1 +0,0 @@\n-import "./a";` },
      { path: "d.ts", status: "added", patch: "@@ -0,0 +1 @@\n+d" },
    ] as const;
    expect(importsOfPatches(files)).toEqual([
      { from: "a.ts", to: "b.ts" },
      { from: "a.ts", to: "d.ts" },
      { from: "a.ts", to: "c.ts" },
    ]);
  });
});

it("is known of some languages", () => {
  const known = ["a.go", "a.rs", "a.tsx", "a.md", "go", "a.go.txt"].filter(hasImports);
  expect(known).toEqual(["a.go", "a.rs", "a.tsx"]);
});

describe("the time to look for imports", () => {
  it.each([
    ["a.ts", "import {".repeat(100_000)],
    ["a.ts", `from${" ".repeat(100_000)}`],
    ["a.py", "from a import (\n".repeat(20_000)],
    ["a.py", " ".repeat(200_000)],
    ["a.rs", "use crate::{\n".repeat(20_000)],
    ["A.java", "import a.".repeat(20_000)],
    ["a.go", `"${"a/".repeat(50_000)}b"`],
    ["a.c", `#include "${"../".repeat(30_000)}`],
  ])("stays small for %s, whatever stands in it", (path, text) => {
    expect(importsOf(path, text, ["b.ts", "b/c.go"])).toEqual([]);
  });
});
