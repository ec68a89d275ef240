import type { Instant } from "./state.ts";

/** Releases that may follow each other at once. */
const BUCKET_RELEASES = 6;

/** Time in which one release comes back: a burst of six, then twelve a day. */
export const BUCKET_REFILL_MS = 2 * 60 * 60_000;

const FULL_MS = BUCKET_RELEASES * BUCKET_REFILL_MS;

/** Releases that `releases` of the state holds at most; beyond them nothing is known. */
const RELEASES_SEEN_MAX = 20;

/**
 * May the line release now? Null: yes. Else the moment when it may. The bucket is filled again from
 * the times of the line's releases, so that it needs no memory; `seen` is how many releases of any
 * kind were read.
 */
export function judgeBucket(
  publishedAt: readonly Instant[],
  seen: number,
  now: Instant,
): Instant | null {
  // With older releases out of sight the bucket may have been empty: then it starts with one.
  let left = seen >= RELEASES_SEEN_MAX ? BUCKET_REFILL_MS : FULL_MS;
  let at: Instant | null = null;
  for (const next of publishedAt.toSorted((left_, right) => left_ - right)) {
    left = Math.max(0, refilled(left, at, next) - BUCKET_REFILL_MS);
    at = next;
  }
  left = refilled(left, at, now);
  return left >= BUCKET_REFILL_MS ? null : now + (BUCKET_REFILL_MS - left);
}

function refilled(left: number, since: Instant | null, now: Instant): number {
  return since === null ? left : Math.min(FULL_MS, left + Math.max(0, now - since));
}
