import { html } from "hono/html";
import { capabilityFacts } from "../core/clocks/capability-clock.ts";
import { measureFailures } from "../core/clocks/failures.ts";
import type { ClockMeasured, Figure, Row } from "../core/clocks/measured.ts";
import type { ReleaseRecord, Records } from "../core/clocks/records.ts";
import { keyOfRelease } from "../core/clocks/row-key.ts";
import { renderAgeing } from "./charts/ageing.ts";
import { renderFailures } from "./charts/failures.ts";
import { renderReleaseStrip } from "./charts/release-strip.ts";
import { renderReleasedCurve } from "./charts/released-curve.ts";
import { renderScatter } from "./charts/scatter.ts";
import type { Reading } from "./clock-pages.ts";
import { renderFact, sentence } from "./clock-section.ts";
import type { AnyNumber } from "./number-names.ts";
import type { Html } from "./page.ts";
import { numberPath } from "./paths.ts";
import type { Scope } from "./paths.ts";
import type { RowIndex } from "./rows.ts";

const DAY_MS = 86_400_000;
const WEEKS_4_MS = 28 * DAY_MS;
/** Windows of the chart of failures. */
const PERIODS = 6;

export interface Work extends Reading {
  readonly scope: Scope;
  readonly index: RowIndex;
  /** Page of a release here; null: there is none. */
  readonly releaseUrl: (repositoryId: number, tag: string) => string;
}

/** What waits, what was released and what became of it. */
export function renderWork(work: Work): Html {
  return html`<section aria-labelledby="waiting">
      <header>
        <h2 id="waiting">Where work waits</h2>
        <p>What is not done yet counts too: leaving it out would make every number look better.</p>
      </header>
      <div class="figures">${curveOf(work)}${ageingOf(work)}${scatterOf(work)}</div>
    </section>
    <section aria-labelledby="released">
      <header>
        <h2 id="released">What was released, and what became of it</h2>
      </header>
      <div class="figures">${stripOf(work)}${failuresOf(work)}${renderOutcome(work)}</div>
    </section>`;
}

const OUTCOME: readonly AnyNumber[] = [
  "changeFailLow",
  "changeFailHigh",
  "recovery",
  "rework",
  "repairs",
  "revertedAfterRelease",
  "learningRadius",
  "externalReporters",
  "loopClosed90",
  "ideas",
  "exceptions",
  "overrides",
];

function renderOutcome({ scope, report }: Work): Html {
  return html`<div>
    <h3>What became of it</h3>
    <dl class="facts">${OUTCOME.map((id) => renderFact(scope, report, id))}</dl>
  </div>`;
}

function headOf({ scope }: Work, id: string, number: Parameters<typeof numberPath>[1]) {
  return { id, csv: numberPath(scope, number, ".csv"), rows: numberPath(scope, number) };
}

function seriesOf(name: string, { n, censored, curve }: Figure<ClockMeasured>) {
  return { name, n, censored, points: curve };
}

function curveOf(work: Work): Html {
  const { report, days } = work;
  return renderReleasedCurve({
    ...headOf(work, "curve", "release"),
    title: "Merged to usable",
    finding: sentence(report.clocks.release.sentence),
    noun: "unit",
    event: "usable",
    series: [
      seriesOf(`last ${days} days`, report.clocks.release),
      seriesOf(`${days} days before`, report.comparison.before.clocks.release),
    ],
    teach: "How fast merged work reaches people, once the first release of these weeks is usable.",
  });
}

function ageingOf(work: Work): Html {
  const { report, index } = work;
  const column = (name: string, rows: readonly Row[], { quantiles }: Figure<ClockMeasured>) => ({
    name,
    ...quantiles,
    items: rows.flatMap(({ key, ms }) => {
      const subject = index.get(key);
      return subject === undefined || ms === null ? [] : [{ ...subject, ageMs: ms }];
    }),
  });
  const { openPulls, waitingWork, openFeedback } = report.ageing;
  return renderAgeing({
    ...headOf(work, "ageing", "release"),
    csv: null,
    title: "Not done yet",
    finding: sentence(
      `${openPulls.length} open, ${waitingWork.length} merged and not usable, ${openFeedback.length} reported and not fixed`,
    ),
    columns: [
      column("open", openPulls, report.clocks.capability),
      column("merged, not usable", waitingWork, report.clocks.release),
      column("reported, not fixed", openFeedback, report.clocks.return),
    ],
    teach: "Nothing is open, unreleased or reported. What is will stand here by its age.",
  });
}

