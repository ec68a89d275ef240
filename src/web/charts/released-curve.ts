import { area, curveStepAfter, line } from "d3-shape";
import { html } from "hono/html";
import type { Html } from "../page.ts";
import { durationAxis, sayDuration } from "./durations.ts";
import { HALF, count, percent, renderColumns, renderEmptyFigure } from "./figure.ts";
import { renderFigure, renderRows } from "./figure.ts";
import type { ChartHead, Plot } from "./figure.ts";

/** How much of the work was done by a time since its start; work that is still open counts too. */
export interface ReleasedCurve extends ChartHead {
  /** What is counted, e.g. "pull". */
  readonly noun: string;
  /** What happens to it, e.g. "usable". */
  readonly event: string;
  /** This window first, then what it is compared with. */
  readonly series: readonly CurveSeries[];
  /** Said where there is nothing to draw. */
  readonly teach: string;
}

interface CurveSeries {
  /** Of the window, e.g. "last 90 days". */
  readonly name: string;
  readonly n: number;
  /** How many are still open. */
  readonly censored: number;
  /** Ascending; shares from 0 to 1. */
  readonly points: readonly CurvePoint[];
}

interface CurvePoint {
  /** Since the start, in milliseconds. */
  readonly ms: number;
  readonly share: number;
  /** The 95 % band; null: not known. */
  readonly low: number | null;
  readonly high: number | null;
}

const PLOT: Plot = { left: 50, right: HALF.width - 14, top: 10, bottom: HALF.height - 28 };
/** More points than this no eye can tell apart, and every one costs bytes. */
const POINTS_MAX = 240;

export function renderReleasedCurve(chart: ReleasedCurve): Html {
  const series = chart.series.filter(({ n, points }) => n > 0 && points.length > 0);
  const [current] = series;
  if (current === undefined) return renderEmptyFigure(chart, chart.teach);
  const times = series.flatMap(({ points }) => points.map(({ ms }) => ms));
  const x = durationAxis(times, [PLOT.left, PLOT.right], 6);
  const y = (share: number): number => PLOT.bottom - clampShare(share) * (PLOT.bottom - PLOT.top);
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((share) => ({ at: y(share), label: percent(share) }));
  const drawn = series.map((each, at) => drawSeries(each, at === 0 ? "now" : "before", x.place, y));
  return renderFigure({
    head: chart,
    size: HALF,
    unit: `share ${chart.event}, by the time since the start (log scale) · ${describeCounts(chart.noun, current)}`,
    description: describe(chart, series),
    legend: series.map(({ name, n }, at) => ({
      mark: html`<path class="line ${at === 0 ? "now" : "before"}" d="M1 7H19" />`,
      name: `${name} (n ${n.toLocaleString("en-US")})`,
    })),
    marks: [
      ...renderRows(PLOT, ticks),
      ...renderColumns(PLOT, x.ticks),
      // The window that is looked at lies on top.
      ...drawn.toReversed().flat(),
    ],
    table: {
      caption: `Share ${chart.event} by the time since the start.`,
      columns: [
        { name: "Time since the start" },
        ...series.map(({ name }) => ({ name, isNumber: true })),
        { name: "95 % band", isNumber: true },
      ],
      rows: x.ticks.map(({ label }, at) => tableRow(series, label, x.ticks[at]?.at ?? 0, x.place)),
      csv: chart.csv,
    },
  });
}

function describeCounts(noun: string, { n, censored }: CurveSeries): string {
  return `${count(n, noun)}, ${censored.toLocaleString("en-US")} still open`;
}

function clampShare(share: number): number {
  return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
}

type Place = (value: number) => number;

function drawSeries(series: CurveSeries, look: string, x: Place, y: Place): Html[] {
  const first = { ms: 0, share: 0, low: 0, high: 0 };
  const points = [first, ...thin(series.points, POINTS_MAX)];
  const band = area<CurvePoint>()
    .x(({ ms }) => x(ms))
    .y0(({ low, share }) => y(low ?? share))
    .y1(({ high, share }) => y(high ?? share))
    .curve(curveStepAfter)
    .digits(1);
  const course = line<CurvePoint>()
    .x(({ ms }) => x(ms))
    .y(({ share }) => y(share))
    .curve(curveStepAfter)
    .digits(1);
  const isBanded = series.points.some(({ low, high }) => low !== null && high !== null);
  return [
    ...(isBanded ? [html`<path class="band ${look}" d="${band(points) ?? ""}" />`] : []),
    html`<path class="line ${look}" d="${course(points) ?? ""}" />`,
  ];
}

/** Evenly over their places, the last one always. */
function thin<T extends object>(points: readonly T[], most: number): readonly T[] {
  if (points.length <= most) return points;
  const every = points.length / most;
  const places = Array.from({ length: most }, (_, at) => Math.ceil((at + 1) * every) - 1);
  return places.flatMap((at) => points[at] ?? []);
}

function shareAt(points: readonly CurvePoint[], reached: (ms: number) => boolean) {
  return points.findLast(({ ms }) => reached(ms)) ?? { ms: 0, share: 0, low: null, high: null };
}

function tableRow(
  series: readonly CurveSeries[],
  label: string,
  place: number,
  x: Place,
): (string | null)[] {
  const at = series.map(({ points }) => shareAt(points, (ms) => x(ms) <= place));
  const [own] = at;
  const band =
    own === undefined || own.low === null || own.high === null
      ? null
      : `${percent(own.low)} to ${percent(own.high)}`;
  return [label, ...at.map(({ share }) => percent(share)), band];
}

function describe(chart: ReleasedCurve, series: readonly CurveSeries[]): string {
  const each = series.map(({ name, n, censored, points }) => {
    const half = points.find(({ share }) => share >= 0.5);
    const reached =
      half === undefined
        ? `half is not reached, ${percent(points.at(-1)?.share ?? 0)} is`
        : `half is ${chart.event} within ${sayDuration(half.ms)}`;
    return `${name}: ${reached}; ${count(n, chart.noun)}, ${censored.toLocaleString("en-US")} still open.`;
  });
  return each.join(" ");
}
