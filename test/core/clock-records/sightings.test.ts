import { describe, expect, it } from "@jest/globals";
import {
  findClaim,
  isTypeTelling,
  seeIssue,
} from "../../../src/core/clock-records/issue-sighting.ts";
import type { IssueRead } from "../../../src/core/clock-records/issue-sighting.ts";
import { isReleasable, kindOf } from "../../../src/core/clock-records/kind.ts";
import {
  approvedAtOf,
  isReviewer,
  seePull,
  seeStacked,
} from "../../../src/core/clock-records/pull-sighting.ts";
import type { PullRead, PullReview } from "../../../src/core/clock-records/pull-sighting.ts";
import {
  isBackfilled,
  placeTag,
  previousTag,
  seeDirect,
  seeRelease,
  seeRevert,
  seeRollbacks,
  unitsIn,
} from "../../../src/core/clock-records/release-sighting.ts";
import type { CarriedCommit } from "../../../src/core/clock-records/release-sighting.ts";
import { cardOf } from "../../support/cards.ts";
import { issueRead, pullLook, pullRead, releaseRead, shaOf } from "../../support/clock-reads.ts";

const AT = 1_000;
const DAY_MS = 86_400_000;

const ALICE = { id: 1, login: "alice", isBot: false };
const BOB = { id: 2, login: "bob", isBot: false };
const BOT = { id: 3, login: "renovate[bot]", isBot: true };
const AGENT = { id: 4, login: "copilot-swe-agent[bot]", isBot: true };

const kind = (title: string, more: Partial<Parameters<typeof kindOf>[0]> = {}) =>
  kindOf({ title, labels: [], messages: [], isDependencyBot: false, ...more });

const releasable = (title: string, labels: readonly string[] = []) =>
  isReleasable(kind(title), { title, labels });

const turn = (isReady: boolean, at: number) => ({ isReady, at });

describe("what a pull is about", () => {
  it.each([
    ["feat: x", "feature"],
    ["fix(api)!: x", "fix"],
    ["perf: x", "performance"],
    ["docs: x", "documentation"],
    ["refactor: x", "refactoring"],
    ["chore(deps): bump x", "dependencies"],
    ["fix(deps-dev): bump x", "dependencies"],
    ['Revert "feat: x"', "revert"],
    ["unheard!: x", "untyped"],
    ["Add x", "untyped"],
  ])("is said by %j", (title, expected) => {
    expect(kind(title)).toBe(expected);
  });

  it("is said by labels where the title is silent, and by security whatever it says", () => {
    expect(kind("Add x", { labels: ["Enhancement"] })).toBe("feature");
    expect(kind("fix: x", { labels: ["enhancement"] })).toBe("fix");
    expect(kind("feat: x", { labels: ["security"] })).toBe("security");
    expect(kind("Bump x", { isDependencyBot: true })).toBe("dependencies");
    expect(kind("Add x", { messages: ["chore: y", "feat: z\n\nbody"] })).toBe("feature");
  });

  it("asks for a release, or rides along", () => {
    expect(releasable("feat: x")).toBe(true);
    expect(releasable("Add x")).toBe(true);
    expect(releasable("docs: x")).toBe(false);
    expect(releasable("docs: x", ["release:patch"])).toBe(true);
    expect(releasable("refactor!: x")).toBe(true);
    expect(releasable("feat: x", ["Release:Skip"])).toBe(false);
  });
});

const file = (path: string, more: Partial<PullRead["files"][number]> = {}) =>
  ({
    path,
    previousPath: null,
    status: "modified",
    isBinary: false,
    additions: 3,
    deletions: 2,
    real: null,
    ...more,
  }) as const;

const LOOK = pullLook(AT);

const PULL = pullRead({
  number: 7,
  author: ALICE,
  createdAt: 100,
  mergedAt: 300,
  mergedBy: BOB,
  files: [file("src/x.ts")],
});

const look = (change: Partial<PullRead>) => seePull({ ...PULL, ...change }, LOOK).record;

const stacked = (change: Partial<PullRead>) =>
  seeStacked({ ...PULL, baseBranch: "feature", ...change }, LOOK);

const revertIn = (change: Partial<PullRead>) => seeRevert(seePull({ ...PULL, ...change }, LOOK));

const review = (
  author: PullReview["author"],
  state: PullReview["state"],
  at: number,
): PullReview => ({ author, state, at });

