import { ROWS_MIN } from "./measured.ts";
import type { Figure } from "./measured.ts";
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
export function changeOf(before: Figure | undefined, now: Figure): Change {
  const kind = now.unit === "share" || now.unit === "log ratio" ? "difference" : "ratio";
  const from = pointOf(before, kind);
  const to = pointOf(now, kind);
  if (from === null || to === null) {
    const sentence = "not enough data to compare";
    return { kind, value: null, interval: null, direction: "unclear", sentence };
  }
  const moved = to.value - from.value;
  const low = moved - Math.hypot(to.value - to.low, from.high - from.value);
  const high = moved + Math.hypot(to.high - to.value, from.value - from.low);
  const direction = low > 0 ? "up" : high < 0 ? "down" : "unclear";
  const back = kind === "ratio" ? Math.exp : (value: number): number => value;
  const [value, lowest, highest] = [back(moved), boundOf(back(low)), boundOf(back(high))];
  const interval = { low: lowest, high: highest, level: 0.95 } as const;
  return {
    kind,
    value,
    interval,
    direction,
    sentence: sayChange({ kind, unit: now.unit, value, interval, direction }),
  };
}

interface Point {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/** On the scale of the comparison; an end that is not known lies endlessly far away. */
function pointOf(measured: Figure | undefined, kind: Change["kind"]): Point | null {
  const value = measured?.value ?? null;
  if (measured === undefined || value === null || measured.n < ROWS_MIN) return null;
  const low = measured.interval?.low ?? -Infinity;
  const high = measured.interval?.high ?? Infinity;
  if (kind === "difference") return { value, low, high };
  if (value <= 0) return null;
  return { value: Math.log(value), low: Math.log(Math.max(0, low)), high: Math.log(high) };
}

function boundOf(end: number): number | null {
  return Number.isFinite(end) ? end : null;
}

function sayChange({
  kind,
  unit,
  value,
  interval,
  direction,
}: Pick<Change, "kind" | "direction"> &
  Pick<Figure, "unit"> & { readonly value: number; readonly interval: Interval }): string {
  const say = (end: number): string => {
    if (kind === "ratio") return sayHundredths(end);
    return unit === "share" ? sayPoints(end) : `${signOf(end)}${sayHundredths(Math.abs(end))}`;
  };
  const what =
    kind === "ratio" ? `${say(value)} times what it was` : `${say(value)} against before`;
  // Of a ratio nothing is below 0: that end says nothing.
  const low = kind === "ratio" && interval.low === 0 ? null : interval.low;
  const { high } = interval;
  // Plain counts have no interval: whether they would come out the same again, nobody can tell.
  const sure = direction === "unclear" ? "no clear change" : `clearly ${direction}`;
  if (low === null) {
    return high === null ? `${what}, as counted` : `${what}, at most ${say(high)}: ${sure}`;
  }
  if (high === null) return `${what}, at least ${say(low)}: ${sure}`;
  return `${what}, between ${say(low)} and ${say(high)}: ${sure}`;
}

function sayPoints(difference: number): string {
  return `${signOf(difference)}${sayShare(Math.abs(difference)).replace("%", "points")}`;
}

function signOf(difference: number): string {
  return difference < 0 ? "−" : "+";
}

function sayHundredths(value: number): string {
  return String(Math.round(value * 100) / 100);
}
