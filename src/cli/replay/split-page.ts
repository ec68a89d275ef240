import { html, raw } from "hono/html";
import type { ClockMeasured, Figure } from "../../core/clocks/measured.ts";
import { renderReleasedCurve } from "../../web/charts/released-curve.ts";
import { renderTable } from "../../web/charts/table.ts";
import { renderWeekly } from "../../web/charts/weekly.ts";
import { sentence } from "../../web/clock-section.ts";
import { sayValue } from "../../web/number-names.ts";
import type { Html } from "../../web/page.ts";
import { STYLE_ASSET } from "../../web/stylesheet.ts";
import type {
  Split,
  SplitCharts,
  SplitNumber,
  SplitReport,
  SplitSide,
  SplitWindows,
} from "./split-report.ts";
import { describeAdoption, describeExtent, describeMissing, isUnreached } from "./split-text.ts";

const CLOCKS = [
  {
    id: "capability",
    title: "Work start to merged",
    noun: "pull",
    event: "merged",
    teach: "Every pull of these weeks was squashed: the history does not say when its work began.",
  },
  {
    id: "release",
    title: "Merged to usable",
    noun: "change",
    event: "usable",
    teach: "Nothing that asks for a release was merged in these weeks, or there is no version tag.",
  },
] as const;

/** On a phone the table is moved sideways, and sentences stay readable. */
const STYLE = `.scroll td.text { min-width: 15rem; }`;

/** One page that holds all it needs: no script, no request, in the look of the dashboard. */
export async function renderSplitPage({ report, charts }: Split): Promise<string> {
  const { repository, branch, split } = report;
  const page = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'"
        />
        <title>${repository}: before and after ${split}</title>
        <style>
          ${raw(STYLE_ASSET.body)} ${raw(STYLE)}
        </style>
      </head>
      <body>
        <main>
          <div class="head">
            <h1>${repository}: before and after ${split}</h1>
            <ul class="meta">
              <li>${branch}</li>
              <li>${report.head.slice(0, 8)}</li>
              <li>from the history alone</li>
            </ul>
          </div>
          <p class="notice">${report.warning}</p>
          ${charts === null ? "" : renderCharts(charts)}
          ${report.windows.toReversed().map((windows) => renderWindows(windows, report))}
          ${renderMonths(report)} ${renderUnknown(report)}
        </main>
        <footer class="foot">
          <p>Made by <code>smallbatch replay --split ${split}</code> from the history alone.</p>
        </footer>
      </body>
    </html>`;
  return `${page}\n`;
}

function renderCharts({ days, curves, weeks }: SplitCharts): Html {
  return html`<section aria-labelledby="clocks">
    <header>
      <h2 id="clocks">Two clocks</h2>
      <p>${days} days before and after. Feedback, the third, is not in a history.</p>
    </header>
    <div class="figures">
      ${CLOCKS.map(({ id, title, noun, event, teach }) =>
        renderReleasedCurve({
          ...HEAD,
          id: `curve-${id}`,
          title,
          finding: sentence(`after: ${curves[id].after.sentence}`),
          noun,
          event,
          teach,
          series: [
            curveOf(`${days} days after`, curves[id].after),
            curveOf(`${days} days before`, curves[id].before),
          ],
        }),
      )}
      ${CLOCKS.map(({ id, title, noun, teach }) =>
        renderWeekly({
          ...HEAD,
          id: `weeks-${id}`,
          title: `${title}, week by week`,
          finding: "",
          noun,
          teach,
          weeks: weeks[id].map(({ window, dots, ...point }) => ({
            ...point,
            endsAt: window.to,
            dots: dots.flatMap(({ ms }) => ms ?? []),
          })),
        }),
      )}
    </div>
  </section>`;
}

/** There is nothing behind a page that is a file. */
const HEAD = { csv: null, rows: null } as const;

function curveOf(name: string, { n, censored, curve }: Figure<ClockMeasured>) {
  return { name, n, censored, points: curve };
}

function renderWindows(windows: SplitWindows, report: SplitReport): Html {
  const { days, numbers, before, after } = windows;
  const id = `days-${days}`;
  return html`<section aria-labelledby="${id}">
    <header>
      <h2 id="${id}">${days} days on either side</h2>
      <p>
        ${before.from.slice(0, 10)} to ${before.to.slice(0, 10)}, and to ${after.to.slice(0, 10)}
      </p>
    </header>
    ${
      numbers.length === 0
        ? html`<p>${describeMissing(windows, report)}</p>`
        : renderTable({
            caption: "Each with its 95 % interval; n is how many rows it is made of",
            columns: [
              { name: "Number" },
              { name: "Before", isNumber: true },
              { name: "n", isNumber: true },
              { name: "After", isNumber: true },
              { name: "n", isNumber: true },
              { name: "open", isNumber: true },
              { name: "Change" },
            ],
            rows: numbers.map((number) => [
              number.name,
              sayCell(number, number.before),
              number.before.n,
              sayCell(number, number.after),
              number.after.n,
              number.after.open,
              number.change.says,
            ]),
            csv: null,
          })
    }
  </section>`;
}

/** `2.3 h (1.9 h to 3 h)`; null: not known. */
function sayCell({ unit }: Pick<SplitNumber, "unit">, side: SplitSide): string | null {
  const { value, low, high } = side;
  if (value === null) return isUnreached({ unit }, side) ? "not yet half" : null;
  const says = sayValue({ unit }, value);
  if (low === null || high === null) return says;
  return `${says} (${sayValue({ unit }, low)} to ${sayValue({ unit }, high)})`;
}

function renderMonths(report: SplitReport): Html {
  const months = report.agentsMonths.filter(({ features }) => features.n > 0);
  return html`<section aria-labelledby="agents">
    <header>
      <h2 id="agents">Agents</h2>
      <p>${describeAdoption(report)} Many agents leave no trace: everything here is at least.</p>
    </header>
    ${
      months.length === 0
        ? html`<p>No merged pull of these months has a trace of an agent.</p>`
        : renderTable({
            caption: "Merged pulls with a trace of an agent, by month",
            columns: [
              { name: "Month" },
              { name: "Pulls", isNumber: true },
              { name: "Features", isNumber: true },
              { name: "Without a person's commit", isNumber: true },
              { name: "Weighted lines, median", isNumber: true },
              { name: "Standing after 14 days", isNumber: true },
            ],
            rows: months.map(({ month, features, withoutPerson, weightedLines, standing }) => [
              month,
              features.n,
              sayCell({ unit: "share" }, features),
              sayCell({ unit: "share" }, withoutPerson),
              sayCell({ unit: "lines" }, weightedLines),
              sayCell({ unit: "share" }, standing),
            ]),
            csv: null,
          })
    }
  </section>`;
}

function renderUnknown(report: SplitReport): Html {
  return html`<section aria-labelledby="unknown">
    <header><h2 id="unknown">Not known</h2></header>
    <div class="prose">
      <p>${describeExtent(report)}</p>
      ${report.notKnown.map((line) => html`<p>${line}</p>`)}
    </div>
  </section>`;
}
