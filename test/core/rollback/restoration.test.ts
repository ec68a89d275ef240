import { describe, expect, it } from "@jest/globals";
import { digest } from "../../../src/core/digest.ts";
import { hearRestoration } from "../../../src/core/rollback/hear-restoration.ts";
import type { ActEnd } from "../../../src/core/rollback/hear-restoration.ts";
import { listInTheWay } from "../../../src/core/rollback/in-the-way.ts";
import { judgeRestoration } from "../../../src/core/rollback/judge-restoration.ts";
import type {
  RestorationAct,
  RestorationQuestion,
  RestorationSeen,
  RestoringPull,
} from "../../../src/core/rollback/judge-restoration.ts";
import {
  exemptRestoration,
  formatRestorationMarker,
} from "../../../src/core/rollback/restoration-marker.ts";
import {
  cutReason,
  describeRestoration,
  renderRestoringPull,
  titleOfRestoration,
  WHY,
} from "../../../src/core/rollback/restoration-words.ts";
import {
  beginRestoration,
  isRestorationBranch,
  isRestoring,
  retryRestoration,
} from "../../../src/core/rollback/restoration.ts";
import type { Restoration } from "../../../src/core/rollback/restoration.ts";
import {
  endStep,
  ISSUE_STEP,
  retryRefused,
  wantsRestoration,
} from "../../../src/core/rollback/rollback.ts";
import type { Rollback } from "../../../src/core/rollback/rollback.ts";
import type { CheckSeen } from "../../../src/core/state.ts";
import { NOON, SECOND, sha } from "../../support/states.ts";

const MINUTE = 60 * SECOND;
const BAD = { sha: sha(3), tree: sha(30) };
const BEFORE = { sha: sha(2), tree: sha(20) };
const HEAD = { sha: sha(4), tree: sha(40) };
const OURS = sha(5);
const URL = "https://github.com/acme/widgets";

const green: CheckSeen = {
  name: "ci/test",
  source: "status",
  state: "green",
  appId: null,
  startedAt: NOON,
  endedAt: NOON,
  url: null,
};

const PULL: RestoringPull = {
  id: "PR_51",
  number: 51,
  url: `${URL}/pull/51`,
  state: "open",
  isOurs: true,
  createdAt: NOON - 2 * MINUTE,
  isDraft: false,
  baseBranch: "main",
  headSha: OURS,
  hasConflict: false,
  isEmpty: false,
  blocked: null,
  reviews: null,
  queue: "none",
  checks: [green],
  mergedSha: null,
};

const BEGUN: Restoration = { ...beginRestoration("v1.4.3", NOON - 3 * MINUTE), commit: OURS };
const OPENED: Restoration = { ...BEGUN, pull: { number: 51, url: PULL.url } };

const SEEN: RestorationSeen = {
  bad: BAD,
  before: BEFORE,
  isOnBranch: true,
  isAfter: true,
  head: HEAD,
  wanted: BEFORE.tree,
  branch: { sha: OURS, tree: BEFORE.tree, parents: [BAD.sha], isOurs: true },
  pull: PULL,
  methods: ["squash", "merge"],
  refused: [],
};

function question(
  seen: Partial<RestorationSeen> = {},
  change: Partial<RestorationQuestion> = {},
): RestorationQuestion {
  return {
    tag: "v1.4.3",
    restore: { before: "v1.4.2", path: null, others: [] },
    restoration: OPENED,
    branch: "main",
    merge: "auto",
    rules: { expected: [], required: [], areChecksRequired: false },
    now: NOON,
    ...change,
    seen: { ...SEEN, ...seen },
  };
}

const withPull = (pull: Partial<RestoringPull>): Partial<RestorationSeen> => ({
  pull: { ...PULL, ...pull },
});

/** Nothing is made yet. */
const FRESH = { restoration: beginRestoration("v1.4.3", NOON) };
const NOTHING = { branch: null, pull: null };

