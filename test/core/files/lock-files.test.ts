import { describe, expect, it } from "@jest/globals";
import type { FilesScope } from "../../../src/core/files/file-parts.ts";
import { openLock } from "../../../src/core/files/lock-file.ts";
import { listFiles, planFiles } from "../../../src/core/files/version-files.ts";

const SCOPE: FilesScope = {
  files: { package: "on", as: "commit" },
  components: [{ name: "a", path: "packages/a" }],
};
const MEMBERS = ["a", "b", "c", "d"].map((name) => `packages/${name}/package.json`);

/** What stands afterwards where something changes, by path; or the problem in words. */
function release(
  texts: Readonly<Record<string, string>>,
  version = "1.3.0",
): Record<string, string> | string {
  const seen = listFiles(SCOPE, ["a"], MEMBERS).map((path) => ({
    path,
    text: texts[path] ?? null,
    problem: null,
  }));
  const part = { component: "a", version, previous: null, unreleased: [], olderTags: [] };
  const planned = planFiles(SCOPE, seen, { parts: [part], members: MEMBERS });
  if (planned.kind === "problem") return planned.text;
  return Object.fromEntries(planned.changes.map(({ path, text }) => [path, text]));
}

const manifest = (name: string, more: object): string => JSON.stringify({ name, ...more });

/** `b` and `d` ask for `a` by ranges, `c` by one of pnpm and yarn. */
const packages = (a: string): Record<string, string> => ({
  "package.json": manifest("root", { private: true, devDependencies: { "@acme/a": `^${a}` } }),
  "packages/a/package.json": manifest("@acme/a", { version: a }),
  "packages/b/package.json": manifest("b", {
    version: "0.3.0",
    dependencies: { "@acme/a": `^${a}`, ms: "^1.2.0" },
    devDependencies: { aa: "npm:@acme/a@^1.2.0" },
  }),
  "packages/c/package.json": manifest("c", {
    version: "0.3.0",
    dependencies: { "@acme/a": `workspace:~${a}` },
    peerDependencies: { "@acme/a": ">=1.0.0" },
  }),
  "packages/d/package.json": manifest("d", {
    version: "0.3.0",
    dependencies: { "@acme/a": a },
    peerDependencies: { "@acme/a": "^1.2.0" },
  }),
});

const npm = (a: string, peer = "^1.2.0"): string => `{
  "name": "root",
  "lockfileVersion": 2,
  "packages": {
    "": { "name": "root", "devDependencies": { "@acme/a": "^${a}" } },
    "node_modules/@acme/a": { "resolved": "packages/a", "link": true },
    "node_modules/ms": { "resolved": "https://x/ms.tgz", "version": "1.2.0", "x": { "y": { "z": "" } } },
    "packages/a": { "name": "@acme/a", "version": "${a}" },
    "packages/b": { "version": "0.3.0", "dependencies": { "@acme/a": "^${a}", "ms": "^1.2.0" } },
    "packages/d": {
      "version": "0.3.0",
      "dependencies": { "@acme/a": "${a}" },
      "peerDependencies": { "@acme/a": "${peer}" }
    }
  },
  "dependencies": {
    "@acme/a": { "version": "file:packages/a" },
    "b": { "version": "file:packages/b", "requires": { "@acme/a": "^${a}", "ms": "^1.2.0" } },
    "d": { "version": "file:packages/d", "requires": { "@acme/a": "${a}" } },
    "ms": { "version": "1.2.0", "requires": { "@acme/a": "^1.2.0" } }
  }
}
`;

