import { describe, expect, it } from "@jest/globals";
import type { DoctorFacts } from "../../../src/core/doctor/doctor-facts.ts";
import type { Finding } from "../../../src/core/doctor/finding.ts";
import { DEFAULT_POLICY } from "../../../src/core/policy/policy-schema.ts";
import { parsePolicy } from "../../../src/core/policy/policy.ts";
import { filesOf, findOf, githubFacts } from "../../support/doctor-facts.ts";
import { policyFile } from "../../support/states.ts";

type Case = [what: string, change: Partial<DoctorFacts>, expected: Partial<Finding>];

const files = (texts: Readonly<Record<string, string | null>>): Partial<DoctorFacts> => ({
  files: filesOf(texts),
});
const npm = (version: string, more = "") => `{\n  ${more}"version": "${version}"\n}\n`;
const written = { ...DEFAULT_POLICY, files: { package: "on", as: "commit" } } as const;
const NOTHING = "No file says a version that a release would leave behind";

describe("the line about version files", () => {
  it.each<Case>([
    ["none", {}, { state: "fine", text: NOTHING, offered: [] }],
    [
      "package.json",
      files({ "package.json": npm("1.4.2") }),
      {
        state: "todo",
        text: "`package.json` says `1.4.2`, and a tag alone leaves it so",
        todo: "Let each release write it: `files: { package: on }` in the policy.",
        policy: ["files:", "  package: on"],
      },
    ],
    [
      "package.json, on a branch that takes no push",
      {
        ...files({ "package.json": npm("1.4.2") }),
        ...githubFacts({ branchRules: { rulesets: [], reviews: 1, mayPush: null } }),
      },
      { policy: ["files:", "  package: on", "  as: pull"] },
    ],
    [
      "package.json, which is written already",
      { ...files({ "package.json": npm("1.4.2") }), policy: written },
      { state: "fine", text: "Each release writes its version into `package.json`", policy: [] },
    ],
    [
      "a base in the form of the policy",
      {
        ...files({ "package.json": npm("1.4.2") }),
        base: { kind: "hold", code: "base-prerelease", seen: [], suggestion: "w1.4.2" },
        policy: { ...DEFAULT_POLICY, tag: "w{version}" },
      },
      { state: "todo", policy: ["files:", "  package: on"] },
    ],
    [
      "no base, and none to offer",
      {
        ...files({ "package.json": npm("1.4.2") }),
        base: { kind: "hold", code: "base-missing", seen: [], suggestion: null },
      },
      { state: "todo", policy: [] },
    ],
    ["0.0.0", files({ "package.json": npm("0.0.0-development") }), { text: NOTHING }],
    ["a lower version", files({ "package.json": npm("1.3.0") }), { text: NOTHING }],
    [
      "a private one",
      files({ "package.json": npm("7.0.0", '"private": true, ') }),
      { text: NOTHING },
    ],
    [
      "a private one with our version",
      files({ "package.json": npm("1.4.2", '"private": true, ') }),
      { state: "todo" },
    ],
    [
      "a higher version",
      files({ "package.json": npm("2.0.0-alpha.1") }),
      {
        state: "todo",
        todo: "Releases count on from `1.4.2`, and what is built would still call itself `2.0.0-alpha.1` (`package.json`): set it back to what was released, or release that version once by hand.",
        policy: [],
      },
    ],
    [
      "a base that the policy will name",
      {
        ...files({ "package.json": npm("2.0.0-alpha.1") }),
        base: { kind: "hold", code: "base-prerelease", seen: [], suggestion: "v1.4.2" },
      },
      { state: "todo", policy: [] },
    ],
    [
      "no base at all",
      {
        ...files({ "package.json": npm("0.3.0"), "setup.py": "version='0.3.0'" }),
        base: { kind: "none" },
      },
      {
        state: "todo",
        text: "`package.json` says `0.3.0`, and a tag alone leaves it so",
        policy: [],
      },
    ],
    [
      "Cargo.toml",
      files({ "Cargo.toml": '[workspace.package]\nversion = "1.4.2"\n' }),
      { policy: ["files:", "  package: on"] },
    ],
    [
      "pyproject.toml",
      files({ "pyproject.toml": '[project]\nname = "w"\nversion = "1.4.2"\n' }),
      {
        text: "`pyproject.toml` says `1.4.2`, and a tag alone leaves it so",
        todo: "Mark that line of `pyproject.toml` with a comment `x-release-version`, and name the file under `files.marker`; or let setuptools-scm or hatch-vcs read the tag.",
        policy: [],
      },
    ],
    [
      "Poetry",
      files({ "pyproject.toml": '[tool.poetry]\nversion = "1.4.2" # x-release-version\n' }),
      { policy: ["files:", "  marker: [pyproject.toml]"] },
    ],
    ["pyproject.toml with none", files({ "pyproject.toml": "[project]\n" }), { text: NOTHING }],
    [
      "a marked file that is written already",
      {
        ...files({ "setup.py": "version = '1.4.2' # x-release-version" }),
        policy: {
          ...DEFAULT_POLICY,
          files: { package: "off", as: "commit", marker: ["setup.py"] },
        },
      },
      { state: "fine", text: "Each release writes its version into `setup.py`" },
    ],
    [
      "several",
      files({
        "package.json": npm("1.4.2"),
        "README.md": "1.4.2",
        "CITATION.cff": "version: 1.4.2",
      }),
      {
        text: "`package.json` and `CITATION.cff` say the version, and a tag alone leaves them so",
        todo: "Let each release write it: `files: { package: on }` in the policy. Mark that line of `CITATION.cff` with a comment `x-release-version`, and name the file under `files.marker`.",
      },
    ],
    [
      "one that has no room",
      files({ VERSION: "1.4.2\n" }),
      {
        text: "`VERSION` says `1.4.2`, and a tag alone leaves it so",
        todo: "`VERSION` has no room for a mark: let the build write it from the tag.",
      },
    ],
    ["one that names another version", files({ "setup.py": "version='0.9.0'" }), { text: NOTHING }],
    [
      "one that names it elsewhere",
      files({ "setup.py": "requires=['x==1.4.2']" }),
      { text: NOTHING },
    ],
    ["one that names a longer one", files({ "setup.py": "version='1.4.2.1'" }), { text: NOTHING }],
    ["one that was not read", files({ "package.json": null }), { text: NOTHING }],
    [
      "one that is read from the tag",
      files({
        "pyproject.toml":
          '[build-system]\nrequires = ["setuptools-scm"]\n[project]\ndynamic = ["version"]\n',
      }),
      { state: "fine", text: "setuptools-scm reads the version from the tag" },
    ],
    [
      "one that is read from somewhere",
      files({ "pyproject.toml": '[project]\ndynamic = ["version"]\n' }),
      { state: "fine", text: NOTHING },
    ],
    [
      "a version that is none",
      files({ "pyproject.toml": '[project]\nversion = "main"\n' }),
      { text: NOTHING },
    ],
    [
      "a changelog that people keep",
      files({ "CHANGELOG.md": "# Changelog\n\n## 1.4.2\n\n- fix\n" }),
      { state: "fine", offered: ["files:", "  changelog: CHANGELOG.md"] },
    ],
    [
      "a changelog beside a manifest",
      files({ "CHANGELOG.md": "## 1.4.2\n", "package.json": npm("1.4.2") }),
      {
        policy: ["files:", "  package: on"],
        offered: ["files:", "  package: on", "  changelog: CHANGELOG.md"],
      },
    ],
    ["a changelog of other things", files({ "CHANGELOG.md": "## Later\n" }), { offered: [] }],
  ])("%s", (_, change, expected) => {
    const finding = findOf("version files", change);
    expect(finding).toMatchObject(expected);
    for (const lines of [finding?.policy ?? [], finding?.offered ?? []]) {
      const text = ["version: 1", ...lines].join("\n");
      expect(parsePolicy(policyFile(text))).toMatchObject({ kind: "valid" });
    }
  });
});

