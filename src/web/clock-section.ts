import { html } from "hono/html";
import type { Figures } from "../core/clocks/numbers.ts";
import type { BriefReport } from "../core/clocks/read-clocks.ts";
import type { SeriesId } from "../core/clocks/series.ts";
import { renderWeekly } from "./charts/weekly.ts";
import { nameOf, sayValue } from "./number-names.ts";
import type { AnyNumber } from "./number-names.ts";
import type { Html } from "./page.ts";
import { numberPath } from "./paths.ts";
import type { Scope } from "./paths.ts";

interface Clock {
  readonly id: SeriesId;
  readonly title: string;
  readonly noun: string;
  /** What stands beside it; never stacked: medians do not add up. */
  readonly beside: readonly AnyNumber[];
  readonly teach: string;
}

const CLOCKS: readonly Clock[] = [
  {
    id: "capability",
    title: "Capability",
    noun: "pull",
    beside: ["coding", "waiting", "review", "queue"],
    teach:
      "How long work takes until it is merged. It stands here when the first pull was merged in these weeks.",
  },
  {
    id: "release",
    title: "Release",
    noun: "unit",
    beside: ["effectiveCadence", "timeBetweenReleases", "batchPulls", "batchLines"],
    teach:
      "How long merged work waits until people can use it. It stands here when the first release is usable.",
  },
  {
    id: "return",
    title: "Feedback",
    noun: "report",
    beside: ["detect", "respond", "loopClosed30", "signalledReleases"],
    teach:
      "How long it takes until a report from outside is a fix that people can use. It stands here when somebody reports something.",
  },
];

/** Three clocks below each other, over the same weeks: each checks the others. */
export function renderClocks(scope: Scope, report: BriefReport): Html {
  return html`<section aria-labelledby="clocks">
    <header>
      <h2 id="clocks">Three clocks</h2>
      <p>Read together: each shows what the others would hide.</p>
    </header>
    <div>${CLOCKS.map((clock, at) => renderClock(scope, report, { ...clock, at }))}</div>
  </section>`;
}

function renderClock(
  scope: Scope,
  report: BriefReport,
  { id, title, noun, beside, teach, at }: Clock & { readonly at: number },
): Html {
  const measured = report.clocks[id];
  const change = report.comparison.changes[id];
  return html`<div class="clock">
    <div class="say">
      <p class="eyebrow">Clock ${at + 1} · ${title}</p>
      <p class="headline">${sentence(measured.sentence)}</p>
      <p class="compare">
        ${change === undefined ? "" : sentence(change.sentence)}
        <a href="${numberPath(scope, id)}">All rows</a>
      </p>
      <dl class="facts">${beside.map((each) => renderFact(scope, report, each))}</dl>
    </div>
    ${renderWeekly({
      id: `clock-${id}`,
      title: `${title}: ${nameOf(id).toLowerCase()}`,
      finding: "",
      csv: numberPath(scope, id, ".csv"),
      rows: numberPath(scope, id),
      noun,
      weeks: report.series[id].map(({ window, dots, ...point }) => ({
        ...point,
        endsAt: window.to,
        dots: dots.flatMap(({ ms }) => ms ?? []),
      })),
      teach,
    })}
  </div>`;
}

/** A number in one line, with the way to its rows. */
export function renderFact(scope: Scope, report: BriefReport, id: AnyNumber): Html {
  const measured = figureOf(report, id);
  const shown = measured.value === null ? "–" : sayValue(measured, measured.value);
  return html`<dt>${nameOf(id)}</dt>
    <dd>
      <a href="${numberPath(scope, id)}" title="${measured.missing ?? measured.sentence}"
        >${shown}</a
      >
    </dd>`;
}

export function figureOf({ clocks, numbers }: Figures, id: AnyNumber) {
  return { ...clocks, ...numbers }[id];
}

/** The numbers' sentences begin small and have no full stop. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}
