import { describe, expect, it } from "@jest/globals";
import { commandsOf, judgeCommand, judgeComment } from "../../src/core/obey.ts";
import { questionOf } from "../../src/core/question.ts";
import type { Decision } from "../../src/core/question.ts";
import type { CommentSeen, PullHead } from "../../src/core/said.ts";
import type { LineState, Permission } from "../../src/core/state.ts";
import {
  ALICE,
  batchOf,
  DAY,
  lineState,
  memory,
  MINUTE,
  NOON,
  policyFile,
  release,
  ROBOT,
  sha,
  tag,
} from "../support/states.ts";

const MONA = { id: 21, login: "mona", isBot: false };

const HEAD: PullHead = {
  author: ALICE,
  isMerged: false,
  isOpen: true,
  isFork: false,
  baseBranch: "main",
  headSha: sha(77),
  isProven: true,
};

function comment(body: string, change: Partial<CommentSeen> = {}): CommentSeen {
  return {
    id: 7,
    issue: null,
    url: "https://github.com/acme/widgets/pull/12#issuecomment-7",
    body,
    author: MONA,
    createdAt: NOON - MINUTE,
    isEdited: false,
    isTaken: false,
    number: 12,
    status: null,
    pull: HEAD,
    previews: [],
    ...change,
  };
}

function decide(
  said: CommentSeen,
  state: LineState = lineState(),
  permission: Permission = "maintain",
): Decision {
  const [command] = commandsOf(said);
  if (command === undefined) throw new Error("No command");
  const question = questionOf(said, { state, permission, now: NOON });
  return judgeCommand(question, command, () => "1.4.3");
}

const said = (decision: Decision): string => (decision.kind === "answer" ? decision.text : "");

const ON = policyFile("version: 1\npreview: on\n");

describe("/release", () => {
  it("becomes an order for the batch that stands there", () => {
    const state = batchOf([{ title: "feat!: all new" }]);
    expect(decide(comment("/release as 3.0.0"), state)).toEqual({
      kind: "order",
      order: {
        how: "as",
        version: "3.0.0",
        level: "major",
        base: "v1.4.2",
        by: "mona",
        url: "https://github.com/acme/widgets/pull/12#issuecomment-7",
        at: NOON,
      },
    });
  });

  it("is an order for a patch where all of it rides along", () => {
    const decision = decide(comment("/release"), batchOf([{ title: "docs: explain" }]));
    expect(decision).toMatchObject({ kind: "order", order: { level: "patch" } });
  });

  it.each<[string, Partial<CommentSeen>, Partial<LineState>, Permission, RegExp]>([
    ["/release", {}, {}, "write", /this needs the permission maintain/],
    ["/release", {}, { policyFile: null }, "admin", /only watches here/],
    ["/release", {}, { canRelease: false }, "admin", /only observes/],
    ["/release as one", {}, {}, "admin", /is no version; it has three numbers/],
    ["/release", {}, { head: null }, "admin", /no commit/],
    [
      "/release",
      {},
      { repository: { ...lineState().repository, isArchived: true } },
      "admin",
      /is archived/,
    ],
    [
      "/release",
      {},
      { policyFile: policyFile("version: 1\nmay: {release: [wilma]}\n") },
      "admin",
      /this needs to be named in `may`/,
    ],
    [
      "/release as 1.5.0",
      {},
      {
        line: { ...lineState().line, channel: "main" },
        policyFile: policyFile("version: 1\nchannels: [main]\n"),
      },
      "admin",
      /a channel gets the prereleases that follow/,
    ],
    [
      "/release as 1.5.0",
      {},
      { policyFile: policyFile("version: 1\ncomponents: [{name: core, path: core}]\n") },
      "admin",
      /components with versions of their own \(`core`\).*`\/release as 1\.5\.0 for core`, or `\/release as 1\.5\.0 for \.`/,
    ],
    [
      "/release as 1.4.2 for .",
      {},
      { policyFile: policyFile("version: 1\ncomponents: [{name: core, path: core}]\n") },
      "admin",
      /`v1\.4\.2` is not higher/,
    ],
    [
      "/release as 1.6.0",
      { pull: null },
      { line: { ...lineState().line, branch: "1.4.x" } },
      "admin",
      /`v1\.6\.0` is not in the range of `1\.4\.x`/,
    ],
    ["/release", {}, { policyFile: policyFile("nonsense") }, "admin", /policy file is not valid/],
    ["/release", { pull: { ...HEAD, baseBranch: "next" } }, {}, "admin", /goes into `next`/],
    ["/release", {}, { commits: [], commitCount: 0, pulls: [] }, "admin", /nothing to release/],
    [
      "/release",
      {},
      { tags: [tag("v1.4.2"), tag("v9.0.0", { isAncestor: false })] },
      "admin",
      /tag v9\.0\.0 is not on this branch.*write `base: v1\.4\.2`/s,
    ],
    ["/release as 1.4.2", {}, {}, "admin", /`v1\.4\.2` is not higher than `v1\.4\.2`/],
    ["/release as 1.4.1", {}, {}, "admin", /is not higher/],
    ["/release as 2.0.0-beta.1", {}, {}, "admin", /would be a prerelease/],
    [
      "/release as 2.0.0",
      {},
      { tags: [tag("v1.4.2"), tag("2.0.0", { sha: sha(9), isAncestor: false })] },
      "admin",
      /`2\.0\.0` stands already/,
    ],
    [
      "/release as 2.0.0",
      {},
      { memory: memory({ announcedTag: "v2.0.0" }) },
      "admin",
      /was released before/,
    ],
  ])("%s is answered (%j, %j, %s)", (body, change, state, permission, words) => {
    expect(said(decide(comment(body, change), lineState(state), permission))).toMatch(words);
  });

  it("may give the first version of all", () => {
    const first = lineState({ baseTag: null, tags: [], releases: [] });
    expect(decide(comment("/release as 1.0.0"), first)).toMatchObject({
      kind: "order",
      order: { version: "1.0.0", base: null },
    });
  });

  it("may give a higher version of the range of its maintenance branch", () => {
    const old = lineState({ line: { ...lineState().line, branch: "1.4.x" } });
    const inRange = comment("/release as 1.4.9", { pull: null });
    expect(decide(inRange, old)).toMatchObject({ kind: "order", order: { version: "1.4.9" } });
  });

  it("that was taken is given again only while nothing was released since", () => {
    const taken = comment("/release", { isTaken: true });
    expect(decide(taken).kind).toBe("order");
    const since = lineState({ releases: [release("v1.4.2", { publishedAt: NOON - MINUTE / 2 })] });
    expect(decide(taken, since)).toEqual({ kind: "nothing" });
  });
});

