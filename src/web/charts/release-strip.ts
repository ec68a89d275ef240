import { scaleSqrt } from "d3-scale";
import { html } from "hono/html";
import type { Instant } from "../../core/state.ts";
import type { Html } from "../page.ts";
import { WIDE, count, fixed, renderColumns, renderEmptyFigure, renderFigure } from "./figure.ts";
import type { ChartHead, Plot, Size } from "./figure.ts";
import type { Table } from "./table.ts";
import { renderTime, sayDate, timeAxis } from "./times.ts";

/** Releases in the order of time: how large each was, and what became of it. */
export interface ReleaseStrip extends ChartHead {
  readonly window: readonly [since: Instant, until: Instant];
  readonly releases: readonly StripRelease[];
  readonly teach: string;
}

interface StripRelease {
  readonly tag: string;
  readonly url: string;
  readonly at: Instant;
  /** Pulls and direct commits that it carried. */
  readonly units: number;
  /** "pending": too young to be called good. */
  readonly outcome: "good" | "failed" | "pending";
  /** Tag of the release that took it back or fixed it; null: none did, or none had to. */
  readonly fixedBy: string | null;
}

const SIZE: Size = { ...WIDE, height: 170 };
const PLOT: Plot = { left: 16, right: SIZE.width - 16, top: 14, bottom: SIZE.height - 28 };
/** Of the largest release: as large as there is room for all. Smaller than the last, nobody sees an outcome. */
const RADII = [15, 12, 10, 8, 6.5, 5, 4, 3] as const;
const [RADIUS_MAX] = RADII;
/** Share of the largest radius that the smallest release has. */
const RADIUS_SHARE_MIN = 0.3;
/** Between two circles, with their edges. */
const GAP = 3;
/** More arrows than these hide the releases; the table has all. */
const FIXES_MAX = 24;
/** Releases that one page draws: a wall screen has no room for more. */
const RELEASES_MAX = 600;
const OUTCOMES = {
  good: "no failure seen",
  failed: "failed",
  pending: "still under observation",
} as const;

interface Placed {
  readonly release: StripRelease;
  readonly x: number;
  readonly y: number;
  readonly radius: number;
}

export function renderReleaseStrip(chart: ReleaseStrip): Html {
  const inOrder = chart.releases.toSorted((left, right) => left.at - right.at);
  if (inOrder.length === 0) return renderEmptyFigure(chart, chart.teach);
  const drawn = inOrder.slice(-RELEASES_MAX);
  const left = inOrder.length - drawn.length;
  const x = timeAxis(chart.window, [PLOT.left + RADIUS_MAX, PLOT.right - RADIUS_MAX], 8);
  const placed = place(drawn, x.place);
  const fixes = drawFixes(placed);
  const hasFixes = fixes.length <= FIXES_MAX;
  const pending = inOrder.filter(({ outcome }) => outcome === "pending").length;
  return renderFigure({
    head: chart,
    size: SIZE,
    unit: `one circle a release, its area the units in it · ${count(inOrder.length, "release")}, ${pending.toLocaleString("en-US")} still under observation${hasFixes ? "" : ` · which release fixed which stands in the table`}${left > 0 ? ` · the newest ${drawn.length} are drawn` : ""}`,
    description: describe(inOrder),
    legend: [
      { mark: html`<circle class="release good" cx="10" cy="7" r="5" />`, name: OUTCOMES.good },
      { mark: html`<circle class="release failed" cx="10" cy="7" r="5" />`, name: OUTCOMES.failed },
      {
        mark: html`<circle class="release pending" cx="10" cy="7" r="5" />`,
        name: OUTCOMES.pending,
      },
      ...(hasFixes
        ? [{ mark: html`<path class="fix" d="M1 11Q10 -3 18 8" />`, name: "leads to its fix" }]
        : []),
    ],
    marks: [
      ...renderColumns(PLOT, x.ticks),
      ...placed.map(
        ({ release, x: cx, y: cy, radius }) =>
          html`<circle
            class="release ${release.outcome}"
            cx="${fixed(cx)}"
            cy="${fixed(cy)}"
            r="${fixed(radius)}"
            ><title>
              ${release.tag}, ${sayDate(release.at)}: ${count(release.units, "unit")},
              ${OUTCOMES[release.outcome]}
            </title></circle
          >`,
      ),
      ...(hasFixes ? fixes : []),
    ],
    table: tableOf(inOrder, chart.csv),
  });
}

