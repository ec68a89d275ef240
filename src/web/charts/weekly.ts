import { area, line } from "d3-shape";
import { html } from "hono/html";
import type { Instant } from "../../core/state.ts";
import type { Html } from "../page.ts";
import { DAY_MS, durationAxis, sayDuration } from "./durations.ts";
import {
  count,
  fixed,
  renderColumns,
  renderEmptyFigure,
  renderFigure,
  renderRows,
} from "./figure.ts";
import type { ChartHead, Plot, Size } from "./figure.ts";
import { renderTime, timeAxis } from "./times.ts";

/** The four weeks to an instant. Null: too few to say. */
interface Week {
  readonly endsAt: Instant;
  readonly n: number;
  readonly censored: number;
  /** In milliseconds. */
  readonly p25: number | null;
  readonly p50: number | null;
  readonly p90: number | null;
  /** In milliseconds, where there are too few for a median. */
  readonly dots: readonly number[];
}

/** A clock, week by week. Charts of the same weeks stand below each other and are read together. */
export interface Weekly extends ChartHead {
  readonly noun: string;
  readonly weeks: readonly Week[];
  readonly teach: string;
}

const SIZE: Size = { width: 560, height: 170, look: "weekly" };
const PLOT: Plot = { left: 56, right: SIZE.width - 12, top: 8, bottom: SIZE.height - 42 };
const WEEK_MS = 7 * DAY_MS;

type Known = Week & { readonly p50: number };

export function renderWeekly(chart: Weekly): Html {
  const { weeks } = chart;
  const [first] = weeks;
  const last = weeks.at(-1);
  if (first === undefined || last === undefined || weeks.every(({ n }) => n === 0)) {
    return renderEmptyFigure(chart, chart.teach);
  }
  const values = weeks.flatMap(({ p25, p50, p90, dots: own }) =>
    [p25, p50, p90, ...own].filter((ms) => ms !== null),
  );
  const x = timeAxis(
    [first.endsAt - WEEK_MS / 2, last.endsAt + WEEK_MS / 2],
    [PLOT.left, PLOT.right],
    7,
  );
  const y = durationAxis(values, [PLOT.bottom, PLOT.top], 4);
  const middle = (week: Week): number => x.place(week.endsAt);
  return renderFigure({
    head: chart,
    size: SIZE,
    unit: `median of the four weeks to each point (log scale), band from a quarter to nine in ten · newest: ${count(last.n, chart.noun)}, ${last.censored.toLocaleString("en-US")} still open`,
    description: describe(chart, weeks),
    legend: [
      { mark: html`<path class="line now" d="M1 7H19" />`, name: "median" },
      { mark: html`<path class="band now" d="M1 2H19V12H1Z" />`, name: "25 % to 90 %" },
      ...(weeks.some(({ dots }) => dots.length > 0)
        ? [
            {
              mark: html`<circle class="dot few" cx="10" cy="7" r="3" />`,
              name: "each, where there are fewer than five",
            },
          ]
        : []),
    ],
    marks: [
      ...renderRows(PLOT, y.ticks),
      ...renderColumns(PLOT, x.ticks),
      ...drawCourse(weeks, middle, y.place),
      ...drawCounts(weeks, middle),
    ],
    table: {
      caption: "One row a week: the four weeks that end then, UTC.",
      columns: [
        { name: "Four weeks to" },
        { name: "25 %", isNumber: true },
        { name: "Median", isNumber: true },
        { name: "90 %", isNumber: true },
        { name: "n", isNumber: true },
        { name: "still open", isNumber: true },
      ],
      rows: weeks
        .toReversed()
        .map((week) => [
          renderTime(week.endsAt),
          ...[week.p25, week.p50, week.p90].map((ms) => (ms === null ? null : sayDuration(ms))),
          week.n,
          week.censored,
        ]),
      csv: chart.csv,
    },
  });
}

/** A week without a median is a gap, never a line through it. */
function drawCourse(
  weeks: readonly Week[],
  x: (week: Week) => number,
  y: (ms: number) => number,
): Html[] {
  const isKnown = ({ p50 }: Week): boolean => p50 !== null;
  const band = area<Week>()
    .defined(isKnown)
    .x(x)
    .y0(({ p25, p50 }) => y(p25 ?? p50 ?? 0))
    .y1(({ p90, p50 }) => y(p90 ?? p50 ?? 0))
    .digits(1);
  const course = line<Week>()
    .defined(isKnown)
    .x(x)
    .y(({ p50 }) => y(p50 ?? 0))
    .digits(1);
  const dots = weeks
    .filter((week): week is Known => week.p50 !== null)
    .map(
      (week) =>
        html`<circle class="dot now" cx="${fixed(x(week))}" cy="${fixed(y(week.p50))}" r="3" />`,
    );
  const rows = weeks.flatMap((week) =>
    week.dots.map(
      (ms) => html`<circle class="dot few" cx="${fixed(x(week))}" cy="${fixed(y(ms))}" r="2" />`,
    ),
  );
  return [
    ...rows,
    html`<path class="band now" d="${band(weeks) ?? ""}" />`,
    html`<path class="line now" d="${course(weeks) ?? ""}" />`,
    ...dots,
  ];
}

/** As many as have room; a phone shows none of them, and the table has all. */
function drawCounts(weeks: readonly Week[], x: (week: Week) => number): Html[] {
  const every = Math.ceil(weeks.length / 18);
  const top = SIZE.height - 6;
  return [
    html`<text class="tick y count" x="${fixed(PLOT.left - 6)}" y="${top}">n</text>`,
    ...weeks.map((week, at) =>
      (weeks.length - 1 - at) % every === 0
        ? html`<text class="tick x count" x="${fixed(x(week))}" y="${top}"
            >${week.n.toLocaleString("en-US")}</text
          >`
        : html``,
    ),
  ];
}

function describe({ noun }: Weekly, weeks: readonly Week[]): string {
  const known = weeks.filter((week): week is Known => week.p50 !== null);
  const [first] = known;
  const last = known.at(-1);
  const span = `${count(weeks.length, "week")}.`;
  if (first === undefined || last === undefined) {
    return `${span} No week had enough for a median; every ${noun} is in the table.`;
  }
  return `${span} The median was ${sayDuration(first.p50)} in the first week that has one and ${sayDuration(last.p50)} in the last.`;
}
