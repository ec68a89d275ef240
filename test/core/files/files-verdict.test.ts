import { describe, expect, it } from "@jest/globals";
import { formatFilesMarker, formatFilesTrailer } from "../../../src/core/files/files-marker.ts";
import type {
  Brought,
  FilesMemory,
  FilesSeen,
  ReleaseBranch,
  ReleasePull,
} from "../../../src/core/files/files-state.ts";
import type { FileSeen } from "../../../src/core/files/version-files.ts";
import { plan } from "../../../src/core/plan.ts";
import type { LineState } from "../../../src/core/state.ts";
import { actionOf, kindsOf } from "../../support/plans.ts";
import {
  check,
  commit,
  head,
  HOUR,
  label,
  lineState,
  memory,
  MINUTE,
  NOON,
  policyFile,
  pull,
  sha,
  tag,
} from "../../support/states.ts";

const LINE = lineState().line;
const COMMIT = policyFile("version: 1\nfiles: { package: on, changelog: CHANGELOG.md }\n");
const PULL = policyFile("version: 1\nfiles: { package: on, as: pull }\n");
const FOLDER = "smallbatch/release/main/after-v1.4.2/";

function file(path: string, text: string | null, problem: string | null = null): FileSeen {
  return { path, text, problem };
}

/** What GitHub says of the files of a repository whose package is at 1.4.2. */
function seen(change: Partial<FilesSeen> = {}): FilesSeen {
  const atHead = [file("package.json", '{"version":"1.4.2"}'), file("CHANGELOG.md", null)];
  return { atHead, members: [], brought: [], branch: null, superseded: [], ...change };
}

function due(files: FilesSeen | null, change: Partial<LineState> = {}): LineState {
  const read = files === null ? {} : { versionFiles: files };
  return lineState({ policyFile: COMMIT, ...read, ...change });
}

describe("a release whose version stands in files", () => {
  it("writes them first, on the head, and tags nothing yet", () => {
    const planned = plan(due(seen()), NOON);
    expect(kindsOf(planned)).toEqual(["commitFiles"]);
    expect(planned.reason).toMatchObject({
      state: "releasing",
      text: "releasing v1.4.3; its version is written first",
    });
    expect(actionOf(planned, "commitFiles")).toMatchObject({
      tag: "v1.4.3",
      base: "v1.4.2",
      parent: sha(2),
      headline: "chore(release): v1.4.3",
      message: `The files of v1.4.3, on a0a0a0a.\n\n${formatFilesTrailer(LINE, {
        tag: "v1.4.3",
        parent: sha(2),
      })}`,
      changes: [{ path: "package.json", text: '{"version":"1.4.3"}' }],
      changelogs: [
        {
          path: "CHANGELOG.md",
          text: null,
          replaces: [],
          entry: { version: "1.4.3", date: "2026-03-02" },
        },
      ],
    });
  });

  it("takes away the section that a merged release pull left behind", () => {
    const compare = "https://github.com/acme/widgets/compare";
    const text = `## [1.4.3](${compare}/v1.4.1...v1.4.3) (2026-03-01)\n\n* reverted since\n`;
    const atHead = [file("package.json", '{"version":"1.4.3"}'), file("CHANGELOG.md", text)];
    const tags = [tag("v1.4.2"), tag("v1.4.1")];
    expect(actionOf(plan(due(seen({ atHead }), { tags }), NOON), "commitFiles")).toMatchObject({
      changes: [],
      changelogs: [{ replaces: ["1.4.3"], entry: { version: "1.4.3" } }],
    });
  });

  it("of the first release too", () => {
    const first = { baseTag: null, tags: [], releases: [] };
    const atHead = [file("package.json", '{"version":"0.0.0"}'), file("CHANGELOG.md", null)];
    const planned = plan(due(seen({ atHead }), first), NOON);
    expect(actionOf(planned, "commitFiles")).toMatchObject({ tag: "v0.1.0", base: null });
  });

  it("goes on where they say the version already", () => {
    const atHead = [
      file("package.json", '{"version":"1.4.3"}'),
      file("CHANGELOG.md", "## 1.4.3\n\nBy hand.\n"),
    ];
    expect(kindsOf(plan(due(seen({ atHead })), NOON))).toContain("publishRelease");
  });

  it.each<[string, FilesSeen | null]>([
    ["not seen", null],
    ["not read", seen({ atHead: null })],
  ])("looks again soon where they were %s", (_, versionFiles) => {
    const planned = plan(due(versionFiles), NOON);
    expect(planned.reason).toMatchObject({
      code: "files-unread",
      text: "held: the files for v1.4.3 were not read yet",
    });
    expect([planned.wakeAt, actionOf(planned, "createTag")]).toEqual([NOON + MINUTE, null]);
  });

  it("is held where one of them cannot be written, and says which", () => {
    const atHead = [file("package.json", null, "is not UTF-8 text")];
    const { reason, actions } = plan(due(seen({ atHead })), NOON);
    expect(reason).toMatchObject({
      code: "files-wrong",
      text: "held: v1.4.3 cannot be written: package.json is not UTF-8 text",
      blockedBy: ["package.json"],
    });
    expect(reason.detail).toContain("Mend that file, or take it out of `files`");
    expect(actions.map(({ kind }) => kind)).toEqual(["writeCheck"]);
  });

  it("writes nothing for a tag that stands", () => {
    const intent = { tag: "v1.4.3", sha: sha(2) };
    const unfinished = tag("v1.4.3", { sha: sha(2) });
    const state = due(seen(), { unfinished, memory: memory({ intent }) });
    expect(kindsOf(plan(state, NOON))).toEqual(["publishRelease", "writeCheck"]);
  });
});

