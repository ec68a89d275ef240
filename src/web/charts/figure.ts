import { html, raw } from "hono/html";
import type { Html } from "../page.ts";
import { renderTableBehind } from "./table.ts";
import type { Table } from "./table.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
  /** The stylesheet sizes the text of a drawing by it. */
  readonly look: "half" | "wide" | "weekly";
}

/** One of two or three in a row. */
export const HALF: Size = { width: 480, height: 250, look: "half" };
/** Over the whole page. */
export const WIDE: Size = { width: 960, height: 250, look: "wide" };

/** What every chart is told, whatever it draws. */
export interface ChartHead {
  /** Unique on its page. */
  readonly id: string;
  readonly title: string;
  /** What the chart shows, in one sentence with its numbers; empty where it stands beside it. */
  readonly finding: string;
  /** Where all its rows are as CSV; null: nowhere. */
  readonly csv: string | null;
  /** Where the rows behind it are; null: nowhere. */
  readonly rows: string | null;
}

export interface Figure {
  readonly head: ChartHead;
  readonly size: Size;
  /** What is measured, in which unit, and of how many: `hours, log scale · 41 pulls, 9 waiting`. */
  readonly unit: string;
  /** In words, what somebody sees who looks at it. */
  readonly description: string;
  readonly legend: readonly { readonly mark: Html; readonly name: string }[];
  readonly marks: readonly Html[];
  readonly table: Table;
}

/**
 * A chart as a figure: the finding in words, the drawing with a name and a description, and the table
 * behind it. Its look is in the stylesheet alone: one drawing serves light, dark and print.
 */
export function renderFigure(figure: Figure): Html {
  const { head, size, unit, description, legend, marks, table } = figure;
  const { id, title, finding, rows } = head;
  const { look } = size;
  return html`<figure class="figure ${look}" id="${id}">
    <figcaption>
      <h3>${title}</h3>
      ${finding === "" ? "" : html`<p class="finding">${finding}</p>`}
      <p class="unit">${unit}</p>
    </figcaption>
    <div
      class="drawing"
      ${look === "wide" ? raw(`tabindex="0" role="group" aria-labelledby="${id}-title"`) : ""}
    >
      <svg
        class="chart"
        viewBox="0 0 ${size.width} ${size.height}"
        role="img"
        aria-labelledby="${id}-title ${id}-desc"
      >
        <title id="${id}-title">${title}</title>
        <desc id="${id}-desc">${description}</desc>
        <g aria-hidden="true">${marks}</g>
      </svg>
    </div>
    ${renderLegend(legend)}
    <div class="under">
      ${renderTableBehind(table)}
      ${rows === null ? "" : html`<p class="rows"><a href="${rows}" aria-label="Rows behind it: ${title}">Rows behind it</a></p>`}
    </div>
  </figure>`;
}

function renderLegend(legend: Figure["legend"]): Html {
  if (legend.length === 0) return html``;
  const entries = legend.map(
    ({ mark, name }) =>
      html`<li><svg class="key" viewBox="0 0 20 14" aria-hidden="true">${mark}</svg>${name}</li>`,
  );
  return html`<ul class="legend">
    ${entries}
  </ul>`;
}

/** Where nothing can be drawn yet: what will stand here, and what brings it. */
export function renderEmptyFigure({ id, title }: ChartHead, teach: string): Html {
  return html`<figure class="figure empty" id="${id}">
    <figcaption><h3>${title}</h3></figcaption>
    <p>${teach}</p>
  </figure>`;
}

/** A coordinate to a tenth: the same input is the same bytes, on every machine. */
export function fixed(value: number): string {
  return String(Math.round(value * 10) / 10);
}

export interface Plot {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export interface Tick {
  readonly at: number;
  readonly label: string;
}

/** Lines across with their names at the left. */
export function renderRows({ left, right }: Plot, ticks: readonly Tick[]): Html[] {
  return ticks.map(
    ({ at, label }) =>
      html`<path class="grid" d="M${fixed(left)} ${fixed(at)}H${fixed(right)}" /><text
          class="tick y"
          x="${fixed(left - 6)}"
          y="${fixed(at + 4)}"
          >${label}</text
        >`,
  );
}

/** The line at the bottom with names below it; every second one gives way on a phone. */
export function renderColumns({ left, right, bottom }: Plot, ticks: readonly Tick[]): Html[] {
  return [
    html`<path class="axis" d="M${fixed(left)} ${fixed(bottom)}H${fixed(right)}" />`,
    ...ticks.map(({ at, label }, place) => {
      const kind = place % 2 === 0 ? "tick x" : "tick x minor";
      const end = at > right - 24 ? " end" : at < left + 12 ? " start" : "";
      return html`<path class="axis" d="M${fixed(at)} ${fixed(bottom)}V${fixed(bottom + 4)}" /><text
          class="${kind}${end}"
          x="${fixed(at)}"
          y="${fixed(bottom + 17)}"
          >${label}</text
        >`;
    }),
  ];
}

/** `1 pull`, `12 pulls`. */
export function count(number: number, one: string, more = `${one}s`): string {
  return `${number.toLocaleString("en-US")} ${number === 1 ? one : more}`;
}

/** `38 %`; a share above none is never said to be none. */
export function percent(share: number): string {
  if (share > 0 && share < 0.005) return "under 1 %";
  return `${Math.round(share * 100)} %`;
}