describe("a pull as GitHub has it", () => {
  it("says when it was begun, ready, reviewed and merged, and by whom", () => {
    const commit = { sha: shaOf("b"), name: "Alice", email: "a@example.com", isMerge: false };
    expect(
      look({
        commits: [
          { ...commit, message: "feat: x", author: ALICE, authoredAt: 50 },
          { ...commit, message: "Merge main", author: BOB, authoredAt: 10, isMerge: true },
        ],
        reviews: [
          review(BOT, "commented", 110),
          review(ALICE, "commented", 120),
          review(BOB, "approved", 200),
          review(BOB, "commented", 210),
        ],
        files: [file("src/x.ts"), file("test/x.test.ts")],
      }),
    ).toMatchObject({
      kind: "feature",
      firstAuthoredAt: 50,
      hasPersonsCommit: true,
      readyAt: 100,
      firstReviewAt: 200,
      approvedAt: 200,
      reviewerIds: [2],
      mergedById: 2,
      closedAt: null,
      hasTestChange: true,
      // A deleted line counts half, and so does one of a test.
      weightedLines: 6,
      components: null,
      wasGreen: true,
      isBot: false,
      initiatorId: null,
    });
    expect(look({})).toMatchObject({ firstAuthoredAt: null, hasPersonsCommit: null });
    expect(look({ reviews: [review(BOT, "approved", 110)] })).toMatchObject({
      firstReviewAt: null,
      reviewerIds: [],
    });
  });

  it("was ready when it was first no draft", () => {
    expect(look({ isDraft: true }).readyAt).toBeNull();
    expect(look({ turns: [turn(true, 150)] }).readyAt).toBe(150);
    expect(look({ turns: [turn(false, 150), turn(true, 160)] }).readyAt).toBe(100);
  });

  it("was a draft again from each turn to the next", () => {
    const again = (...turns: readonly ReturnType<typeof turn>[]) => look({ turns }).redrafts;
    expect(again()).toEqual([]);
    expect(again(turn(true, 150))).toEqual([]);
    expect(again(turn(false, 150), turn(true, 160))).toEqual([[150, 160]]);
    expect(again(turn(true, 1), turn(false, 2), turn(false, 3), turn(true, 4))).toEqual([[2, 4]]);
    expect(again(turn(true, 1), turn(false, 2))).toEqual([[2, null]]);
  });

  it("is open, or closed without a merge", () => {
    expect(look({ mergedAt: null, closedAt: null, mergedBy: null })).toMatchObject({
      mergedAt: null,
      closedAt: null,
      mergedById: null,
      wasGreen: null,
    });
    expect(look({ mergedAt: null, closedAt: 250 })).toMatchObject({ closedAt: 250 });
    const unknown = { hasTestChange: null, weightedLines: null, components: null };
    expect(look({ hasMoreFiles: true })).toMatchObject(unknown);
    const test = file("test/x.test.ts");
    expect(look({ hasMoreFiles: true, files: [test] }).hasTestChange).toBe(true);
    expect(look({}).hasTestChange).toBe(false);
  });

  it("is measured by the policy, and is in the components that it touches", () => {
    const components = [
      { name: "cli", path: "cli" },
      { name: "app", path: "app" },
    ];
    const files = [file("cli/x.ts"), file("app/x.ts"), file("app/y.ts"), file("README.md")];
    const measures = { size: { ...LOOK.measures.size, deletions: 0 }, components };
    expect(seePull({ ...PULL, files }, { ...LOOK, measures }).record).toMatchObject({
      weightedLines: 3 * 3 + 1.5,
      components: ["app", "cli"],
    });
  });

  it("that was merged into another branch waits for that branch", () => {
    expect(stacked({ mergedAt: null, closedAt: null })).toBeNull();
    expect(stacked({})?.record).toMatchObject({
      mergedAt: null,
      closedAt: null,
      isReleasable: false,
      headBranch: "x",
      onto: "feature",
      ontoAt: 300,
    });
    expect(stacked({ isFork: true })?.record.headBranch).toBeNull();
  });

  it("of a bot or an agent is somebody's who asked for it, where that is known", () => {
    expect(look({ author: BOT })).toMatchObject({
      isBot: true,
      initiatorId: null,
      kind: "dependencies",
    });
    expect(look({ author: AGENT, assigneeIds: [9] })).toMatchObject({
      isBot: false,
      initiatorId: 9,
      agents: [{ agent: "Copilot", role: "author", from: "account" }],
    });
  });

  it("says what it takes back", () => {
    const body = `This reverts commit ${shaOf("c")}.\n\nReverts #4`;
    expect(look({ title: 'Revert "feat: y"', body })).toMatchObject({
      kind: "revert",
      revertsShas: [shaOf("c")],
      revertsPulls: [4],
    });
    const message = `Revert "feat: y"\n\nThis reverts commit ${shaOf("d")}.`;
    const commit = { sha: shaOf("b"), name: "", email: "", isMerge: false, authoredAt: 1 };
    expect(
      look({ title: "Take back y", commits: [{ ...commit, message, author: ALICE }] }),
    ).toMatchObject({ revertsShas: [shaOf("d")] });
  });

  it("is approved from when the last needed yes came", () => {
    const yes = (at: number, by = BOB) => review(by, "approved", at);
    expect(approvedAtOf([], null)).toBeNull();
    expect(approvedAtOf([yes(1), yes(2)], 9)).toBe(1);
    expect(approvedAtOf([yes(1), review(BOB, "dismissed", 2), yes(3)], 9)).toBe(3);
    expect(approvedAtOf([yes(1), review(ALICE, "changes_requested", 2)], 9)).toBeNull();
    expect(approvedAtOf([yes(1), review(ALICE, "changes_requested", 2), yes(3, ALICE)], null)).toBe(
      3,
    );
    expect(approvedAtOf([yes(10)], 9)).toBeNull();
  });

  it("is reviewed by people alone", () => {
    expect(isReviewer(BOB, ALICE)).toBe(true);
    expect(isReviewer(ALICE, ALICE)).toBe(false);
    expect(isReviewer(BOT, ALICE)).toBe(false);
    expect(isReviewer({ id: 5, login: "claude", isBot: false }, ALICE)).toBe(false);
    expect(isReviewer({ id: null, login: "ghost", isBot: false }, ALICE)).toBe(false);
  });
});

