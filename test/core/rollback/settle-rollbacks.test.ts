import { describe, expect, it } from "@jest/globals";
import type { PersonHold } from "../../../src/core/memory.ts";
import { withReason } from "../../../src/core/rollback/forward-reason.ts";
import type { Restoration } from "../../../src/core/rollback/restoration.ts";
import { holdOf } from "../../../src/core/rollback/roll-forward.ts";
import { listFacts } from "../../../src/core/rollback/rollback-facts.ts";
import type { Rollback } from "../../../src/core/rollback/rollback.ts";
import { abandonedAt, settleRollbacks } from "../../../src/core/rollback/settle-rollbacks.ts";
import type { LineState } from "../../../src/core/state.ts";
import { restorationOf, rollbackOf } from "../../support/rollbacks.ts";
import {
  batchOf,
  commit,
  DAY,
  HOUR,
  lineState,
  memory,
  MINUTE,
  NOON,
  pull,
  release,
  sha,
  tag,
} from "../../support/states.ts";

const LIMITS = { abandonAfter: 14 * DAY, now: NOON };

const OUT = release("v1.4.3", {
  sha: sha(2),
  publishedAt: NOON - MINUTE,
  rollsBack: [{ tag: "v1.4.2", pulls: [] }],
});

/** v1.4.3 is out, which took v1.4.2 back; nothing was merged since. */
function stateOf(rollbacks: readonly Rollback[], change: Partial<LineState> = {}): LineState {
  const [first] = rollbacks;
  return lineState({
    releases: [OUT, release("v1.4.2", { isLatest: false, isPrerelease: true })],
    tags: [tag("v1.4.3", { sha: sha(2) }), tag("v1.4.2")],
    baseTag: tag("v1.4.3", { sha: sha(2) }),
    commits: [],
    commitCount: 0,
    memory: memory({ rollbacks, hold: first === undefined ? null : holdOf(first) }),
    ...change,
  });
}

const settled = (state: LineState) => settleRollbacks(state, LIMITS);

describe("when the release of a rollback is out", () => {
  it("the rollback is over, and its hold is lifted", () => {
    const after = settled(stateOf([rollbackOf({ said: "before" })]));
    expect(after?.hold).toBeNull();
    expect(after?.rollbacks).toMatchObject([
      {
        restoration: { state: "released", since: NOON - MINUTE, releasedTag: "v1.4.3" },
        said: null,
      },
    ]);
    const again = stateOf(after?.rollbacks ?? [], { memory: memory({ ...after }) });
    expect(settled(again)).toBeNull();
  });

  it("also where only its notes tell, and not before it is published", () => {
    const lost = rollbackOf({ restoration: null });
    expect(settled(stateOf([lost]))?.rollbacks?.[0]?.restoration).toMatchObject({
      branch: "smallbatch/rollback-v1.4.2",
      state: "released",
      mergedSha: null,
    });
    const unseen = rollbackOf({
      restoration: restorationOf({ state: "waiting", mergedSha: null }),
    });
    const pulls = [pull(2, { mergeSha: sha(2) })];
    expect(settled(stateOf([unseen], { pulls }))?.rollbacks?.[0]?.restoration?.mergedSha).toBe(
      sha(2),
    );
    const draft = { ...OUT, isDraft: true, publishedAt: null };
    expect(settled(stateOf([lost], { releases: [draft] }))).toBeNull();
  });

  it("a release that people made by hand ends it too, if it holds the merge", () => {
    const byHand = release("v1.4.3", { sha: sha(2), publishedAt: NOON - MINUTE, isOurs: false });
    const seen = (change: Partial<LineState>) =>
      settled(stateOf([rollbackOf()], { releases: [byHand], ...change }))?.rollbacks?.[0]
        ?.restoration?.releasedTag;
    expect(seen({})).toBe("v1.4.3");
    expect(seen({ commits: [commit(2)], commitCount: 1 })).toBeUndefined();
    // Not all of the batch is known.
    expect(seen({ commitCount: 1 })).toBeUndefined();
    expect(seen({ unfinished: tag("v1.4.4", { sha: sha(5) }) })).toBeUndefined();
    expect(seen({ baseTag: null })).toBeUndefined();
    expect(seen({ releases: [{ ...byHand, publishedAt: NOON - 2 * DAY }] })).toBeUndefined();
    const bad = { ...byHand, tag: "v1.4.2" };
    expect(seen({ releases: [bad], baseTag: tag("v1.4.2") })).toBeUndefined();
    const open = rollbackOf({ restoration: restorationOf({ state: "waiting", mergedSha: null }) });
    expect(settled(stateOf([open], { releases: [byHand] }))).toBeNull();
  });

  it("a person's own hold stands, and one whose rollback nobody knows", () => {
    const hold: PersonHold = { by: "mona", reason: "", url: null, at: NOON - HOUR };
    const rollbacks = [rollbackOf()];
    expect(settled(stateOf(rollbacks, { memory: memory({ rollbacks, hold }) }))?.hold).toEqual(
      hold,
    );
    const unknown = { ...hold, rollback: "v1.4.0" };
    const kept = settled(stateOf(rollbacks, { memory: memory({ rollbacks, hold: unknown }) }));
    expect(kept?.hold).toEqual(unknown);
    const ended = [rollbackOf({ resumedAt: NOON - HOUR })];
    expect(settled(stateOf(ended, { memory: memory({ rollbacks: ended }) }))?.hold).toBeNull();
  });

  it("another rollback that goes on holds the line from then on", () => {
    const other = rollbackOf({
      release: { id: 501, tag: "v1.4.1" },
      restoration: null,
      reason: "",
      by: "mona",
    });
    const after = settled(stateOf([rollbackOf(), other]));
    expect(after?.hold).toEqual(holdOf(other));
    expect(after?.hold?.reason).toBe("v1.4.1 is rolled back");
  });

  it("nothing ends where nothing is rolled back", () => {
    expect(settled(lineState())).toBeNull();
  });
});