/** As pnpm 9 and later write it; of 8 without \`snapshots\`. */
const pnpm9 = (a: string, format = "'9.0'"): string => `lockfileVersion: ${format}

settings:
  autoInstallPeers: true

importers:

  .:
    devDependencies:
      '@acme/a':
        specifier: ^${a}
        version: link:packages/a

  packages/a: {}

  packages/b:
    dependencies:
      '@acme/a':
        specifier: ^${a}
        version: link:../a
      ms:
        specifier: ^1.2.0
        version: 1.2.0
    devDependencies:
      aa:
        specifier: npm:@acme/a@^1.2.0
        version: '@acme/a@1.2.0'

  packages/c:
    dependencies:
      '@acme/a':
        specifier: workspace:~${a}
        version: file:packages/a
    dependenciesMeta:
      '@acme/a':
        injected: true

  packages/d:
    dependencies:
      '@acme/a':
        specifier: ${a}
        version: link:../a

packages:

  '@acme/a@1.2.0':
    resolution: {integrity: sha512-x==}
    peerDependencies:
      '@acme/a': ^1.2.0

  d@file:packages/d:
    resolution: {directory: packages/d, type: directory}
    peerDependencies:
      '@acme/a': ^1.2.0
    deprecated: >-
      Two lines: of text
      # for people

snapshots:

  ms@1.2.0: {}
`;

const pnpm7 = (a: string): string => `lockfileVersion: 5.4

importers:

  .:
    specifiers:
      '@acme/a': ^${a}
    devDependencies:
      '@acme/a': link:packages/a

  packages/b:
    specifiers:
      '@acme/a': ^${a}
      ms: ^1.2.0
    dependencies:
      '@acme/a': link:../a
      ms: 1.2.0

  packages/c:
    specifiers:
      '@acme/a': workspace:~${a}
    dependencies:
      '@acme/a': link:../a

  packages/d:
    specifiers:
      '@acme/a': ${a}
    dependencies:
      '@acme/a': link:../a
`;

/** `npm`: the protocol that yarn 4 writes before ranges, and earlier ones do not. */
const yarn = (a: string, { npm: own = "npm:", key = "", peer = "^1.2.0" } = {}): string => {
  const quote = (range: string): string => (own === "" ? range : `"${own}${range}"`);
  const plain = [`@acme/a@${own}${a}`, `@acme/a@${own}^${a}`];
  const local = ["@acme/a@workspace:packages/a", `@acme/a@workspace:~${a}`];
  const keys = key === "" ? [...plain, ...local].join(", ") : key;
  return `# This file is generated by running "yarn install" inside your project.

__metadata:
  version: 8

"@acme/a@npm:1.0.0":
  version: 1.0.0
  resolution: "@acme/a@npm:1.0.0"
  languageName: node

"${keys}":
  version: 0.0.0-use.local
  resolution: "@acme/a@workspace:packages/a"
  languageName: unknown
  linkType: soft

"b@workspace:packages/b":
  version: 0.0.0-use.local
  resolution: "b@workspace:packages/b"
  dependencies:
    "@acme/a": ${quote(`^${a}`)}
    aa: "npm:@acme/a@^1.2.0"
    ms: ${quote("^1.2.0")}
  languageName: unknown

"c@workspace:packages/c":
  version: 0.0.0-use.local
  resolution: "c@workspace:packages/c"
  dependencies:
    "@acme/a": "workspace:~${a}"
  peerDependencies:
    "@acme/a": ">=1.0.0"

"d@workspace:packages/d":
  version: 0.0.0-use.local
  resolution: "d@workspace:packages/d"
  dependencies:
    "@acme/a": ${quote(a)}
  peerDependencies:
    "@acme/a": ${peer}
  dependenciesMeta:
    "@acme/a":
      optional: true

"root@workspace:.":
  version: 0.0.0-use.local
  resolution: "root@workspace:."
  dependencies:
    "@acme/a": ${quote(`^${a}`)}
`;
};

const allLocks = (a: string, peer: string): Record<string, string> => ({
  "package-lock.json": npm(a, peer),
  "pnpm-lock.yaml": pnpm9(a).replace(/(file:packages\/d[^]*: )\^1.2.0/, `$1${peer}`),
  "yarn.lock": yarn(a, { peer }),
});