const components = (names: readonly string[]): string =>
  `version: 1\ncomponents: [${names.map((name) => `{name: ${name}, path: ${name}}`).join(", ")}]\n`;

describe("/release for a component", () => {
  const NAMES = Array.from({ length: 12 }, (_, at) => `part-${at}`);
  const LINKED = `${components(["core", "cli", "web"])}linked: [[core, cli]]\n`;

  const lineOf = (component: string, change: Partial<LineState> = {}) => {
    const base = component === "" ? "v1.4.2" : `${component}-v1.4.2`;
    const line = { ...lineState().line, component };
    const files = [{ path: `${component}/a.js`, previousPath: null }];
    return lineState({
      line,
      policyFile: policyFile(LINKED),
      tags: [tag(base)],
      baseTag: tag(base),
      unitFiles: [{ pull: 2, sha: sha(2), files, isComplete: true }],
      ...change,
    });
  };

  it.each([
    ["/release now for web", ["web"]],
    ["/release as 2.0.0 for web", ["web"]],
    ["/release now for .", [""]],
    // They have one version.
    ["/release for cli", ["core", "cli"]],
    ["/release as 2.0.0 for core", ["core", "cli"]],
    ["/release now", ["", "core", "cli", "web"]],
  ])("is heard by those lines that it names: %s", (body, taken) => {
    const lines = ["", "core", "cli", "web"];
    const kinds = lines.map((name) => decide(comment(body), lineOf(name)).kind);
    expect(lines.filter((_, at) => kinds[at] === "order")).toEqual(taken);
    expect(kinds.filter((kind) => kind !== "order")).toEqual(
      Array.from({ length: 4 - taken.length }, () => "elsewhere"),
    );
  });

  it.each<[string, Partial<LineState>, RegExp]>([
    ["for Web", {}, /^there is no component `Web`; there are `core`, `cli`, `web`\.$/],
    ["for web", {}, /^`web` is not released of the branch `main`\.$/],
    [
      "for web",
      { policyFile: policyFile("version: 1\n") },
      /^there is no component `web`; this repository has none\.$/,
    ],
    [
      "for web",
      { policyFile: policyFile(components(NAMES)) },
      /there are `part-0`, .*`part-9` and 2 more\.$/,
    ],
  ])("says of which there is none: %s", (whose, change, words) => {
    const state = lineOf("", change);
    const decision = decide(comment(`/release now ${whose}`), state);
    expect(decision).toEqual({ kind: "elsewhere", text: expect.stringMatching(words) });
    // It was taken before, by a component that is gone.
    const again = comment(`/release now ${whose}`, { isTaken: true });
    expect(decide(again, state)).toEqual({ kind: "nothing" });
  });

  it("says that the whole repository has no versions", () => {
    const none = lineOf("", { tags: [], baseTag: null, unitFiles: [] });
    const files = [{ path: "README.md", previousPath: null }];
    const unitFiles = none.commits.map(({ sha: own }) => ({
      pull: 2,
      sha: own,
      files,
      isComplete: true,
    }));
    const decision = decide(comment("/release now for ."), { ...none, unitFiles });
    expect(said(decision)).toMatch(/touched no component.*write `tag: v\{version\}`/s);
  });

  it("is refused where the version is not above the component's own", () => {
    const decision = decide(comment("/release as 1.4.2 for web"), lineOf("web"));
    expect(said(decision)).toBe("`web-v1.4.2` is not higher than `web-v1.4.2`, the last release.");
  });
});

