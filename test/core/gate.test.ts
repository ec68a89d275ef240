import { describe, expect, it } from "@jest/globals";
import type { FileList } from "../../src/core/changes.ts";
import { judgeGates } from "../../src/core/gate.ts";
import type { GatedChange, GateVerdict } from "../../src/core/gate.ts";
import { gatesSchema } from "../../src/core/policy/gates-schema.ts";
import type { Label, Review } from "../../src/core/pull.ts";
import type { Actor } from "../../src/core/state.ts";
import { ALICE, BOB, headOf, label, MINUTE, NOON, ROBOT, sha } from "../support/states.ts";

const CAROL: Actor = { id: 14, login: "carol", isBot: false };
const MERGED = NOON - MINUTE;
const AGENT = { name: "Claude", evidence: "Co-authored-by: Claude" };

/** Pull 12 by alice, written with an agent and merged by bob a minute ago. */
function change(own: Partial<GatedChange> = {}): GatedChange {
  const reviews = own.reviews ?? [];
  return {
    number: 12,
    author: ALICE,
    mergedBy: BOB,
    mergedAt: MERGED,
    headSha: headOf(12),
    reviews,
    reviewCount: reviews.length,
    labels: [],
    agents: [AGENT],
    ...own,
  };
}

function review(author: Actor, own: Partial<Review> = {}): Review {
  const at = MERGED - MINUTE;
  return { author, state: "approved", sha: headOf(12), at, mayWrite: true, ...own };
}

function vouched(login: string, own: Partial<Label> = {}): Label {
  return { ...label("release:reviewed", "write"), setBy: { login, at: NOON }, ...own };
}

function files(...paths: readonly string[]): FileList {
  return { files: paths.map((path) => ({ path, previousPath: null })), isComplete: true };
}

/** Verdicts by rule. */
function verdicts(
  own: Partial<GatedChange>,
  gates: object,
  list: FileList | null = null,
): Record<string, GateVerdict> {
  const judged = judgeGates(change(own), list, gatesSchema.parse(gates));
  return Object.fromEntries(judged.map(({ rule, verdict }) => [rule, verdict]));
}

function textOf(own: Partial<GatedChange>, gates: object, list: FileList | null = null): string {
  return judgeGates(change(own), list, gatesSchema.parse(gates))[0]?.text ?? "";
}

describe("without gates", () => {
  it("nothing is judged", () => {
    expect(verdicts({}, {})).toEqual({});
    expect(verdicts({}, { agents: "record", authorMayMerge: true, paths: {} })).toEqual({});
  });
});

