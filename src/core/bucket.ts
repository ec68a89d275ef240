import type { Instant, LineState } from "./state.ts";

/** Releases that may follow each other at once. */
const BUCKET_RELEASES = 6;

/** Time in which one release comes back: a burst of six, then twelve a day. */
export const BUCKET_REFILL_MS = 2 * 60 * 60_000;

const FULL_MS = BUCKET_RELEASES * BUCKET_REFILL_MS;

/**
 * May the line release now? Null: yes. Else the moment when it may. The bucket is filled again from
 * the times of the line's releases, so that it needs no memory; `knownSince` is the time of the
 * oldest release of any kind that was read, null where all of them were.
 */
export function judgeBucket(
  publishedAt: readonly Instant[],
  knownSince: Instant | null,
  now: Instant,
): Instant | null {
  // With older releases out of sight the bucket may have been empty: then it starts with one.
  let left = knownSince === null ? FULL_MS : BUCKET_REFILL_MS;
  let at = knownSince;
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

/** Releases that `releases` of the state holds at most; beyond them nothing is known. */
const RELEASES_SEEN_MAX = 20;

/** When the oldest release that was read was published; null where all were read. */
export function readKnownSince({ releases, releasesKnownSince }: LineState): Instant | null {
  if (releasesKnownSince !== undefined) return releasesKnownSince;
  if (releases.length < RELEASES_SEEN_MAX) return null;
  return Math.min(...releases.map(({ publishedAt }) => publishedAt ?? Infinity));
}