describe("what is made", () => {
  it.each<[string, Partial<RestorationSeen>, Partial<RestorationQuestion>, RestorationAct]>([
    [
      "the tree of a component",
      { ...NOTHING, wanted: null },
      FRESH,
      { kind: "tree", bad: BAD.sha, before: BEFORE.sha },
    ],
    ["the commit", NOTHING, FRESH, { kind: "commit", tree: BEFORE.tree, parent: BAD.sha }],
    ["the branch", NOTHING, { restoration: BEGUN }, { kind: "branch", sha: OURS }],
    ["the pull", { pull: null }, { restoration: BEGUN }, { kind: "open" }],
    ["the pull, the commit known by what it is", { pull: null }, FRESH, { kind: "open" }],
  ])("%s", (_, seen, change, act) => {
    expect(judgeRestoration(question(seen, change)).act).toEqual(act);
  });

  it("keeps a commit that is known by what it is", () => {
    expect(judgeRestoration(question({ pull: null }, FRESH)).restoration.commit).toBe(OURS);
    expect(judgeRestoration(question({}, FRESH)).restoration).toMatchObject({ commit: OURS });
  });

  const branch = { sha: sha(8), tree: BEFORE.tree, parents: [BAD.sha], isOurs: true };
  it.each<[string, Partial<RestorationSeen>]>([
    [WHY.badGone("v1.4.3"), { bad: null }],
    [WHY.badGone("v1.4.2"), { before: null }],
    [WHY.branchGone("main"), { head: null }],
    [WHY.notOnBranch("v1.4.3", "main"), { isOnBranch: false }],
    [WHY.notAfter("v1.4.3", "v1.4.2"), { isAfter: false }],
    [WHY.taken(BEGUN.branch), { branch: { ...branch, isOurs: false } }],
    [WHY.taken(BEGUN.branch), { branch: { ...branch, parents: [HEAD.sha] } }],
    [WHY.taken(BEGUN.branch), { branch: { ...branch, parents: [BAD.sha, HEAD.sha] } }],
    [WHY.taken(BEGUN.branch), { branch: { ...branch, tree: HEAD.tree } }],
  ])("is nothing, and says why: %s", (reason, seen) => {
    expect(judgeRestoration(question({ ...NOTHING, ...seen }, FRESH))).toMatchObject({
      restoration: { state: "refused", reason },
      act: null,
      wakeAt: null,
    });
  });

  it.each([BAD.tree, HEAD.tree])("is nothing where nothing is to be undone", (wanted) => {
    expect(judgeRestoration(question({ ...NOTHING, wanted }, FRESH))).toMatchObject({
      restoration: { state: "merged", mergedSha: null, reason: WHY.nothing },
      act: null,
      wakeAt: NOON + 1,
    });
  });
});

const REFUSED = [{ method: "squash" as const, words: "No squash." }];

