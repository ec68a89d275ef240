import { html, raw } from "hono/html";
import type { Instant } from "../../core/state.ts";
import { waitQuantiles } from "../../core/waiting.ts";
import { renderBars, renderCurves } from "./chart.ts";
import type { Html } from "./chart.ts";
import { splitTime } from "./period.ts";
import type { Course, Report } from "./report.ts";
import type { Replayed } from "./run.ts";
import { renderSizeSection } from "./size-page.ts";
import type { SizesReport } from "./sizes.ts";
import { STYLE } from "./style.ts";
import {
  CADENCE_ROWS,
  CAVEAT,
  count,
  describeDifferences,
  describeNothing,
  formatWait,
  percent,
} from "./text.ts";

/** Disagreements in the page; a team reads no more. */
const ROWS_MAX = 500;

/** One page that holds all it needs: no script, no request. */
export async function renderPage(
  { report, courses }: Replayed,
  sizes: SizesReport | null = null,
): Promise<string> {
  const { repository, branch, component } = report;
  const part = component === "" ? "" : `, ${component}`;
  const title = `${repository}${part}: releases, replayed`;
  const page = await html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'"
        />
        <title>${title}</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        <header>
          <h1>${repository}</h1>
          <p>${branch}${part} · ${describeExtent(report)}</p>
        </header>
        <main>
          ${renderTiles(report)}
          <section>
            <h2>As a policy</h2>
            <p>
              ${
                report.from === null
                  ? "Merge by merge from the first commit"
                  : `Merge by merge after ${report.from}`
              }:
              what each policy would have released, beside what really happened.
            </p>
            ${renderPolicies(report)}
            <div class="charts">${renderCharts(courses)}</div>
            <p class="note">${CAVEAT}</p>
          </section>
          ${sizes === null ? "" : renderSizeSection(sizes)}
          <section>
            <h2>Against its tags</h2>
            ${renderAgreement(report)}
          </section>
        </main>
        <footer>Made by <code>smallbatch replay</code> from the history alone.</footer>
      </body>
    </html>`;
  return `${page}\n`;
}

function describeExtent({ commits, pulls, tags, head }: Report): string {
  const parts = [count(commits, "commit"), count(pulls, "pull"), count(tags, "version tag")];
  return `${parts.join(", ")} up to ${head.slice(0, 8)}`;
}

/** A number and its unit stay on one line. */
function unbroken(text: string): string {
  return text.replaceAll(" ", "\u00A0");
}

function renderTiles({ agreement, actual, policies }: Report): Html {
  const { ratio, agreed, compared } = agreement;
  const own = policies.at(-1);
  const tiles: [string, string, string][] = [
    [
      ratio === null ? "–" : unbroken(percent(ratio)),
      "same version",
      ratio === null
        ? "no tags to compare"
        : `${agreed.toLocaleString("en-US")} of ${count(compared, "release")}`,
    ],
  ];
  if (own !== undefined) {
    tiles.push(
      [
        unbroken(formatWait(own.waitHoursP50)),
        "wait, median",
        `in reality ${unbroken(formatWait(actual.waitHoursP50))}`,
      ],
      [
        unbroken(formatWait(own.waitHoursP90)),
        "wait, 9 of 10",
        `in reality ${unbroken(formatWait(actual.waitHoursP90))}`,
      ],
      [
        own.releases.toLocaleString("en-US"),
        `releases with ${own.name}`,
        `in reality ${actual.releases.toLocaleString("en-US")}`,
      ],
    );
  }
  return html`<dl class="tiles">
    ${tiles.map(
      ([figure, name, beside]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>
            <strong>${figure}</strong>
            <span>${beside}</span>
          </dd>
        </div>`,
    )}
  </dl>`;
}

function renderPolicies({ actual, policies }: Report): Html {
  const columns = [{ name: "in reality", ...actual }, ...policies];
  return html`<div class="wide">
    <table>
      <thead>
        <tr>
          <td></td>
          ${columns.map(({ name }) => html`<th scope="col">${name}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${CADENCE_ROWS.map(
          ([label, read]) =>
            html`<tr>
              <th scope="row">${label}</th>
              ${columns.map((column) => html`<td>${read(column)}</td>`)}
            </tr>`,
        )}
      </tbody>
    </table>
  </div>`;
}

function renderCharts(courses: readonly Course[]): readonly Html[] {
  const [actual] = courses;
  const own = courses.at(-1);
  if (actual === undefined || own === undefined) return [];
  const pair = [
    { course: actual, colour: 0 },
    { course: own, colour: courses.length - 1 },
  ];
  return [renderTimeline(pair), renderSizes(pair), renderWaits(courses)];
}

type Pair = readonly { readonly course: Course; readonly colour: number }[];

function renderTimeline(pair: Pair): Html {
  const times = pair.flatMap(({ course }) => course.batches.map(({ at }) => at));
  const { unit, periods } = splitTime(times);
  return renderBars({
    title: "Releases over time",
    unit: `Releases in each ${unit}`,
    labels: thin(periods.map(({ label }) => label)),
    series: pair.map(({ course, colour }) => ({
      name: course.name,
      colour,
      values: countIn(
        course.batches.map(({ at }) => at),
        periods.map(({ startsAt }) => startsAt),
      ),
    })),
  });
}

/** As many labels as fit. */
function thin(labels: readonly string[]): string[] {
  const every = Math.ceil(labels.length / 6);
  return labels.map((label, at) => (at % every === 0 ? label : ""));
}

/** How many times lie in each period; `starts` ascend. */
function countIn(times: readonly Instant[], starts: readonly Instant[]): number[] {
  const counts = starts.map(() => 0);
  let place = 0;
  for (const time of times.toSorted((left, right) => left - right)) {
    while (place + 1 < starts.length && Number(starts[place + 1]) <= time) place += 1;
    counts[place] = (counts[place] ?? 0) + 1;
  }
  return counts;
}

const SIZES: readonly (readonly [string, number])[] = [
  ["1", 1],
  ["2", 2],
  ["3", 3],
  ["4–5", 5],
  ["6–10", 10],
  ["11–20", 20],
  ["21–50", 50],
  ["more", Number.POSITIVE_INFINITY],
];

function renderSizes(pair: Pair): Html {
  return renderBars({
    title: "Changes in one release",
    unit: "Percent of the releases",
    labels: SIZES.map(([label]) => label),
    series: pair.map(({ course, colour }) => {
      const counts = SIZES.map(() => 0);
      for (const { size } of course.batches) {
        const at = SIZES.findIndex(([, most]) => size <= most);
        counts[at] = (counts[at] ?? 0) + 1;
      }
      const all = Math.max(1, course.batches.length);
      return { name: course.name, colour, values: counts.map((own) => (own / all) * 100) };
    }),
  });
}

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const WAIT_MARKS: readonly (readonly [string, number])[] = [
  ["1 min", MINUTE_MS],
  ["1 h", HOUR_MS],
  ["1 d", DAY_MS],
  ["1 month", 30 * DAY_MS],
  ["1 year", 365 * DAY_MS],
];
const SHARES = Array.from({ length: 100 }, (_, at) => (at + 1) / 100);

/** From a minute to a year, each step of the way as far as the one before (logarithms). */
function placeOfWait(ms: number): number {
  const place =
    Math.log(Math.max(ms, MINUTE_MS) / MINUTE_MS) / Math.log((365 * DAY_MS) / MINUTE_MS);
  return Math.min(1, place);
}

function renderWaits(courses: readonly Course[]): Html {
  return renderCurves({
    title: "How long work waited",
    unit: "Percent of the changes released, by the time since their merge",
    marks: WAIT_MARKS.map(([label, ms]) => ({ label, at: placeOfWait(ms) })),
    series: courses.map(({ name, waits }, colour) => {
      const times = waitQuantiles(waits, SHARES);
      const points = SHARES.flatMap((share, at) => {
        const [time, next] = [times[at] ?? null, times[at + 1] ?? null];
        return time === null || time === next ? [] : [{ x: placeOfWait(time), y: share }];
      });
      const last = points.at(-1)?.y ?? 0;
      return { name, colour, points: [{ x: 0, y: 0 }, ...points, { x: 1, y: last }] };
    }),
  });
}

function renderAgreement({ agreement, tags }: Report): Html {
  const { compared, agreed, ratio, disagreements } = agreement;
  if (ratio === null) return html`<p>${describeNothing(tags)}</p>`;
  const shown = disagreements.slice(-ROWS_MAX).toReversed();
  const left = disagreements.length - shown.length;
  const sentence = `${agreed.toLocaleString("en-US")} of ${count(compared, "release")} would have had the same version (${unbroken(percent(ratio))}).`;
  if (shown.length === 0) return html`<p>${sentence}</p>`;
  return html`<p>${sentence} The others: ${describeDifferences(agreement)}.</p>
    <ol class="disagreements">
      ${shown.map(
        ({ tag, previous, chosen, why }) =>
          html`<li>
            <p><b>${previous} → ${tag}</b> <span>chosen ${chosen}</span></p>
            <p>${why}</p>
          </li>`,
      )}
    </ol>
    ${left > 0 ? html`<p>${count(left, "older one")} in <code>--json</code>.</p>` : ""}`;
}
