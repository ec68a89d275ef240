import type { Instant } from "../state.ts";
import { ageingAt } from "./ageing.ts";
import type { Ageing } from "./ageing.ts";
import { adoptionMonth, measureAgentsMonth, monthOf } from "./agents-share.ts";
import type { AgentsMonth } from "./agents-share.ts";
import { changeOf, NO_PROOF } from "./change.ts";
import type { Change } from "./change.ts";
import { measureClock } from "./clock.ts";
import { DORA_EDITION, doraOf } from "./dora.ts";
import type { DoraMetric } from "./dora.ts";
import { findingsIn } from "./findings.ts";
import type { Finding } from "./findings.ts";
import { knownAt } from "./known.ts";
import type { Known, Window } from "./known.ts";
import type { Scope } from "./measure.ts";
import { DEFINITIONS } from "./measured.ts";
import type { ClockMeasured, Figure } from "./measured.ts";
import { mergedUnits } from "./merged-units.ts";
import { measureFigures, measureNumbers } from "./numbers.ts";
import type { Figures, Numbers } from "./numbers.ts";
import type { Records } from "./records.ts";
import { releaseFacts } from "./release-clock.ts";
import { seriesTo } from "./series.ts";
import type { SeriesId, SeriesPoint } from "./series.ts";
import { usableIn } from "./usable.ts";

type WindowFigures = Figures & { readonly window: Window };

/** Two windows against each other. */
interface Comparison {
  readonly before: WindowFigures;
  /** By `ClockId` and `NumberId`. */
  readonly changes: Readonly<Record<string, Change>>;
  /** What it does not prove. */
  readonly warning: string;
}

/** All that a page, a digest or an export says about one window. Pure data, as JSON. */
export interface ClockReport extends Numbers {
  readonly definitions: number;
  readonly asOf: Instant;
  readonly window: Window;
  /** What stands first, one sentence a clock. */
  readonly headlines: readonly string[];
  readonly findings: readonly Finding[];
  /** Against the window of the same length just before. */
  readonly comparison: Comparison;
  readonly series: Readonly<Record<SeriesId, readonly SeriesPoint[]>>;
  readonly ageing: Ageing;
  readonly dora: { readonly edition: string; readonly metrics: readonly DoraMetric[] };
  /** Clock 2 of each channel of prereleases. */
  readonly prereleases: Readonly<Record<string, ClockMeasured>>;
  /** Months that the window touches, oldest first. */
  readonly agentsMonths: readonly AgentsMonth[];
  /** First month in which agents' merges passed 5 %; null: none. */
  readonly adoption: Window | null;
}

export interface ReadingOptions {
  /** The instant that is looked from; later events are left out. */
  readonly asOf: Instant;
  /** Defaults to the 28 days that end with `asOf`. */
  readonly window?: Window;
}

const DAY_MS = 86_400_000;

const WINDOW_DAYS = 28;

/**
 * How far before its window a report looks: six months for rework, a quarter of series. Adoption
 * looks at everything that it is given.
 */
export const LOOK_BACK_MS = 182 * DAY_MS;

export function readClocks(records: Records, options: ReadingOptions): ClockReport {
  const { asOf } = options;
  const window = options.window ?? { from: asOf - WINDOW_DAYS * DAY_MS, to: asOf };
  return assemble(knownAt(records, asOf), window, measureNumbers);
}

/** A report without the rows of its numbers: they are most of it. */
export type BriefReport = Omit<ClockReport, keyof Numbers> & Figures;

/** Of records that are arranged already. */
export function briefReportOf(known: Known, window: Window): BriefReport {
  return assemble(known, window, measureFigures);
}

function assemble<N extends Figures>(
  known: Known,
  window: Window,
  measure: (scope: Scope) => N,
): Omit<ClockReport, keyof Numbers> & N {
  const { asOf } = known;
  // Before the numbers, whose rows are kept.
  const findings = findingsIn(known, window);
  const series = seriesTo(known, window.to);
  const before = figuresIn(known, windowBefore(window));
  const numbers = measure({ known, window });
  const { capability, release, detect } = numbers.clocks;
  return {
    definitions: DEFINITIONS,
    asOf,
    window,
    ...numbers,
    headlines: [capability, release, detect, numbers.clocks.return].map(({ sentence }) => sentence),
    findings,
    comparison: compare(before, numbers),
    series,
    ageing: ageingAt(known),
    dora: { edition: DORA_EDITION, metrics: doraOf(numbers) },
    prereleases: measurePrereleases(known, window),
    agentsMonths: monthsOf(window).map((month) => measureAgentsMonth(known, month)),
    adoption: adoptionMonth(known),
  };
}

/** Any two windows, such as 30, 60 or 90 days before and after an event. */
export function compareWindows(
  records: Records,
  options: { readonly asOf: Instant; readonly before: Window; readonly now: Window },
): Comparison & { readonly now: WindowFigures } {
  const known = knownAt(records, options.asOf);
  const before = figuresIn(known, options.before);
  const now = figuresIn(known, options.now);
  return { ...compare(before, now), now };
}

/** The days before an instant and the days from it on, for comparisons around an event. */
export function windowsAround(at: Instant, days: number): { before: Window; now: Window } {
  const span = days * DAY_MS;
  return { before: { from: at - span, to: at }, now: { from: at, to: at + span } };
}

function windowBefore({ from, to }: Window): Window {
  return { from: from - (to - from), to: from };
}

function figuresIn(known: Known, window: Window): WindowFigures {
  return { ...measureFigures({ known, window }), window };
}

function compare(before: WindowFigures, now: Figures): Comparison {
  const then: Readonly<Record<string, Figure>> = { ...before.clocks, ...before.numbers };
  const changes = Object.fromEntries(
    Object.entries({ ...now.clocks, ...now.numbers }).map(([id, each]) => {
      return [id, changeOf(then[id], each)];
    }),
  );
  return { before, changes, warning: NO_PROOF };
}

function measurePrereleases(known: Known, window: Window): Record<string, ClockMeasured> {
  const prereleases = known.records.releases.filter(({ isPrerelease }) => isPrerelease);
  const channels = [...new Set(prereleases.map(({ channel }) => channel))].toSorted();
  return Object.fromEntries(
    channels.map((channel) => {
      const own = prereleases.filter((release) => release.channel === channel);
      const units = mergedUnits(known.records, usableIn(own));
      return [channel, measureClock({ known, window }, releaseFacts({ known, window }, units))];
    }),
  );
}

function monthsOf({ from, to }: Window): Window[] {
  const months = [monthOf(from)];
  for (let last = months[0]; last !== undefined && last.to < to;) {
    last = monthOf(last.to);
    months.push(last);
  }
  return months;
}
