import { html } from "hono/html";
import type { HtmlEscapedString } from "hono/utils/html";

export type Html = HtmlEscapedString | Promise<HtmlEscapedString>;

/** One row of values in a chart, drawn in the colour of its place. */
interface Series {
  readonly name: string;
  /** 0 to 3: which colour of the page. */
  readonly colour: number;
}

export interface Bars {
  readonly title: string;
  readonly unit: string;
  /** Below each group; empty ones are left out. */
  readonly labels: readonly string[];
  readonly series: readonly (Series & { readonly values: readonly number[] })[];
}

/** Coordinates of the drawing; on a phone it is shown a little smaller, never larger than this. */
const WIDTH = 420;
const HEIGHT = 220;
const LEFT = 44;
const RIGHT = 20;
const TOP = 12;
const BOTTOM = 26;
const PLOT_WIDTH = WIDTH - LEFT - RIGHT;
const PLOT_HEIGHT = HEIGHT - TOP - BOTTOM;

/** Groups of bars, one group a label. */
export function renderBars({ title, unit, labels, series }: Bars): Html {
  const top = niceCeiling(Math.max(1, ...series.flatMap(({ values }) => values)));
  const group = PLOT_WIDTH / Math.max(1, labels.length);
  const gap = Math.min(group * 0.2, 6);
  const width = (group - gap) / Math.max(1, series.length);
  const bars = series.flatMap(({ values, colour }, place) =>
    values.map((value, at) => {
      const height = (value / top) * PLOT_HEIGHT;
      const x = LEFT + at * group + gap / 2 + place * width;
      return html`<rect
        class="fill${colour}"
        x="${fixed(x)}"
        y="${fixed(TOP + PLOT_HEIGHT - height)}"
        width="${fixed(Math.max(0.5, width))}"
        height="${fixed(height)}"
      />`;
    }),
  );
  const names = labels.map((label, at) =>
    label === ""
      ? ""
      : html`<text class="x" x="${fixed(LEFT + (at + 0.5) * group)}" y="${HEIGHT - 8}">
          ${label}
        </text>`,
  );
  const grid = [0, top / 2, top].map((value) => renderLine(value / top, formatNumber(value)));
  return frame(title, unit, series, [...grid, ...bars, ...names]);
}

export interface Curves {
  readonly title: string;
  readonly unit: string;
  /** Where on the way from left (0) to right (1) a label stands. */
  readonly marks: readonly { readonly at: number; readonly label: string }[];
  /** Points from left to right, both coordinates from 0 to 1; drawn as steps. */
  readonly series: readonly (Series & {
    readonly points: readonly { readonly x: number; readonly y: number }[];
  })[];
}

/** Shares that grow over time, as steps. */
export function renderCurves({ title, unit, marks, series }: Curves): Html {
  const lines = series.map(({ points, colour }) => {
    const path = points
      .map(({ x, y }, at) => {
        const [left, top] = [fixed(LEFT + x * PLOT_WIDTH), fixed(TOP + (1 - y) * PLOT_HEIGHT)];
        return at === 0 ? `M${left} ${top}` : `H${left}V${top}`;
      })
      .join("");
    return html`<path class="line${colour}" d="${path}" />`;
  });
  const names = marks.map(
    ({ at, label }) =>
      html`<text class="x" x="${fixed(LEFT + at * PLOT_WIDTH)}" y="${HEIGHT - 8}">${label}</text>`,
  );
  const grid = [0, 0.5, 1].map((share) => renderLine(share, `${share * 100} %`));
  return frame(title, unit, series, [...grid, ...lines, ...names]);
}

function frame(title: string, unit: string, series: readonly Series[], parts: readonly unknown[]) {
  return html`<figure>
    <figcaption>
      <h3>${title}</h3>
      <p>${unit}</p>
    </figcaption>
    <svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${title}">${parts}</svg>
    <ul class="legend">
      ${series.map(({ name, colour }) => html`<li><i class="fill${colour}"></i>${name}</li>`)}
    </ul>
  </figure>`;
}

/** `share`: height from 0 to 1. */
function renderLine(share: number, label: string): Html {
  const y = fixed(TOP + (1 - share) * PLOT_HEIGHT);
  return html`<path class="grid" d="M${LEFT} ${y}H${WIDTH - RIGHT}" /><text
      class="y"
      x="${LEFT - 6}"
      y="${y}"
    >
      ${label}
    </text>`;
}

function fixed(value: number): string {
  return String(Math.round(value * 100) / 100);
}

function formatNumber(value: number): string {
  return value.toLocaleString("en-US", { maximumFractionDigits: 1 });
}

/** The next of 1, 2, 4, 6, 8, 10, 20 … at or above a value. */
function niceCeiling(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  const step = [1, 2, 4, 6, 8, 10].find((each) => each * power >= value) ?? 10;
  return step * power;
}
