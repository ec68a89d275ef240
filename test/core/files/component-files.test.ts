import { describe, expect, it } from "@jest/globals";
import { judgeBatch } from "../../../src/core/batch.ts";
import type { FilesScope } from "../../../src/core/files/file-parts.ts";
import {
  componentOf,
  formatFilesTrailer,
  readFilesMarkers,
  readFilesTrailer,
  readFilesTrailers,
} from "../../../src/core/files/files-marker.ts";
import type { Brought, FilesSeen } from "../../../src/core/files/files-state.ts";
import { describeCommit } from "../../../src/core/files/files-words.ts";
import { listFiles, planFiles } from "../../../src/core/files/version-files.ts";
import { planLinked } from "../../../src/core/linked.ts";
import { plan } from "../../../src/core/plan.ts";
import { formatLine } from "../../../src/core/state.ts";
import type { LineState } from "../../../src/core/state.ts";
import { actionOf } from "../../support/plans.ts";
import { policyOf } from "../../support/policies.ts";
import {
  check,
  commit,
  head,
  lineState,
  memory,
  MINUTE,
  NOON,
  policyFile,
  pull,
  ROBOT,
  sha,
  tag,
} from "../../support/states.ts";

const COMPONENTS = [
  { name: "core", path: "packages/core" },
  { name: "cli", path: "packages/cli" },
  { name: "all", path: "." },
  { name: "one", path: "one.js" },
];
const SCOPE: FilesScope = {
  files: { package: "on", as: "commit" },
  components: COMPONENTS.slice(0, 2),
};
const NPM = ["packages/core/package.json", "packages/cli/package.json"];

interface Asked {
  readonly scope?: FilesScope;
  readonly parts?: Readonly<Record<string, string>>;
  readonly members?: readonly string[];
}

/** A marked line. */
const marked = (version: string): string => `core@${version} <!-- x-release-version -->`;

/** What stands afterwards where something changes, by path; or the problem in words. */
function planned(
  texts: Readonly<Record<string, string>>,
  { scope = SCOPE, parts = { core: "1.3.0" }, members = NPM }: Asked = {},
): Record<string, string> | string {
  const names = Object.keys(parts);
  const standing = listFiles(scope, names, members).map((path) => ({
    path,
    text: texts[path] ?? null,
    problem: null,
  }));
  const releases = Object.entries(parts).map(([component, version]) => ({
    component,
    version,
    previous: null,
    unreleased: [],
    olderTags: [],
  }));
  const result = planFiles(scope, standing, { parts: releases, members });
  if (result.kind === "problem") return result.text;
  return Object.fromEntries(
    [...result.changes, ...result.changelogs].map(({ path, text }) => [path, text ?? "new"]),
  );
}

const core = (version: string): string => `{ "name": "@acme/core", "version": "${version}" }`;
const cli = (range: string, version = "0.3.0"): string =>
  `{ "name": "cli", "version": "${version}", "devDependencies": { "@acme/core": "${range}" } }`;
const root = '{ "private": true, "version": "7.0.0" }';
const npm = (range: string) => ({
  "package.json": root,
  "packages/core/package.json": core("1.2.0"),
  "packages/cli/package.json": cli(range),
});