describe("the pull", () => {
  it.each<[string, Partial<RestorationSeen>, Partial<RestorationQuestion>, RestorationAct["kind"]]>(
    [
      ["is merged when it is green", {}, {}, "merge"],
      ["is put into the queue of its branch", withPull({ queue: "out" }), {}, "enqueue"],
      ["becomes a draft that conflicts", withPull({ hasConflict: true }), {}, "draft"],
      [
        "becomes ready when nothing is in its way any more",
        withPull({ isDraft: true }),
        { restoration: { ...OPENED, state: "conflicted" } },
        "ready",
      ],
      ["is closed when nothing is left for it", withPull({ isEmpty: true }), {}, "close"],
      ["is opened again where somebody asks", withPull({ state: "closed" }), {}, "reopen"],
      [
        "gets its branch back before",
        { ...withPull({ state: "closed" }), branch: null },
        {},
        "branch",
      ],
    ],
  )("%s", (_, seen, change, act) => {
    const judged = judgeRestoration(question(seen, change));
    expect(judged.act?.kind).toBe(act);
    expect(judged.restoration.pull).toEqual(OPENED.pull);
  });

  it("is merged by what the repository prefers and GitHub did not refuse", () => {
    expect(judgeRestoration(question()).act).toMatchObject({ method: "squash" });
    expect(judgeRestoration(question({ refused: REFUSED })).act).toMatchObject({ method: "merge" });
  });

  const waiting: Partial<RestorationQuestion> = { restoration: { ...OPENED, state: "waiting" } };
  const red: CheckSeen = { ...green, state: "red" };
  const pending: CheckSeen = { ...green, state: "pending" };
  it.each<[Restoration["state"], string, Partial<RestorationSeen>, Partial<RestorationQuestion>]>([
    ["waiting", WHY.red(["ci/test"]), withPull({ checks: [red] }), {}],
    ["waiting", WHY.running(["ci/test"]), withPull({ checks: [pending] }), {}],
    ["waiting", WHY.awaited([]), withPull({ checks: [], createdAt: NOON }), {}],
    [
      "waiting",
      WHY.awaited(["e2e"]),
      withPull({ createdAt: NOON }),
      { rules: { expected: ["e2e"], required: [], areChecksRequired: false } },
    ],
    [
      "waiting",
      WHY.missing(["e2e"]),
      withPull({ createdAt: NOON - 90 * MINUTE }),
      { rules: { expected: [], required: ["e2e"], areChecksRequired: false } },
    ],
    [
      "waiting",
      WHY.none,
      withPull({ checks: [] }),
      { rules: { expected: [], required: [], areChecksRequired: true } },
    ],
    ["waiting", WHY.changes, withPull({ reviews: "changes" }), {}],
    ["waiting", WHY.review, withPull({ reviews: "wanted", blocked: "blocked" }), {}],
    ["waiting", WHY.queued, withPull({ queue: "in" }), {}],
    ["manual", WHY.behind, withPull({ blocked: "behind", checks: [pending] }), {}],
    ["waiting", WHY.queued, withPull({ blocked: "behind", queue: "in" }), {}],
    ["waiting", WHY.blocked, withPull({ blocked: "blocked" }), {}],
    ["waiting", WHY.method([]), { methods: [] }, {}],
    ["waiting", "No squash. No.", { refused: [...REFUSED, { method: "merge", words: "No." }] }, {}],
    ["waiting", "No squash.", { methods: ["squash"], refused: REFUSED }, {}],
    [
      "manual",
      WHY.dropped,
      withPull({ queue: "out" }),
      { restoration: { ...OPENED, state: "waiting", reason: WHY.queued } },
    ],
    [
      "conflicted",
      WHY.conflict,
      withPull({ hasConflict: true, isDraft: true }),
      { restoration: { ...OPENED, state: "conflicted" } },
    ],
    ["manual", WHY.policy, {}, { merge: "manual" }],
    ["manual", WHY.draft, withPull({ isDraft: true }), waiting],
    ["manual", WHY.pushed, withPull({ headSha: sha(9) }), waiting],
    ["manual", WHY.base("next"), withPull({ baseBranch: "next" }), waiting],
    ["manual", WHY.theirs, withPull({ isOurs: false }), waiting],
    ["manual", WHY.closed, withPull({ state: "closed" }), waiting],
    ["manual", WHY.deleted, { ...withPull({ state: "closed" }), branch: null }, waiting],
    ["manual", WHY.closed, withPull({ state: "closed" }), FRESH],
    ["manual", WHY.lost(BEGUN.branch), { pull: null }, waiting],
    ["manual", WHY.merged("next"), withPull({ state: "merged", baseBranch: "next" }), waiting],
    [
      "refused",
      WHY.deleted,
      { ...withPull({ state: "closed" }), branch: null },
      { restoration: { ...OPENED, commit: null } },
    ],
    ["refused", "no", {}, { restoration: { ...OPENED, state: "refused", reason: "no" } }],
  ])("is %s: %s", (state, reason, seen, change) => {
    const { restoration, act, wakeAt } = judgeRestoration(question(seen, change));
    expect(restoration).toMatchObject({ state, reason });
    expect(act).toBeNull();
    expect(wakeAt).toBeGreaterThan(NOON);
  });

  it("is waited for while GitHub finds out, as it is", () => {
    const seen = withPull({ hasConflict: null, isEmpty: null, createdAt: NOON });
    const restoration: Restoration = { ...OPENED, state: "waiting", reason: "why" };
    const judged = judgeRestoration(question(seen, { restoration }));
    expect(judged).toEqual({ restoration, act: null, wakeAt: NOON + 3 * SECOND });
    expect(judgeRestoration(question(seen)).restoration).toMatchObject({
      state: "waiting",
      reason: WHY.unknown,
    });
    const late = judgeRestoration(question(seen, { now: NOON + 60 * MINUTE }));
    expect(late.wakeAt).toBe(NOON + 65 * MINUTE);
  });

  it("ends the restoration where it is merged, whoever did it", () => {
    const seen = withPull({ state: "merged", mergedSha: sha(7), isOurs: false, headSha: sha(9) });
    expect(judgeRestoration(question(seen))).toMatchObject({
      restoration: { state: "merged", mergedSha: sha(7), reason: null },
      wakeAt: NOON + 1,
    });
  });

  it("is looked at ever less often while people are waited for", () => {
    const waits = [0, 60 * MINUTE, 7 * 24 * 60 * MINUTE].map((ms) => {
      const restoration = { ...OPENED, state: "manual" as const, since: NOON - ms };
      const judged = judgeRestoration(question({}, { restoration, merge: "manual" }));
      return (judged.wakeAt ?? 0) - NOON;
    });
    expect(waits).toEqual([5 * MINUTE, 60 * MINUTE, 360 * MINUTE]);
  });
});

