import type { Instant } from "../core/state.ts";
import { AppError } from "../errors.ts";
import type { PassEnd } from "../ports.ts";

/** With the distances below this is about an hour and a half of failing. */
const FAILURES_MAX = 12;
/** First distance; doubled with every failure up to the largest. */
const FIRST_MS = 1_000;
const LARGEST_MS = 15 * 60_000;
/** A repository that only failed too often is looked at again this often, hint or not. */
const EXHAUSTED_MS = 15 * 60_000;
/** GitHub may suspend an App that repeats what it refuses; a hint still works at once. */
const REFUSED_MS = 24 * 3_600_000;
/** No wait is longer, whatever a header says: the sweep would look at it anyway. */
const WAIT_MS_MAX = 3_600_000;

/**
 * What follows from an error. `failures`: those in a row before it. `spread`: 0 to 1, a random
 * number, so that repositories that failed together do not come back together.
 */
export function judgeFailure(
  error: unknown,
  context: { readonly failures: number; readonly now: Instant; readonly spread: number },
): PassEnd {
  const { failures, now, spread } = context;
  if (!(error instanceof AppError)) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: "parked", until: now + REFUSED_MS, code: "bug", message };
  }
  const { code, message, retry } = error;
  switch (retry.kind) {
    case "never":
      return { kind: "parked", until: now + REFUSED_MS, code, message };
    case "after":
      return { kind: "wait", until: now + Math.min(retry.waitMs, WAIT_MS_MAX) };
    case "backoff": {
      if (failures + 1 >= FAILURES_MAX) {
        return { kind: "parked", until: now + EXHAUSTED_MS, code, message };
      }
      const distanceMs = Math.min(FIRST_MS * 2 ** failures, LARGEST_MS);
      return { kind: "failed", retryAt: now + Math.round(distanceMs * (0.5 + spread / 2)) };
    }
  }
}
