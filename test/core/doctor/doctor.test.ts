import { describe, expect, it } from "@jest/globals";
import type { DoctorFacts } from "../../../src/core/doctor/doctor-facts.ts";
import { DOCTOR_FOLDERS, listDoctorFiles } from "../../../src/core/doctor/doctor-wanted.ts";
import { diagnose } from "../../../src/core/doctor/doctor.ts";
import { FINDING_NAMES } from "../../../src/core/doctor/finding.ts";
import type { Finding } from "../../../src/core/doctor/finding.ts";
import { DEFAULT_POLICY } from "../../../src/core/policy/policy-schema.ts";
import { doctorFacts, filesOf, findOf, v } from "../../support/doctor-facts.ts";

type Facts = Partial<DoctorFacts>;

const merges = (typed: number, untyped: number, labels: readonly string[] = []) => [
  ...Array.from({ length: typed }, () => ({ title: "fix: stop shrinking", labels: [] })),
  ...Array.from({ length: untyped }, () => ({ title: "Stop shrinking", labels })),
];

const hold = (
  code: Extract<DoctorFacts["base"], { kind: "hold" }>["code"],
  seen: readonly string[],
  suggestion: string | null = null,
): Facts => ({ base: { kind: "hold", code, seen, suggestion } });

const entry = (path: string, sizeBytes = 10) => ({ path, sizeBytes });

const many = (count: number, name: (at: number) => string) =>
  Array.from({ length: count }, (_, at) => entry(name(at)));

const PACKAGES = {
  "packages/a/package.json": '{ "name": "@acme/a" }',
  "packages/b/package.json": '{ "name": "@acme/b" }',
  "packages/c/package.json": null,
};