describe("what became of a step", () => {
  const acts: Readonly<Record<RestorationAct["kind"], RestorationAct>> = {
    tree: { kind: "tree", bad: BAD.sha, before: BEFORE.sha },
    commit: { kind: "commit", tree: BEFORE.tree, parent: BAD.sha },
    branch: { kind: "branch", sha: OURS },
    open: { kind: "open" },
    reopen: { kind: "reopen", pull: PULL },
    close: { kind: "close", pull: PULL },
    draft: { kind: "draft", pull: PULL },
    ready: { kind: "ready", pull: PULL },
    enqueue: { kind: "enqueue", pull: PULL },
    merge: { kind: "merge", pull: PULL, method: "squash" },
  };
  const hear = (kind: RestorationAct["kind"], ended: ActEnd, seen: Partial<RestorationSeen> = {}) =>
    hearRestoration(question(seen), acts[kind], ended);
  const done: ActEnd = { kind: "done" };

  it("leads to the next one", () => {
    const tree = hear("tree", { kind: "made", sha: sha(21) });
    expect(tree.seen?.wanted).toBe(sha(21));
    const commit = hear("commit", { kind: "made", sha: sha(6) });
    expect(commit).toMatchObject({ restoration: { commit: sha(6) }, wakeAt: null });
    const branch = hear("branch", done, NOTHING);
    expect(branch.seen?.branch).toMatchObject({ sha: OURS, isOurs: true });
    expect(hear("branch", done, { ...NOTHING, wanted: null }).seen?.branch?.tree).toBe("");
    const opened = hear("open", { kind: "opened", number: 52, url: "u" });
    expect(opened).toMatchObject({
      restoration: { state: "waiting", pull: { number: 52, url: "u" } },
      seen: null,
      wakeAt: NOON + 3 * SECOND,
    });
    expect(hear("branch", done)).toMatchObject({ seen: null });
  });

  it("decides where it stands", () => {
    expect(hear("merge", { kind: "made", sha: sha(7) }).restoration).toMatchObject({
      state: "merged",
      mergedSha: sha(7),
    });
    expect(hear("close", done).restoration).toMatchObject({ state: "merged", mergedSha: null });
    const draft = hear("draft", { kind: "done", inTheWay: [44] });
    expect(draft.restoration).toMatchObject({ state: "conflicted", inTheWay: [44] });
    expect(hear("draft", done).restoration.inTheWay).toEqual([]);
    expect(hear("ready", done).restoration).toMatchObject({ state: "waiting", inTheWay: [] });
    expect(hear("enqueue", done).restoration).toMatchObject({ reason: WHY.queued });
    expect(hear("reopen", done).restoration).toMatchObject({ state: "waiting" });
  });

  it.each(["tree", "commit", "open", "merge"] as const)("is read again after %s", (kind) => {
    expect(hear(kind, done)).toMatchObject({ restoration: OPENED, seen: null });
  });

  it("is read again soon where somebody was there first", () => {
    const moved = hear("merge", { kind: "moved" });
    expect(moved).toEqual({ restoration: OPENED, seen: null, wakeAt: NOON + MINUTE });
    const restoration = { ...OPENED, since: NOON };
    const soon = hearRestoration(question({}, { restoration }), acts.merge, { kind: "moved" });
    expect(soon.wakeAt).toBe(NOON + 3 * SECOND);
  });

  it("is tried in the next way where GitHub refused one", () => {
    const ended: ActEnd = { kind: "refused", words: "No squash.", isForbidden: false };
    const heard = hear("merge", ended);
    expect(heard).toEqual({
      restoration: OPENED,
      seen: { ...SEEN, refused: REFUSED },
      wakeAt: null,
    });
  });

  it.each<[RestorationAct["kind"], boolean, Restoration["state"]]>([
    ["commit", false, "refused"],
    ["branch", true, "refused"],
    ["open", false, "refused"],
    ["merge", true, "refused"],
    ["enqueue", false, "waiting"],
    ["draft", false, "waiting"],
    ["ready", false, "waiting"],
    ["close", true, "merged"],
  ])("that GitHub refused: %s, a permission missing %s: %s", (kind, isForbidden, state) => {
    const { restoration } = hear(kind, { kind: "refused", words: "No.", isForbidden });
    expect(restoration.state).toBe(state);
    expect(restoration.reason).toBe(kind === "close" ? WHY.nothing : "No.");
  });
});

