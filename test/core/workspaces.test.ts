import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import semver from "semver";
import { nextRange, planDependents } from "../../src/core/dependents.ts";
import { parsePolicy } from "../../src/core/policy.ts";
import {
  findMembers,
  proposeComponents,
  readMember,
  readWorkspaces,
  renderProposal,
} from "../../src/core/workspaces.ts";
import { policyFile } from "../support/states.ts";

const PATHS = [
  "package.json",
  "packages/core/package.json",
  "packages/cli/package.json",
  "packages/cli/test/fixture/package.json",
  "packages/old/package.json",
  "apps/web/deep/package.json",
  "crates/parse/Cargo.toml",
  "crates/parse/package.json",
];

function membersOf(files: Record<string, string>): readonly string[] {
  return findMembers(readWorkspaces(new Map(Object.entries(files))), PATHS);
}

describe("workspaces", () => {
  const npm = [
    "packages/core/package.json",
    "packages/cli/package.json",
    "packages/old/package.json",
  ];

  it.each<[string, Record<string, string>, readonly string[]]>([
    ["of npm", { "package.json": '{"workspaces":["packages/*"]}' }, npm],
    ["of yarn", { "package.json": '{"workspaces":{"packages":["./packages/*/"]}}' }, npm],
    [
      "of pnpm, with what is left out",
      { "pnpm-workspace.yaml": "packages:\n  - packages/*\n  - '!packages/old'\n" },
      npm.slice(0, 2),
    ],
    [
      "of pnpm before those of npm",
      {
        "pnpm-workspace.yaml": "packages: [packages/core]\n",
        "package.json": '{"workspaces":["packages/*"]}',
      },
      npm.slice(0, 1),
    ],
    [
      "of any depth",
      { "package.json": '{"workspaces":["apps/**"]}' },
      ["apps/web/deep/package.json"],
    ],
    [
      "of Cargo, over several lines",
      {
        "Cargo.toml":
          '[workspace]\nmembers = [\n  "crates/*", # all\n]\nexclude = ["crates/old"]\n',
      },
      ["crates/parse/Cargo.toml"],
    ],
    ["of nobody", { "package.json": '{"name":"x"}' }, []],
    [
      "of a broken file",
      { "package.json": "{", "pnpm-workspace.yaml": "packages: [", "Cargo.toml": "" },
      [],
    ],
    ["of a strange field", { "package.json": '{"workspaces":"packages/*"}' }, []],
  ])("%s are found", (_, files, expected) => {
    expect(membersOf(files)).toEqual(expected);
  });

  it("have the names of their manifests, if they are published at all", () => {
    expect(readMember("packages/core/package.json", '{"name":"@acme/core"}')).toEqual({
      path: "packages/core",
      name: "@acme/core",
    });
    expect(readMember("packages/web/package.json", '{"name":"web","private":true}')).toBeNull();
    expect(readMember("packages/web/package.json", "{}")).toBeNull();
    for (const folder of ["src/__tests__/pkg", "test/fixtures/pkg", "node_modules/pkg"]) {
      expect(readMember(`packages/web/${folder}/package.json`, '{"name":"pkg"}')).toBeNull();
    }
    const folders = ["packages/a/test/x", "packages/b", "packages/c"];
    const paths = folders.map((folder) => `${folder}/package.json`);
    const all = [{ manifest: "package.json", includes: ["packages/**"], excludes: [] }] as const;
    expect(findMembers(all, paths, 2)).toEqual(paths.slice(1));
    expect(readMember("packages/test/package.json", '{"name":"test"}')).not.toBeNull();
    const cargo = '[package]\nname = "parse"\nversion = "1.0.0"\n';
    expect(readMember("crates/parse/Cargo.toml", cargo)).toMatchObject({ name: "parse" });
    expect(readMember("crates/Cargo.toml", "[workspace]\n")).toBeNull();
    expect(readMember("crates/parse/Cargo.toml", `${cargo}\npublish = false\n`)).toBeNull();
  });

  it("are proposed as a policy that is valid, with the tags that stand", () => {
    const members = [
      { path: "packages/core", name: "@acme/core" },
      { path: "packages/cli", name: "cli" },
      { path: "libs/cli", name: "@acme/cli" },
    ];
    const yaml = proposeComponents(members, ["@acme/core@1.2.3", "v1.0.0", "cli-v1.0.0"]) ?? "";
    expect(yaml).toBe(
      [
        "components:",
        '  - { name: core, path: packages/core, tag: "@acme/core@{version}" }',
        "  - { name: cli, path: packages/cli }",
        '  - { name: "@acme/cli", path: libs/cli }',
      ].join("\n"),
    );
    expect(parsePolicy(policyFile(`version: 1\n${yaml}\n`)).kind).toBe("valid");
    expect(proposeComponents(members.slice(0, 1), [])).toBeNull();
  });

  it("keeps the form of the newest tag of each, and its lines within a terminal", () => {
    const members = [
      { name: "tokens", path: "tokens" },
      { name: `@acme/${"long".repeat(8)}`, path: "packages/long" },
    ];
    const tags = ["tokens-1.40.0", "tokens-v0.1.0", `@acme/${"long".repeat(8)}@2.0.0`];
    const yaml = proposeComponents(members, tags) ?? "";
    expect(yaml).toBe(
      [
        "components:",
        '  - { name: tokens, path: tokens, tag: "tokens-{version}" }',
        `  - name: ${"long".repeat(8)}`,
        "    path: packages/long",
        `    tag: "@acme/${"long".repeat(8)}@{version}"`,
      ].join("\n"),
    );
    expect(parsePolicy(policyFile(`version: 1\n${yaml}\n`)).kind).toBe("valid");
    expect(renderProposal(yaml)).toContain(
      `write in \`.github/smallbatch.yml\`:\n\n\`\`\`yaml\n${yaml}\n\`\`\``,
    );
  });
});