const tried = (change: Partial<FilesMemory>) =>
  memory({
    versionFiles: { base: "v1.4.2", moved: 0, refused: null, pullRefused: null, ...change },
  });

describe("a commit on the branch", () => {
  it.each<[string, Partial<FilesMemory>, string]>([
    ["came too late twice, and is tried again", { moved: 2 }, "commitFiles"],
    ["came too late three times: a pull takes its place", { moved: 3 }, "writeReleasePull"],
    ["was refused: a pull takes its place", { refused: "No." }, "writeReleasePull"],
    ["was refused before the last release", { refused: "No.", base: "v1.4.1" }, "commitFiles"],
  ])("%s", (_, known, kind) => {
    expect(kindsOf(plan(due(seen(), { memory: tried(known) }), NOON))).toEqual([kind]);
  });

  it("is not made while a release pull is open", () => {
    const branch = branchOf({ body: "" });
    expect(kindsOf(plan(due(seen({ branch })), NOON))).toEqual(["writeReleasePull"]);
  });
});

function branchOf(change: Partial<ReleasePull> | null, own: Partial<ReleaseBranch> = {}) {
  const body = formatFilesMarker(LINE, { tag: "v1.4.3", parent: sha(2) });
  const standing: ReleasePull = {
    number: 30,
    state: "open",
    title: "chore(release): v1.4.3",
    body,
    isConflicting: false,
    isEdited: false,
    ...change,
  };
  const branch: ReleaseBranch = {
    name: `${FOLDER}4`,
    sha: sha(90),
    number: 4,
    pull: change === null ? null : standing,
    blobs: [],
    ...own,
  };
  return branch;
}

const older = formatFilesMarker(LINE, { tag: "v1.4.3", parent: sha(1) });
const other = formatFilesMarker(LINE, { tag: "v1.5.0", parent: sha(2) });
const byPull = (branch: ReleaseBranch | null, change: Partial<LineState> = {}) =>
  due(seen({ branch }), { policyFile: PULL, ...change });

const refusedOn = (own: string, at: number) =>
  byPull(null, { memory: tried({ pullRefused: { sha: own, message: "Not **allowed**", at } }) });