const ROLLBACK: Rollback = {
  release: { id: 503, tag: "v1.4.3" },
  good: null,
  movesLatest: false,
  restore: { before: "v1.4.2", path: null, others: [] },
  affected: [],
  pulls: null,
  loses: null,
  by: "wilma",
  reason: "",
  url: `${URL}/issues/9#issuecomment-9`,
  at: NOON,
  steps: {},
  restoration: null,
  reland: null,
  risk: null,
  resumedAt: null,
  issue: { number: 12, url: `${URL}/issues/12` },
  openingAt: null,
  said: null,
};
const MARKED = endStep(ROLLBACK, "mark v1.4.3", { at: NOON, refused: null });

describe("a restoration", () => {
  it("begins when the release is marked and its issue stands, or cannot", () => {
    expect(wantsRestoration(ROLLBACK)).toBe(false);
    expect(wantsRestoration(MARKED)).toBe(true);
    expect(wantsRestoration({ ...MARKED, issue: null })).toBe(false);
    const untold = endStep({ ...MARKED, issue: null }, ISSUE_STEP, { at: NOON, refused: "410" });
    expect(wantsRestoration(untold)).toBe(true);
    expect(wantsRestoration({ ...MARKED, restore: null })).toBe(false);
  });

  it.each<[Restoration["state"], boolean, boolean]>([
    ["restoring", true, false],
    ["conflicted", true, false],
    ["waiting", true, false],
    ["manual", true, true],
    ["merged", false, false],
    ["released", false, false],
    ["abandoned", false, true],
    ["refused", true, true],
  ])("that is %s is looked after: %s; may be asked for again: %s", (state, isKept, isAgain) => {
    const restoration = { ...OPENED, state };
    expect(wantsRestoration({ ...MARKED, restoration })).toBe(isKept);
    const again = retryRestoration(restoration, NOON + 1);
    expect(again).toEqual(
      isAgain ? { ...OPENED, state: "restoring", since: NOON + 1, reason: null } : null,
    );
    expect(retryRefused({ ...MARKED, restoration }, NOON + 1)?.restoration ?? null).toEqual(again);
  });

  it("that was refused before there was a pull is left alone", () => {
    expect(isRestoring({ ...BEGUN, state: "refused" })).toBe(false);
    expect(retryRestoration(null, NOON)).toBeNull();
    const refused = endStep(MARKED, "mark v1.4.3", { at: NOON, refused: "no" });
    expect(retryRefused(refused, NOON)).toEqual({ ...MARKED, steps: {} });
  });

  it("has a branch by the tag", () => {
    expect(isRestorationBranch(BEGUN.branch)).toBe(true);
    expect(BEGUN.branch).toBe("smallbatch/rollback-v1.4.3");
    expect(isRestorationBranch("rollback-v1.4.3")).toBe(false);
  });
});

/** A pull that was merged so many minutes after noon; null: it was not. */
function later(number: number, minutes: number | null, ...files: string[]) {
  return { number, mergedAt: minutes === null ? null : NOON + minutes * MINUTE, files };
}

describe("what is in the way", () => {
  it("is what was merged later and changed the same files, the newest first", () => {
    const pulls = [
      later(44, 1, "a.js", "b.js"),
      later(45, 2, "c.js"),
      later(46, 3, "a.js"),
      later(47, -1, "a.js"),
      later(48, null, "a.js"),
      later(41, 4, "a.js"),
      ...Array.from({ length: 12 }, (_, nth) => later(60 + nth, 10 + nth, "a.js")),
    ];
    const named = listInTheWay(["a.js"], { pulls, released: [41], since: NOON });
    expect(named).toEqual([71, 70, 69, 68, 67, 66, 65, 64, 63, 62]);
    expect(
      listInTheWay(["a.js"], { pulls: pulls.slice(0, 6), released: [41], since: NOON }),
    ).toEqual([46, 44]);
  });
});

