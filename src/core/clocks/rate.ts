import type { Interval, Level } from "./span.ts";
import { normalReach } from "./student.ts";

/** Interval of a share, `hits` of `count`; null: of nothing. */
export function intervalOfRate(hits: number, count: number, level: Level): Interval | null {
  return count === 0 ? null : wilsonInterval(hits, count, level);
}

/** Wilson's score, of one and more; each counts for itself. */
export function wilsonInterval(hits: number, count: number, level: Level): Interval {
  const square = normalReach(level) ** 2;
  const centre = (hits + square / 2) / (count + square);
  const spread = (hits * (count - hits)) / count + square / 4;
  const reach = Math.sqrt(square * spread) / (count + square);
  return { low: Math.max(0, centre - reach), high: Math.min(1, centre + reach), level };
}

/** Interval of a count of rare things, by the square root that evens out its spread. */
export function intervalOfCount(count: number, level: Level): Interval {
  const reach = normalReach(level) / 2;
  const low = Math.max(0, Math.sqrt(count) - reach) ** 2;
  return { low, high: (Math.sqrt(count + 1) + reach) ** 2, level };
}
