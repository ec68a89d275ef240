import { html } from "hono/html";
import { renderBars } from "./chart.ts";
import type { Html } from "./chart.ts";
import {
  describeComparison,
  describeLeftOut,
  describeSuggestion,
  describeVerdicts,
  formatPolicy,
  shareOf,
  SIZE_CAVEAT,
} from "./size-text.ts";
import type { SizesReport } from "./sizes.ts";
import { count } from "./text.ts";

/** The part of the page about sizes. */
export function renderSizeSection(report: SizesReport): Html {
  const policy = formatPolicy(report);
  return html`<section>
    <h2>Sizes</h2>
    <p>
      ${count(report.merges, "merge")} by people (${describeLeftOut(report)}).
      ${describeVerdicts(report).replaceAll("`", "")}
    </p>
    <div class="charts">${renderChart(report)}</div>
    <h3>Were large ones taken back more often?</h3>
    ${renderTable(report)}
    <p>${describeComparison(report)}</p>
    <h3>A limit that could be kept here</h3>
    <p>${describeSuggestion(report)}</p>
    ${policy.length === 0 ? "" : html`<pre>${policy.join("\n")}</pre>`}
    <p class="note">${SIZE_CAVEAT.replaceAll("`", "")}</p>
  </section>`;
}

function renderChart({ buckets }: SizesReport): Html {
  return renderBars({
    title: "Merges by size",
    unit: "weighted lines or files, the larger bucket",
    labels: buckets.map(({ bucket }) => bucket),
    series: [{ name: "merges", colour: 2, values: buckets.map(({ merges }) => merges) }],
  });
}

function renderTable({ buckets }: SizesReport): Html {
  return html`<div class="wide">
    <table>
      <thead>
        <tr>
          <td></td>
          <th scope="col">merges</th>
          <th scope="col">taken back</th>
          <th scope="col">share, 95 %</th>
        </tr>
      </thead>
      <tbody>
        ${buckets.map(
          ({ bucket, merges: own, takenBack }) =>
            html`<tr>
              <th scope="row" class="short">${bucket}</th>
              <td>${own.toLocaleString("en-US")}</td>
              <td>
                ${takenBack.hits.toLocaleString("en-US")} of ${takenBack.of.toLocaleString("en-US")}
              </td>
              <td>${shareOf(takenBack)}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}
