import { html } from "hono/html";
import { renderMinute, renderTime, sayDate } from "./charts/times.ts";
import { WINDOWS_DAYS } from "./clock-ask.ts";
import { renderClocks } from "./clock-section.ts";
import { renderFindings } from "./findings-section.ts";
import { renderNumbers } from "./numbers-section.ts";
import type { Html } from "./page.ts";
import { renderWork } from "./work-section.ts";
import type { Work } from "./work-section.ts";

export interface ClocksPage extends Work {
  /** Stands below the name; nothing: empty. */
  readonly about: Html;
  /** Since when everything is on record; null: nothing was read to the end yet. */
  readonly knownSince: number | null;
  /** Page that compares any two windows; null: there is none. */
  readonly comparePath: string | null;
  /** Between the findings and the clocks. */
  readonly before?: Html;
}

/** Findings first, then the clocks, what waits, what was released, and every other number. */
export function renderClocksPage(page: ClocksPage): Html {
  const { scope, report, about, before = html`` } = page;
  return html`<div class="head">
      <h1>${scope.name}</h1>
      <ul class="meta">
        ${about}
        <li>${sayDate(report.window.from)} to ${sayDate(report.window.to)}</li>
        <li>as of ${renderMinute(report.asOf)}</li>
        <li>${renderSwitch(page)}</li>
        ${page.comparePath === null ? "" : html`<li><a href="${page.comparePath}">Compare any two windows</a></li>`}
      </ul>
    </div>
    ${renderCoverage(page)} ${renderFindings(scope, report.findings)} ${before}
    ${renderClocks(scope, report)} ${renderWork(page)} ${renderNumbers(scope, report)}`;
}

function renderSwitch({ scope, days }: ClocksPage): Html {
  const links = WINDOWS_DAYS.map((each) =>
    each === days
      ? html`<a href="${scope.path}?days=${each}" aria-current="true">${each} days</a>`
      : html`<a href="${scope.path}?days=${each}">${each} days</a>`,
  );
  return html`<span class="switch" role="group" aria-label="Window">${links}</span>`;
}

function renderCoverage({ knownSince, report }: ClocksPage): Html {
  if (knownSince === null) {
    return html`<div class="teach">
      <h2>The past is still being read</h2>
      <p>
        The clocks run from the first pull request that Smallbatch sees. What happened in the 90
        days before is read from GitHub in the background; until that is done, numbers of the past
        are too small. <code>smallbatch backfill</code> reads more, and shows how far it is.
      </p>
    </div>`;
  }
  if (knownSince <= report.comparison.before.window.from) return html``;
  return html`<p class="notice">
    Everything is on record since ${renderTime(knownSince)}: what is compared with before that is
    incomplete. <code>smallbatch backfill</code> reads more of the past.
  </p>`;
}