describe("the lock file of a workspace", () => {
  it.each<[string, string, (a: string) => string]>([
    ["npm's", "package-lock.json", npm],
    ["npm's, published", "npm-shrinkwrap.json", npm],
    ["pnpm 9's", "pnpm-lock.yaml", pnpm9],
    ["pnpm 8's", "pnpm-lock.yaml", (a) => pnpm9(a, "'6.0'")],
    ["pnpm 7's", "pnpm-lock.yaml", pnpm7],
    ["yarn 4's", "yarn.lock", yarn],
    ["yarn 3's", "yarn.lock", (a) => yarn(a, { npm: "" })],
  ])("says the new ranges, and not another byte changes: %s", (_, path, lock) => {
    for (const end of ["\n", "\r\n"]) {
      const write = (a: string): string => lock(a).replaceAll("\n", end);
      const changed = release({ ...packages("1.2.0"), [path]: write("1.2.0") });
      expect(changed).toEqual({ ...packages("1.3.0"), [path]: write("1.3.0") });
    }
  });

  it("follows where a peer's range has to move", () => {
    const changed = release({ ...packages("1.2.0"), ...allLocks("1.2.0", "^1.2.0") }, "2.0.0");
    expect(changed).toMatchObject(allLocks("2.0.0", "^2.0.0"));
  });

  it("of yarn 1 says nothing of workspaces, and stays", () => {
    const text = '# yarn lockfile v1\n\n\nms@^1.2.0:\n  version "1.2.0"\n';
    expect(release({ ...packages("1.2.0"), "yarn.lock": text })).toEqual(packages("1.3.0"));
  });

  it("stays where nobody asks by a range, whatever it looks like", () => {
    const asked = packages("1.2.0");
    const texts = { "packages/a/package.json": asked["packages/a/package.json"] ?? "" };
    const locks = { "pnpm-lock.yaml": "lockfileVersion: '99'\n", "yarn.lock": "?\n" };
    expect(Object.keys(release({ ...texts, ...locks }))).toEqual(["packages/a/package.json"]);
  });

  it.each([
    ["package-lock.json", "{\n<<<<<<<", "package-lock.json:2 is not valid JSON"],
    [
      "pnpm-lock.yaml",
      pnpm9("1.2.0").replace("'9.0'", "'10.0'"),
      "pnpm-lock.yaml has a format that is not written here: 5, 6 and 9 are",
    ],
    ["yarn.lock", "", "yarn.lock is no lock file that yarn wrote"],
  ])("that cannot be written is refused: %s", (path, text, said) => {
    expect(release({ ...packages("1.2.0"), [path]: text })).toBe(said);
  });
});

const other = (range: string): Record<string, string> => ({
  "packages/a/package.json": manifest("@acme/a", { version: "1.2.0" }),
  "packages/b/package.json": manifest("b", { dependencies: { "@acme/a": range } }),
});

const written = (range: string, locks: Record<string, string>): readonly string[] =>
  Object.keys(release({ ...other(range), ...locks }));

