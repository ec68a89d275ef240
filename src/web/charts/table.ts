import { html } from "hono/html";
import type { Html } from "../page.ts";

type Cell = string | number | null | Html;

interface Column {
  readonly name: string;
  readonly isNumber?: boolean;
  /** A word or two, such as `#12`: it takes no more room than it needs. */
  readonly isShort?: boolean;
}

export interface Table {
  /** What a row is, e.g. "One row a week." */
  readonly caption: string;
  readonly columns: readonly Column[];
  readonly rows: readonly (readonly Cell[])[];
  /** Where all rows are as CSV; null: nowhere. */
  readonly csv: string | null;
}

/** A page stays light; all rows are in the CSV. */
const ROWS_MAX = 200;

/** With more columns than these, a phone has no room for them side by side. */
const COLUMNS_ON_PHONES_MAX = 3;

/**
 * Where there is little room, a table of many columns is shown as cards: a row below a row, each cell
 * below the name of its column. The roles keep it a table for whoever hears it, however it is shown.
 */
export function renderTable({ caption, columns, rows, csv }: Table): Html {
  const shown = rows.slice(0, ROWS_MAX);
  const left = rows.length - shown.length;
  const look = columns.length > COLUMNS_ON_PHONES_MAX ? "cards" : "narrow";
  return html`<div class="scroll" tabindex="0" role="group" aria-label="${caption}">
      <table role="table" class="${look}">
        <caption>
          <span>${caption}</span>
        </caption>
        <thead role="rowgroup">
          <tr role="row">
            ${columns.map((column) => html`<th scope="col" role="columnheader" class="${lookOf(column)}">${column.name}</th>`)}
          </tr>
        </thead>
        <tbody role="rowgroup">
          ${shown.map(
            (row) =>
              html`<tr role="row">
                ${row.map((cell, at) => renderCell(cell, columns[at], at === 0))}
              </tr>`,
          )}
        </tbody>
      </table>
    </div>
    ${left > 0 ? html`<p class="quiet">${left.toLocaleString("en-US")} more ${left === 1 ? "row" : "rows"}${csv === null ? "" : " in the CSV"}.</p>` : ""}
    ${csv === null ? "" : html`<p><a href="${csv}">All rows as CSV</a></p>`}`;
}

/** In one piece: a cell of nothing has to be empty for the stylesheet. */
function renderCell(cell: Cell, column: Column = { name: "" }, isHead: boolean): Html {
  const look = lookOf(column);
  if (isHead) return html`<th scope="row" role="rowheader" class="${look}">${say(cell)}</th>`;
  return html`<td role="cell" class="${look}" data-name="${column.name}">${say(cell)}</td>`;
}

function lookOf({ isNumber = false, isShort = false }: Column): string {
  return isNumber ? "number" : isShort ? "short" : "text";
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