describe("a change that an agent wrote", () => {
  it.each<[string, Partial<GatedChange>, GateVerdict]>([
    ["has no review", {}, "failed"],
    ["was approved by a person", { reviews: [review(BOB)] }, "passed"],
    ["is by a person alone", { agents: [] }, "not-applicable"],
    ["was approved by its author", { reviews: [review(ALICE)] }, "failed"],
    ["was approved by a bot", { reviews: [review(ROBOT)] }, "failed"],
    [
      "was approved by an agent with a person's account",
      { reviews: [review({ id: 15, login: "Copilot", isBot: false })] },
      "failed",
    ],
    [
      "was approved by an account that is gone",
      { reviews: [review({ id: null, login: "ghost", isBot: false })] },
      "failed",
    ],
    [
      "was approved by somebody who may only read",
      { reviews: [review(BOB, { mayWrite: false })] },
      "failed",
    ],
    ["was approved before its last commit", { reviews: [review(BOB, { sha: sha(7) })] }, "failed"],
    ["was approved at a lost commit", { reviews: [review(BOB, { sha: null })] }, "failed"],
    ["was only commented on", { reviews: [review(BOB, { state: "commented" })] }, "failed"],
    [
      "was approved, and commented on later",
      { reviews: [review(BOB), review(BOB, { state: "commented" })] },
      "passed",
    ],
    [
      "was approved, and then not",
      { reviews: [review(BOB), review(BOB, { state: "changes_requested" })] },
      "failed",
    ],
    ["has a dismissed approval", { reviews: [review(BOB, { state: "dismissed" })] }, "failed"],
    [
      "was approved after changes were requested",
      { reviews: [review(BOB, { state: "changes_requested" }), review(BOB)] },
      "passed",
    ],
    [
      "was approved by another person after the merge",
      { reviews: [review(CAROL, { at: NOON })] },
      "passed",
    ],
    [
      "was approved after the merge by who merged it",
      { reviews: [review(BOB, { at: NOON })] },
      "failed",
    ],
    ["has a label by another person", { labels: [vouched("carol")] }, "passed"],
    ["has a label by its author", { labels: [vouched("Alice")] }, "failed"],
    ["has a label by who merged it", { labels: [vouched("bob")] }, "failed"],
    [
      "has a label from before the merge",
      { labels: [vouched("carol", { setBy: { login: "carol", at: MERGED - 1 } })] },
      "failed",
    ],
    [
      "has a label by somebody with triage",
      { labels: [vouched("carol", { setterPermission: "triage" })] },
      "failed",
    ],
    [
      "has a label, and the account that merged it is gone",
      { mergedBy: null, labels: [vouched("carol")] },
      "passed",
    ],
    [
      "has a label by somebody whose permission is not known",
      { labels: [vouched("carol", { setterPermission: null })] },
      "failed",
    ],
    ["has a label by nobody known", { labels: [vouched("carol", { setBy: null })] }, "failed"],
    ["has a label that nobody looked up", { labels: [label("release:reviewed")] }, "failed"],
    ["was pushed without a pull", { number: null, mergedBy: null }, "failed"],
    ["has reviews that were not read", { reviewCount: 31 }, "unknown"],
    [
      "has an approval among the newest of many",
      { reviews: [review(CAROL)], reviewCount: 31 },
      "passed",
    ],
  ])("and that %s", (_, own, verdict) => {
    expect(verdicts(own, { agents: "human-review" })).toEqual({ agents: verdict });
  });

  it.each<[string, Partial<GatedChange>, GateVerdict]>([
    ["one approval", { reviews: [review(BOB)] }, "failed"],
    ["two approvals by one person", { reviews: [review(BOB), review(BOB)] }, "failed"],
    ["two approvals", { reviews: [review(BOB), review(CAROL)] }, "passed"],
    ["an approval and a label", { reviews: [review(BOB)], labels: [vouched("carol")] }, "passed"],
    [
      "an approval and a label by one person",
      { reviews: [review(CAROL, { at: NOON })], labels: [vouched("carol")] },
      "failed",
    ],
    ["a label alone", { labels: [vouched("carol")] }, "failed"],
  ])("needs two reviews, and has %s", (_, own, verdict) => {
    expect(verdicts(own, { agents: "two-reviews" })).toEqual({ agents: verdict });
  });

  it.each<[string, Partial<GatedChange>, string, string]>([
    [
      "what is missing, and who cannot give it",
      {},
      "human-review",
      "it needs an approval by a person who may write here and is not `alice` or `bob` (written with Claude)",
    ],
    [
      "no merger while it is open",
      { mergedAt: null, mergedBy: null },
      "human-review",
      "it needs an approval by a person who may write here and is not `alice` (written with Claude)",
    ],
    [
      "two where none is there",
      { mergedBy: ALICE },
      "two-reviews",
      "it needs two approvals by two people who may write here and are not `alice` (written with Claude)",
    ],
    [
      "one more where one is there",
      { reviews: [review(CAROL)] },
      "two-reviews",
      "it needs one more approval by a person who may write here and is not `alice` or `bob` or `carol` (written with Claude)",
    ],
    [
      "that an approval was of something else",
      { reviews: [review(CAROL, { sha: "1234567".padEnd(40, "0") })] },
      "human-review",
      "it needs an approval by a person who may write here and is not `alice` or `bob` (written with Claude); `carol` approved `1234567`, and what was merged is `a0a0a0a`",
    ],
    [
      "that who approved may not write",
      { reviews: [review(CAROL, { mayWrite: false })] },
      "human-review",
      "it needs an approval by a person who may write here and is not `alice` or `bob` (written with Claude); `carol` approved it, and may not write here",
    ],
    [
      "how many reviews were read",
      { reviewCount: 40, reviews: [review(CAROL, { state: "commented" })] },
      "human-review",
      "it needs an approval by a person who may write here and is not `alice` or `bob` (written with Claude); only the newest 1 of its 40 reviews were read",
    ],
    ["who approved it", { reviews: [review(BOB)] }, "human-review", "approved by `bob`"],
    [
      "who vouched for it",
      { labels: [vouched("carol")] },
      "human-review",
      "`carol` vouched for it by the label `release:reviewed`",
    ],
  ])("says %s", (_, own, agents, text) => {
    expect(textOf(own, { agents })).toBe(text);
  });
});

