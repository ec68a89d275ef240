import { html } from "hono/html";
import type { DoraMetric } from "../core/clocks/dora.ts";
import type { BriefReport } from "../core/clocks/read-clocks.ts";
import { renderCapability } from "./capability-section.ts";
import { renderTable } from "./charts/table.ts";
import { figureOf, sentence } from "./clock-section.ts";
import { nameOf, sayInterval, sayValue } from "./number-names.ts";
import type { AnyNumber } from "./number-names.ts";
import type { Html } from "./page.ts";
import { numberPath } from "./paths.ts";
import type { Scope } from "./paths.ts";

const AGENTS: readonly AnyNumber[] = [
  "agentsShare",
  "unreviewedOfAgents",
  "unreviewedOfOthers",
  "revertedAfterReleaseOfAgents",
  "revertedAfterReleaseOfOthers",
  "qualityDebt",
  "reviewPace",
];

const OUTPUT: readonly AnyNumber[] = [
  "netCapability",
  "mergedCapability",
  "mergedPulls",
  "effectiveCadence",
  "rawCadence",
  "emptyReleases",
  "batchPulls",
  "oldIssues",
  "mergedPerEngineerDay",
  "busiestReviewer",
];

/** All other numbers, each with its interval, its rows and what it was before. */
export function renderNumbers(scope: Scope, report: BriefReport): Html {
  const { agentsShare } = report.numbers;
  return html`<section class="screen" aria-labelledby="agents">
      <header>
        <h2 id="agents">Agents and verification</h2>
        <p>${sentence(agentsShare.sentence)} None found does not mean written by hand.</p>
      </header>
      ${renderGroup(scope, report, "One row a number, with what it was before.", AGENTS)}
    </section>
    ${renderCapability(report)}
    <section class="screen" aria-labelledby="output">
      <header><h2 id="output">Output</h2></header>
      ${renderGroup(scope, report, "One row a number of what came out.", OUTPUT)}
    </section>
    ${renderDora(report)}
    <p class="notice">${report.comparison.warning}</p>`;
}

function renderGroup(
  scope: Scope,
  report: BriefReport,
  caption: string,
  ids: readonly AnyNumber[],
): Html {
  return renderTable({
    caption,
    columns: [
      { name: "Number" },
      { name: "Now", isNumber: true },
      { name: "95 % interval", isNumber: true },
      { name: "Before", isNumber: true },
      { name: "n", isNumber: true },
      { name: "open", isNumber: true },
      { name: "Change" },
    ],
    rows: ids.map((id) => {
      const now = figureOf(report, id);
      const before = figureOf(report.comparison.before, id);
      const change = report.comparison.changes[id];
      return [
        html`<a href="${numberPath(scope, id)}">${nameOf(id)}</a>`,
        now.value === null ? null : sayValue(now, now.value),
        sayInterval(now),
        before.value === null ? null : sayValue(before, before.value),
        now.n,
        now.censored,
        now.missing ?? change?.sentence ?? "",
      ];
    }),
    csv: null,
  });
}

/** From the low one to the high one; null: none of them is known. */
function sayValues(measured: DoraMetric["measured"]): string | null {
  if (measured.every(({ value }) => value === null)) return null;
  return [...new Set(measured.map((each) => sayValue(each, each.value)))].join(" to ");
}

function renderDora({ dora }: BriefReport): Html {
  return html`<section class="screen" aria-labelledby="dora">
    <header>
      <h2 id="dora">DORA's five</h2>
      <p>
        By the definitions of ${dora.edition}, with the answer of its survey that each falls into.
        There are no grades, and teams are not to be compared by them.
      </p>
    </header>
    ${renderTable({
      caption: "One row a metric, derived from the clocks.",
      columns: [
        { name: "Metric" },
        { name: "Factor", isShort: true },
        { name: "Value", isNumber: true },
        { name: "Answer" },
        { name: "Derived" },
      ],
      rows: dora.metrics.map(({ name, factor, measured, bucket, from }) => [
        sentence(name).slice(0, -1),
        factor,
        sayValues(measured),
        bucket,
        from,
      ]),
      csv: null,
    })}
  </section>`;
}
