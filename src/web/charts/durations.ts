import { scaleLog } from "d3-scale";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** Where an axis of durations may begin, end and be named; each is about three times the last. */
const STEPS: readonly (readonly [ms: number, label: string])[] = [
  [MINUTE_MS, "1 min"],
  [5 * MINUTE_MS, "5 min"],
  [20 * MINUTE_MS, "20 min"],
  [HOUR_MS, "1 h"],
  [3 * HOUR_MS, "3 h"],
  [8 * HOUR_MS, "8 h"],
  [DAY_MS, "1 d"],
  [3 * DAY_MS, "3 d"],
  [7 * DAY_MS, "1 wk"],
  [30 * DAY_MS, "1 mo"],
  [90 * DAY_MS, "3 mo"],
  [365 * DAY_MS, "1 yr"],
  [1_095 * DAY_MS, "3 yr"],
  [3_650 * DAY_MS, "10 yr"],
];
const SHORTEST_MS = MINUTE_MS;
const LONGEST_MS = 3_650 * DAY_MS;

export interface DurationAxis {
  /** Place of a duration; what is shorter or longer than the axis stands at its end. */
  readonly place: (ms: number) => number;
  readonly ticks: readonly { readonly at: number; readonly label: string }[];
}

/**
 * A logarithmic axis over durations, from step to step, so that minutes and months are both seen.
 * `[from, to]` are the places of its shortest and longest; at most `ticksMax` of its steps are named.
 */
export function durationAxis(
  durations: readonly number[],
  [from, to]: readonly [number, number],
  ticksMax: number,
): DurationAxis {
  const known = durations.filter((ms) => Number.isFinite(ms)).map(clamp);
  const [least, most] = known.length === 0 ? [HOUR_MS, DAY_MS] : extent(known);
  const first = Math.max(
    0,
    STEPS.findLastIndex(([ms]) => ms <= least),
  );
  const reached = STEPS.findIndex(([ms]) => ms >= most);
  const last = Math.min(STEPS.length - 1, Math.max(reached, first + 2));
  const start = Math.max(0, Math.min(first, last - 2));
  const steps = STEPS.slice(start, last + 1);
  const scale = scaleLog()
    .domain([steps[0]?.[0] ?? SHORTEST_MS, steps.at(-1)?.[0] ?? LONGEST_MS])
    .range([from, to])
    .clamp(true);
  const place = (ms: number): number => scale(clamp(ms));
  const every = Math.ceil(steps.length / ticksMax);
  const named = steps.filter((_step, at) => (steps.length - 1 - at) % every === 0);
  return { place, ticks: named.map(([ms, label]) => ({ at: place(ms), label })) };
}

function clamp(ms: number): number {
  if (Number.isNaN(ms)) return SHORTEST_MS;
  return Math.min(LONGEST_MS, Math.max(SHORTEST_MS, ms));
}

/** Without spreading: there may be more values than a call takes arguments. */
function extent(values: readonly number[]): readonly [number, number] {
  let [least, most] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  return [least, most];
}

/** `12 min`, `3.2 h`, `4.5 d`, `7 wk`, `14 mo`: two digits are as much as anybody reads. */
export function sayDuration(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms)) return "–";
  if (ms < MINUTE_MS) return "under 1 min";
  if (ms < 90 * MINUTE_MS) return `${Math.round(ms / MINUTE_MS)} min`;
  if (ms < 48 * HOUR_MS) return `${short(ms / HOUR_MS)} h`;
  if (ms < 21 * DAY_MS) return `${short(ms / DAY_MS)} d`;
  if (ms < 90 * DAY_MS) return `${short(ms / (7 * DAY_MS))} wk`;
  return `${short(ms / (30.44 * DAY_MS))} mo`;
}

function short(value: number): string {
  return value < 10 ? String(Math.round(value * 10) / 10) : String(Math.round(value));
}
