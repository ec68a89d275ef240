import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import semver from "semver";
import { nextRange, takes } from "../../src/core/files/dependency-range.ts";
import { planCargoRanges, planNpmRanges } from "../../src/core/files/dependents.ts";
import { parsePolicy } from "../../src/core/policy/policy.ts";
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
    ["workspace:@acme/core@^1.2.3", "workspace:@acme/core@^1.3.0"],
    ["npm:@acme/core@^1.2.3", null],
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

describe("a version", () => {
  it.each<[string, "npm" | "cargo", boolean]>([
    ["^1.2.0", "npm", true],
    ["workspace:^1.2.0", "npm", true],
    ["workspace:@acme/core@^2.0.0", "npm", false],
    ["1.2", "npm", false],
    ["workspace:*", "npm", true],
    ["workspace:^", "npm", true],
    ["file:../core", "npm", true],
    ["1.2", "cargo", true],
    ["=1.2", "cargo", false],
    [">=1.2, <1.3", "cargo", false],
    [">=1.2, <2", "cargo", true],
    ["1.*", "cargo", true],
  ])("1.3.0 is in the range %s of %s: %s", (range, tool, expected) => {
    expect(takes(range, "1.3.0", tool)).toBe(expected);
  });
});

const peer = (range: string) => JSON.stringify({ peerDependencies: { "@acme/core": range } });

describe("dependents", () => {
  const core = { name: "@acme/core", version: "1.3.0", standing: "1.2.3", folder: "packages/core" };
  const npm = (text: string, released = core): unknown => {
    const { plan } = planNpmRanges({ path: "packages/cli/package.json", text }, [released], []);
    return plan.kind === "planned" ? plan.text : plan.what;
  };

  it("of npm get the new range, and not another byte changes", () => {
    const text = [
      "{",
      '\t"name": "cli",   "version": "9.9.9",',
      '\t"dependencies": { "@acme/core":"^1.2.3", "other": "^1.2.3" },',
      '\t"devDependencies": { "@acme/core": "workspace:*" },',
      '\t"scripts": { "@acme/core": "^1.2.3" }',
      "}\r\n",
    ].join("\r\n");
    expect(npm(text)).toBe(text.replace('"@acme/core":"^1.2.3"', '"@acme/core":"^1.3.0"'));
  });

  it("as peers are moved only where the new version is not in their range", () => {
    expect(npm(peer("^1.2.3"))).toBe(peer("^1.2.3"));
    expect(npm(peer("^1.2.3"), { ...core, version: "2.0.0" })).toBe(peer("^2.0.0"));
  });

  it("that are not JSON, or say it already, stay", () => {
    for (const text of ['{"dependencies":', '{"dependencies":{"@acme/core":"^1.3.0"}}']) {
      expect(npm(text, { ...core, standing: "1.3.0" })).toBe(text);
    }
  });
});

describe("dependents of Cargo", () => {
  const core = { name: "core", version: "1.3.0", standing: null, folder: "crates/core" };
  const plan = (
    text: string,
    patched: Record<string, string> = {},
    path = "crates/cli/Cargo.toml",
  ) => planCargoRanges({ path, text }, [core], new Map(Object.entries(patched)));

  it.each([
    ['[dependencies]\ncore = { path = "../core", version = "^1.2.3", features = ["x"] } # kept', 1],
    ["[dependencies]\ncore = { version = '=1.2.3', path = '../core/' }", 1],
    [
      '[dependencies]\n"core" = { path = "../core", features = [\n  "a", # [\n  "b"\n], version = "1.2" }',
      1,
    ],
    ['[build-dependencies]\ncore.version = "~1.2.3"\ncore.path = "./../core"', 1],
    [
      '[target.\'cfg(unix)\'.dev-dependencies.core]\npath = "../core"\nversion = "1.2"\n[x]\nversion = "1.2"',
      1,
    ],
    ['[dependencies]\nc = { package = "core", path = "../core", version = "1.2" }', 1],
    ['[dependencies.c]\npackage = "core"\nversion = "1.2"\npath = "../core"', 1],
    ['[dependencies]\ncore = "1.2"\nserde = "1.2"', 0],
    ['[dependencies]\ncore = { path = "../core" } # version = "1.2"\nversion = "1.2"', 0],
    ['[dependencies]\ncore = { path = "../../core", version = "1.2" }', 0],
    ['[dependencies]\n# core = { path = "../core", version = "1.2" }', 0],
    ['[package]\ncore = { path = "../core", version = "1.2" }', 0],
    ["[dependencies]\ncore = { workspace = true }\ncore2.workspace = true", 0],
  ])("get the new range, and nothing beside it changes: %s", (text, count) => {
    const range = /(version = ["'][~^=]?)1\.2(\.3)?/;
    const expected =
      count === 0
        ? text
        : text.replace(
            range,
            (_, start: string, patch?: string) => `${start}1.3${patch === undefined ? "" : ".0"}`,
          );
    expect(plan(text)).toEqual({ kind: "planned", text: expected });
    expect(expected === text).toBe(count === 0);
  });

  it("get it where the root of the workspace patches the registry", () => {
    const text = '[dependencies]\ncore = "1.2"\n';
    const expected = { kind: "planned", text: text.replace("1.2", "1.3") };
    expect(plan(text, { core: "crates/core" })).toEqual(expected);
    expect(plan(text, { core: "vendor/core" })).toEqual({ kind: "planned", text });
  });

  it("at the root of the workspace name folders from there", () => {
    const text = '[workspace.dependencies]\ncore = { path = "crates/core", version = "1.2" }';
    const expected = { kind: "planned", text: text.replace("1.2", "1.3") };
    expect(plan(text, {}, "Cargo.toml")).toEqual(expected);
  });

  it("that would not take the new version are refused, with their line", () => {
    expect(plan('[dependencies]\ncore = { path = "../core", version = ">=1.2, <1.3" }')).toEqual({
      kind: "problem",
      line: 2,
      what: "asks for core >=1.2, <1.3, which 1.3.0 is not: widen that range",
    });
    const open = '[dependencies]\ncore = { path = "../core", version = ">=1.2, <2" }';
    expect(plan(open)).toEqual({ kind: "planned", text: open });
  });
});