describe("the doctor", () => {
  it("says each thing once, in the order of its table", () => {
    const names = diagnose(doctorFacts()).map(({ name }) => name);
    expect(names).toEqual(FINDING_NAMES);
  });

  it("finds nothing to do where nothing is special", () => {
    expect(diagnose(doctorFacts()).filter(({ state }) => state !== "fine")).toEqual([]);
  });

  it("leaves out what only GitHub can say, where only git was asked", () => {
    const names = diagnose(doctorFacts({ github: null })).map(({ name }) => name);
    expect(FINDING_NAMES.filter((name) => !names.includes(name))).toEqual([
      "required checks",
      "tag rules",
      "branch rules",
      "issues",
      "Actions",
      "permissions",
    ]);
  });

  it("writes sentences that are inert, whatever people wrote", () => {
    const evil = "v1.4.3-@mona-<img>";
    const text = "on: { push: { tags: ['v*'] } }\nname: '@mona ![x](http://evil)'\njobs: {}\n";
    const findings = diagnose(
      doctorFacts({
        ...hold("base-not-highest", [evil], "v1.4.2"),
        files: filesOf({ ".github/workflows/@mona.yml": text }),
      }),
    );
    const said = findings.map((own) => `${own.text} ${own.todo}`).join("\n");
    expect(said).toContain(`\`${evil}\``);
    expect(said).toContain("`@mona ![x](http://evil)` (`@mona.yml`)");
    expect(said.replaceAll(/`[^`]*`/g, "")).not.toMatch(/@mona|<img|\]\(/);
  });
});

describe("the line about the base", () => {
  it.each<[string, Facts, Partial<Finding>]>([
    [
      "the highest version",
      {},
      { state: "fine", text: "Releases follow `v1.4.2`, the highest version on `main`" },
    ],
    [
      "a prerelease that the policy names",
      { base: { kind: "base", tag: v("v2.0.0-beta.1"), version: "2.0.0-beta.1" } },
      { text: "Releases follow `v2.0.0-beta.1`, the version that the policy names, on `main`" },
    ],
    [
      "nothing",
      { base: { kind: "none" }, files: filesOf({ "package.json": '{ "version": "0.1.0" }' }) },
      { state: "fine", text: "No version tag yet: the first release is `v0.1.0`" },
    ],
    [
      "nothing, in the form of the policy",
      { base: { kind: "none" }, policy: { ...DEFAULT_POLICY, tag: "w{version}" } },
      { text: "No version tag yet: the first release is `w0.1.0`" },
    ],
    [
      "nothing, though a file says more",
      { base: { kind: "none" }, files: filesOf({ "package.json": '{ "version": "3.2.1" }' }) },
      {
        state: "todo",
        text: "No version tag yet: the first release is `v0.1.0`, while `package.json` says `3.2.1`",
        policy: [],
      },
    ],
    [
      "a tag that is not on the branch, and the one to name instead",
      hold("base-not-highest", ["v2.0.0"], "v1.4.2"),
      {
        state: "todo",
        text: "Higher versions are not on this branch: `v2.0.0`",
        todo: "Write `base: v1.4.2` to follow that one.",
        policy: ["base: v1.4.2"],
      },
    ],
    [
      "a prerelease",
      hold("base-prerelease", ["v2.0.0-rc.1"], "v1.4.2"),
      {
        text: "The newest version `v2.0.0-rc.1` is a prerelease",
        todo: "Write `base: v1.4.2` to follow that one. To go on with prereleases instead, write `base: v2.0.0-rc.1`.",
      },
    ],
    [
      "tags of another form",
      hold("base-other-tags", ["cli-1.0.0"]),
      {
        text: "No version tag of the repository, but `cli-1.0.0`",
        todo: "Write the tag that releases should follow into the policy, such as `base: v1.4.2`. Where your tags look different, write that too, such as `tag: pkg-v{version}`.",
        policy: [],
      },
    ],
    [
      "a base of the policy that is gone",
      hold("base-missing", ["v9.0.0"]),
      { text: "The policy's base `v9.0.0` does not exist" },
    ],
    [
      "a base of the policy that is no version",
      hold("base-unreadable", ["x"]),
      { text: "The policy's base `x` is no version of the form of its tags" },
    ],
    [
      "a base of the policy on another branch",
      hold("base-not-ancestor", ["v9.0.0"]),
      { text: "The policy's base `v9.0.0` is not on this branch" },
    ],
    [
      "newer tags of another form",
      { tags: ["pkg-v2.0.0", "other-v1.0.0", "latest"] },
      {
        state: "todo",
        text: "Releases would follow `v1.4.2`, and newer tags such as `pkg-v2.0.0` have another form",
      },
    ],
    [
      "no newer tags at all",
      { tags: ["latest", "smallbatch/preview/1/abc1234"] },
      { state: "fine" },
    ],
    [
      "newer tags of another form, where the policy says the form",
      { tags: ["pkg-v2.0.0"], policy: { ...DEFAULT_POLICY, tag: "v{version}" } },
      { state: "fine" },
    ],
    [
      "newer tags of another form, where the policy names the base",
      { tags: ["pkg-v2.0.0"], policy: { ...DEFAULT_POLICY, base: "v1.4.2" } },
      { state: "fine" },
    ],
    [
      "tags of packages, which components answer",
      {
        ...hold("base-other-tags", ["a-v1.0.0"]),
        tags: ["a-v1.0.0"],
        files: filesOf(PACKAGES, Object.keys(PACKAGES)),
      },
      {
        state: "fine",
        text: "Each package follows its own tags, see workspaces: `a-v1.0.0`",
        policy: [],
      },
    ],
    [
      "tags of packages, and others that are not on the branch",
      {
        ...hold("base-not-highest", ["v0.1.0"]),
        tags: ["a-v1.0.0"],
        files: filesOf(PACKAGES, Object.keys(PACKAGES)),
      },
      {
        todo: "Each package follows its own tags, see workspaces. What is in none of them waits. Write the tag that releases should follow into the policy, such as `base: v1.4.2`.",
      },
    ],
  ])("%s", (_, change, expected) => {
    expect(findOf("base", change)).toMatchObject(expected);
  });
});

describe("the line about titles", () => {
  it.each<[string, Facts, Partial<Finding>]>([
    ["of none", { merges: [] }, { state: "fine", text: "No pull request was merged yet" }],
    [
      "of half of them",
      { merges: merges(5, 5) },
      { state: "fine", text: "5 of the last 10 merges carry a type or a label" },
    ],
    ["of one", { merges: merges(1, 0) }, { text: "The one merge carries a type or a label" }],
    [
      "of one without",
      { merges: merges(0, 1) },
      { text: "The one merge carries neither a type nor a label" },
    ],
    ["of fewer", { merges: merges(4, 6) }, { state: "todo", policy: [] }],
    ["of few", { merges: merges(0, 9) }, { state: "fine" }],
    ["of labels", { merges: merges(0, 10, ["bug"]) }, { state: "fine" }],
    [
      "where nobody knows labels",
      { merges: merges(4, 6), github: null },
      {
        state: "fine",
        text: "4 of the last 10 merges carry a type; labels may say more on GitHub",
      },
    ],
  ])("counts merges that say what they are: %s", (_, change, expected) => {
    expect(findOf("titles", change)).toMatchObject(expected);
  });
});

describe("what the doctor reads", () => {
  it("is workflows, manifests and files that say a version, at their places", () => {
    const paths = [
      ".github/workflows/ci.yml",
      ".github/workflows/deep/no.yml",
      ".github/workflows/notes.md",
      "package.json",
      "docs/package.json",
      "pnpm-workspace.yaml",
      "src/index.ts",
      "widgets.gemspec",
      "CHANGELOG.md",
    ];
    expect(listDoctorFiles(paths.map((path) => entry(path)))).toEqual([
      ".github/workflows/ci.yml",
      "package.json",
      "pnpm-workspace.yaml",
      "widgets.gemspec",
      "CHANGELOG.md",
    ]);
    expect(DOCTOR_FOLDERS).toContain(".github/workflows");
  });

  it.each([
    [".github/workflows/ci.yml", 65_536, true],
    [".github/workflows/ci.yml", 65_537, false],
    ["CHANGELOG.md", 262_144, true],
    ["CHANGELOG.md", 262_145, false],
  ])("has limits: %s of %d bytes: %s", (path, sizeBytes, isRead) => {
    expect(listDoctorFiles([entry(path, sizeBytes)]).length === 1).toBe(isRead);
  });

  it("leaves out what is too many", () => {
    const workflows = many(101, (at) => `.github/workflows/${at}.yml`);
    const specs = many(41, (at) => `${at}.gemspec`);
    expect(listDoctorFiles([...workflows, ...specs])).toHaveLength(140);
    const large = workflows.slice(0, 5).map(({ path }) => entry(path, 65_536));
    expect(listDoctorFiles(large)).toHaveLength(4);
  });
});