describe("a release pull", () => {
  it("is opened with what the release would be, and merging it releases", () => {
    const planned = plan(byPull(null), NOON);
    expect(planned.reason.text).toBe("releasing v1.4.3 by a release pull");
    const action = actionOf(planned, "writeReleasePull");
    expect(action).toMatchObject({
      branch: `${FOLDER}1`,
      branchSha: null,
      number: null,
      closes: null,
      title: "chore(release): v1.4.3",
      changelogs: [],
    });
    expect(action?.body).toContain("Merging this releases `v1.4.3`.");
    expect(action?.body).toContain("[#2](https://github.com/acme/widgets/pull/2)");
    expect(action?.body.endsWith(formatFilesMarker(LINE, { tag: "v1.4.3", parent: sha(2) }))).toBe(
      true,
    );
  });

  it.each<[string, Partial<LineState>, string]>([
    ["after nothing", {}, "smallbatch/release/main/first/1"],
    [
      "after nothing, of a component",
      { line: { ...LINE, component: "gone" } },
      "smallbatch/release/main/first-gone/1",
    ],
  ])("has a branch of its own %s", (_, change, branch) => {
    const first = { baseTag: null, tags: [], releases: [], ...change };
    const atHead = [file("package.json", '{"version":"0.0.0"}')];
    const state = due(seen({ atHead }), { policyFile: PULL, ...first });
    expect(actionOf(plan(state, NOON), "writeReleasePull")?.branch).toBe(branch);
  });

  it.each<[string, ReleaseBranch, object]>([
    [
      "goes on where only its branch was made",
      branchOf(null),
      { branch: `${FOLDER}4`, branchSha: sha(90), number: null, closes: null },
    ],
    [
      "is brought up to date where the branch went on",
      branchOf({ body: older }),
      { branch: `${FOLDER}4`, branchSha: sha(90), number: 30, closes: null },
    ],
    [
      "is replaced where it conflicts",
      branchOf({ isConflicting: true }),
      { branch: `${FOLDER}5`, branchSha: null, number: null, closes: 30 },
    ],
    [
      "follows on a merged one",
      branchOf({ state: "merged", isConflicting: true }),
      { branch: `${FOLDER}5`, branchSha: null, number: null, closes: null },
    ],
  ])("%s", (_, branch, expected) => {
    expect(actionOf(plan(byPull(branch), NOON), "writeReleasePull")).toMatchObject(expected);
  });

  it.each<[string, Partial<ReleasePull>, string, string, string]>([
    [
      "waits to be merged",
      {},
      "release-pull",
      "prepared: v1.4.3 waits for its release pull #30 to be merged",
      "A person merges it",
    ],
    [
      "is left to whoever commits to it, as long as it is about this release",
      { isEdited: true, body: older, isConflicting: true },
      "release-pull",
      "prepared: v1.4.3 waits for its release pull #30 to be merged",
      "A person merges it",
    ],
    [
      "of other people's commits is not rewritten for another version",
      { isEdited: true, body: other },
      "release-pull-edited",
      "held: the next release is v1.4.3, and its release pull #30 says another version",
      "Close it and delete its branch",
    ],
    [
      "that was closed releases nothing",
      { state: "closed" },
      "release-pull-closed",
      "held: the release pull #30 was closed",
      "Reopen #30 to release `v1.4.3`, or delete its branch",
    ],
  ])("%s", (_, change, code, text, detail) => {
    const planned = plan(byPull(branchOf(change)), NOON);
    expect(planned.reason).toMatchObject({ code, text, blockedBy: ["#30"] });
    expect(planned.reason.detail).toContain(detail);
    expect(kindsOf(planned)).toEqual(["writeCheck"]);
  });

  it("that GitHub refused is tried again after an hour, and on a later head", () => {
    const planned = plan(refusedOn(sha(2), NOON - MINUTE), NOON);
    expect(planned.reason).toMatchObject({
      code: "release-pull-refused",
      text: "held: GitHub refused the release pull of v1.4.3: Not **allowed**",
    });
    expect(planned.reason.detail).toContain("GitHub said: Not \\*\\*allowed\\*\\*");
    expect(planned.wakeAt).toBe(NOON - MINUTE + HOUR);
    expect(kindsOf(plan(refusedOn(sha(2), NOON - HOUR), NOON))).toEqual(["writeReleasePull"]);
    expect(kindsOf(plan(refusedOn(sha(1), NOON - MINUTE), NOON))).toEqual(["writeReleasePull"]);
  });
});

/** Our commit of the files of v1.4.3, on the squash of pull 2. */
function broughtOf(change: Partial<Brought> = {}): Brought {
  return {
    sha: sha(3),
    tag: "v1.4.3",
    isOwn: true,
    pull: null,
    isExact: true,
    checks: [check("ci/test")],
    at: NOON - MINUTE,
    ...change,
  };
}

const OURS = commit(3, { message: "chore(release): v1.4.3" });
const FIX = commit(2, { pulls: [2] });

/** Our commit is the head, or pull 4 was merged after it. */
function written(
  brought: Partial<Brought> = {},
  { isLater = false, ...change }: Partial<LineState> & { readonly isLater?: boolean } = {},
): LineState {
  const commits = [...(isLater ? [commit(4, { pulls: [4] })] : []), OURS, FIX];
  return due(seen({ brought: [broughtOf(brought)] }), {
    head: head({ sha: commits[0]?.sha ?? "", checks: isLater ? [check("ci/test")] : [] }),
    commits,
    commitCount: commits.length,
    pulls: [pull(2), ...(isLater ? [pull(4)] : [])],
    ...change,
  });
}

