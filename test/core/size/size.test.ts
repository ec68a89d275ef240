import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { parsePolicy } from "../../../src/core/policy/policy.ts";
import { AttributeRules } from "../../../src/core/size/attributes.ts";
import type { LineCount } from "../../../src/core/size/size-patch.ts";
import { countPatch, PatchCounter } from "../../../src/core/size/size-patch.ts";
import { DEFAULT_SIZE } from "../../../src/core/size/size-policy.ts";
import { sizePolicyOf, sizeSchema } from "../../../src/core/size/size-schema.ts";
import { bucketOf, BUCKETS, measureSize } from "../../../src/core/size/size.ts";
import type { Bucket, ChangedFile, Size } from "../../../src/core/size/size.ts";
import { policyOf } from "../../support/policies.ts";
import { policyFile } from "../../support/states.ts";

const rank = ({ bucket }: Size) => BUCKETS.indexOf(bucket);
const grow = (lines: LineCount, isAddition: boolean): LineCount =>
  isAddition
    ? { additions: lines.additions + 1, deletions: lines.deletions }
    : { additions: lines.additions, deletions: lines.deletions + 1 };
const errorsOf = (text: string): readonly string[] => {
  const parsed = parsePolicy(policyFile(`version: 1\n${text}`));
  return parsed.kind === "valid"
    ? []
    : parsed.errors.map(
        ({ line, column, path, message }) => `${line}:${column} ${path} ${message}`,
      );
};

/** Without `real` where no patch was given. */
function file(
  path: string,
  additions: number,
  deletions = 0,
  more: Partial<ChangedFile> = {},
): ChangedFile {
  const usual = { previousPath: null, status: "modified", isBinary: false, real: null } as const;
  return { path, additions, deletions, ...usual, ...more };
}

interface Asked {
  readonly policy?: string;
  readonly attributes?: string;
  readonly isTruncated?: boolean;
}

function measure(
  files: readonly ChangedFile[],
  { policy, attributes = "", isTruncated = false }: Asked = {},
): Size {
  const rules = new AttributeRules([{ folder: "", text: attributes }]);
  return measureSize(
    { files, isTruncated, attributesOf: (path) => rules.of(path) },
    sizePolicyOf(policyOf(policy ?? "version: 1")),
  );
}

