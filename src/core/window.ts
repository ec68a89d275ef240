import type { BatchUnit } from "./batch.ts";
import type { Instant } from "./state.ts";

/** Merges that come close together go out together. */
export interface Window {
  /** Milliseconds without a merge after which the batch goes out. */
  readonly quiet: number;
  /** Milliseconds from the first change that waits after which it goes out in any case. */
  readonly longest: number;
  /** Changes with which it goes out at once. */
  readonly most: number;
}

/**
 * May the batch go out? Null: yes. Else the moment when it may, if nothing else is merged.
 * `arrivedAt` is when its newest commit came to the branch, not after `now`. Commits pushed without
 * a pull have their committer's date, which may lie: one from the future says nothing.
 */
export function judgeWindow(
  window: Window,
  units: readonly BatchUnit[],
  { arrivedAt, now }: { readonly arrivedAt: Instant; readonly now: Instant },
): Instant | null {
  const standing = units.filter(({ cancelledBy }) => cancelledBy === null);
  if (standing.length >= window.most) return null;
  const first = firstWaiting(standing, now) ?? arrivedAt;
  const closesAt = Math.min(arrivedAt + window.quiet, first + window.longest);
  return now >= closesAt ? null : closesAt;
}

/**
 * Since when has something waited that asks for a release? Null: nobody knows. What rides along may
 * have been there for weeks.
 */
export function firstWaiting(units: readonly BatchUnit[], now: Instant): Instant | null {
  const times = units
    .filter(({ level, cancelledBy }) => level !== "none" && cancelledBy === null)
    .map(({ unit }) => unit.at)
    .filter((at) => at <= now);
  return times.length === 0 ? null : Math.min(...times);
}
