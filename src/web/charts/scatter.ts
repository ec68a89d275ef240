import { html } from "hono/html";
import type { Instant } from "../../core/state.ts";
import type { Html } from "../page.ts";
import { durationAxis, sayDuration } from "./durations.ts";
import { WIDE, count, fixed, renderColumns, renderEmptyFigure, renderFigure } from "./figure.ts";
import { renderRows } from "./figure.ts";
import type { ChartHead, Plot } from "./figure.ts";
import { renderTime, sayDate, timeAxis } from "./times.ts";

/** Work that came to its end: when, and how long it had taken. */
export interface Scatter extends ChartHead {
  readonly noun: string;
  readonly window: readonly [since: Instant, until: Instant];
  readonly points: readonly ScatterPoint[];
  /** In milliseconds; null: too few to say. */
  readonly p50: number | null;
  readonly p90: number | null;
  /** Work of the window that is still open and so has no place here. */
  readonly censored: number;
  readonly teach: string;
}

interface ScatterPoint {
  readonly endedAt: Instant;
  readonly ms: number;
  /** A coding agent was seen at work. */
  readonly isAgents: boolean;
  /** E.g. `#12`. */
  readonly name: string;
  readonly title: string;
  readonly url: string;
}

const PLOT: Plot = { left: 52, right: WIDE.width - 70, top: 12, bottom: WIDE.height - 28 };
/** With its name at each of them; more are drawn as one path a series. */
const NAMED_MAX = 400;

export function renderScatter(chart: Scatter): Html {
  const { points, window, noun, censored } = chart;
  if (points.length === 0) return renderEmptyFigure(chart, chart.teach);
  const x = timeAxis(window, [PLOT.left + 6, PLOT.right - 6], 8);
  const y = durationAxis(
    points.map(({ ms }) => ms),
    [PLOT.bottom - 6, PLOT.top],
    5,
  );
  const agents = points.filter(({ isAgents }) => isAgents);
  const others = points.filter(({ isAgents }) => !isAgents);
  const place = ({ endedAt, ms }: ScatterPoint): readonly [number, number] => [
    x.place(endedAt),
    y.place(ms),
  ];
  const isNamed = points.length <= NAMED_MAX;
  return renderFigure({
    head: chart,
    size: WIDE,
    unit: `time taken (log scale), by the day it ended · ${count(points.length, noun)}, ${censored.toLocaleString("en-US")} still open`,
    description: describe(chart, agents.length),
    legend: [
      {
        mark: html`<path class="mark none" d="${circle(10, 7)}" />`,
        name: `no agent found (${others.length.toLocaleString("en-US")})`,
      },
      {
        mark: html`<path class="mark agents" d="${triangle(10, 7)}" />`,
        name: `agents, at least (${agents.length.toLocaleString("en-US")})`,
      },
    ],
    marks: [
      ...renderRows(PLOT, y.ticks),
      ...renderColumns(PLOT, x.ticks),
      ...renderLevel(y.place, chart.p50, "half"),
      ...renderLevel(y.place, chart.p90, "90 %"),
      ...drawPoints(others, { look: "none", shape: circle, place, isNamed }),
      ...drawPoints(agents, { look: "agents", shape: triangle, place, isNamed }),
    ],
    table: {
      caption: `One row a ${noun}, newest first.`,
      columns: [
        { name: "Name" },
        { name: "Title" },
        { name: "Took", isNumber: true },
        { name: "Ended", isShort: true },
        { name: "Agents", isShort: true },
      ],
      rows: points
        .toSorted((left, right) => right.endedAt - left.endedAt)
        .map(({ name, title, url, ms, endedAt, isAgents }) => [
          html`<a href="${url}">${name}</a>`,
          title,
          sayDuration(ms),
          renderTime(endedAt),
          isAgents ? "yes" : "none found",
        ]),
      csv: chart.csv,
    },
  });
}

function renderLevel(y: (ms: number) => number, ms: number | null, name: string): Html[] {
  if (ms === null) return [];
  const at = y(ms);
  return [
    html`<path class="level" d="M${fixed(PLOT.left)} ${fixed(at)}H${fixed(PLOT.right)}" /><text
        class="tick level-name"
        x="${fixed(PLOT.right + 5)}"
        y="${fixed(at + 4)}"
        >${name}</text
      >`,
  ];
}

interface Drawing {
  readonly look: string;
  readonly shape: (x: number, y: number) => string;
  readonly place: (point: ScatterPoint) => readonly [number, number];
  readonly isNamed: boolean;
}

function drawPoints(points: readonly ScatterPoint[], drawing: Drawing): Html[] {
  const { look, shape, place, isNamed } = drawing;
  if (points.length === 0) return [];
  if (!isNamed) {
    return [
      html`<path
        class="mark ${look}"
        d="${points.map((each) => shape(...place(each))).join("")}"
      />`,
    ];
  }
  return points.map(
    (each) =>
      html`<path class="mark ${look}" d="${shape(...place(each))}"
        ><title>
          ${each.name} ${each.title}: ${sayDuration(each.ms)}, ended ${sayDate(each.endedAt)}
        </title></path
      >`,
  );
}

/** Two half circles around a place. */
export function circle(x: number, y: number, radius = 3.2): string {
  const [left, width] = [fixed(x - radius), fixed(radius * 2)];
  const round = fixed(radius);
  return `M${left} ${fixed(y)}a${round} ${round} 0 1 0 ${width} 0a${round} ${round} 0 1 0 -${width} 0`;
}

export function triangle(x: number, y: number): string {
  return `M${fixed(x)} ${fixed(y - 4.4)}L${fixed(x + 4)} ${fixed(y + 3)}L${fixed(x - 4)} ${fixed(y + 3)}Z`;
}

function describe({ noun, points, p50, p90, censored }: Scatter, agents: number): string {
  const half =
    p50 === null ? "There are too few for a median." : `Half took at most ${sayDuration(p50)}.`;
  const most = p90 === null ? "" : ` 90 % took at most ${sayDuration(p90)}.`;
  return `${count(points.length, noun)}, at least ${agents.toLocaleString("en-US")} of agents. ${half}${most} ${censored.toLocaleString("en-US")} still open.`;
}