describe("a file counts", () => {
  const gone = { status: "removed" } as const;
  const moved = { status: "renamed", previousPath: "old.ts" } as const;
  it.each<readonly [ChangedFile, number, string, Asked]>([
    [file("src/a.ts", 10, 4), 12, "a deleted line counts 0.5", {}],
    [file("src/a.ts", 10), 10, "code", {}],
    [file("src/a.ts", 0, 300, gone), 1, "deleted whole; one line", {}],
    [file("src/empty.ts", 0, 0, gone), 0, "no line of it changed", {}],
    [file("a.lock", 0, 300, gone), 1, "deleted whole; one line", {}],
    [
      file("yarn.lock", 0, 300, gone),
      0,
      "lock file: a lock file; not counted; deleted whole; one line",
      {},
    ],
    [
      file("a.ts", 0, 3, gone),
      0,
      "deleted whole; not counted",
      { policy: "version: 1\nsize: { deletedFiles: none }" },
    ],
    [file("b.ts", 0, 0, moved), 0, "renamed, nothing else", {}],
    [file("b.ts", 2, 2, moved), 3, "a deleted line counts 0.5", {}],
    [file("a.ts", 0), 0, "no line of it changed", {}],
    [file("a.png", 0, 0, { isBinary: true }), 0, "binary", {}],
    [file("a.ts", 20, 20, { real: { additions: 0, deletions: 0 } }), 0, "white space only", {}],
    [
      file("a.ts", 20, 20, { real: { additions: 3, deletions: 0 } }),
      3,
      "37 of white space only",
      {},
    ],
    [file("yarn.lock", 900), 0, "lock file: a lock file; not counted", {}],
    [file("x/go.sum", 900), 0, "lock file: a lock file; not counted", {}],
    [file("Gemfile.lock", 9), 0, "lock file: a lock file; not counted", {}],
    [file(".pnp.cjs", 9), 0, "generated: written by a package manager; not counted", {}],
    [
      file("node_modules/a/b.js", 9),
      0,
      "vendored: a folder of other people's code; not counted",
      {},
    ],
    [
      file("vendor/github.com/a.go", 9),
      0,
      "vendored: a folder of other people's code; not counted",
      {},
    ],
    [file("vendor/own.go", 9), 9, "code", {}],
    [file("a/__snapshots__/b.txt", 9), 0, "snapshot: a test's snapshot; not counted", {}],
    [file("a.snap", 9), 0, "snapshot: a test's snapshot; not counted", {}],
    [file("a.min.js", 9), 0, "minified: minified, by its name; not counted", {}],
    [file("admin.js", 9), 9, "code", {}],
    [file("a.test.ts", 9), 4.5, "tests: a test, by its name; counts 0.5", {}],
    [file("tests/a.ts", 9), 4.5, "tests: in a folder of tests; counts 0.5", {}],
    [file("pkg/a_test.go", 3), 1.5, "tests: a test, by its name; counts 0.5", {}],
    [file("test_a.py", 3), 1.5, "tests: a test, by its name; counts 0.5", {}],
    [file("src/contest.ts", 3), 3, "code", {}],
    [file("README.md", 0, 1), 0.25, "docs: a document; counts 0.5; a deleted line counts 0.5", {}],
    [file("docs/a.ts", 2), 1, "docs: in a folder of documents; counts 0.5", {}],
    [
      file("a.go", 9),
      0,
      "generated: linguist-generated in .gitattributes; not counted",
      { attributes: "*.go linguist-generated" },
    ],
    [
      file("a.go", 9),
      0,
      "generated: linguist-generated in .gitattributes; not counted",
      { attributes: "*.go linguist-generated=yes" },
    ],
    [
      file("a.go", 9),
      0,
      "vendored: linguist-vendored in .gitattributes; not counted",
      { attributes: "*.go linguist-vendored" },
    ],
    [
      file("a.go", 9),
      4.5,
      "docs: linguist-documentation in .gitattributes; counts 0.5",
      { attributes: "*.go linguist-documentation" },
    ],
    [file("a.go", 9), 9, "code", { attributes: "*.go linguist-generated=false" }],
    [file("yarn.lock", 9), 9, "code", { attributes: "yarn.lock -linguist-generated" }],
    [file("a.snap", 9), 9, "code", { attributes: "*.snap -linguist-generated" }],
    [file("Pods/a.m", 9), 9, "code", { attributes: "Pods/** -linguist-vendored" }],
    [file("a.md", 9), 9, "code", { attributes: "*.md -linguist-documentation" }],
    [
      file("a.go", 9),
      9,
      "code: /a.go in the policy",
      {
        policy:
          'version: 1\nsize: { weights: { code: 1 }, paths: { "*.go": generated, /a.go: code } }',
        attributes: "*.go linguist-generated",
      },
    ],
    [file("db/1.sql", 9), 18, "counts 2", { policy: "version: 1\nsize: { weights: { code: 2 } }" }],
  ])("%#: %j as %s", (one, counted, why, asked) => {
    const [sized] = measure([one], asked).list;
    expect([sized?.counted, sized?.why]).toEqual([counted, why]);
  });
});