function workspace(own: string, change: Partial<DoctorFacts> = {}): Partial<DoctorFacts> {
  const texts = {
    "packages/core/package.json": `{ "name": "@acme/core", "version": "${own}" }`,
    "packages/cli/package.json": `{ "name": "@acme/cli", "version": "${own}" }`,
    "crates/x/Cargo.toml": `[package]\nname = "x"\nversion = "${own}"\n`,
    "packages/gone/package.json": null,
    "packages/private/package.json": '{ "name": "private", "private": true }',
  };
  return { files: filesOf(texts, Object.keys(texts)), ...change };
}

describe("the line about workspaces", () => {
  it.each<Case>([
    ["none", {}, { state: "fine", policy: [], offered: [] }],
    [
      "components of the policy",
      { policy: { ...DEFAULT_POLICY, components: [{ name: "core", path: "packages/core" }] } },
      { state: "fine", text: "1 component, as the policy says" },
    ],
    [
      "one version for all",
      workspace("1.4.2"),
      {
        state: "fine",
        text: "3 packages with one version for all of them",
        policy: [],
        offered: [
          "components:",
          "  - { name: core, path: packages/core }",
          "  - { name: cli, path: packages/cli }",
          "  - { name: x, path: crates/x }",
        ],
      },
    ],
    [
      "versions of their own",
      workspace("1.4.2", { tags: ["@acme/core@2.0.0", "core-v1.0.0", "v1.4.2"] }),
      {
        state: "todo",
        text: "1 of 3 packages has a version of its own",
        todo: "Each becomes a component, with the tags that it has. The others keep the version of the repository.",
        policy: [
          "components:",
          '  - { name: core, path: packages/core, tag: "@acme/core@{version}" }',
        ],
      },
    ],
    [
      "versions of two of them",
      workspace("1.4.2", { tags: ["core-v2.0.0", "cli-v1.0.0", "v1.4.2"] }),
      { state: "todo", text: "2 of 3 packages have versions of their own" },
    ],
    [
      "versions of all of them",
      workspace("1.4.2", { tags: ["core-v2.0.0", "cli-v1.0.0", "x-v1.0.0", "v1.4.2"] }),
      {
        text: "3 packages have versions of their own",
        todo: "Each becomes a component, with the tags that it has.",
      },
    ],
    [
      "tags of two of them, and most of the repository",
      workspace("1.4.2", { tags: ["v1.4.2", "v1.4.1", "v1.4.0", "core-v1.0.0", "cli-v1.0.0"] }),
      { state: "fine", text: "2 of 3 packages have tags of their own" },
    ],
    [
      "versions of their own, long ago",
      workspace("1.4.2", { tags: ["v1.4.2", "v1.4.1", "core-v1.0.0"] }),
      {
        state: "fine",
        text: "1 of 3 packages has tags of its own",
        offered: ["components:", "  - { name: core, path: packages/core }"],
      },
    ],
  ])("%s", (_, change, expected) => {
    expect(findOf("workspaces", change)).toMatchObject(expected);
  });

  it.each<Case>([
    [
      "the version of all",
      workspace("1.4.2"),
      {
        state: "todo",
        text: "`packages/core/package.json`, `packages/cli/package.json` and `crates/x/Cargo.toml` say the version, and a tag alone leaves them so",
        policy: ["files:", "  package: on"],
      },
    ],
    ["another version", workspace("1.3.0"), { state: "fine" }],
    ["no release yet", workspace("1.4.2", { base: { kind: "none" } }), { state: "fine" }],
    [
      "a version of its own",
      workspace("2.0.0", {
        tags: ["core-v2.0.0", "core-v1.0.0"],
        base: { kind: "hold", code: "base-other-tags", seen: [], suggestion: null },
      }),
      {
        text: "`packages/core/package.json` says `2.0.0`, and a tag alone leaves it so",
        policy: ["files:", "  package: on"],
      },
    ],
    ["an older one of its own", workspace("1.0.0", { tags: ["core-v2.0.0"] }), { state: "fine" }],
  ])("has packages with %s", (_, change, expected) => {
    expect(findOf("version files", change)).toMatchObject(expected);
  });

  it.each([["version.workspace = true"], ["version = { workspace = true }"]])(
    "proposes no file where a crate has no version to write: %s",
    (inherited) => {
      const texts = {
        "Cargo.toml": '[workspace.package]\nversion = "1.4.2"\n',
        "a/Cargo.toml": '[package]\nname = "a"\nversion = "3.0.0"\n',
        "b/Cargo.toml": `[package]\nname = "b"\n${inherited}\n`,
        "c/Cargo.toml": null,
      };
      const members = ["a/Cargo.toml", "c/Cargo.toml", "b/Cargo.toml"];
      const change = { files: filesOf(texts, members), tags: ["a-v3.0.0"] };
      expect(findOf("version files", change)).toMatchObject({ state: "todo", policy: [] });
    },
  );
});