const ISSUE = issueRead({ author: ALICE, createdAt: 10 });

const issue = (change: Partial<IssueRead>) => seeIssue({ ...ISSUE, ...change }, AT)?.record;

describe("an issue", () => {
  it("is feedback by its labels or its type", () => {
    expect(issue({})).toMatchObject({ key: "issue/3", kind: "bug", reporter: "external" });
    expect(issue({ labels: ["bug", "Regression"] })).toMatchObject({ kind: "regression" });
    expect(issue({ labels: [], type: "Bug" })).toMatchObject({ kind: "bug", kindBy: "type" });
    expect(issue({ type: "Bug" })).toMatchObject({ kind: "bug", kindBy: "label" });
    expect(issue({ labels: ["enhancement"], type: "Bug" })).toMatchObject({ kindBy: "type" });
    expect(issue({ labels: ["regression"], type: "Bug" })).toMatchObject({
      kind: "regression",
      kindBy: "label",
    });
    expect(issue({ labels: [], type: "Feature" })).toMatchObject({ kind: "idea", kindBy: "type" });
    expect(issue({ labels: [], type: "Task" })).toMatchObject({ isDropped: true });
    expect(issue({ labels: ["enhancement"], body: "since update to 1.2.3" })).toMatchObject({
      kind: "idea",
      claim: null,
    });
    expect(seeIssue({ ...ISSUE, isOurs: true }, AT)).toBeNull();
  });

  it.each<[Partial<IssueRead>, boolean]>([
    [{ labels: [] }, true],
    [{ labels: ["enhancement"] }, true],
    [{ labels: ["bug"] }, false],
    [{ labels: ["regression"] }, false],
    [{ labels: [], isOurs: true }, false],
  ])("of %j needs its type: %j", (change, expected) => {
    expect(isTypeTelling({ ...ISSUE, ...change })).toBe(expected);
  });

  it("that is none any more says so to the record, and begins none", () => {
    expect(issue({ labels: ["question"] })).toEqual({ key: "issue/3", isDropped: true });
    expect(issue({})).toMatchObject({ isDropped: false });
  });

  it("comes from outside, from the team, or from a bot", () => {
    expect(issue({ association: "MEMBER" })).toMatchObject({ reporter: "internal" });
    expect(issue({ author: BOT })).toMatchObject({ reporter: "bot" });
  });

  it.each<[Partial<IssueRead>, string | null]>([
    [{}, null],
    [{ closedAt: 20, reason: "COMPLETED" }, "fixed"],
    [{ closedAt: 20, reason: null }, "fixed"],
    [{ closedAt: 20, reason: "NOT_PLANNED" }, "declined"],
    [{ closedAt: 20, reason: "DUPLICATE" }, "declined"],
    [{ closedAt: 20, duplicateOf: 2 }, "declined"],
    [{ closedAt: 20, labels: ["bug", "invalid"] }, "declined"],
  ])("with %j ends as %j", (change, resolution) => {
    expect(issue(change)).toMatchObject({ resolution });
  });

  it("repeats another", () => {
    expect(issue({ duplicateOf: 2 })).toMatchObject({ duplicateOf: "issue/2" });
  });

  it.each<[string, string, readonly string[], unknown]>([
    ["Regressed in v1.4.2", "", [], { by: "words", version: "1.4.2" }],
    ["x", "This is a regression since `1.4.2`.", [], { by: "words", version: "1.4.2" }],
    ["x", "broken since 1.4.2-rc.1", [], { by: "words", version: "1.4.2-rc.1" }],
    ["x", "since the upgrade to v1.4.2 it fails", [], { by: "words", version: "1.4.2" }],
    ["x", "", ["regressed-in:v1.4.2"], { by: "label", version: "1.4.2" }],
    ["x", "Fixes: 0123456789ab", [], { by: "words", sha: "0123456789ab" }],
    [
      "x",
      "### Version\r\n\r\n1.4.2\r\n\r\n### OS\n\nLinux",
      [],
      { by: "version-field", version: "1.4.2" },
    ],
    ["x", "### Which version do you use?\n\nv1.4.2", [], { by: "version-field", version: "1.4.2" }],
    ["x", "### Version\n\nmain", [], null],
    ["x", "### Steps\n\n1.4.2", [], null],
    ["x", "It worked in 1.4.2", [], null],
    ["Progressed in 1.4.2", "", [], null],
  ])("%j, %j, %j is about %j", (title, body, labels, claim) => {
    expect(findClaim({ title, body, labels })).toEqual(claim);
  });
});