describe("what the pull says", () => {
  const place = { repositoryUrl: URL, branch: "main", isConflicting: false, marker: null };

  it("is what it undoes, for whom, and what is in its way", () => {
    expect(titleOfRestoration(ROLLBACK)).toBe("fix: roll back v1.4.3");
    expect(describeRestoration(ROLLBACK)).toBe(
      `Undo what v1.4.3 brought on top of v1.4.2.\n\n${URL}/issues/12`,
    );
    const text = renderRestoringPull({ ...ROLLBACK, reason: "@mona it burns" }, OPENED, place);
    expect(text).toContain(
      `[v1.4.3](${URL}/releases/tag/v1.4.3) is rolled back. Merged, this undoes what it brought on top of ` +
        `[v1.4.2](${URL}/releases/tag/v1.4.2), and keeps what was merged into \`main\` later.`,
    );
    expect(text).toContain("> `@mona` it burns");
    expect(text).toContain("Smallbatch merges it when its checks are green");
    const conflicting = renderRestoringPull(
      ROLLBACK,
      { ...OPENED, inTheWay: [46, 44] },
      { ...place, isConflicting: true },
    );
    expect(conflicting).toContain(
      `Merged later, and changed the same files: [\`#46\`](${URL}/pull/46), [\`#44\`](${URL}/pull/44).`,
    );
    expect(conflicting).not.toContain("merges it when");
  });

  it("does without what is not known", () => {
    const bare = { ...ROLLBACK, issue: null, restore: null };
    expect(describeRestoration(bare)).toBe("Undo what v1.4.3 brought on top of nothing.");
    // Of the pulls that are known, and where no component's part of them stays.
    const pulls = { shown: [41, 40].map((number) => ({ number, title: null, author: null })) };
    const many = { ...bare, pulls: { ...pulls, count: 3 } };
    const named = "Reverts #41\nReverts #40\n\nUndo what";
    expect(describeRestoration(many)).toContain(named);
    const root = { before: "v1.4.2", path: ".", others: [] };
    expect(describeRestoration({ ...many, restore: root })).toContain(named);
    for (const own of [
      { ...root, path: "web" },
      { ...root, others: ["web"] },
    ]) {
      expect(describeRestoration({ ...many, restore: own })).toMatch(/^Undo what/);
    }
    const text = renderRestoringPull(bare, BEGUN, { ...place, isConflicting: true });
    expect(text).toContain("on top of nothing");
    expect(text).toContain("No later pull request is known");
    const part = { before: "v1.4.2", path: "web", others: [] };
    expect(renderRestoringPull({ ...ROLLBACK, restore: part }, BEGUN, place)).toContain(
      "Nothing outside of `web` changes.",
    );
    const whole = { ...part, path: "." };
    expect(renderRestoringPull({ ...ROLLBACK, restore: whole }, BEGUN, place)).not.toContain(
      "outside",
    );
    expect(cutReason("x".repeat(600))).toHaveLength(500);
  });
});

const key = (text: string): string => digest([text]).repeat(4);

describe("the marker of our pull", () => {
  const marker = formatRestorationMarker(42, OURS, key);
  const pull = { body: `Words.\n\n${marker}`, headSha: OURS, isFork: false };

  it("exempts our very commit from limits of size, and says why", () => {
    expect(exemptRestoration(pull, 42, key)).toContain("it takes a release back");
    expect(
      renderRestoringPull(ROLLBACK, OPENED, {
        repositoryUrl: URL,
        branch: "main",
        isConflicting: false,
        marker,
      }).endsWith(`\n\n${marker}`),
    ).toBe(true);
  });

  it.each([
    ["another head", { ...pull, headSha: sha(9) }, 42],
    ["another repository", pull, 43],
    ["a fork", { ...pull, isFork: true }, 42],
    ["another commit", { ...pull, headSha: sha(9), body: marker.replace(OURS, sha(9)) }, 42],
    ["no marker", { ...pull, body: "commit" }, 42],
  ])("is nothing with %s", (_, forged, repository) => {
    expect(exemptRestoration(forged, repository, key)).toBeNull();
  });
});
