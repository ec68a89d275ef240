import { html } from "hono/html";
import type { Html } from "../page.ts";
import { durationAxis, sayDuration } from "./durations.ts";
import { HALF, count, fixed, renderEmptyFigure, renderFigure, renderRows } from "./figure.ts";
import type { ChartHead, Plot } from "./figure.ts";
import { circle, triangle } from "./scatter.ts";

/** What is not done yet, by its age, over how long the same took before. */
export interface Ageing extends ChartHead {
  readonly columns: readonly AgeingColumn[];
  readonly teach: string;
}

interface AgeingColumn {
  /** E.g. "open" or "merged, unreleased". */
  readonly name: string;
  /** How long it took in the past, in milliseconds; null: too few to say. */
  readonly p50: number | null;
  readonly p75: number | null;
  readonly p90: number | null;
  readonly items: readonly AgeingItem[];
}

interface AgeingItem {
  readonly name: string;
  readonly title: string;
  readonly url: string;
  readonly ageMs: number;
  readonly isAgents: boolean;
}

const PLOT: Plot = { left: 52, right: HALF.width - 10, top: 10, bottom: HALF.height - 56 };
/** Dots of one column; the table has all. */
const DOTS_MAX = 300;
/** Between the middles of two dots beside each other. */
const DOT_STEP = 9;

export function renderAgeing(chart: Ageing): Html {
  const { columns } = chart;
  const items = columns.flatMap((column) => column.items.map((item) => ({ column, item })));
  if (items.length === 0) return renderEmptyFigure(chart, chart.teach);
  const bounds = columns.flatMap(({ p50, p75, p90 }) =>
    [p50, p75, p90].filter((ms) => ms !== null),
  );
  const y = durationAxis(
    [...items.map(({ item }) => item.ageMs), ...bounds],
    [PLOT.bottom - 6, PLOT.top],
    5,
  );
  const width = (PLOT.right - PLOT.left) / columns.length;
  const late = items.filter(({ column, item }) => column.p90 !== null && item.ageMs > column.p90);
  return renderFigure({
    head: chart,
    size: HALF,
    unit: `age (log scale) over what was usual · ${count(items.length, "item")}, all still open`,
    description: describe(chart, late.length),
    legend: [
      { mark: html`<path class="zone usual" d="M1 1H19V13H1Z" />`, name: "half were done by then" },
      { mark: html`<path class="zone slow" d="M1 1H19V13H1Z" />`, name: "75 % were" },
      { mark: html`<path class="zone late" d="M1 1H19V13H1Z" />`, name: "90 % were" },
      { mark: html`<path class="mark none" d="${circle(10, 7)}" />`, name: "no agent found" },
      { mark: html`<path class="mark agents" d="${triangle(10, 7)}" />`, name: "agents" },
    ],
    marks: [
      ...columns.flatMap((column, at) => drawZones(column, PLOT.left + at * width, width, y.place)),
      ...renderRows(PLOT, y.ticks),
      ...columns.flatMap((column, at) =>
        drawColumn(column, PLOT.left + at * width, width, y.place),
      ),
    ],
    table: {
      caption: "One row for each that is not done, oldest first.",
      columns: [
        { name: "Name" },
        { name: "Title" },
        { name: "Where", isShort: true },
        { name: "Age", isNumber: true },
        { name: "90 % were done by", isNumber: true },
      ],
      rows: items
        .toSorted((left, right) => right.item.ageMs - left.item.ageMs)
        .map(({ column, item }) => [
          html`<a href="${item.url}">${item.name}</a>`,
          item.title,
          column.name,
          sayDuration(item.ageMs),
          column.p90 === null ? null : sayDuration(column.p90),
        ]),
      csv: chart.csv,
    },
  });
}

type Place = (ms: number) => number;

function drawZones(column: AgeingColumn, left: number, width: number, y: Place): Html[] {
  const zones: Html[] = [];
  let under = PLOT.bottom;
  for (const [ms, look] of [
    [column.p50, "usual"],
    [column.p75, "slow"],
    [column.p90, "late"],
  ] as const) {
    if (ms === null) continue;
    const top = Math.min(under, y(ms));
    zones.push(
      html`<path
        class="zone ${look}"
        d="M${fixed(left + 3)} ${fixed(under)}V${fixed(top)}H${fixed(left + width - 3)}V${fixed(under)}Z"
      />`,
    );
    under = top;
  }
  return zones;
}

/** Dots side by side, so that none hides another where there is room. */
function drawColumn(column: AgeingColumn, left: number, width: number, y: Place): Html[] {
  const middle = left + width / 2;
  const taken = new Map<number, number>();
  const items = column.items.toSorted((one, other) => other.ageMs - one.ageMs).slice(0, DOTS_MAX);
  const dots = items.map((item) => {
    const at = y(item.ageMs);
    const row = Math.round(at / 8);
    const place = taken.get(row) ?? 0;
    taken.set(row, place + 1);
    const x = clamp(middle + sideOf(place) * DOT_STEP, left + 8, left + width - 8);
    const isLate = column.p90 !== null && item.ageMs > column.p90;
    const look = item.isAgents ? "agents" : "none";
    const shape = item.isAgents ? triangle(x, at) : circle(x, at, isLate ? 4 : 3.2);
    return html`<path class="mark ${look}${isLate ? " overdue" : ""}" d="${shape}"
      ><title>${item.name} ${item.title}: ${sayDuration(item.ageMs)}</title></path
    >`;
  });
  const x = fixed(middle);
  return [
    ...dots,
    html`<text class="tick x name" x="${x}" y="${fixed(PLOT.bottom + 17)}"
        >${breakName(column.name, x)}</text
      ><text class="tick x count" x="${x}" y="${fixed(PLOT.bottom + 49)}"
        >${column.items.length.toLocaleString("en-US")}</text
      >`,
  ];
}

/** In two lines at its comma: on a phone, names in one line would touch. */
function breakName(name: string, x: string): Html[] {
  const parts = name.split(/(?<=,) /);
  return parts.map((part, at) =>
    at === 0 ? html`${part}` : html` <tspan x="${x}" dy="16">${part}</tspan>`,
  );
}

/** 0, 1, -1, 2, -2 … */
function sideOf(place: number): number {
  return place % 2 === 0 ? -place / 2 : (place + 1) / 2;
}

function clamp(value: number, least: number, most: number): number {
  return Math.min(most, Math.max(least, value));
}

function describe({ columns }: Ageing, late: number): string {
  const each = columns.map(({ name, items, p50 }) => {
    let oldest = 0;
    for (const { ageMs } of items) oldest = Math.max(oldest, ageMs);
    const usual = p50 === null ? "" : `, where half were done by ${sayDuration(p50)}`;
    return items.length === 0
      ? `${name}: none.`
      : `${name}: ${items.length.toLocaleString("en-US")}, the oldest ${sayDuration(oldest)}${usual}.`;
  });
  return `${each.join(" ")} ${late.toLocaleString("en-US")} older than 90 % of what was done.`;
}