describe("told again after a crash or a loss", () => {
  const taken = comment("/release as 3.0.0", { isTaken: true });
  const made = tag("v3.0.0", { sha: sha(2) });

  it("leaves alone an order that is kept", () => {
    const order = { how: "as", version: "3.0.0", level: "patch", base: "v1.4.2" } as const;
    const kept = memory({ order: { ...order, by: "mona", url: taken.url, at: NOON } });
    expect(decide(taken, lineState({ memory: kept }))).toEqual({ kind: "nothing" });
    const another = memory({ order: { ...order, by: "mona", url: "https://other", at: NOON } });
    expect(decide(taken, lineState({ memory: another })).kind).toBe("order");
  });

  it("knows the tag that was made for it, and finishes its release as ordered", () => {
    const lost = lineState({ tags: [made, tag("v1.4.2")], baseTag: made });
    expect(decide(taken, lost)).toEqual({
      kind: "finish",
      intent: { tag: "v3.0.0", sha: sha(2) },
    });
    const known = lineState({
      tags: [made, tag("v1.4.2")],
      unfinished: made,
      memory: memory({ intent: { tag: "v3.0.0", sha: sha(2) } }),
    });
    expect(decide(taken, known)).toMatchObject({ kind: "order", order: { base: "v1.4.2" } });
    expect(said(decide(comment("/release as 3.0.0"), lost))).toMatch(/is not higher than/);
  });
});

