import type { PersonHold } from "../memory.ts";
import type { Instant, LineState, ReleaseSeen } from "../state.ts";
import type { Restoration } from "./restoration.ts";
import { holdOf, isOver, listForward } from "./roll-forward.ts";
import type { Rollback } from "./rollback.ts";

/**
 * How rollbacks end by themselves: their release is out, and their hold is lifted; or nobody finished
 * them in time, and the hold stays until a person lifts it. Judged from GitHub at every look, so that
 * what a crash interrupted comes to the same.
 */

type Settled = Required<Pick<LineState["memory"], "rollbacks" | "hold">>;

/** Null: nothing ended. `abandonAfter`: milliseconds. */
export function settleRollbacks(
  state: LineState,
  { abandonAfter, now }: { readonly abandonAfter: number; readonly now: Instant },
): Settled | null {
  const { memory } = state;
  const known = memory.rollbacks ?? [];
  const rollbacks = known.map((each) => {
    const out = findRelease(state, each);
    if (out !== null) return release(state, each, { out, now });
    return isAbandoned(state, each, { abandonAfter, now }) ? abandon(each, now) : each;
  });
  const hold = holdAfter(memory.hold, rollbacks);
  const isSame = hold === memory.hold && rollbacks.every((each, at) => each === known[at]);
  return isSame ? null : { rollbacks, hold };
}

/** The release that carries it; null: none is out, or it is known already. */
function findRelease(
  state: LineState,
  { release: bad, restoration, at }: Rollback,
): ReleaseSeen | null {
  if (restoration?.state === "released") return null;
  const out = state.releases.filter(({ isDraft, publishedAt }) => !isDraft && publishedAt !== null);
  const own = out.find(({ rollsBack = [] }) => rollsBack.some(({ tag }) => tag === bad.tag));
  if (own !== undefined) return own;
  // Made by a person, who does not write our marker: it holds the merge, and is newer than the rollback.
  const base = out.find(({ tag }) => tag === state.baseTag?.name) ?? null;
  const isLater = base !== null && Number(base.publishedAt) >= at && base.tag !== bad.tag;
  return isLater && restoration?.state === "merged" && isBelow(state, restoration) ? base : null;
}

/** Is its merge below the base, and not in the batch any more? */
function isBelow(
  { commits, commitCount, unfinished }: LineState,
  { mergedSha }: Restoration,
): boolean {
  const isWhole = commitCount === commits.length && unfinished === null;
  return isWhole && !commits.some(({ sha }) => sha === mergedSha);
}

function release(
  { pulls }: LineState,
  rollback: Rollback,
  { out, now }: { readonly out: ReleaseSeen; readonly now: Instant },
): Rollback {
  const known = restorationOf(rollback, now);
  const merged = pulls.find(({ number }) => number === known.pull?.number)?.mergeSha ?? null;
  const restoration: Restoration = {
    ...known,
    state: "released",
    since: Math.max(Number(out.publishedAt), known.since),
    reason: null,
    mergedSha: known.mergedSha ?? merged,
    releasedTag: out.tag,
  };
  // Where a person resumed before, its last word was another one.
  return { ...rollback, restoration, said: null };
}

/** When it counts as abandoned, unless it comes further; null: it does not any more. */
export function abandonedAt(rollback: Rollback, abandonAfter: number): Instant | null {
  const { restoration, at } = rollback;
  if (isOver(rollback) || restoration?.state === "merged" || restoration?.state === "abandoned") {
    return null;
  }
  return (restoration?.since ?? at) + abandonAfter;
}

function isAbandoned(
  state: LineState,
  rollback: Rollback,
  { abandonAfter, now }: { readonly abandonAfter: number; readonly now: Instant },
): boolean {
  const dueAt = abandonedAt(rollback, abandonAfter);
  return dueAt !== null && now >= dueAt && !listForward(state).includes(rollback);
}

function abandon(rollback: Rollback, now: Instant): Rollback {
  const restoration = restorationOf(rollback, now);
  return { ...rollback, restoration: { ...restoration, state: "abandoned", since: now } };
}

/** Where it was never begun: the first release of a line has nothing to go back to. */
function restorationOf({ restoration, release: { tag } }: Rollback, now: Instant): Restoration {
  const none = { commit: null, pull: null, inTheWay: [], mergedSha: null, releasedTag: null };
  return (
    restoration ?? {
      branch: `smallbatch/rollback-${tag}`,
      state: "restoring",
      since: now,
      reason: null,
      ...none,
    }
  );
}

/** A newer hold of a person stands; another rollback that goes on holds the line itself. */
function holdAfter(hold: PersonHold | null, rollbacks: readonly Rollback[]): PersonHold | null {
  const own = rollbacks.find((each) => each.release.tag === hold?.rollback);
  if (own?.restoration?.state !== "released") return hold;
  const open = rollbacks.findLast((each) => !isOver(each));
  return open === undefined ? null : holdOf(open);
}