describe("a range that the workspace does not meet", () => {
  it("stays, because a registry does not have the new version yet", () => {
    expect(written("^1.0.0", {})).toContain("packages/b/package.json");
    expect(written("^0.9.0", {})).toEqual(["packages/a/package.json"]);
  });

  it.each<[string, Record<string, string>]>([
    [
      "npm's",
      {
        "package-lock.json": JSON.stringify({
          packages: {
            "node_modules/@acme/a": { resolved: "packages/a", link: true },
            "packages/b": { dependencies: { "@acme/a": "^1.0.0" } },
            "packages/b/node_modules/@acme/a": { version: "1.1.0", resolved: "https://x" },
          },
        }),
      },
    ],
    ["pnpm's", { "pnpm-lock.yaml": pnpm9("1.2.0").replaceAll("link:../a", "1.2.0") }],
    ["yarn's", { "yarn.lock": yarn("1.2.0").replaceAll("a@workspace:packages/a", "a@npm:1.2.0") }],
  ])("as the lock file knows: %s", (_, locks) => {
    expect(written("^1.0.0", locks)).not.toContain("packages/b/package.json");
  });

  it("is moved where the lock file says another range, or no word of it", () => {
    const known = pnpm9("1.2.0");
    const silent = "lockfileVersion: '9.0'\n\nimporters:\n\n  .: {}\n";
    expect(written("^1.1.0", { "pnpm-lock.yaml": known })).not.toContain("pnpm-lock.yaml");
    expect(written("^1.1.0", { "pnpm-lock.yaml": silent })).toContain("packages/b/package.json");
    expect(written("^1.1.0", { "yarn.lock": yarn("1.2.0") })).not.toContain("yarn.lock");
    const lost = yarn("1.2.0").replace("@acme/a@npm:^1.2.0, ", "");
    expect(release({ ...other("^1.2.0"), "yarn.lock": lost })).toHaveProperty(
      ["yarn.lock"],
      lost.replace(
        'dependencies:\n    "@acme/a": "npm:^1.2.0"',
        'dependencies:\n    "@acme/a": "npm:^1.3.0"',
      ),
    );
    const empty = JSON.stringify({ packages: { "packages/b": {} } });
    expect(written("^1.1.0", { "package-lock.json": empty })).toContain("packages/b/package.json");
  });

  it("and would not with the new version either is refused with its line", () => {
    expect(release(other(">=1.0.0 <2"), "2.0.0")).toBe(
      "packages/b/package.json:1 asks for @acme/a >=1.0.0 <2, which 2.0.0 is not: widen that range",
    );
    expect(release(other("workspace:^2.0.0"))).toContain("asks for @acme/a workspace:^2.0.0");
  });

  it("of an alias is that of the package it names", () => {
    const alias = (range: string): string => manifest("b", { dependencies: { aa: range } });
    const texts = { ...other("*"), "packages/b/package.json": alias("workspace:@acme/a@^1.2.0") };
    expect(release(texts)).toMatchObject({
      "packages/b/package.json": alias("workspace:@acme/a@^1.3.0"),
    });
    const foreign = manifest("b", { dependencies: { "@acme/a": "npm:other@^1.2.0" } });
    expect(Object.keys(release({ ...texts, "packages/b/package.json": foreign }))).toEqual([
      "packages/a/package.json",
    ]);
  });
});

const old = (a: string): string => yarn(a).replaceAll("@acme/a@npm:1.0.0", "@acme/a@npm:1.4.0");

const mixed = (all: readonly string[]): string =>
  [...all.slice(0, 2), ...all.slice(4), ...all.slice(2, 4)].join("\n\n");

const cataloged = (a: string, version: string): Record<string, string> => ({
  "packages/a/package.json": manifest("@acme/a", { version: a }),
  "packages/b/package.json": manifest("b", { dependencies: { "@acme/a": "catalog:" } }),
  "pnpm-lock.yaml": `lockfileVersion: '9.0'

catalogs:
  default:
    '@acme/a':
      specifier: ^1.1.0
      version: ${version}
    ms:
      specifier: ^1.1.0
      version: 1.2.0
  old:
    '@acme/a':
      specifier: ^1.0.0
      version: 1.0.0

importers:

  packages/b:
    dependencies:
      '@acme/a':
        specifier: 'catalog:'
        version: link:../a

  packages/c:
    dependencies:
      '@acme/a':
        specifier: catalog:old
        version: 1.0.0
`,
});

describe("a catalog of pnpm", () => {
  it("names the version that the workspace has, where its range takes it", () => {
    const { "packages/b/package.json": _, ...expected } = cataloged("1.3.0", "1.3.0");
    expect(release(cataloged("1.2.0", "1.2.0"))).toEqual(expected);
  });

  it("is refused with its line where its range does not", () => {
    expect(release(cataloged("1.2.0", "1.2.0"), "2.0.0")).toBe(
      "pnpm-lock.yaml:6: a catalog of pnpm-workspace.yaml asks for @acme/a ^1.1.0, which 2.0.0 is not: widen that range",
    );
    const lost = cataloged("1.2.0", "1.2.0");
    const text = lost["pnpm-lock.yaml"]?.replace("        version: link:../a\n", "") ?? "";
    expect(release({ ...lost, "pnpm-lock.yaml": text }, "2.0.0")).toEqual({
      "packages/a/package.json": manifest("@acme/a", { version: "2.0.0" }),
    });
  });
});

