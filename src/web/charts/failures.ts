import { html } from "hono/html";
import type { Instant } from "../../core/state.ts";
import type { Html } from "../page.ts";
import { HALF, count, fixed, percent, renderColumns, renderEmptyFigure } from "./figure.ts";
import { renderFigure, renderRows } from "./figure.ts";
import type { ChartHead, Plot } from "./figure.ts";
import type { Table } from "./table.ts";
import { renderTime, sayDay } from "./times.ts";

/** Releases that failed, by the part of time in which they were published. */
export interface Failures extends ChartHead {
  readonly periods: readonly FailurePeriod[];
  readonly teach: string;
}

interface FailurePeriod {
  readonly startsAt: Instant;
  readonly releases: number;
  /** Too young to be called good. */
  readonly pending: number;
  /** Shares from 0 to 1: known for certain, and with what was inferred. Null: no releases. */
  readonly explicit: number | null;
  readonly inferred: number | null;
  /** 95 % interval around both; null: too few. */
  readonly low: number | null;
  readonly high: number | null;
}

const PLOT: Plot = { left: 52, right: HALF.width - 10, top: 10, bottom: HALF.height - 28 };

export function renderFailures(chart: Failures): Html {
  const { periods, id } = chart;
  const releases = periods.reduce((sum, period) => sum + period.releases, 0);
  const pending = periods.reduce((sum, period) => sum + period.pending, 0);
  if (releases === 0) return renderEmptyFigure(chart, chart.teach);
  const top = niceTop(periods);
  const y = (share: number): number =>
    PLOT.bottom - (clamp(share) / top) * (PLOT.bottom - PLOT.top);
  const width = (PLOT.right - PLOT.left) / periods.length;
  const middle = (at: number): number => PLOT.left + (at + 0.5) * width;
  const every = Math.ceil(periods.length / 6);
  const hatch = `${id}-hatch`;
  return renderFigure({
    head: chart,
    size: HALF,
    unit: `share of releases that failed within 14 days, 95 % interval · ${count(releases, "release")}, ${pending.toLocaleString("en-US")} still under observation`,
    description: describe(periods),
    legend: [
      { mark: html`<path class="column explicit" d="M2 2H18V12H2Z" />`, name: "known" },
      { mark: html`<path class="column inferred" d="M2 2H18V12H2Z" />`, name: "and inferred" },
      { mark: html`<path class="whisker" d="M10 1V13M6 1H14M6 13H14" />`, name: "95 % interval" },
      {
        mark: html`<path class="pending-edge" d="M2 2H18V12H2Z" /><path
            class="hatch"
            d="M2 12L12 2M7 12L17 2"
          />`,
        name: "part still pending",
      },
    ],
    marks: [
      html`<defs
        ><pattern id="${hatch}" width="6" height="6" patternUnits="userSpaceOnUse"
          ><path class="hatch" d="M0 6L6 0" /></pattern
      ></defs>`,
      ...renderRows(
        PLOT,
        [0, 0.5, 1].map((part) => ({ at: y(part * top), label: percent(part * top) })),
      ),
      ...renderColumns(
        PLOT,
        periods.flatMap(({ startsAt }, at) =>
          at % every === 0 ? [{ at: middle(at), label: sayDay(startsAt) }] : [],
        ),
      ),
      ...periods.map((period, at) => drawPeriod(period, { middle: middle(at), width, y, hatch })),
    ],
    table: tableOf(chart),
  });
}

function tableOf({ periods, csv }: Failures): Table {
  return {
    caption: "One row a period, newest first.",
    columns: [
      { name: "From" },
      { name: "Failed, known", isNumber: true },
      { name: "Known and inferred", isNumber: true },
      { name: "95 % interval", isNumber: true },
      { name: "Releases", isNumber: true },
      { name: "Pending", isNumber: true },
    ],
    rows: periods
      .toReversed()
      .map((period) => [
        renderTime(period.startsAt),
        sayShare(period.explicit),
        sayShare(period.inferred),
        period.low === null || period.high === null
          ? null
          : `${percent(period.low)} to ${percent(period.high)}`,
        period.releases,
        period.pending,
      ]),
    csv,
  };
}

function sayShare(share: number | null): string | null {
  return share === null ? null : percent(share);
}

function clamp(share: number): number {
  return Number.isFinite(share) ? Math.min(1, Math.max(0, share)) : 0;
}

/** 10 %, 20 %, 50 % or all of it: whole steps that people compare from week to week. */
function niceTop(periods: readonly FailurePeriod[]): number {
  let most = 0;
  for (const { explicit, inferred, low, high } of periods) {
    for (const share of [explicit, inferred, low, high]) most = Math.max(most, clamp(share ?? 0));
  }
  return [0.1, 0.2, 0.5].find((top) => most <= top) ?? 1;
}

interface Column {
  readonly middle: number;
  readonly width: number;
  readonly y: (share: number) => number;
  readonly hatch: string;
}

/** From nothing to what is known, and on to what is inferred; hatched where some may yet fail. */
function drawPeriod(period: FailurePeriod, { middle, width, y, hatch }: Column): Html {
  const half = Math.min(18, width * 0.32);
  const box = (from: number, to: number): string =>
    `M${fixed(middle - half)} ${fixed(y(from))}V${fixed(y(to))}H${fixed(middle + half)}V${fixed(y(from))}Z`;
  const known = clamp(period.explicit ?? 0);
  const most = Math.max(known, clamp(period.inferred ?? 0));
  const low = period.low === null ? null : clamp(period.low);
  const high = period.high === null ? null : clamp(period.high);
  const cap = Math.min(5, half);
  const tail = Math.max(most, high ?? 0);
  return html`${known > 0 ? html`<path class="column explicit" d="${box(0, known)}" />` : ""}${
    most > known ? html`<path class="column inferred" d="${box(known, most)}" />` : ""
  }${
    period.pending > 0 && period.releases > 0
      ? html`<path class="pending-edge" fill="url(#${hatch})" d="${box(most, tail)}" />`
      : ""
  }${
    low !== null && high !== null
      ? html`<path
          class="whisker"
          d="M${fixed(middle)} ${fixed(y(low))}V${fixed(y(high))}${[low, high].map((end) => `M${fixed(middle - cap)} ${fixed(y(end))}h${fixed(cap * 2)}`).join("")}"
        />`
      : ""
  }`;
}

function describe(periods: readonly FailurePeriod[]): string {
  const known = periods.filter(({ explicit }) => explicit !== null);
  const last = known.at(-1);
  if (last === undefined) return "No share can be told yet.";
  const range =
    last.explicit === last.inferred
      ? percent(last.explicit ?? 0)
      : `between ${percent(last.explicit ?? 0)} and ${percent(last.inferred ?? 0)}`;
  const pending =
    last.pending > 0
      ? ` ${count(last.pending, "release is", "releases are")} still under observation.`
      : "";
  return `Of ${count(last.releases, "release")} of the newest period ${range} failed.${pending}`;
}
