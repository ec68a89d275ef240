import { ROWS_MIN } from "./measured.ts";
import type { Measured } from "./measured.ts";
import { sayShare } from "./say.ts";
import type { Interval } from "./span.ts";

/** A number in one window against the same number in another. */
export interface Change {
  /** Shares differ; all else is a ratio. */
  readonly kind: "ratio" | "difference";
  /** Now by before, or now less before; null: one of them is not known. */
  readonly value: number | null;
  readonly interval: Interval | null;
  /** "unclear": the interval holds "no change", or nothing is known. */
  readonly direction: "up" | "down" | "unclear";
  readonly sentence: string;
}

/** What no comparison of two spans of time proves. */
export const NO_PROOF =
  "Two spans of time differ in more than one thing: people, work and seasons changed, too, so this " +
  "says that something changed, and not why.";

/**
 * From both intervals (the method of variance estimates recovery, Zou and Donner 2008): no density
 * and no covariance is estimated, and a lopsided interval stays one.
 */
export function changeOf(before: Measured | undefined, now: Measured): Change {
  const kind = now.unit === "share" || now.unit === "log ratio" ? "difference" : "ratio";
  const scale = kind === "ratio" ? Math.log : (value: number): number => value;
  const from = before?.value ?? null;
  const to = now.value;
  const isKnown = from !== null && to !== null && (kind === "difference" || (from > 0 && to > 0));
  const isEnough = Number(before?.n) >= ROWS_MIN && now.n >= ROWS_MIN;
  if (!isKnown || !isEnough) {
    const sentence = "not enough data to compare";
    return { kind, value: null, interval: null, direction: "unclear", sentence };
  }
  const at = scale(to) - scale(from);
  const reach = (
    nowEnd: number | null | undefined,
    beforeEnd: number | null | undefined,
  ): number | null => {
    const ends = [nowEnd ?? null, beforeEnd ?? null];
    if (ends.some((end) => end === null || (kind === "ratio" && end <= 0))) return null;
    return Math.hypot(scale(Number(nowEnd)) - scale(to), scale(Number(beforeEnd)) - scale(from));
  };
  const down = reach(now.interval?.low, before?.interval?.high);
  const up = reach(now.interval?.high, before?.interval?.low);
  const back = (value: number): number => (kind === "ratio" ? Math.exp(value) : value);
  const low = down === null ? null : at - down;
  const high = up === null ? null : at + up;
  const direction = low !== null && low > 0 ? "up" : high !== null && high < 0 ? "down" : "unclear";
  const interval: Interval = {
    low: low === null ? null : back(low),
    high: high === null ? null : back(high),
    level: 0.95,
  };
  const value = back(at);
  return {
    kind,
    value,
    interval,
    direction,
    sentence: sayChange(kind, value, interval, direction),
  };
}

function sayChange(
  kind: Change["kind"],
  value: number,
  { low, high }: Interval,
  direction: Change["direction"],
): string {
  const say = (end: number | null): string => {
    if (end === null) return "unknown";
    return kind === "ratio" ? `${Math.round(end * 100) / 100}` : sayPoints(end);
  };
  const what =
    kind === "ratio" ? `${say(value)} times what it was` : `${say(value)} against before`;
  const sure = direction === "unclear" ? "no clear change" : `clearly ${direction}`;
  return `${what}, between ${say(low)} and ${say(high)}: ${sure}`;
}

function sayPoints(difference: number): string {
  return `${difference < 0 ? "−" : "+"}${sayShare(Math.abs(difference)).replace("%", "points")}`;
}
