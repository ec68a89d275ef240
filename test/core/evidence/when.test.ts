import { describe, expect, it } from "@jest/globals";
import type { UnitDraft } from "../../../src/core/evidence/unit-draft.ts";
import { DRAFTS_MAX, judgeDrafting, listDraftedBefore } from "../../../src/core/evidence/when.ts";
import type { DraftingFacts, Readiness } from "../../../src/core/evidence/when.ts";
import type { Review } from "../../../src/core/pull.ts";
import { BOB, DAY, HOUR, MINUTE, NOON, openPull, sha } from "../../support/states.ts";

const READY: Readiness = {
  settled: { kind: "settled", contexts: ["ci/test"] },
  arrivedAt: NOON - HOUR,
  hasConflict: false,
};

type Change = Partial<Omit<DraftingFacts, "pull">> & { pull?: Partial<DraftingFacts["pull"]> };

function judge({ pull, ...change }: Change = {}, drafted: readonly number[] = []) {
  const facts = {
    pull: openPull(pull),
    authorPermission: "write",
    readiness: READY,
    ...change,
  } as const;
  return judgeDrafting(facts, drafted, NOON);
}

function review(change: Partial<Review> = {}): Review {
  const at = NOON - MINUTE;
  return { author: BOB, state: "approved", sha: sha(77), at, mayWrite: true, ...change };
}

const STRANGER = { authorPermission: "read" } as const;

describe("the line of an open pull", () => {
  it("is drafted where its author has write, and where somebody with write approves it", () => {
    expect(judge()).toEqual({ kind: "draft" });
    expect(judge({ ...STRANGER, pull: { reviews: [review()] } })).toEqual({ kind: "draft" });
  });

  it.each<[string, Change, string, string]>([
    ["a draft", { pull: { isDraft: true } }, "draft", "when the pull request is no draft any more"],
    ["a stranger's", STRANGER, "stranger", "when somebody with write approves its newest commit"],
    [
      "red",
      { readiness: { ...READY, settled: { kind: "red", names: ["ci/test"] } } },
      "red",
      "it is drafted when ci/test is green",
    ],
    [
      "without a check that is required",
      { readiness: { ...READY, settled: { kind: "missing", names: ["cla"] } } },
      "missing",
      "it is drafted when cla is green",
    ],
    [
      "in conflict",
      { readiness: { ...READY, hasConflict: true } },
      "conflict",
      "it is drafted when it can be merged into main",
    ],
  ])("is not drafted where it is %s", (_, change, code, words) => {
    const verdict = judge(change);
    expect(verdict).toMatchObject({ kind: "wait", code, wakeAt: null });
    expect(verdict).toHaveProperty("reason", expect.stringContaining(words));
  });

  it.each([
    [{ kind: "running", names: ["ci/test"], missing: [] }, "ci/test ended well"],
    [{ kind: "awaited", names: [] }, "its checks ended well"],
  ] as const)("waits for %j and looks again, for a day", (settled, words) => {
    const wakeAt = NOON + MINUTE;
    const running = { ...READY, settled: { ...settled, wakeAt } };
    expect(judge({ readiness: running })).toEqual({
      kind: "wait",
      code: "pending",
      reason: `it is drafted when ${words}`,
      wakeAt,
    });
    const old = { ...running, arrivedAt: NOON - DAY };
    expect(judge({ readiness: old })).toMatchObject({ code: "pending", wakeAt: null });
  });

  it("asks again where GitHub has not found out about conflicts", () => {
    const unknown = { ...READY, hasConflict: null };
    expect(judge({ readiness: unknown })).toMatchObject({
      code: "conflict-unknown",
      wakeAt: NOON + MINUTE,
    });
    const old = { ...unknown, arrivedAt: NOON - DAY };
    expect(judge({ readiness: old })).toMatchObject({ wakeAt: null });
  });

  it("needs no checks where there are none", () => {
    expect(judge({ readiness: { ...READY, settled: { kind: "none" } } })).toEqual({
      kind: "draft",
    });
  });

  it("asks GitHub for what is needed, and no more", () => {
    const unasked = { authorPermission: null, readiness: null };
    expect(judge(unasked)).toEqual({ kind: "ask", what: "author" });
    expect(judge({ ...unasked, authorPermission: "write" })).toEqual({
      kind: "ask",
      what: "readiness",
    });
    const approved = { ...unasked, pull: { reviews: [review()] } };
    expect(judge(approved)).toEqual({ kind: "ask", what: "readiness" });
    expect(judge({ ...unasked, authorPermission: "triage" })).toMatchObject({ code: "stranger" });
    for (const [change, drafted] of [
      [{ ...unasked, pull: { isDraft: true } }, []],
      [unasked, [NOON - MINUTE]],
      [unasked, Array.from({ length: DRAFTS_MAX }, () => NOON - DAY)],
    ] as const) {
      expect(judge(change, drafted)).toMatchObject({ kind: "wait" });
    }
  });

  it("is drafted ten minutes apart, five times", () => {
    expect(judge({}, [NOON - 10 * MINUTE])).toEqual({ kind: "draft" });
    expect(judge({}, [NOON - 10 * MINUTE + 1])).toMatchObject({
      code: "pause",
      wakeAt: NOON + 1,
    });
    const four = [5, 4, 3, 2].map((hours) => NOON - hours * HOUR);
    expect(judge({}, four)).toEqual({ kind: "draft" });
    expect(judge({}, [...four, NOON - HOUR])).toMatchObject({ code: "enough", wakeAt: null });
  });
});

