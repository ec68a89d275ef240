import { curveOf, intervalOfTime, measureIncidence, timeOfShare } from "./incidence.ts";
import { measured } from "./measure.ts";
import type { Scope } from "./measure.ts";
import { ROWS_MIN } from "./measured.ts";
import type { ClockMeasured, CompletedQuantile, Measured, Row } from "./measured.ts";
import { intervalOfQuantile, quantileOf } from "./quantile.ts";
import { sayCount, sayDuration } from "./say.ts";
import type { Level, Span } from "./span.ts";

/** Words of one clock: "half of `work` is `done` within 3 hours (41 `many`, 9 still `open`)". */
export interface ClockWords {
  readonly work: string;
  readonly done: string;
  readonly one: string;
  readonly many: string;
  readonly open: string;
}

export interface ClockFacts {
  /** Those that started in the window. */
  readonly spans: readonly Span[];
  /** Those that happened in the window, whenever they started. */
  readonly completed: readonly Row[];
  readonly leftOut: Measured["leftOut"];
  readonly words: ClockWords;
  /** Said instead of the words', where a half is rarely reached. */
  readonly sentence?: string;
}

export function rowOf({ key, ms, end }: Span): Row {
  return { key, ms, end };
}

/** Points of a curve: each costs a band, and a chart shows no more steps. */
const CURVE_POINTS_MAX = 48;

export function measureClock(scope: Scope, facts: ClockFacts): ClockMeasured {
  const { spans, completed, leftOut, words } = facts;
  const isEnough = spans.length >= ROWS_MIN;
  const incidence = measureIncidence(isEnough ? spans : []);
  const at = (share: number): number | null => timeOfShare(incidence, share);
  const p50 = at(0.5);
  const number = measured(scope, {
    unit: "milliseconds",
    value: p50,
    interval: isEnough ? intervalOfTime(incidence, 0.5, 0.95) : null,
    rows: spans.map(rowOf),
    leftOut,
    missing: isEnough
      ? `fewer than half of ${words.work} ${words.done} so far`
      : `not enough data: ${spans.length} of ${ROWS_MIN} ${words.many}`,
    sentence: facts.sentence ?? sayClock(spans, p50, words),
  });
  return {
    ...number,
    otherwise: spans.filter(({ end }) => end === "otherwise").length,
    quantiles: { p25: at(0.25), p50, p75: at(0.75), p90: at(0.9) },
    curve: curveOf(incidence, 0.95, CURVE_POINTS_MAX),
    completed: completedQuantiles(completed),
    completedRows: scope.isBrief === true ? [] : completed,
  };
}

function sayClock(spans: readonly Span[], p50: number | null, words: ClockWords): string {
  const open = spans.filter(({ end }) => end === "open").length;
  const rows = sayCount(spans.length, words.one, words.many);
  const counts = open === 0 ? rows : `${rows}, ${open} still ${words.open}`;
  if (spans.length < ROWS_MIN) return `not enough data about ${words.work} (${counts})`;
  if (p50 === null) return `less than half of ${words.work} is ${words.done} so far (${counts})`;
  return `half of ${words.work} is ${words.done} within ${sayDuration(p50)} (${counts})`;
}

function completedQuantiles(rows: readonly Row[]): CompletedQuantile[] | null {
  if (rows.length < ROWS_MIN) return null;
  const sorted = rows.map(({ ms }) => Number(ms)).toSorted((left, right) => left - right);
  return ([0.5, 0.75, 0.9] as const).map((share) => ({
    share,
    value: quantileOf(sorted, share),
    interval: intervalOfQuantile(sorted, share, 0.95),
  }));
}

/** The median alone, for a series and for findings; null below 5 rows. */
export interface Median {
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export function medianOf(spans: readonly Span[], level: Level): Median | null {
  if (spans.length < ROWS_MIN) return null;
  const incidence = measureIncidence(spans);
  const { low, high } = intervalOfTime(incidence, 0.5, level);
  return { value: timeOfShare(incidence, 0.5), low, high };
}