/** Our commit came by merging release pull 30. */
function byMerge(state: LineState): LineState {
  const commits = state.commits.map((own) => (own === OURS ? { ...own, pulls: [30] } : own));
  return { ...state, commits, pulls: [...state.pulls, pull(30, { mergeSha: OURS.sha })] };
}

/** What is released, where; or what is done instead. */
function released(state: LineState): string {
  const planned = plan(state, NOON);
  const made = actionOf(planned, "publishRelease");
  if (made === null) return `${planned.reason.state}: ${kindsOf(planned).join(", ")}`;
  const pulls = made.card.units.map((unit) => `#${unit.pull}`).join(" ");
  return `${made.tag} on ${Number.parseInt(made.sha.slice(-6), 16)}: ${pulls}`;
}

describe("a commit of ours that brought the files", () => {
  it("is released, and is no change itself", () => {
    expect(released(written())).toBe("v1.4.3 on 3: #2");
  });

  it("is released alone, whatever was merged after it", () => {
    expect(released(written({}, { isLater: true }))).toBe("v1.4.3 on 3: #2");
  });

  it("says so on the commit that people merged, too", () => {
    const { actions } = plan(written(), NOON);
    const checks = actions.filter((action) => action.kind === "writeCheck");
    expect(checks.map((action) => action.sha).toSorted()).toEqual([sha(2), sha(3)]);
  });

  it.each<[string, Partial<Brought>, string]>([
    ["by its pull, whose checks are its own", { pull: 30, isExact: false }, "v1.4.3 on 3: #2"],
    [
      "not while those run",
      { pull: 30, isExact: false, checks: [check("ci/test", { state: "pending" })] },
      "held: writeCheck",
    ],
    [
      "not where they are red",
      { pull: 30, isExact: false, checks: [check("ci/test", { state: "red" })] },
      "held: writeCheck",
    ],
    ["not of another line", { isOwn: false }, "releasing: commitFiles"],
    ["not where somebody changed more", { isExact: false }, "releasing: commitFiles"],
    [
      "not on a head that is not green itself",
      { checks: [check("ci/test", { state: "pending" })] },
      "releasing: commitFiles",
    ],
  ])("is released %s", (_, brought, expected) => {
    const state = written(brought);
    expect(released(brought.pull === 30 ? byMerge(state) : state)).toBe(expected);
  });

  it("gives way to a later head where its own checks are red", () => {
    const red = { pull: 30, isExact: false, checks: [check("ci/test", { state: "red" })] };
    const state = written(red, { isLater: true });
    const planned = plan(byMerge(state), NOON);
    expect(actionOf(planned, "commitFiles")).toMatchObject({ tag: "v1.4.3", parent: sha(4) });
  });

  it("gives way to a higher version that a label asks for since, with its section", () => {
    const labels = [label("release:minor", "write")];
    const state = written({}, { pulls: [pull(2, { labels })] });
    expect(actionOf(plan(state, NOON), "commitFiles")).toMatchObject({
      tag: "v1.5.0",
      parent: sha(3),
      changelogs: [{ replaces: ["1.4.3"] }],
    });
  });

  it("in another form of tag, which the policy had before, leaves the changelog alone", () => {
    const state = written({ tag: "r1.4.3" });
    expect(actionOf(plan(state, NOON), "commitFiles")).toMatchObject({
      tag: "v1.4.3",
      changelogs: [{ replaces: [] }],
    });
  });

  it("is finished with the checks that count for it, where its tag stands", () => {
    const unfinished = tag("v1.4.3", { sha: sha(3) });
    const intent = { tag: "v1.4.3", sha: sha(3) };
    const state = written({}, { unfinished, memory: memory({ intent }) });
    const made = actionOf(plan(state, NOON), "publishRelease");
    expect(made?.card.checks).toEqual([{ name: "ci/test", state: "green" }]);
  });

  it("is released in the tag's own form, also as the first release", () => {
    const text = "version: 1\ntag: r{version}\nfiles: { package: on }\n";
    const first = { policyFile: policyFile(text), baseTag: null, tags: [], releases: [] };
    expect(released(written({ tag: "r0.1.0" }, first))).toBe("r0.1.0 on 3: #2");
  });

  it("is not released again, nor anything without files in the policy", () => {
    const tags = [tag("v1.4.3", { isAncestor: false }), tag("v1.4.2")];
    expect(plan(written({}, { tags }), NOON).reason.code).toBe("base-not-highest");
    const without = written({}, { policyFile: policyFile() });
    expect(released({ ...without, head: head({ sha: sha(3) }) })).toBe("v1.4.3 on 3: #2");
  });
});