const RELEASE = releaseRead({ publishedAt: 500, committedAt: 400 });

const merged = (number: number, digit: string) => ({ number, mergeSha: shaOf(digit) });

const commit = (digit: string, change: Partial<CarriedCommit> = {}): CarriedCommit => ({
  sha: shaOf(digit),
  message: "x",
  committedAt: 1,
  isMerge: false,
  pulls: [],
  ...change,
});

describe("a release", () => {
  it("has a place by its tag", () => {
    expect(placeTag("v1.4.2")).toEqual({ component: "", version: "1.4.2" });
    expect(placeTag("1.4.2")).toEqual({ component: "", version: "1.4.2" });
    expect(placeTag("cli-v1.4.2-rc.1")).toEqual({ component: "cli", version: "1.4.2-rc.1" });
    expect(placeTag("@acme/cli@1.4.2")).toEqual({ component: "@acme/cli", version: "1.4.2" });
    expect(placeTag("nightly")).toBeNull();
    expect(placeTag("v1.4.2.1")).toBeNull();
  });

  it("follows the highest lower version of its component", () => {
    const tags = ["v1.4.2", "v1.4.1", "v1.10.0", "v1.4.2-rc.1", "v1.4.0", "cli-v1.4.1", "x"];
    expect(previousTag("v1.4.2", tags)).toBe("v1.4.1");
    expect(previousTag("v1.4.2-rc.1", tags)).toBe("v1.4.1");
    expect(previousTag("v1.10.0", tags)).toBe("v1.4.2");
    expect(previousTag("v1.4.0", tags)).toBeNull();
    expect(previousTag("cli-v1.4.1", tags)).toBeNull();
    expect(previousTag("x", tags)).toBeNull();
  });

  it("that was made up for later is none of its day", () => {
    const late = { ...RELEASE, publishedAt: 400 + 8 * DAY_MS };
    const later = { tag: "v1.5.0", publishedAt: 1_000 };
    expect(isBackfilled(late, [late, later])).toBe(true);
    expect(isBackfilled(late, [{ ...later, publishedAt: 9 * DAY_MS }])).toBe(false);
    expect(isBackfilled(late, [{ ...later, tag: "cli-v1.5.0" }])).toBe(false);
    expect(isBackfilled(late, [{ ...later, tag: "x" }])).toBe(false);
    expect(isBackfilled(RELEASE, [later])).toBe(false);
    expect(isBackfilled({ ...late, tag: "x" }, [later])).toBe(false);
  });

  it("brings each pull once, cherry-picks, and what was pushed", () => {
    const picked = `x\n\n(cherry picked from commit ${shaOf("9")})`;
    expect(
      unitsIn([
        commit("1", { pulls: [merged(4, "1")], isMerge: true }),
        commit("2", { pulls: [merged(4, "1")] }),
        commit("3", { pulls: [merged(5, "4")] }),
        commit("4", { pulls: [merged(5, "4")] }),
        commit("5", { message: picked }),
        commit("6", { message: picked, pulls: [merged(6, "6")] }),
        commit("7"),
        commit("8", { isMerge: true }),
      ]),
    ).toEqual([
      { pull: 4, sha: shaOf("1"), how: "ancestry" },
      { pull: 5, sha: shaOf("4"), how: "ancestry" },
      { pull: null, sha: shaOf("9"), how: "cherry-pick" },
      { pull: 6, sha: shaOf("6"), how: "cherry-pick" },
      { pull: null, sha: shaOf("7"), how: "direct" },
    ]);
    expect(
      seeDirect(
        [
          commit("1", { pulls: [merged(4, "1")] }),
          commit("7"),
          commit("8", { message: "docs: x" }),
        ],
        AT,
      ),
    ).toEqual([
      { at: AT, isWhole: false, record: { sha: shaOf("7"), at: 1, isReleasable: true } },
      { at: AT, isWhole: false, record: { sha: shaOf("8"), at: 1, isReleasable: false } },
    ]);
  });

  it("of somebody else is what GitHub shows", () => {
    const known = { at: AT, carries: [], isBackfill: false };
    expect(seeRelease(RELEASE, known)).toMatchObject({
      record: { component: "", channel: "stable", ownKind: "regular", overrides: 0 },
    });
    expect(seeRelease(RELEASE, { ...known, carries: null }).record.ownKind).toBe("first");
    expect(seeRelease(RELEASE, { ...known, isBackfill: true }).record.ownKind).toBe("backfill");
    const channel = (tag: string) => seeRelease({ ...RELEASE, tag }, known).record.channel;
    expect(channel("v1.4.2-next.1")).toBe("next");
    expect(channel("v1.4.2-1")).toBe("prerelease");
    expect(channel("nightly")).toBe("stable");
  });

  it("of ours is what its card says", () => {
    const card = cardOf({
      previousTag: "v1.4.1",
      line: { branch: "main", component: "cli", channel: "next" },
      units: [
        { pull: 4, sha: shaOf("1") },
        { pull: null, sha: shaOf("2") },
        { pull: 5, sha: shaOf("3"), isMissing: true },
      ],
      rollsBack: [{ tag: "v1.4.0", pulls: [], by: "mona", reason: "", issue: null }],
    });
    const known = { at: AT, carries: null, isBackfill: false };
    expect(seeRelease({ ...RELEASE, card }, known).record).toMatchObject({
      component: "cli",
      channel: "next",
      ownKind: "regular",
      carries: [
        { pull: 4, sha: shaOf("1"), how: "ancestry" },
        { pull: null, sha: shaOf("2"), how: "direct" },
      ],
      rollsBack: ["v1.4.0"],
    });
    const first = { ...RELEASE, card: cardOf({ previousTag: null }) };
    expect(seeRelease(first, known).record.ownKind).toBe("first");
    expect(seeRollbacks({ ...RELEASE, card }, AT)).toMatchObject([
      {
        record: {
          key: "rollback/v1.4.0",
          openedAt: 500,
          claim: { by: "rollback", tag: "v1.4.0" },
          fixRelease: "v1.4.2",
        },
      },
    ]);
    expect(seeRollbacks(RELEASE, AT)).toEqual([]);
  });

  it("is what a revert of its work speaks against", () => {
    expect(revertIn({})).toEqual([]);
    const title = 'Revert "feat: y"';
    const body = `This reverts commit ${shaOf("c")}.`;
    expect(revertIn({ title, body, mergedAt: null })).toEqual([]);
    expect(revertIn({ title })).toEqual([]);
    expect(revertIn({ title, body })).toMatchObject([
      { record: { key: "revert/7", openedAt: 300, claim: { sha: shaOf("c") }, fixPulls: [7] } },
    ]);
    expect(revertIn({ title, body: "Reverts #4" })).toMatchObject([
      { record: { claim: { pull: 4 } } },
    ]);
    expect(seeRevert({ at: AT, isWhole: false, record: {} })).toEqual([]);
    const bare = { number: 7, mergedAt: 9, revertsPulls: [4] };
    expect(seeRevert({ at: AT, isWhole: false, record: bare })).toMatchObject([
      { record: { reporterId: null } },
    ]);
    expect(seeRevert({ at: AT, isWhole: false, record: { number: 7, mergedAt: 9 } })).toEqual([]);
  });
});