describe("the range of a dependent", () => {
  it.each([
    ["^1.2.3", "^1.3.0"],
    ["~1.2.3", "~1.3.0"],
    ["1.2.3", "1.3.0"],
    ["=1.2.3", "=1.3.0"],
    ["^1.2", "^1.3"],
    ["1", "1"],
    ["workspace:^1.2.3", "workspace:^1.3.0"],
    ["npm:@acme/core@^1.2.3", "npm:@acme/core@^1.3.0"],
    ["^1.3.0-next.1", "^1.3.0"],
    ["workspace:*", null],
    ["workspace:^", null],
    ["*", null],
    [">=1.0.0", null],
    ["1.x", null],
    ["^1.0.0 || ^2.0.0", null],
    ["file:../core", null],
    ["github:acme/core#v1.2.3", null],
    ["^2.0.0", null],
  ])("%s becomes %s", (range, expected) => {
    expect(nextRange(range, "1.3.0")).toBe(expected);
  });

  it("of a prerelease is whole, because nothing else would name it", () => {
    expect(nextRange("^1.2", "2.0.0-next.1")).toBe("^2.0.0-next.1");
  });

  it("always holds the version", () => {
    const part = fc.nat({ max: 20 });
    const version = fc.tuple(part, part, part).map((parts) => parts.join("."));
    fc.assert(
      fc.property(version, version, fc.constantFrom("^", "~", "", "="), (old, next, operator) => {
        const range = nextRange(`${operator}${old}`, next);
        expect(range === null ? semver.gt(old, next) : semver.satisfies(next, range)).toBe(true);
      }),
    );
  });
});

const peer = (range: string) => JSON.stringify({ peerDependencies: { "@acme/core": range } });

const lock = (range: string, version: string) =>
  JSON.stringify({
    packages: {
      "packages/cli": { dependencies: { "@acme/core": range } },
      "packages/core": { version, dependencies: {} },
      "node_modules/x": { version: "1.2.3", dependencies: { "@acme/core": "^1.2.3" } },
    },
  });

describe("dependents", () => {
  const released = [{ name: "@acme/core", version: "1.3.0" }];

  it("of npm get the new range, and not another byte changes", () => {
    const text = [
      "{",
      '\t"name": "cli",   "version": "9.9.9",',
      '\t"dependencies": { "@acme/core":"^1.2.3", "other": "^1.2.3" },',
      '\t"devDependencies": { "@acme/core": "workspace:*" },',
      '\t"scripts": { "@acme/core": "^1.2.3" }',
      "}\r\n",
    ].join("\r\n");
    const other = { path: "packages/web/package.json", text: '{"dependencies":{}}' };
    const planned = planDependents([{ path: "packages/cli/package.json", text }, other], released);
    expect(planned).toEqual([
      {
        path: "packages/cli/package.json",
        text: text.replace('"@acme/core":"^1.2.3"', '"@acme/core":"^1.3.0"'),
      },
    ]);
  });

  it("as peers are moved only where the new version is not in their range", () => {
    const plan = (range: string, version: string) =>
      planDependents(
        [{ path: "package.json", text: peer(range) }],
        [{ name: "@acme/core", version }],
      );
    expect(plan("^1.2.3", "1.3.0")).toEqual([]);
    expect(plan("^1.2.3", "2.0.0")[0]?.text).toBe(peer("^2.0.0"));
  });

  it("of Cargo get it in each of the forms, and nothing beside them", () => {
    const text = [
      "[package]",
      'name = "cli"',
      'core = "1.2"',
      "[dependencies]",
      'core = "1.2" # kept',
      'serde = "1.2"',
      "[dev-dependencies]",
      'core = { path = "../core", version = "^1.2.3", features = ["x"] }',
      "[target.'cfg(unix)'.dependencies.core]",
      'version = "=1.2.3"',
      "[workspace.dependencies]",
      "core = { workspace = true }",
    ].join("\n");
    const [planned] = planDependents(
      [{ path: "crates/cli/Cargo.toml", text }],
      [{ name: "core", version: "1.3.0" }],
    );
    const changed = planned?.text.split("\n").filter((line, at) => line !== text.split("\n")[at]);
    expect(changed).toEqual([
      'core = "1.3" # kept',
      'core = { path = "../core", version = "^1.3.0", features = ["x"] }',
      'version = "=1.3.0"',
    ]);
  });

  it("have their lock file say the same", () => {
    const planned = planDependents(
      [{ path: "package-lock.json", text: lock("^1.2.3", "1.2.3") }],
      [{ name: "@acme/core", version: "1.3.0", folder: "packages/core" }],
    );
    expect(planned[0]?.text).toBe(lock("^1.3.0", "1.3.0"));
  });

  it.each(["package.json", "package-lock.json"])("that are not JSON stay: %s", (path) => {
    expect(planDependents([{ path, text: '{"packages":{"dependencies":' }], released)).toEqual([]);
  });

  it.each<[string, string]>([
    ["package-lock.json", lock("*", "1.3.0")],
    ["package-lock.json", lock("^1.3.0", "1.3.0")],
    ["package.json", JSON.stringify({ dependencies: { "@acme/core": "^1.3.0" } })],
  ])("that say it already stay: %s %s", (path, text) => {
    expect(planDependents([{ path, text }], released)).toEqual([]);
  });
});