describe("/preview", () => {
  const state = lineState({ policyFile: ON });

  it("tags the head with the version and a number", () => {
    expect(decide(comment("/preview"), state, "write")).toEqual({
      kind: "preview",
      tag: "preview/pr-12/1.4.3-pr.12.1.ga0a0a0a",
      sha: sha(77),
    });
    const one = tag("preview/pr-12/1.4.3-pr.12.4.gb0b0b0b", { sha: sha(5) });
    expect(decide(comment("/preview", { previews: [one] }), state)).toMatchObject({
      tag: "preview/pr-12/1.4.3-pr.12.5.ga0a0a0a",
    });
  });

  it("finds the one that stands on the same head, also where nothing may be made any more", () => {
    const standing = tag("preview/pr-12/1.4.3-pr.12.1.ga0a0a0a", { sha: sha(77) });
    const late = comment("/preview", {
      previews: [standing],
      pull: { ...HEAD, isOpen: false, isProven: false },
    });
    expect(decide(late, state)).toMatchObject({ kind: "preview", tag: standing.name });
  });

  it.each<[Partial<CommentSeen>, Permission, RegExp]>([
    [{}, "triage", /this needs the permission write/],
    [{ pull: null }, "write", /this is an issue/],
    [{ pull: { ...HEAD, isFork: true } }, "admin", /a fork's work gets no tag/],
    [{ pull: { ...HEAD, isOpen: false } }, "write", /is closed/],
    [{ pull: { ...HEAD, isProven: false } }, "write", /the head is a0a0a0a now/],
    [
      {
        previews: [1, 2, 3].map((nth) =>
          tag(`preview/pr-12/1.4.3-pr.12.${nth}.gb0b0b0b`, { sha: sha(nth) }),
        ),
      },
      "write",
      /3 previews already/,
    ],
  ])("is answered (%j by %s)", (change, permission, words) => {
    expect(said(decide(comment("/preview", change), state, permission))).toMatch(words);
  });

  it("says where to look while no version can be said", () => {
    const [command] = commandsOf(comment("/preview"));
    if (command === undefined) throw new Error("No command");
    const asked = { state, permission: "write", now: NOON } as const;
    const question = questionOf(comment("/preview"), asked);
    expect(said(judgeCommand(question, command))).toMatch(
      /the check `smallbatch\/preview` says why/,
    );
  });

  it("is off until the policy says otherwise", () => {
    expect(said(decide(comment("/preview")))).toMatch(/previews are off here/);
  });
});

describe("a comment", () => {
  it.each<[string, Partial<CommentSeen>, Decision["kind"] | null]>([
    ["as it was said", {}, null],
    ["of a bot", { author: ROBOT }, "nothing"],
    ["of a deleted account", { author: { id: null, login: "ghost", isBot: false } }, "nothing"],
    ["that was edited", { isEdited: true }, "answer"],
    ["that is an open issue", { issue: { isOpen: true } }, null],
    ["that is an issue which was closed", { issue: { isOpen: false } }, "nothing"],
    ["that is an issue which was edited", { issue: { isOpen: true }, isEdited: true }, "answer"],
    ["of the day before yesterday", { createdAt: NOON - 2 * DAY }, "answer"],
    ["taken the day before yesterday", { createdAt: NOON - 2 * DAY, isTaken: true }, "nothing"],
  ])("%s is judged", (_, change, kind) => {
    expect(judgeComment(comment("/release", change), NOON)?.kind ?? null).toBe(kind);
  });
});

describe("/size-ok", () => {
  const words = "/size-ok the schema moves in one piece";
  const measure = { kind: "measure", reason: "the schema moves in one piece" };

  it("asks for the measure of an open pull, also where nothing may be released", () => {
    expect(decide(comment(words))).toEqual(measure);
    expect(decide(comment(words), lineState({ canRelease: false }))).toEqual(measure);
  });

  it("needs maintain, or what the policy asks", () => {
    expect(said(decide(comment(words), lineState(), "write"))).toBe(
      "this needs the permission maintain on this repository.",
    );
    const named = lineState({ policyFile: policyFile("version: 1\nmay: {liftSize: [wilma]}\n") });
    expect(said(decide(comment(words), named))).toMatch(/needs to be named in `may`/);
  });

  it("is of a pull that is open, at the head that stood there", () => {
    expect(said(decide(comment(words, { pull: null })))).toMatch(/this is an issue/);
    expect(said(decide(comment(words, { pull: { ...HEAD, isOpen: false } })))).toMatch(/is closed/);
    const moved = { ...HEAD, isProven: false };
    expect(said(decide(comment(words, { pull: moved })))).toMatch(/Look at it, and say it again/);
    expect(decide(comment(words, { pull: moved, isTaken: true }))).toEqual({ kind: "nothing" });
    expect(decide(comment(words, { pull: { ...HEAD, baseBranch: "side" } }))).toEqual(measure);
  });
});

describe("/notes", () => {
  const words = "/notes Widgets no longer shrink";
  const word = { kind: "word", text: "Widgets no longer shrink" };
  const own = { ...HEAD, author: { ...MONA, login: "Mona" } };

  it("is for whoever opened the pull, and for anybody with write", () => {
    expect(decide(comment(words), lineState(), "write")).toEqual(word);
    expect(decide(comment(words, { pull: own }), lineState(), "read")).toEqual(word);
    expect(said(decide(comment(words), lineState(), "triage"))).toBe(
      "this needs the permission write on this repository.",
    );
    expect(said(decide(comment(words, { pull: own }), lineState(), "none"))).toMatch(/read/);
  });

  it("is of a pull that is open or merged, also under a policy that is not valid", () => {
    const merged = { ...HEAD, isOpen: false, isMerged: true };
    const broken = lineState({ policyFile: policyFile("nonsense") });
    expect(decide(comment(words, { pull: merged }), broken)).toEqual(word);
    expect(said(decide(comment(words, { pull: null })))).toMatch(/this is an issue/);
    const closed = { ...HEAD, isOpen: false };
    expect(said(decide(comment(words, { pull: closed })))).toMatch(/closed without a merge/);
    expect(decide(comment(words, { pull: closed, isTaken: true }))).toEqual({ kind: "nothing" });
    expect(said(decide(comment(words), lineState({ policyFile: null })))).toMatch(/only watches/);
    expect(said(decide(comment(words), lineState({ canRelease: false })))).toMatch(/only observes/);
  });
});
