import { describe, expect, it } from "@jest/globals";
import { digestText } from "../../../src/core/proposal/proposal-marker.ts";
import type { ProposalKept, ProposalSeen } from "../../../src/core/proposal/proposal-state.ts";
import {
  PROPOSAL_BRANCH,
  RENEW_MS,
  cannotPropose,
  hasMergedSince,
  isLookDue,
  judgeEligible,
  judgeProposal,
} from "../../../src/core/proposal/proposal.ts";
import { HOUR, MINUTE, NOON, lineState, pull, sha } from "../../support/states.ts";

const FILE = "version: 1\n";
const URL = "https://github.com/acme/widgets/pull/7";
const NOTHING: ProposalSeen = { pull: null, branch: null, rival: null };
const BRANCH = { sha: sha(70), isOurs: true, text: FILE } as const;

function seen(
  change: Partial<NonNullable<ProposalSeen["pull"]>>,
  branch: ProposalSeen["branch"] = BRANCH,
): ProposalSeen {
  const marker = { repositoryId: 42, file: digestText(FILE), said: "0".repeat(16), at: NOON };
  const own = { number: 7, url: URL, title: "", body: "", hands: "ours" } as const;
  return { pull: { ...own, state: "open", marker, ...change }, branch, rival: null };
}

function kept(change: Partial<ProposalKept> = {}): ProposalKept {
  return { state: "proposed", pull: null, note: null, head: sha(2), at: NOON, ...change };
}

function judge(
  from: ProposalSeen,
  change: Partial<Parameters<typeof judgeProposal>[1]> = {},
): ReturnType<typeof judgeProposal> {
  const invitation = { selection: "selected", since: NOON - HOUR } as const;
  const usual = { asking: "nobody", invitation, head: sha(2), kept: null, now: NOON } as const;
  return judgeProposal(from, { ...usual, ...change });
}

const LATER = NOON + RENEW_MS;

describe("whether a repository may be asked at all", () => {
  it("may be where it is only watched", () => {
    expect(judgeEligible(lineState({ policyFile: null }))).toBeNull();
  });

  it.each([
    ["is started", lineState(), "started", null],
    [
      "is started by the operator",
      lineState({ policyFile: null, isStartForced: true }),
      "started",
      "SMALLBATCH_START=now starts every one",
    ],
    [
      "is archived",
      lineState({ repository: { ...lineState().repository, isArchived: true } }),
      "cannot",
      "the repository is archived",
    ],
    [
      "is empty",
      lineState({ policyFile: null, head: null }),
      "cannot",
      "the branch has no commit yet",
    ],
    [
      "is only observed",
      lineState({ policyFile: null, canRelease: false }),
      "cannot",
      "this App only observes (contents: read), so there is nothing to start",
    ],
  ])("may not where it %s", (_, state, standing, note) => {
    expect(judgeEligible(state)).toEqual({ state: standing, note, pull: null });
  });

  it("is asked at the first merge into the default branch since the installation", () => {
    const merged = pull(2, { mergedAt: NOON });
    const other = pull(3, { mergedAt: NOON, baseBranch: "next" });
    expect(hasMergedSince(lineState({ pulls: [merged] }), NOON)).toBe(true);
    expect(hasMergedSince(lineState({ pulls: [merged] }), NOON + 1)).toBe(false);
    expect(hasMergedSince(lineState({ pulls: [other] }), NOON)).toBe(false);
  });

  it("is looked at again when what is known has grown old", () => {
    expect(isLookDue(null, NOON)).toBe(true);
    expect(isLookDue(kept(), NOON + 10 * MINUTE - 1)).toBe(false);
    expect(isLookDue(kept(), NOON + 10 * MINUTE)).toBe(true);
    expect(isLookDue(kept({ state: "declined" }), NOON + HOUR - 1)).toBe(false);
    expect(isLookDue(kept({ state: "unasked" }), LATER)).toBe(true);
  });
});

