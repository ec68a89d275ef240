import { capabilitySpans } from "./capability-clock.ts";
import { rowOf } from "./clock.ts";
import { feedbackSpans } from "./feedback-clock.ts";
import { intervalOfTime, measureIncidence, timeOfShare } from "./incidence.ts";
import type { Known, Window } from "./known.ts";
import { isExternal } from "./learning.ts";
import type { Scope } from "./measure.ts";
import { ROWS_MIN } from "./measured.ts";
import type { Row } from "./measured.ts";
import { releaseSpans } from "./release-clock.ts";
import type { Interval, Span } from "./span.ts";

const WEEK_MS = 7 * 86_400_000;

/** Rolling windows of four weeks: every weekday is in each as often. */
const SPAN_MS = 4 * WEEK_MS;

/** Points of a series: a quarter, one a week. */
const SERIES_WEEKS = 13;

/** One rolling window of one clock. Below 5 rows nothing is said of it, and its rows are dots. */
export interface SeriesPoint {
  readonly window: Window;
  readonly n: number;
  readonly censored: number;
  readonly p25: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  /** 95 %, of `p50`. */
  readonly interval: Interval | null;
  /** Only below 5 rows. */
  readonly dots: readonly Row[];
}

export type SeriesId = "capability" | "release" | "return";

/** Oldest first; the last window ends with `to`. */
export function seriesTo(known: Known, to: number): Record<SeriesId, SeriesPoint[]> {
  const scopes = Array.from({ length: SERIES_WEEKS }, (_, at): Scope => {
    const end = to - (SERIES_WEEKS - 1 - at) * WEEK_MS;
    return { known, window: { from: end - SPAN_MS, to: end } };
  });
  const draw = (spansOf: (scope: Scope) => Span[]): SeriesPoint[] => {
    return scopes.map((scope) => pointOf(scope.window, spansOf(scope)));
  };
  return {
    capability: draw((scope) => capabilitySpans(scope)),
    release: draw((scope) => releaseSpans(scope)),
    return: draw((scope) => feedbackSpans(scope, "fixUsableAt", isExternal)),
  };
}

function pointOf(window: Window, spans: readonly Span[]): SeriesPoint {
  const n = spans.length;
  const censored = spans.filter(({ end }) => end === "open").length;
  const none = { p25: null, p50: null, p90: null, interval: null };
  if (n < ROWS_MIN) return { window, n, censored, ...none, dots: spans.map(rowOf) };
  const incidence = measureIncidence(spans);
  return {
    window,
    n,
    censored,
    p25: timeOfShare(incidence, 0.25),
    p50: timeOfShare(incidence, 0.5),
    p90: timeOfShare(incidence, 0.9),
    interval: intervalOfTime(incidence, 0.5, 0.95),
    dots: [],
  };
}
