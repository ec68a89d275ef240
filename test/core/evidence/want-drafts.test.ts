import { describe, expect, it } from "@jest/globals";
import type { DraftFailure } from "../../../src/core/evidence/failures.ts";
import { unitsToDraft } from "../../../src/core/evidence/units-to-draft.ts";
import { namesToKnow } from "../../../src/core/evidence/units-to-draft.ts";
import { plan } from "../../../src/core/plan.ts";
import type { LineState } from "../../../src/core/state.ts";
import {
  batchOf,
  commit,
  head,
  NOON,
  PENDING,
  policyFile,
  SECOND,
  sha,
  tag,
} from "../../support/states.ts";
import { draftOf, withDrafts } from "../../support/unit-drafts.ts";

const ARRIVED = { arrivedAt: NOON - 10 * SECOND };
const DEADLINE = NOON + 20 * SECOND;

const one = (change: Partial<LineState> = {}, ownHead: object = ARRIVED): LineState => {
  const state = batchOf([{ title: "fix: close" }, { title: "docs: a word" }]);
  return { ...state, head: head({ sha: sha(3), ...ownHead }), ...change };
};

const kindsOf = (state: LineState) => plan(state, NOON).actions.map(({ kind }) => kind);

describe("a release that could go now", () => {
  it("waits for drafts of its notes, without a word on GitHub", () => {
    const state = withDrafts(one(), []);
    const planned = plan(state, NOON);
    expect(planned.actions).toEqual([]);
    expect(planned.drafts).toEqual({ units: ["#2"], deadline: DEADLINE });
    expect(planned.wakeAt).toBe(DEADLINE);
    expect(planned.version).toBe("1.4.3");
    expect(planned.reason).toMatchObject({
      state: "releasing",
      code: "notes-drafting",
      text: "releasing v1.4.3; its notes are being drafted",
    });
    expect(planned.notes?.reason).toBe("its lines are being drafted");
  });

  it.each<[string, LineState]>([
    ["nobody drafts", one()],
    ["nobody can", withDrafts(one(), [], { unable: { code: "no-key", reason: "no key" } })],
    ["it was tried in this look", withDrafts(one(), [], { isTried: true })],
    ["it is there", withDrafts(one(), [draftOf(one(), "#2")])],
    [
      "it failed",
      withDrafts(one(), [
        draftOf(one(), "#2", { line: null, failure: { code: "refused", reason: "no" } }),
      ]),
    ],
    [
      "a crash lost it",
      withDrafts(one(), [draftOf(one(), "#2", { line: null, answeredAt: null })]),
    ],
    [
      "25 s have passed since the merge",
      withDrafts(one({}, { arrivedAt: NOON - 26 * SECOND }), []),
    ],
    [
      "the policy says so",
      withDrafts(one({ policyFile: policyFile("version: 1\nnotes: { claude: off }\n") }), []),
    ],
  ])("does not wait where %s", (_what, state) => {
    expect(kindsOf(state)).toContain("publishRelease");
    expect(plan(state, NOON).drafts).toBeUndefined();
  });

  it.each<[DraftFailure, number, boolean]>([
    ["overloaded", 60, false],
    ["deadline", 299, false],
    ["deadline", 300, true],
    ["refused", 60, true],
  ])("after %s %d s ago: is it asked for? %j", (code, seconds, isAsked) => {
    const failed = { line: null, failure: { code, reason: "x" } };
    const before = { ...failed, seenKey: "before", askedAt: NOON - seconds * SECOND };
    const state = withDrafts(one(), [draftOf(one(), "#2", before)]);
    expect(plan(state, NOON).drafts !== undefined).toBe(isAsked);
  });

  it("is drafted five times, however often its author edits it while it waits", () => {
    const edited = Array.from({ length: 5 }, (_, at) =>
      draftOf(one(), "#2", { contentKey: `${at}`, seenKey: `${at}` }),
    );
    expect(plan(withDrafts(one(), edited.slice(1)), NOON).drafts?.units).toEqual(["#2"]);
    const planned = plan(withDrafts(one(), edited), NOON);
    expect(planned.drafts).toBeUndefined();
    expect(planned.notes?.reason).toContain("it was drafted 5 times since it was merged");
  });

  it("waits as long for a merge that is said to come from the future", () => {
    const state = withDrafts(one({}, { arrivedAt: NOON + 60 * SECOND }), []);
    expect(plan(state, NOON).drafts?.deadline).toBe(NOON + 30 * SECOND);
  });

  it("is not drafted where it stands as a draft release, or is only watched", () => {
    const unfinished = tag("v1.4.3", { sha: sha(3) });
    const draft = {
      id: 7,
      tag: "v1.4.3",
      sha: sha(3),
      isDraft: true,
      isPrerelease: false,
      isLatest: false,
      publishedAt: null,
      draftedAt: NOON - 60 * SECOND,
      url: "https://github.com/x",
      isOurs: true,
      cardPulls: [],
      cardChecks: [],
      checks: [],
    };
    const drafted = one({ unfinished, releases: [draft, ...one().releases] });
    expect(kindsOf(withDrafts(drafted, []))).toContain("publishDraft");
    expect(plan(withDrafts(one({ policyFile: null }), []), NOON).drafts).toBeUndefined();
    expect(plan(withDrafts(one({ canRelease: false }), []), NOON).drafts).toBeUndefined();
  });
});

