import { html } from "hono/html";
import type { Measured } from "../core/clocks/measured.ts";
import type { BriefReport } from "../core/clocks/read-clocks.ts";
import { renderTable } from "./charts/table.ts";
import { sayMonth } from "./charts/times.ts";
import { sentence } from "./clock-section.ts";
import { sayInterval, sayValue } from "./number-names.ts";
import type { Html } from "./page.ts";

/** What agents managed, month by month, and what went out to those who try things first. */
export function renderCapability({ agentsMonths, adoption, prereleases }: BriefReport): Html {
  return html`<section class="screen" aria-labelledby="capability">
      <header>
        <h2 id="capability">What agents manage</h2>
        <p>
          Pulls with a trace of an agent, by the month in which they ended: at least these, because
          many agents leave no trace.
          ${adoption === null ? "No month had more than 5 % of them." : `They passed 5 % of merges in ${sayMonth(adoption.from)}.`}
        </p>
      </header>
      ${renderTable({
        caption: "In brackets, of how many.",
        columns: [
          { name: "Month" },
          { name: "Merged", isNumber: true },
          { name: "Without a person's commit", isNumber: true },
          { name: "Features", isNumber: true },
          { name: "Lines, median", isNumber: true },
          { name: "Components, median", isNumber: true },
          { name: "Standing after 14 days", isNumber: true },
        ],
        rows: agentsMonths
          .toReversed()
          .map((month) => [
            sayMonth(Date.parse(`${month.month}-01`)),
            cellOf(month.mergedShare),
            cellOf(month.aloneShare),
            cellOf(month.featureShare),
            cellOf(month.medianLines),
            cellOf(month.medianComponents),
            cellOf(month.standingShare),
          ]),
        csv: null,
      })}
    </section>
    ${renderPrereleases(prereleases)}`;
}

/** The value and its n; why there is none, for whoever points at the dash. */
function cellOf(measured: Measured): Html {
  const { value, n, missing, censored } = measured;
  const shown = value === null ? "–" : sayValue(measured, value);
  const pending = censored === 0 ? "" : `, ${censored} pending`;
  return html`<span title="${missing ?? sayInterval(measured) ?? ""}"
    >${shown} <span class="quiet">(${n}${pending})</span></span
  >`;
}

function renderPrereleases(prereleases: BriefReport["prereleases"]): Html {
  const channels = Object.entries(prereleases);
  if (channels.length === 0) return html``;
  return html`<section class="screen" aria-labelledby="prereleases">
    <header>
      <h2 id="prereleases">Prereleases</h2>
      <p>
        From the merge until the first prerelease of a channel that has it. The clock of releases
        counts stable ones alone.
      </p>
    </header>
    ${renderTable({
      caption: "One row a channel.",
      columns: [
        { name: "Channel" },
        { name: "Half within", isNumber: true },
        { name: "95 % interval", isNumber: true },
        { name: "n", isNumber: true },
        { name: "waiting", isNumber: true },
        { name: "In words" },
      ],
      rows: channels.map(([channel, clock]) => [
        channel,
        clock.value === null ? null : sayValue(clock, clock.value),
        sayInterval(clock),
        clock.n,
        clock.censored,
        sentence(clock.missing ?? clock.sentence),
      ]),
      csv: null,
    })}
  </section>`;
}
