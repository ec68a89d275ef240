import type { Interval, Level } from "./span.ts";

/** Quantile of sorted numbers, interpolated (type 7, as numpy and spreadsheets do); null: none. */
export function quantileOf(sorted: readonly number[], share: number): number | null {
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)];
  if (low === undefined) return null;
  const high = sorted[Math.ceil(place)] ?? low;
  return low + (high - low) * (place - Math.floor(place));
}

/**
 * Interval of a quantile by the order of the sorted numbers alone, each counted for itself. An end
 * is null where so few numbers cannot tell.
 */
export function intervalOfQuantile(
  sorted: readonly number[],
  share: number,
  level: Level,
): Interval {
  const tail = (1 - level) / 2;
  const count = sorted.length;
  let below = 0;
  let low: number | null = null;
  let high: number | null = null;
  for (let rank = 0; rank < count && high === null; rank += 1) {
    // Chance that exactly `rank` numbers lie below the quantile.
    below += binomial(count, rank, share);
    if (below <= tail) low = sorted[rank] ?? null;
    if (below >= 1 - tail) high = sorted[rank] ?? null;
  }
  return { low, high, level };
}

function binomial(count: number, hits: number, share: number): number {
  let log = hits * Math.log(share) + (count - hits) * Math.log1p(-share);
  for (let each = 1; each <= hits; each += 1) log += Math.log((count - hits + each) / each);
  return Math.exp(log);
}