describe("a line that something else holds", () => {
  const held = one({}, { ...ARRIVED, checks: PENDING });

  it("has its drafts made meanwhile, and its check says what it said", () => {
    const planned = plan(withDrafts(held, []), NOON);
    expect(planned.drafts).toEqual({ units: ["#2"], deadline: DEADLINE });
    const { drafts: _, notes: _no, ...rest } = planned;
    expect(rest).toEqual(plan(held, NOON));
  });

  it("asks for no more than 200 units", () => {
    const state = batchOf(Array.from({ length: 210 }, (_, at) => ({ title: `fix: ${at}` })));
    const own = { ...state, head: head({ ...ARRIVED, sha: sha(211), checks: PENDING }) };
    expect(plan(withDrafts(own, []), NOON).drafts?.units).toHaveLength(200);
  });

  it("says nothing of notes where nothing is to be released", () => {
    const state = withDrafts(one({ commits: [], pulls: [], commitCount: 0 }), []);
    const planned = plan(state, NOON);
    expect([planned.drafts, planned.notes]).toEqual([undefined, undefined]);
  });
});

describe("what a plan wants to be drafted", () => {
  it("is given with what was read of it", () => {
    const state = withDrafts(one(), []);
    const wanted = unitsToDraft(state, { units: ["#2", "#3", "#99"] });
    expect(wanted?.units.map(({ title }) => title)).toEqual(["fix: close"]);
    expect(wanted?.style).toMatchObject({ sends: "diffs", language: "English" });
  });

  it.each<[string, LineState, readonly string[]]>([
    ["it is another batch by now", one(), ["#99"]],
    ["there is no head", one({ head: null }), ["#2"]],
    ["the policy is wrong", one({ policyFile: policyFile("version: 2\n") }), ["#2"]],
    [
      "the policy says no",
      one({ policyFile: policyFile("version: 1\nnotes: { claude: off }\n") }),
      ["#2"],
    ],
  ])("is nothing where %s", (_what, state, units) => {
    expect(unitsToDraft(state, { units })).toBeNull();
  });

  it("may be known by the names of pulls and pushes", () => {
    const state = one({ commits: [commit(9), ...one().commits] });
    expect(namesToKnow(state)).toEqual(["#2", "#3", sha(9).slice(0, 7)]);
    expect(namesToKnow(one({ commits: [] }))).toEqual([]);
  });
});