describe("the files of a component", () => {
  it.each([
    ["^1.2.0", "^1.3.0"],
    ["~1.2.0", "~1.3.0"],
    ["workspace:^1.2.0", "workspace:^1.3.0"],
    ["^1", "^1"],
    ["workspace:*", "workspace:*"],
    [">=1.0.0", ">=1.0.0"],
  ])("are its manifest, and the ranges of who asks for it: %s", (range, next) => {
    expect(planned(npm(range))).toEqual({
      "packages/core/package.json": core("1.3.0"),
      ...(range === next ? {} : { "packages/cli/package.json": cli(next) }),
    });
  });

  it("leave the whole repository alone, and are left alone by it", () => {
    expect(planned(npm("^1.2.0"), { parts: { "": "7.1.0" } })).toEqual({
      "package.json": root.replace("7.0.0", "7.1.0"),
    });
  });

  it("are those of several together, each seeing the other's", () => {
    const both = planned(npm("^1.2.0"), { parts: { core: "1.3.0", cli: "1.3.0" } });
    expect(both).toEqual({
      "packages/core/package.json": core("1.3.0"),
      "packages/cli/package.json": cli("^1.3.0", "1.3.0"),
    });
  });

  it("have a lock file of their own, or are in that of the workspace", () => {
    const own = '{ "version": "1.2.0", "packages": { "": { "version": "1.2.0" } } }';
    const shared =
      '{ "packages": { "": { "version": "7.0.0" }, "packages/core": { "version": "1.2.0" }, "packages/cli": { "version": "0.3.0", "devDependencies": { "@acme/core": "^1.2.0" } } } }';
    const locks = { "packages/core/package-lock.json": own, "package-lock.json": shared };
    expect(planned({ ...npm("^1.2.0"), ...locks })).toMatchObject({
      "packages/core/package-lock.json": own.replaceAll("1.2.0", "1.3.0"),
      "package-lock.json": shared.replaceAll("1.2.0", "1.3.0"),
    });
  });

  it("that are in no workspace change nobody's range", () => {
    const alone = planned(npm("^1.2.0"), { members: NPM.slice(1) });
    expect(alone).toEqual({ "packages/core/package.json": core("1.3.0") });
  });

  it("are none where it has no package, and may lack a version where nobody publishes it", () => {
    expect(planned({ "package.json": root })).toEqual({});
    const page = '{ "name": "page", "private": true }';
    expect(planned({ "packages/core/package.json": page })).toEqual({});
    expect(planned({ "packages/core/package.json": '{ "name": "page" }' })).toBe(
      'packages/core/package.json has no "version"',
    );
  });

  it("are all packages in its folder, which have one version", () => {
    const scope = { ...SCOPE, components: [{ name: "core", path: "packages" }] };
    const texts = { ...npm("^1.2.0"), "packages/cli/package.json": cli("^1.2.0", "1.2.0") };
    expect(planned(texts, { scope })).toEqual({
      "packages/core/package.json": core("1.3.0"),
      "packages/cli/package.json": cli("^1.3.0", "1.3.0"),
    });
  });

  it("are those at the root for a component that is all the rest", () => {
    const scope = { ...SCOPE, components: COMPONENTS.slice(0, 3) };
    expect(planned(npm("^1.2.0"), { scope, parts: { all: "7.1.0" } })).toEqual({
      "package.json": root.replace("7.0.0", "7.1.0"),
    });
  });

  it("of Cargo take the lock file and the dependents along", () => {
    const members = ["packages/core/Cargo.toml", "packages/cli/Cargo.toml"];
    const texts = {
      "Cargo.toml":
        '[workspace]\nmembers = ["packages/*"]\n[workspace.dependencies]\nacme-core = { path = "packages/core", version = "1.2" }\n',
      "packages/core/Cargo.toml": '[package]\nname = "acme-core"\nversion = "1.2.0"\n',
      "packages/cli/Cargo.toml":
        '[package]\nname = "cli"\nversion = "1.2.0"\n[dependencies]\nacme-core = { path = "../core", version = "^1.2.0" }\n',
      "Cargo.lock":
        '[[package]]\nname = "acme-core"\nversion = "1.2.0"\n\n[[package]]\nname = "cli"\nversion = "1.2.0"\ndependencies = [\n "acme-core",\n]\n',
    };
    expect(planned(texts, { members })).toEqual({
      "Cargo.toml": texts["Cargo.toml"].replace('"1.2"', '"1.3"'),
      "packages/core/Cargo.toml": texts["packages/core/Cargo.toml"].replace("1.2.0", "1.3.0"),
      "packages/cli/Cargo.toml": texts["packages/cli/Cargo.toml"].replace("^1.2.0", "^1.3.0"),
      "Cargo.lock": texts["Cargo.lock"].replace("1.2.0", "1.3.0"),
    });
  });

  it.each(["version.workspace = true", "version = { workspace = true }"])(
    "of Cargo cannot inherit the version of others: %s",
    (line) => {
      const text = `[package]\nname = "acme-core"\n${line}\n`;
      expect(planned({ "packages/core/Cargo.toml": text }, { members: [] })).toBe(
        "packages/core/Cargo.toml takes its version from the workspace: give it one of its own, link all components that do, or release the workspace as one",
      );
    },
  );

  it("are the changelog in its folder, and marked files below it", () => {
    const marker = ["README.md", "packages/core/README.md"];
    const scope: FilesScope = {
      files: { package: "off", marker, changelog: "CHANGELOG.md", as: "commit" },
      components: COMPONENTS,
    };
    const texts = { "README.md": marked("9.0.0"), "packages/core/README.md": marked("1.2.0") };
    expect(planned(texts, { scope })).toEqual({
      "packages/core/README.md": marked("1.3.0"),
      "packages/core/CHANGELOG.md": "new",
    });
    // A single file has no folder.
    expect(planned({ "one.js": "1" }, { scope, parts: { one: "1.3.0" } })).toEqual({});
    expect(listFiles(SCOPE, ["core"])).not.toContain("packages/core/CHANGELOG.md");
  });
});

