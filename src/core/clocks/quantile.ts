import type { Interval, Level } from "./span.ts";

/** Quantile of sorted numbers, interpolated (type 7, as numpy and spreadsheets do); null: none. */
export function quantileOf(sorted: readonly number[], share: number): number | null {
  const place = (sorted.length - 1) * share;
  const low = sorted[Math.floor(place)];
  if (low === undefined) return null;
  const high = Number(sorted[Math.ceil(place)]);
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
  const odds = Math.log(share / (1 - share));
  // Logarithm of the chance that exactly `rank` numbers lie below the quantile.
  let log = count * Math.log1p(-share);
  let below = 0;
  let low: number | null = null;
  for (const [rank, value] of sorted.entries()) {
    below += Math.exp(log);
    log += odds + Math.log((count - rank) / (rank + 1));
    if (below <= tail) low = value;
    if (below >= 1 - tail) return { low, high: value, level };
  }
  return { low, high: null, level };
}