function tableOf(inOrder: readonly StripRelease[], csv: string | null): Table {
  return {
    caption: "One row a release, newest first.",
    columns: [
      { name: "Release" },
      { name: "Published", isShort: true },
      { name: "Units", isNumber: true },
      { name: "Outcome", isShort: true },
      { name: "Fixed by" },
    ],
    rows: inOrder
      .toReversed()
      .map(({ tag, url, at, units, outcome, fixedBy }) => [
        html`<a href="${url}">${tag}</a>`,
        renderTime(at),
        units,
        OUTCOMES[outcome],
        fixedBy ?? "",
      ]),
    csv,
  };
}

/** As large as they can be without one covering another; where that is too small, they do. */
function place(releases: readonly StripRelease[], x: (at: Instant) => number): readonly Placed[] {
  let placed: readonly Placed[] = [];
  for (const radiusMax of RADII) {
    const tried = placeBy(releases, x, radiusMax);
    placed = tried.placed;
    if (tried.isFree) break;
  }
  return placed;
}

/** From the middle row on, in the first in which it covers no earlier one. */
function placeBy(
  releases: readonly StripRelease[],
  x: (at: Instant) => number,
  radiusMax: number,
): { readonly placed: readonly Placed[]; readonly isFree: boolean } {
  let most = 1;
  for (const { units } of releases) if (Number.isFinite(units)) most = Math.max(most, units);
  const area = scaleSqrt([0, most], [radiusMax * RADIUS_SHARE_MIN, radiusMax]).clamp(true);
  const rows = rowsOf(2 * radiusMax + GAP);
  const ends = rows.map(() => Number.NEGATIVE_INFINITY);
  let isFree = true;
  const placed = releases.map((release) => {
    const radius = area(Math.max(0, release.units || 0));
    const middle = x(release.at);
    const free = ends.findIndex((end) => end <= middle - radius);
    if (free === -1) isFree = false;
    const row = free === -1 ? ends.indexOf(Math.min(...ends)) : free;
    ends[row] = middle + radius + GAP;
    return { release, x: middle, y: rows[row] ?? PLOT.top, radius };
  });
  return { placed, isFree };
}

/** Where rows of this height lie, those in the middle first. */
function rowsOf(height: number): readonly number[] {
  const many = Math.max(1, Math.floor((PLOT.bottom - PLOT.top) / height));
  const middle = (PLOT.bottom + PLOT.top) / 2;
  const rows = Array.from({ length: many }, (_, at) => middle + (at - (many - 1) / 2) * height);
  return rows.toSorted((one, other) => Math.abs(one - middle) - Math.abs(other - middle));
}

function drawFixes(placed: readonly Placed[]): Html[] {
  const byTag = new Map(placed.map((each) => [each.release.tag, each]));
  return placed.flatMap((from) => {
    const to = from.release.fixedBy === null ? undefined : byTag.get(from.release.fixedBy);
    if (to === undefined || to === from) return [];
    const [startY, endY] = [from.y - from.radius, to.y - to.radius];
    const peak = Math.max(2, Math.min(startY, endY) - 26);
    const middle = (from.x + to.x) / 2;
    const head = `M${fixed(to.x - 4)} ${fixed(endY - 6)}L${fixed(to.x)} ${fixed(endY)}L${fixed(to.x + 4)} ${fixed(endY - 6)}`;
    return [
      html`<path
        class="fix"
        d="M${fixed(from.x)} ${fixed(startY)}Q${fixed(middle)} ${fixed(peak)} ${fixed(to.x)} ${fixed(endY)}${head}"
      />`,
    ];
  });
}

function describe(releases: readonly StripRelease[]): string {
  const failed = releases.filter(({ outcome }) => outcome === "failed");
  const mended = failed.filter(({ fixedBy }) => fixedBy !== null).length;
  const units = releases.map((each) => each.units).toSorted((left, right) => left - right);
  const median = units[Math.floor((units.length - 1) / 2)] ?? 0;
  return `${count(releases.length, "release")}, half of them with at most ${count(median, "unit")}. ${failed.length.toLocaleString("en-US")} failed, ${mended.toLocaleString("en-US")} of those were fixed by a later one.`;
}