describe("what was written for several lines", () => {
  const { line } = lineState();
  const lines = ["core", "cli"].map((component) => ({ ...line, component }));
  const releases = lines.map((own) => ({ line: own, tag: `${own.component}-v1.3.0` }));
  const { message, headline } = describeCommit(releases, sha(2));

  it("is found by each of them, and by others too", () => {
    expect(headline).toBe("chore(release): core-v1.3.0, cli-v1.3.0");
    for (const [at, own] of lines.entries()) {
      expect(readFilesTrailer(message, own)?.tag).toBe(releases[at]?.tag);
      expect(readFilesTrailers(message, own).map(componentOf)).toEqual(["core", "cli"]);
    }
    expect(readFilesTrailer(message, line)?.line).toBe(formatLine(lines[1] ?? line));
    expect([readFilesTrailers("chore: x", line), readFilesMarkers("Text.", line)]).toEqual([
      [],
      [],
    ]);
  });

  it("is not what was written at another time", () => {
    const older = formatFilesTrailer(line, { tag: "v1.0.0", parent: sha(1) });
    expect(readFilesTrailers(`${older}\n${message}`, lines[0] ?? line)).toHaveLength(2);
    expect(componentOf({ line: "42", tag: "v1", parent: sha(1) })).toBe("");
  });

  it("names all of them while there is room", () => {
    const many = Array.from({ length: 40 }, (_, at) => ({ line, tag: `part-${at}-v1.3.0` }));
    expect(describeCommit(many, sha(2)).headline).toBe("chore(release): part-0-v1.3.0 and 39 more");
  });
});

const POLICY = `version: 1
files: { package: on, changelog: C.md }
components: [{ name: core, path: packages/core }, { name: cli, path: packages/cli }]
`;

function seen(change: Partial<FilesSeen> = {}): FilesSeen {
  const texts = { ...npm("^1.2.0"), "packages/cli/package.json": cli("^1.2.0", "1.2.0") };
  const atHead = Object.entries(texts).map(([path, text]) => ({ path, text, problem: null }));
  return { atHead, members: NPM, brought: [], branch: null, superseded: [], ...change };
}

/** A component whose last release is 1.2.0, with pull 2, which touches both. */
function stateOf(
  component: string,
  { text = POLICY, ...change }: Partial<LineState> & { readonly text?: string } = {},
): LineState {
  const base = tag(`${component}-v1.2.0`);
  const files = ["packages/core/a.js", "packages/cli/a.js"].map((path) => ({
    path,
    previousPath: null,
  }));
  return lineState({
    line: { ...lineState().line, component },
    policyFile: policyFile(text),
    tags: [base],
    baseTag: base,
    releases: [],
    unitFiles: [{ pull: 2, sha: sha(2), files, isComplete: true }],
    versionFiles: seen(),
    ...change,
  });
}

/** Our commit for `cli`, on pull 2. */
function onCli(
  brought: Partial<Brought>,
  checks: readonly Parameters<typeof check>[1][],
): LineState {
  const foreign: Brought = {
    sha: sha(3),
    tag: "cli-v1.2.1",
    isOwn: false,
    pull: null,
    isExact: true,
    checks: [check("ci/test")],
    at: NOON - MINUTE,
    ...brought,
  };
  const commits = [commit(3), commit(2, { pulls: [2] })];
  return stateOf("core", {
    head: head({ sha: sha(3), checks: checks.map((change) => check("ci/test", change)) }),
    commits,
    commitCount: 2,
    pulls: [pull(2)],
    versionFiles: seen({ brought: [foreign] }),
    memory: memory({ settledContexts: ["ci/test"] }),
  });
}

describe("a component with files", () => {
  it("writes them first, in a commit of its own", () => {
    const action = actionOf(plan(stateOf("core"), NOON), "commitFiles");
    expect(action).toMatchObject({ tag: "core-v1.2.1", parent: sha(2), base: "core-v1.2.0" });
    expect(action?.changes.map(({ path }) => path)).toEqual([
      "packages/core/package.json",
      "packages/cli/package.json",
    ]);
    expect(action?.changelogs).toMatchObject([{ path: "packages/core/C.md", component: "core" }]);
  });

  it("goes on with the commit of another one, which is as green as what it was made on", () => {
    const state = onCli({}, [{ state: "pending" }]);
    expect(actionOf(plan(state, NOON), "commitFiles")?.parent).toBe(sha(3));
    expect(judgeBatch(state, parsed()).units.map(({ unit }) => unit.pull?.number)).toEqual([2]);
  });

  it.each<[string, Partial<Brought>, Parameters<typeof check>[1]]>([
    ["is red", {}, { state: "red" }],
    ["changed something else and runs", { isExact: false }, { state: "pending" }],
  ])("does not where that %s", (_, brought, state) => {
    const { actions, reason } = plan(onCli(brought, [state]), NOON);
    expect(actions.some(({ kind }) => kind === "commitFiles")).toBe(false);
    expect(reason.state).toBe("held");
  });
});