describe("white space in a patch", () => {
  it.each([
    ["@@ -1,2 +1,2 @@\n-a\n-b\n+  a\n+\tb", [2, 2], [0, 0]],
    ["@@ -1 +1,3 @@\n a\n+\n+  ", [2, 0], [0, 0]],
    ["@@ -1,2 +1,3 @@\n-if (a) b\n+if (a)b\n+c\n\\ No newline at end of file", [2, 1], [1, 0]],
    ["@@ -1 +1 @@\n-a b\n+\tab ", [1, 1], [0, 0]],
    ["@@ -1,2 +1,2 @@\n-a\n-b\n+ b\n+ a", [2, 2], [1, 1]],
    ["@@ -1,2 +1,2 @@\n-a\n c\n+ a", [1, 1], [1, 1]],
    ["@@ -1 +1 @@\n-a\n+b\n@@ -9 +9 @@\n-b\n+a", [2, 2], [2, 2]],
    ["@@ -1,4 +1,3 @@\n-x\n-x\n-y\n-z\n+ x\n+ z\n+ x", [3, 4], [1, 2]],
    ["@@ -1 +1 @@\n+ a\n-a", [1, 1], [1, 1]],
    ["@@ -1,2 +1,2 @@\n-é\n-\u3000a\n+ é\n+a\u00a0", [2, 2], [0, 0]],
    ["@@ -1,2 +1,2 @@\n-\u00a0\n-è\n+é\n+日", [2, 2], [2, 1]],
    ["", [0, 0], [0, 0]],
  ])("%j", (patch, all, real) => {
    const counted = countPatch(patch);
    expect([counted.all.additions, counted.all.deletions]).toEqual(all);
    expect([counted.real.additions, counted.real.deletions]).toEqual(real);
  });
});

describe("a character of white space", () => {
  it("is what a regular expression takes for one, whatever bytes it has", () => {
    const letters = Array.from({ length: 0x1_0000 }, (_, code) => String.fromCharCode(code));
    const wrong = letters.filter((letter) => {
      if (letter === "\n" || /\p{Surrogate}/u.test(letter)) return false;
      const { real } = countPatch(`@@ -1 +1 @@\n-a€b\n+a€${letter}b`);
      return (real.additions === 0) !== /\s/.test(letter);
    });
    expect(wrong).toEqual([]);
  });
});

const count = (all: readonly number[], real: readonly number[], isBinary = false) => ({
  all: { additions: all[0], deletions: all[1] },
  real: { additions: real[0], deletions: real[1] },
  isBinary,
});

describe("the patches of several files", () => {
  const text = `diff --git a/a.ts b/a.ts
index aaa..bbb 100644
--- a/a.ts
+++ b/a.ts
@@ -1,2 +1,2 @@ diff --git
-dïff a
-Binary files
+\u{a0} dïff\u{2003}a
+ b
@@ -9 +8,0 @@
-diff --git
\\ No newline at end of file
diff --git a/b.png b/b.png
Binary files a/b.png and b/b.png differ
diff --git a/c b/d
similarity index 100%
rename from c
rename to d
diff --git a/e b/e
new file mode 100644
@@ -0,0 +1,3 @@
+@@ -1 +1 @@

+e
+\u{3000}
diff --git a/f b/f
deleted file mode 100644
@@ -1 +0,0 @@
-f`;
  const expected = [
    count([2, 3], [1, 2]),
    count([0, 0], [0, 0], true),
    count([0, 0], [0, 0]),
    count([3, 0], [2, 0]),
    count([0, 1], [0, 1]),
  ];

  const bytes = new TextEncoder().encode(text);

  it.each([1, 2, 3, 10, 100, bytes.length])("are counted by file, %i bytes at a time", (step) => {
    const counter = new PatchCounter();
    for (let at = 0; at < bytes.length; at += step) counter.add(bytes.slice(at, at + step));
    expect(counter.end()).toEqual(expected);
  });

  it("are counted by file, wherever the text was cut", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(bytes.length)), (cuts) => {
        const counter = new PatchCounter();
        const places = [0, ...cuts.toSorted((left, right) => left - right), bytes.length];
        for (const [at, place] of places.entries()) counter.add(bytes.slice(places[at - 1], place));
        expect(counter.end()).toEqual(expected);
      }),
    );
  });
});

