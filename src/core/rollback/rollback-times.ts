import type { Instant } from "../state.ts";
import { endStep, listSteps } from "./rollback.ts";
import type { Rollback } from "./rollback.ts";

/**
 * When a rollback came to where. Its `restoration` knows only since when it is where it is, so what
 * was reached is kept among its steps.
 */

export interface Milestones {
  readonly asked: Instant;
  /** When the last request ended that keeps people from the release; null: not all have. */
  readonly stopped: Instant | null;
  /** When our pull was opened. Each is null until then. */
  readonly restored: Instant | null;
  readonly merged: Instant | null;
  readonly released: Instant | null;
}

const RESTORED = "reached restored";
const MERGED = "reached merged";
const RELEASED = "reached released";

/** With what it has reached since it was last looked at; itself where that is nothing. */
export function noteReached(rollback: Rollback): Rollback {
  const { restoration } = rollback;
  if (restoration === null) return rollback;
  const { state, pull, since } = restoration;
  const isReleased = state === "released";
  const isMerged = state === "merged" || isReleased;
  const reached = [
    // A commit that changes nothing needs no pull.
    ...(pull !== null || isMerged ? [RESTORED] : []),
    ...(isMerged ? [MERGED] : []),
    ...(isReleased ? [RELEASED] : []),
  ].filter((key) => rollback.steps[key] === undefined);
  return reached.reduce(
    (noted, key) => endStep(noted, key, { at: since, refused: null }),
    rollback,
  );
}

export function milestonesOf(rollback: Rollback): Milestones {
  const { steps, at } = rollback;
  const reachedAt = (key: string): Instant | null => steps[key]?.at ?? null;
  const ends = listSteps(rollback).map(({ key }) => reachedAt(key));
  const known = ends.filter((end) => end !== null);
  return {
    asked: at,
    stopped: known.length === ends.length ? Math.max(...known) : null,
    restored: reachedAt(RESTORED),
    merged: reachedAt(MERGED),
    released: reachedAt(RELEASED),
  };
}