function parsed() {
  return policyOf(POLICY);
}

describe("linked components with files", () => {
  const text = `${POLICY}linked: [[core, cli]]\n`;
  const policy = { ...parsed(), linked: [["core", "cli"]] };
  const kindsOf = (states: readonly LineState[]) =>
    planLinked(states, policy, NOON).map(({ plan: { actions } }) =>
      actions.map(({ kind }) => kind),
    );

  it("share one commit, with the changelogs of both", () => {
    const states = [stateOf("core", { text }), stateOf("cli", { text })];
    expect(kindsOf(states)).toEqual([["commitFiles"], []]);
    const [first] = planLinked(states, policy, NOON);
    const action = first === undefined ? null : actionOf(first.plan, "commitFiles");
    expect(action?.releases.map((own) => own.tag)).toEqual(["core-v1.2.1", "cli-v1.2.1"]);
    expect(action?.changelogs.map(({ path, entry }) => [path, entry.tag])).toEqual([
      ["packages/core/C.md", "core-v1.2.1"],
      ["packages/cli/C.md", "cli-v1.2.1"],
    ]);
    expect(action?.changes).toEqual([
      { path: "packages/core/package.json", text: core("1.2.1") },
      { path: "packages/cli/package.json", text: cli("^1.2.1", "1.2.1") },
    ]);
  });

  it("share one release pull, with the words of both", () => {
    const pulls = text.replace("package: on", "package: on, as: pull");
    const states = [stateOf("core", { text: pulls }), stateOf("cli", { text: pulls })];
    expect(kindsOf(states)).toEqual([["writeReleasePull"], []]);
    const [first] = planLinked(states, policy, NOON);
    const action = first === undefined ? null : actionOf(first.plan, "writeReleasePull");
    expect(action?.body).toContain("## `core-v1.2.1`");
    expect(action?.body).toContain("## `cli-v1.2.1`");
    const markers = readFilesMarkers(action?.body ?? "", lineState().line);
    expect(markers.map((marker) => marker.tag)).toEqual(["core-v1.2.1", "cli-v1.2.1"]);
  });

  it("are not written for one that rides along, nor beside one that is released", () => {
    const bot = pull(2, { author: ROBOT, mergedBy: ROBOT });
    const commits = [commit(2, { author: ROBOT, pulls: [2] })];
    const riding = stateOf("cli", { text, pulls: [bot], commits });
    const [first] = planLinked([stateOf("core", { text }), riding], policy, NOON);
    const alone = first === undefined ? null : actionOf(first.plan, "commitFiles");
    expect(alone?.releases.map((own) => own.tag)).toEqual(["core-v1.2.1"]);

    const brought: Brought = {
      sha: sha(2),
      tag: "cli-v1.2.1",
      isOwn: true,
      pull: 30,
      isExact: false,
      checks: [check("ci/test")],
      at: NOON - MINUTE,
    };
    const done = stateOf("cli", { text, versionFiles: seen({ brought: [brought] }) });
    const [waiting, made] = kindsOf([stateOf("core", { text }), done]);
    expect(waiting).toEqual([]);
    expect(made).toContain("createTag");
  });

  it("follow by their tag alone where the others stand already", () => {
    const base = tag("core-v1.3.0", { sha: sha(2) });
    const ahead = stateOf("core", {
      text,
      tags: [base],
      baseTag: base,
      commits: [],
      commitCount: 0,
    });
    const later = [commit(3), commit(2, { pulls: [2] })];
    const head3 = head({ sha: sha(3), checks: [check("ci/test")] });
    const behind = stateOf("cli", { text, head: head3, commits: later, commitCount: 2 });
    const [, own] = planLinked([{ ...ahead, head: head3 }, behind], policy, NOON);
    const made = own === undefined ? null : actionOf(own.plan, "createTag");
    expect(made).toMatchObject({ tag: "cli-v1.3.0", sha: sha(2) });
  });
});