function waiting(change: Partial<Restoration> = {}): Rollback {
  return rollbackOf({
    restoration: restorationOf({
      state: "conflicted",
      mergedSha: null,
      since: NOON - 14 * DAY,
      reason: "later work changed the same lines",
      ...change,
    }),
  });
}

function usual(rollback: Rollback): LineState {
  return stateOf([rollback], { releases: [release("v1.4.2", { isPrerelease: true })] });
}

describe("a rollback that nobody finishes", () => {
  it("is abandoned after that time without progress, and the hold stays", () => {
    const state = usual(waiting());
    const after = settled(state);
    expect(after?.hold).toEqual(state.memory.hold);
    expect(after?.rollbacks).toMatchObject([
      {
        restoration: {
          state: "abandoned",
          since: NOON,
          reason: "later work changed the same lines",
        },
      },
    ]);
    const early = usual(waiting({ since: NOON - 14 * DAY + 1 }));
    expect(settled(early)).toBeNull();
    expect(abandonedAt(waiting({ since: NOON - DAY }), DAY)).toBe(NOON);
  });

  it("counts from the click where nothing was begun", () => {
    const first = rollbackOf({ restore: null, restoration: null, at: NOON - 14 * DAY });
    expect(settled(usual(first))?.rollbacks?.[0]?.restoration?.state).toBe("abandoned");
  });

  it("not where it is merged, over or abandoned already", () => {
    for (const state of ["merged", "abandoned", "released"] as const) {
      expect(abandonedAt(waiting({ state }), DAY)).toBeNull();
    }
    expect(abandonedAt(rollbackOf({ restoration: null, resumedAt: NOON }), DAY)).toBeNull();
    const merged = waiting({ pull: { number: 2, url: "" } });
    const batch = batchOf([{ title: "fix: roll back v1.4.2" }]);
    expect(settled({ ...batch, memory: memory({ rollbacks: [merged] }) })).toBeNull();
  });
});

function kinds(rollback: Rollback) {
  return listFacts(rollback).map(({ kind }) => kind);
}

describe("what the ledger keeps of a rollback", () => {
  it("is when it was asked for, and when people could take something else", () => {
    expect(listFacts(rollbackOf())).toEqual([
      {
        kind: "rollback.asked",
        subject: "v1.4.2",
        at: NOON - DAY,
        data: { by: "wilma", url: "https://github.com/acme/widgets/pull/90#issuecomment-9" },
      },
      {
        kind: "rollback.latest-moved",
        subject: "v1.4.2",
        at: NOON - DAY + 2_000,
        data: { to: "v1.4.1" },
      },
      { kind: "rollback.restored", subject: "v1.4.2", at: NOON - HOUR, data: { sha: sha(2) } },
    ]);
    const out = restorationOf({ state: "released", releasedTag: "v1.4.3" });
    expect(listFacts(rollbackOf({ restoration: out })).at(-1)).toMatchObject({
      kind: "rollback.released",
      data: { tag: "v1.4.3" },
    });
  });

  it("has nothing of what did not happen", () => {
    const bare = rollbackOf({ steps: {}, restoration: null });
    expect(kinds(bare)).toEqual(["rollback.asked"]);
    const refused = rollbackOf({
      good: null,
      steps: { latest: { at: NOON, refused: "no" } },
      restoration: restorationOf({ state: "abandoned" }),
      resumedAt: NOON,
    });
    expect(kinds(refused)).toEqual(["rollback.asked", "rollback.abandoned", "rollback.resumed"]);
    const nowhere = rollbackOf({ good: null, steps: { latest: { at: NOON, refused: null } } });
    expect(listFacts(nowhere)[1]?.data).toEqual({ to: null });
  });
});

function why(rollback: Rollback, reason: Parameters<typeof withReason>[1]) {
  return withReason(rollback, reason).restoration?.reason ?? null;
}

describe("why a release that takes one back is not out", () => {
  const red = { state: "held", code: "checks-red", text: "held: 1 check failed (ci)" } as const;

  it("is told where a person has to do something", () => {
    expect(why(rollbackOf(), red)).toBe("held: 1 check failed (ci)");
    const prepared = { state: "prepared", code: "level", text: "prepared: v2" } as const;
    expect(why(rollbackOf(), prepared)).toBe("prepared: v2; say /release to let it go");
    const person = { state: "held", code: "hold-person", text: "held: by mona" } as const;
    expect(why(rollbackOf(), person)).toBe("held: by mona; say /resume to let it go");
    const said = withReason(rollbackOf(), red);
    expect(withReason(said, red)).toBe(said);
    expect(why(said, { ...red, state: "releasing" })).toBeNull();
    expect(why(said, { ...red, code: "checks-pending" })).toBeNull();
  });

  it("is not told before the merge, or when it is over", () => {
    const open = rollbackOf({ restoration: restorationOf({ state: "waiting", reason: "red" }) });
    expect(withReason(open, red)).toBe(open);
    const over = rollbackOf({ resumedAt: NOON });
    expect(withReason(over, red)).toBe(over);
  });
});
