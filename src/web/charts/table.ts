import { html } from "hono/html";
import type { Html } from "../page.ts";

type Cell = string | number | null | Html;

export interface Table {
  /** What a row is, e.g. "One row a week." */
  readonly caption: string;
  readonly columns: readonly {
    readonly name: string;
    readonly isNumber?: boolean;
    /** A word or two, such as `#12`: it takes no more room than it needs. */
    readonly isShort?: boolean;
  }[];
  readonly rows: readonly (readonly Cell[])[];
  /** Where all rows are as CSV; null: nowhere. */
  readonly csv: string | null;
}

/** A page stays light; all rows are in the CSV. */
const ROWS_MAX = 200;

export function renderTable({ caption, columns, rows, csv }: Table): Html {
  const shown = rows.slice(0, ROWS_MAX);
  const left = rows.length - shown.length;
  const name = (at: number): string => {
    const { isNumber = false, isShort = false } = columns[at] ?? {};
    return isNumber ? "number" : isShort ? "short" : "text";
  };
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${caption}">
      <table>
        <caption>
          <span>${caption}</span>
        </caption>
        <thead>
          <tr>
            ${columns.map((column, at) => html`<th scope="col" class="${name(at)}">${column.name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${shown.map(
            (row) =>
              html`<tr>
                ${row.map((cell, at) =>
                  at === 0
                    ? html`<th scope="row" class="${name(at)}">${say(cell)}</th>`
                    : html`<td class="${name(at)}">${say(cell)}</td>`,
                )}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${left > 0 ? html`<p class="quiet">${left.toLocaleString("en-US")} more ${left === 1 ? "row" : "rows"}${csv === null ? "" : " in the CSV"}.</p>` : ""}
    ${csv === null ? "" : html`<p><a href="${csv}">All rows as CSV</a></p>`}`;
}

/** What is not known is a dash, never a zero. */
function say(cell: Cell): string | Html {
  if (cell === null) return html`<span class="quiet" title="not known">–</span>`;
  return typeof cell === "number" ? cell.toLocaleString("en-US") : cell;
}

/** The table behind a chart: the same numbers for whoever cannot, or would not, look at it. */
export function renderTableBehind(table: Table): Html {
  return html`<details class="behind">
    <summary>Table${table.csv === null ? "" : " and CSV"}</summary>
    ${renderTable(table)}
  </details>`;
}