describe("yarn.lock", () => {
  it("puts keys and entries in order again", () => {
    const lock = old("1.2.0").split("\n\n");
    // With 1.2.0 the workspace stands first, with 1.5.0 the copy of the registry does.
    const before = [lock[0], lock[1], lock[3], lock[2], ...lock.slice(4)].join("\n\n");
    const changed = release({ ...packages("1.2.0"), "yarn.lock": before }, "1.5.0");
    expect(changed).toMatchObject({ "yarn.lock": old("1.5.0") });
  });

  it("keeps an order that is not yarn's", () => {
    const blocks = yarn("1.2.0").split("\n\n");
    const changed = release({ ...packages("1.2.0"), "yarn.lock": mixed(blocks) });
    expect(changed).toMatchObject({ "yarn.lock": mixed(yarn("1.3.0").split("\n\n")) });
  });

  it("keeps a range that somebody else still has", () => {
    const lock = `${yarn("1.2.0")}
"x@npm:1.0.0":
  version: 1.0.0
  resolution: "x@npm:1.0.0"
  dependencies:
    "@acme/a": "npm:^1.2.0"
  peerDependencies:
    "@acme/a": "*"
`;
    const changed = release({ ...packages("1.2.0"), "yarn.lock": lock });
    const [, key] =
      /"(@acme\/a@npm:1.3.0.*)":/.exec(JSON.parse(JSON.stringify(changed))["yarn.lock"]) ?? [];
    expect(key?.split(", ")).toEqual([
      "@acme/a@npm:1.3.0",
      "@acme/a@npm:^1.2.0",
      "@acme/a@npm:^1.3.0",
      "@acme/a@workspace:packages/a",
      "@acme/a@workspace:~1.3.0",
    ]);
    expect(release({ ...packages("1.2.0"), "yarn.lock": lock }, "2.0.0")).toMatch(
      /^yarn.lock:\d+: x@npm:1.0.0 asks for @acme\/a \^1.2.0, which 2.0.0 is not: set that version by hand, with `yarn install`$/,
    );
    const waiting = lock.replace(/npm:\^1.2.0"\n {2}peer/, 'npm:^1.3.0"\n  peer');
    expect(release({ ...packages("1.2.0"), "yarn.lock": waiting })).toContain("which 1.3.0 is now");
    const above = lock.replace(/npm:\^1.2.0"\n {2}peer/, 'npm:^2.0.0"\n  peer');
    expect(release({ ...packages("1.2.0"), "yarn.lock": above })).toHaveProperty(["yarn.lock"]);
  });

  it("writes a long key over two lines, and a short one on one again", () => {
    const many = Array.from({ length: 40 }, (_, at) => `@acme/a@npm:^1.2.0 || ${10 + at}`);
    const keys = (a: string, count: number): string => {
      const all = [
        ...many.slice(0, count),
        `@acme/a@npm:${a}`,
        `@acme/a@npm:^${a}`,
        "@acme/a@workspace:packages/a",
        `@acme/a@workspace:~${a}`,
      ];
      return all.toSorted().join(", ");
    };
    const asked = (count: number): string =>
      many
        .slice(0, count)
        .map((own, at) => `\n"p${at}@npm:1":\n  dependencies:\n    "@acme/a": "${own.slice(8)}"\n`)
        .join("");
    const lock = (a: string, count: number): string => {
      const text = yarn(a, { key: keys(a, count) }) + asked(count);
      return text.replace(/^("@acme.{1022,}"):$/m, "? $1\n:");
    };
    expect(lock("1.2.0", 40)).toContain("\n? ");
    for (const [count, version] of [
      [40, "1.3.0"],
      [1, "1.3.0"],
    ] as const) {
      const changed = release({ ...packages("1.2.0"), "yarn.lock": lock("1.2.0", count) }, version);
      expect(changed).toMatchObject({ "yarn.lock": lock(version, count) });
    }
  });

  it("knows nothing of what stands in no entry", () => {
    const wish = { folder: "x", field: "dependencies", name: "y", range: "1" };
    for (const path of ["yarn.lock", "pnpm-lock.yaml", "package-lock.json"]) {
      expect(openLock(path, "").isLinked(wish)).toBeNull();
    }
    expect(
      openLock("yarn.lock", yarn("1.2.0")).isLinked({ ...wish, folder: "packages/b", name: "ms" }),
    ).toBeNull();
    expect(openLock("yarn.lock", "# yarn lockfile v1\n").isLinked(wish)).toBeNull();
  });
});