describe("a line that a patch adds", () => {
  const text = fc.constantFrom<string>("a", " a", "b", "c  d", "", "  ");
  it("counts as one where it stands nowhere else, whatever is around it", () => {
    fc.assert(
      fc.property(fc.array(text), fc.array(text), fc.nat(), (removed, added, at) => {
        const patch = (lines: readonly string[]) =>
          [...removed.map((line) => `-${line}`), ...lines.map((line) => `+${line}`)].join("\n");
        const before = countPatch(patch(added)).real;
        const after = countPatch(patch(added.toSpliced(at % (added.length + 1), 0, "new"))).real;
        expect(after).toEqual({ ...before, additions: before.additions + 1 });
      }),
    );
  });
});

describe("the verdict", () => {
  const spread = (files: number) => Array.from({ length: files }, (_, at) => file(`f${at}`, 1));
  it.each<readonly [string, readonly ChangedFile[], Asked, string, Bucket]>([
    ["nothing", [], {}, "ok", "XS"],
    ["400 lines", [file("a", 400)], {}, "ok", "XL"],
    ["more than 400", [file("a", 400, 1)], {}, "warn", "XL"],
    ["1,000 lines", [file("a", 1_000)], {}, "warn", "XXL"],
    ["more than 1,000", [file("a", 1_001)], {}, "over", "XXL"],
    ["2 files", spread(2), {}, "ok", "XS"],
    ["25 files", spread(25), {}, "ok", "L"],
    ["26 files", spread(26), {}, "warn", "XL"],
    ["60 files", spread(60), {}, "warn", "XL"],
    ["61 files", spread(61), {}, "over", "XXL"],
    [
      "manifests",
      spread(60).map((one, at) => file(`${at}/package.json`, one.additions)),
      {},
      "ok",
      "M",
    ],
    ["a list that was cut", [file("a", 1)], { isTruncated: true }, "unknown", "XS"],
    ["a cut list that is too long", [file("a", 1_001)], { isTruncated: true }, "over", "XXL"],
  ])("of %s", (_, files, asked, verdict, bucket) => {
    const size = measure(files, asked);
    expect([size.verdict, size.bucket]).toEqual([verdict, bucket]);
  });

  it("judges paths and components that have limits of their own apart", () => {
    const policy = `version: 1
components: [{ name: core, path: packages/core }]
size:
  limits:
    - { path: "proto/**", limit: { lines: 5000 }, warn: { lines: 3000 } }
    - { component: core, limit: { lines: 50 } }`;
    const files = [
      file("proto/a", 2_000),
      file("a", 10),
      file("packages/core/a", 51),
      file("x/packages/core/b", 3),
    ];
    const { verdict, parts, lines } = measure(files, { policy });
    expect([verdict, lines]).toEqual(["over", 2_064]);
    expect(parts.map((part) => [part.name, part.lines, part.files, part.verdict])).toEqual([
      [null, 13, 2, "ok"],
      ["proto/**", 2_000, 1, "ok"],
      ["core", 51, 1, "over"],
    ]);
  });

  it("shows tests and documents apart, and what does not count", () => {
    const files = [file("a.ts", 4), file("a.test.ts", 4), file("a.md", 2), file("go.sum", 7)];
    const { byKind, lines, changed, uncounted, list } = measure(files);
    expect(byKind).toEqual({ code: 4, tests: 2, docs: 1 });
    expect([lines, changed, uncounted]).toEqual([7, 17, 7]);
    expect(list.map(({ path }) => path)).toEqual(["a.ts", "a.test.ts", "a.md", "go.sum"]);
  });
});