const asked = (askedAt: number, change: Partial<UnitDraft> = {}): UnitDraft => ({
  unit: "#12",
  contentKey: "k",
  seenKey: "s",
  purpose: "pull",
  model: "m",
  usage: null,
  costUsd: null,
  askedAt,
  answeredAt: null,
  line: null,
  failure: null,
  ...change,
});

describe("drafts that were made before", () => {
  it("are those of the open pull that were paid for, in order", () => {
    const drafts = [
      asked(NOON),
      asked(NOON - 1),
      asked(NOON - 2, { purpose: "merge" }),
      asked(NOON - 3, { purpose: "person" }),
      asked(NOON - 4, { failure: { code: "injection-suspected", reason: "r" } }),
      asked(NOON - 5, { failure: { code: "overloaded", reason: "r" } }),
    ];
    expect(listDraftedBefore(drafts)).toEqual([NOON - 5, NOON - 1, NOON]);
  });
});

describe("an approval", () => {
  it.each<[string, readonly Review[]]>([
    ["of an earlier commit", [review({ sha: sha(76) })]],
    ["of a commit that is gone", [review({ sha: null })]],
    ["by somebody who may not push", [review({ mayWrite: false })]],
    ["that was taken back", [review(), review({ state: "changes_requested" })]],
    ["that was dismissed", [review({ state: "dismissed" })]],
    ["that is a comment", [review({ state: "commented" })]],
  ])("%s is none", (_, reviews) => {
    expect(judge({ ...STRANGER, pull: { reviews } })).toMatchObject({ code: "stranger" });
  });

  it("stands while its reviewer only comments", () => {
    const reviews = [review(), review({ state: "commented" })];
    expect(judge({ ...STRANGER, pull: { reviews } })).toEqual({ kind: "draft" });
  });

  it("pays for one draft: another title needs another one", () => {
    const drafted = [NOON - HOUR];
    const before = judge(
      { ...STRANGER, pull: { reviews: [review({ at: NOON - 2 * HOUR })] } },
      drafted,
    );
    expect(before).toMatchObject({ code: "stranger" });
    expect(before).toHaveProperty("reason", expect.stringContaining("approves it once more"));
    const unknown = { ...STRANGER, pull: { reviews: [review({ at: null })] } };
    expect(judge(unknown)).toEqual({ kind: "draft" });
    expect(judge(unknown, drafted)).toMatchObject({ code: "stranger" });
    const after = { ...STRANGER, pull: { reviews: [review()] } };
    expect(judge(after, drafted)).toEqual({ kind: "draft" });
  });
});