describe("a repository without a proposal", () => {
  const write = { kind: "write", pull: null, file: "ours", isTextOurs: true };

  it("gets one where somebody chose it", () => {
    expect(judge(NOTHING)).toEqual(write);
  });

  it("gets none of an App on all repositories, unless somebody asks", () => {
    const invitation = { selection: "all", since: NOON } as const;
    expect(judge(NOTHING, { invitation })).toMatchObject({ standing: { state: "unasked" } });
    expect(judge(NOTHING, { invitation: null })).toMatchObject({ standing: { state: "unasked" } });
    expect(judge(NOTHING, { invitation, asking: "once" })).toEqual(write);
  });

  it("is carried on where a pass ended after the branch or its commit", () => {
    expect(judge({ ...NOTHING, branch: BRANCH })).toEqual(write);
  });

  it("gets none over a branch of somebody else", () => {
    const branch = { ...BRANCH, isOurs: false };
    expect(judge({ ...NOTHING, branch })).toMatchObject({
      standing: { state: "cannot", note: expect.stringContaining(PROPOSAL_BRANCH) },
    });
  });

  it("gets none beside a pull of somebody that brings a policy file", () => {
    const rival = { number: 9, url: "https://github.com/acme/widgets/pull/9" };
    expect(judge({ ...NOTHING, rival })).toEqual({
      kind: "rest",
      standing: { state: "answered", pull: rival, note: "#9 of somebody else stands in its place" },
    });
  });
});

describe("a proposal that is open", () => {
  const write = { kind: "write", pull: { number: 7, isClosed: false }, isTextOurs: true };

  it("is renewed six hours after it was written, where the branch went on", () => {
    expect(judge(seen({}), { now: LATER - 1 })).toMatchObject({ standing: { state: "proposed" } });
    expect(judge(seen({}), { now: LATER })).toEqual({ ...write, file: "ours" });
    const same = judge(seen({}), { now: LATER, kept: kept() });
    expect(same).toMatchObject({ kind: "rest" });
    const moved = judge(seen({}), { now: LATER, kept: kept({ head: sha(1) }) });
    expect(moved).toMatchObject(write);
  });

  it("is renewed at once where somebody asks", () => {
    expect(judge(seen({}), { asking: "once", kept: kept() })).toMatchObject(write);
  });

  it("keeps a file that is not ours alone, as far as anybody can prove it", () => {
    const now = LATER;
    expect(judge(seen({ hands: "others" }), { now })).toMatchObject({ file: "theirs" });
    expect(judge(seen({ hands: "unproven" }), { now })).toMatchObject({ file: "ours" });
    const amended = { ...BRANCH, text: "version: 1\nauto: none\n" };
    expect(judge(seen({ hands: "unproven" }, amended), { now })).toMatchObject({ file: "theirs" });
    const gone = { ...BRANCH, text: null };
    expect(judge(seen({ hands: "unproven" }, gone), { now })).toMatchObject({ file: "theirs" });
    expect(judge(seen({}, null), { now })).toMatchObject({ file: "theirs" });
  });

  it("is left alone where neither file nor text are ours", () => {
    const theirs = seen({ hands: "others", marker: null });
    expect(judge(theirs)).toMatchObject({ kind: "rest", standing: { state: "proposed" } });
    expect(judge(seen({ marker: null }))).toMatchObject({ file: "ours", isTextOurs: false });
  });
});

describe("a proposal that was answered", () => {
  it("was a no where it was closed, and where the policy file was taken away", () => {
    const pullOf = { number: 7, url: URL };
    expect(judge(seen({ state: "closed" }), { asking: "once" })).toMatchObject({
      standing: { state: "declined", note: null, pull: pullOf },
    });
    expect(judge(seen({ state: "merged" }))).toMatchObject({
      standing: { state: "declined", note: expect.stringContaining("taken away"), pull: pullOf },
    });
  });

  it("is reopened where somebody asks again", () => {
    expect(judge(seen({ state: "closed" }), { asking: "again" })).toMatchObject({
      kind: "write",
      pull: { number: 7, isClosed: true },
    });
  });

  it("is made anew where its branch is gone", () => {
    const closed = seen({ state: "closed" }, null);
    expect(judge(closed, { asking: "again" })).toMatchObject({ kind: "write", pull: null });
  });

  it("asks for the branch of a merged one to be deleted first", () => {
    expect(judge(seen({ state: "merged" }), { asking: "again" })).toMatchObject({
      standing: { state: "cannot", note: expect.stringContaining("delete it first") },
    });
    const gone = judge(seen({ state: "merged" }, null), { asking: "again" });
    expect(gone).toMatchObject({ kind: "write", pull: null });
  });

  it("says what GitHub refused, in one line", () => {
    expect(cannotPropose("the branch:\n422 no").note).toBe("GitHub refused it: the branch: 422 no");
  });
});