describe("the measure", () => {
  const anyFile = fc.record({
    path: fc.constantFrom(
      "a.ts",
      "b.test.ts",
      "c.md",
      "go.sum",
      "d.min.js",
      "package.json",
      "e/f.py",
    ),
    additions: fc.nat(1_200),
    deletions: fc.nat(1_200),
    previousPath: fc.constant(null),
    status: fc.constantFrom("added" as const, "modified" as const, "removed" as const),
    isBinary: fc.boolean(),
    real: fc.option(fc.record({ additions: fc.nat(50), deletions: fc.nat(50) })),
  });
  const files = fc
    .uniqueArray(anyFile, { selector: ({ path }) => path, maxLength: 7 })
    .map((list) =>
      list.map((one) => ({
        ...one,
        real: one.additions > 50 && one.deletions > 50 ? one.real : null,
      })),
    );
  const policy = fc
    .record({
      tests: fc.double({ min: 0, max: 10, noNaN: true }),
      deletions: fc.double({ min: 0, max: 3, noNaN: true }),
    })
    .map(
      ({ tests, deletions }) =>
        `version: 1\nsize: { weights: { tests: ${tests} }, deletions: ${deletions} }`,
    );

  it("never falls when a line is added", () => {
    fc.assert(
      fc.property(files, policy, fc.nat(6), fc.boolean(), (list, rules, place, isAddition) => {
        const grown = list.map((one, at) => {
          if (at !== place % Math.max(1, list.length)) return one;
          return {
            ...one,
            ...grow(one, isAddition),
            real: one.real === null ? null : grow(one.real, isAddition),
          };
        });
        const [before, after] = [
          measure(list, { policy: rules }),
          measure(grown, { policy: rules }),
        ];
        expect(after.lines).toBeGreaterThanOrEqual(before.lines);
        expect(after.files).toBeGreaterThanOrEqual(before.files);
        expect(rank(after)).toBeGreaterThanOrEqual(rank(before));
      }),
    );
  });

  it("does not depend on the order of the files", () => {
    fc.assert(
      fc.property(files, policy, fc.integer(), (list, rules, seed) => {
        const mixed = list.toSorted(
          (left, right) => ((left.path.length * seed) % 7) - ((right.path.length * seed) % 7),
        );
        for (const other of [mixed, list.toReversed()]) {
          expect(measure(other, { policy: rules })).toEqual(measure(list, { policy: rules }));
        }
      }),
    );
  });

  it("has no bucket beyond the last", () => {
    expect(bucketOf(1e9, 0, { ...DEFAULT_SIZE, buckets: [1, 2, 3, 4, 5, 6] })).toBe("XXL");
  });
});

describe("the policy", () => {
  it("has the defaults that hold without one", () => {
    expect(sizePolicyOf({ size: sizeSchema.parse({}) })).toEqual(DEFAULT_SIZE);
    expect(sizePolicyOf({})).toBe(DEFAULT_SIZE);
  });

  const patterns = Array.from({ length: 51 }, (_, at) => `p${at}: code`).join(", ");
  it.each([
    [
      "size:\n  weights: { test: 1 }",
      '3:14 size.weights.test unknown key "test"; did you mean "tests"?',
    ],
    ["size: { weights: { code: 11 } }", "2:26 size.weights.code this value is not allowed"],
    [
      "size: { limit: { line: 1 } }",
      '2:18 size.limit.line unknown key "line"; did you mean "lines"?',
    ],
    [
      'size: { paths: { "a**": code } }',
      "2:18 size.paths.a** the pattern has ** beside other characters; it stands alone between slashes",
    ],
    [`size: { paths: { ${patterns} } }`, "2:16 size.paths 51 patterns, more than 50"],
    ["size: { paths: { a: nothing } }", "2:21 size.paths.a this value is not allowed"],
    ["size: { buckets: [1, 2, 2, 3, 4] }", "2:18 size.buckets this value is not allowed"],
    [
      "size: { limits: [{ limit: { lines: 1 } }] }",
      "2:18 size.limits[0] this value is not allowed",
    ],
    [
      'size: { limits: [{ path: "a[" }] }',
      '2:26 size.limits[0].path the pattern has "["; only *, ** and ? are special',
    ],
    [
      "size: { limits: [{ component: core }] }",
      "2:31 size.limits[0].component no component has the name core",
    ],
  ])("that is wrong says where: %s", (text, error) => {
    const [first = ""] = errorsOf(text);
    expect(first.replace(/each of the five.*|it names either.*/, "this value is not allowed")).toBe(
      error,
    );
  });
});