function scatterOf(work: Work): Html {
  const { report, known, index } = work;
  const { capability } = report.clocks;
  const merged = capabilityFacts({ known, window: report.window }).completed;
  const completed = (share: number) =>
    capability.completed?.find((each) => each.share === share)?.value ?? null;
  return renderScatter({
    ...headOf(work, "scatter", "capability"),
    title: "Each merged pull",
    finding: sentence(capability.sentence),
    noun: "pull",
    window: [report.window.from, report.window.to],
    censored: capability.censored,
    p50: completed(0.5),
    p90: completed(0.9),
    points: merged.flatMap(({ key, ms }) => {
      const subject = index.get(key);
      if (subject === undefined || subject.endedAt === null || ms === null) return [];
      return [{ ...subject, endedAt: subject.endedAt, ms }];
    }),
    teach: "One mark a pull, when the first was merged in this window.",
  });
}

function stripOf(work: Work): Html {
  const { report, records, known, releaseUrl } = work;
  const { from, to } = report.window;
  const { changeFailHigh } = measureFailures({ known, window: report.window });
  const ends = new Map(changeFailHigh.rows.map(({ key, end }) => [key, end]));
  const fixes = fixesOf(records);
  const shown = records.releases.filter(
    ({ publishedAt, kind, isPrerelease }) =>
      publishedAt >= from && publishedAt < to && kind !== "empty" && !isPrerelease,
  );
  return renderReleaseStrip({
    ...headOf(work, "strip", "changeFailHigh"),
    title: "Releases",
    finding: sentence(report.numbers.effectiveCadence.sentence),
    window: [from, to],
    releases: shown.map((release) => {
      const end = ends.get(keyOfRelease(release));
      return {
        tag: release.tag,
        url: releaseUrl(release.repositoryId, release.tag),
        at: release.publishedAt,
        units: release.carries.length,
        outcome: end === "happened" ? "failed" : end === "open" ? "pending" : "good",
        fixedBy: fixes.get(release.tag) ?? null,
      };
    }),
    teach:
      "One circle a release. The first stands here when something was released in this window.",
  });
}

/** By tag, the release that took it back or brought the fix of what it broke. */
function fixesOf({ releases, feedback }: Records): ReadonlyMap<string, string> {
  const fixes = new Map<string, string>();
  for (const { attribution, fixTag } of feedback) {
    if (attribution !== null && fixTag !== null) fixes.set(attribution.tag, fixTag);
  }
  const inOrder: readonly ReleaseRecord[] = releases.toSorted(
    (left, right) => left.publishedAt - right.publishedAt,
  );
  for (const { tag, rollsBack } of inOrder) for (const bad of rollsBack) fixes.set(bad, tag);
  return fixes;
}

function failuresOf(work: Work): Html {
  const { report, known } = work;
  const periods = Array.from({ length: PERIODS }, (_, at) => {
    const to = report.window.to - (PERIODS - 1 - at) * WEEKS_4_MS;
    const window = { from: to - WEEKS_4_MS, to };
    const { changeFailLow: low, changeFailHigh: high } = measureFailures({ known, window });
    return {
      startsAt: window.from,
      releases: high.n,
      pending: high.censored,
      explicit: low.value,
      inferred: high.value,
      low: low.interval?.low ?? null,
      high: high.interval?.high ?? null,
    };
  });
  return renderFailures({
    ...headOf(work, "failures", "changeFailHigh"),
    title: "Releases that failed",
    finding: sentence(report.numbers.changeFailHigh.sentence),
    periods,
    teach: "No release was usable yet. A release is watched for 14 days before it counts as good.",
  });
}
