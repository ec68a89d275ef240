import { html } from "hono/html";
import type { Measured, Row } from "../core/clocks/measured.ts";
import { DAY_MS, sayDuration } from "./charts/durations.ts";
import { count } from "./charts/figure.ts";
import { renderTable } from "./charts/table.ts";
import { renderTime, sayDate } from "./charts/times.ts";
import { sentence } from "./clock-section.ts";
import { formatCsv } from "./csv.ts";
import { namingOf, sayInterval, sayValue } from "./number-names.ts";
import type { AnyNumber } from "./number-names.ts";
import type { Html } from "./page.ts";
import { numberPath } from "./paths.ts";
import type { Scope } from "./paths.ts";
import type { RowIndex } from "./rows.ts";

export interface NumberPage {
  readonly scope: Scope;
  readonly id: AnyNumber;
  readonly measured: Measured;
  readonly index: RowIndex;
}

const ENDS: Readonly<Record<Row["end"], string>> = {
  happened: "counted",
  otherwise: "ended otherwise",
  open: "still open",
};

/** One number with all that it was made of. */
export function renderNumber({ scope, id, measured, index }: NumberPage): Html {
  const { name, how } = namingOf(id);
  const interval = sayInterval(measured);
  return html`<div class="head">
      <p class="crumbs"><a href="${scope.path}">${scope.name}</a></p>
      <h1>${name}</h1>
      <p class="headline">${sentence(measured.missing ?? measured.sentence)}</p>
      <p class="quiet">${how}</p>
    </div>
    <dl class="tiles">
      ${tile("Value", measured.value === null ? "–" : sayValue(measured, measured.value), interval === null ? "" : `95 %: ${interval}`)}
      ${tile("Rows", measured.n.toLocaleString("en-US"), `${measured.censored.toLocaleString("en-US")} still open`)}
      ${tile("Window", `${spanDays(measured.window)} days`, `${sayDate(measured.window.from)} to ${sayDate(measured.window.to)}`)}
      ${tile("As of", sayDate(measured.asOf), `definitions ${measured.definitions}`)}
    </dl>
    ${
      measured.leftOut.length === 0
        ? ""
        : html`<p class="quiet">
            Left out:
            ${measured.leftOut.map(({ what, count: many }) => `${what} (${many.toLocaleString("en-US")})`).join("; ")}.
          </p>`
    }
    <section aria-labelledby="rows">
      <header><h2 id="rows">${count(measured.rows.length, "row")}</h2></header>
      ${measured.rows.length === 0 ? html`<p>There are none in this window.</p>` : renderRows(scope, id, measured, index)}
    </section>`;
}

function spanDays({ from, to }: Measured["window"]): string {
  return Math.round((to - from) / DAY_MS).toLocaleString("en-US");
}

function tile(term: string, figure: string, beside: string): Html {
  return html`<div>
    <dt>${term}</dt>
    <dd>
      <div class="figure-of">${figure}</div>
      <div class="beside">${beside}</div>
    </dd>
  </div>`;
}

function renderRows(
  scope: Scope,
  id: AnyNumber,
  { rows }: Measured,
  index: NumberPage["index"],
): Html {
  return renderTable({
    caption: "Longest first.",
    columns: [
      { name: "Row" },
      { name: "Title" },
      { name: "Took", isNumber: true },
      { name: "Ended", isShort: true },
      { name: "Counts as", isShort: true },
    ],
    rows: inOrder(rows).map(({ key, ms, end }) => {
      const subject = index.get(key);
      return [
        subject === undefined ? key : html`<a href="${subject.url}">${subject.name}</a>`,
        subject?.title ?? "",
        ms === null ? null : sayDuration(ms),
        subject === undefined || subject.endedAt === null || end === "open"
          ? ""
          : renderTime(subject.endedAt),
        ENDS[end],
      ];
    }),
    csv: numberPath(scope, id, ".csv"),
  });
}

/** All rows, whatever the page shows of them. */
export function formatRows({ measured, index }: Pick<NumberPage, "measured" | "index">): string {
  const rows = inOrder(measured.rows).map(({ key, ms, end }) => {
    const subject = index.get(key);
    const ended = subject?.endedAt ?? null;
    return [
      key,
      subject?.title ?? "",
      subject?.url ?? "",
      ms === null ? null : Math.round(ms / 1_000),
      ended === null || end === "open" ? null : new Date(ended).toISOString(),
      end,
    ];
  });
  return formatCsv([["key", "title", "url", "seconds", "ended_at", "end"], ...rows]);
}

function inOrder(rows: readonly Row[]): readonly Row[] {
  return rows.toSorted((left, right) => (right.ms ?? 0) - (left.ms ?? 0));
}