describe("paths", () => {
  const gates = { paths: { "infra/**": "human-review", "*.sql": "two-reviews" } };

  it.each<[string, FileList | null, Partial<GatedChange>, readonly GateVerdict[]]>([
    ["neither is touched", files("src/a.js"), {}, ["not-applicable", "not-applicable"]],
    ["one is touched", files("src/a.js", "infra/a.tf"), {}, ["failed", "not-applicable"]],
    ["both are touched", files("infra/1.sql"), { reviews: [review(BOB)] }, ["passed", "failed"]],
    [
      "one was moved away from there",
      { files: [{ path: "a.tf", previousPath: "infra/a.tf" }], isComplete: true },
      {},
      ["failed", "not-applicable"],
    ],
    ["the files were not read", null, {}, ["unknown", "unknown"]],
    [
      "the list is cut",
      { files: [{ path: "a", previousPath: null }], isComplete: false },
      {},
      ["unknown", "unknown"],
    ],
    [
      "the list is cut after a file there",
      { files: [{ path: "infra/a", previousPath: null }], isComplete: false },
      {},
      ["failed", "unknown"],
    ],
    [
      "the list is cut, and the reviews are there anyway",
      { files: [], isComplete: false },
      { reviews: [review(BOB), review(CAROL)] },
      ["passed", "passed"],
    ],
    [
      "it was pushed without a pull",
      files("infra/a"),
      { number: null },
      ["failed", "not-applicable"],
    ],
  ])("where %s", (_, list, own, expected) => {
    expect(Object.entries(verdicts(own, gates, list))).toEqual([
      ["paths infra/**", expected[0]],
      ["paths *.sql", expected[1]],
    ]);
  });

  const named = { paths: { "infra/**": ["Carol", "dora"] } };
  it.each<[string, Partial<GatedChange>, GateVerdict]>([
    ["nobody", {}, "failed"],
    ["somebody else", { reviews: [review(BOB)] }, "failed"],
    ["one of them", { reviews: [review(CAROL)] }, "passed"],
    ["one of them by label", { labels: [vouched("carol")] }, "passed"],
    ["somebody else by label", { labels: [vouched("eve")] }, "failed"],
    ["nobody, and one of them wrote it", { author: CAROL }, "passed"],
  ])("of named people, and reviewed by %s", (_, own, verdict) => {
    expect(verdicts(own, named, files("infra/a"))).toEqual({ "paths infra/**": verdict });
  });

  it("say which file it is about, and who could approve it", () => {
    expect(textOf({}, named, files("src/a", "infra/`a`@b"))).toBe(
      "it needs an approval by `Carol` or `dora` (it touches `infra/'a'@b`)",
    );
    expect(textOf({}, named, { files: [], isComplete: false })).toBe(
      "it needs an approval by `Carol` or `dora` (nobody knows whether it touches `infra/**`: " +
        "GitHub lists 0 of its files, and not all)",
    );
    expect(textOf({ number: null, mergedBy: null }, { agents: "human-review" })).toBe(
      "it was pushed without a pull request, where nobody could review it (written with Claude)",
    );
  });
});

describe("a change that its author merged", () => {
  const gates = { authorMayMerge: false };
  it.each<[string, Partial<GatedChange>, GateVerdict]>([
    ["without a review", { mergedBy: ALICE }, "failed"],
    ["with an approval", { mergedBy: ALICE, reviews: [review(BOB)] }, "passed"],
    ["no: somebody else did", {}, "not-applicable"],
    ["perhaps: the account that merged it is gone", { mergedBy: null }, "unknown"],
    ["not yet", { mergedBy: null, mergedAt: null }, "not-applicable"],
    ["by a push", { number: null, mergedBy: null }, "not-applicable"],
    [
      "with an account that is gone since",
      { author: { ...ALICE, id: null }, mergedBy: ALICE },
      "failed",
    ],
    ["under a new name", { author: { ...ALICE, login: "alice-2" }, mergedBy: ALICE }, "failed"],
  ])("%s", (_, own, verdict) => {
    expect(verdicts(own, gates)).toEqual({ authorMayMerge: verdict });
  });

  it("is told while it is open what that would need", () => {
    expect(textOf({ mergedBy: null, mergedAt: null }, gates)).toBe(
      "if its author merges it, it needs an approval by a person who may write here and is not " +
        "`alice` first",
    );
  });
});
