import type { AgentsMonth } from "../../core/clocks/agents-share.ts";
import type { Change } from "../../core/clocks/change.ts";
import type { ClockMeasured, Figure, UnitName } from "../../core/clocks/measured.ts";
import type { compareWindows } from "../../core/clocks/read-clocks.ts";
import type { SeriesPoint } from "../../core/clocks/series.ts";
import { nameOf } from "../../web/number-names.ts";
import type { AnyNumber } from "../../web/number-names.ts";

/** What a history can tell, in the order in which it is read. */
export const NUMBERS: readonly AnyNumber[] = [
  "capability",
  "release",
  "effectiveCadence",
  "timeBetweenReleases",
  "batchPulls",
  "batchLines",
  "mergedPulls",
  "mergedCapability",
  "netCapability",
  "agentsShare",
  "revertedAfterRelease",
  "revertedAfterReleaseOfAgents",
  "revertedAfterReleaseOfOthers",
];

/** One number in one window; null: not known, never zero. */
export interface SplitSide {
  readonly value: number | null;
  /** 95 %. */
  readonly low: number | null;
  readonly high: number | null;
  readonly n: number;
  /** Of them: still open when the history ends. */
  readonly open: number;
  readonly says: string;
}

export interface SplitNumber {
  readonly id: AnyNumber;
  readonly name: string;
  readonly unit: UnitName;
  readonly before: SplitSide;
  readonly after: SplitSide;
  readonly change: Pick<Change, "kind" | "value" | "direction"> & {
    readonly low: number | null;
    readonly high: number | null;
    readonly says: string;
  };
}

export interface SplitWindows {
  readonly days: number;
  readonly before: { readonly from: string; readonly to: string };
  readonly after: { readonly from: string; readonly to: string };
  /** Empty: the history does not reach over both windows. */
  readonly numbers: readonly SplitNumber[];
}

/** What agents' pulls of one month were; all shares are of those with a trace. */
interface SplitMonth {
  readonly month: string;
  readonly features: SplitSide;
  readonly withoutPerson: SplitSide;
  readonly weightedLines: SplitSide;
  readonly standing: SplitSide;
}

/** `smallbatch replay --split --json`. Keys are only ever added; times are UTC, durations ms. */
export interface SplitReport {
  readonly repository: string;
  readonly branch: string;
  readonly head: string;
  readonly split: string;
  readonly beginsAt: string;
  readonly endsAt: string;
  readonly pulls: number;
  /** Of them: those whose history says when the work began. */
  readonly pullsWithStart: number;
  readonly commitsWithoutPull: number;
  readonly tags: number;
  /** Of them: those that have only the date of the work that they are at. */
  readonly tagsWithoutDate: number;
  /** Of them: those of release branches; they hold what the branch had when theirs left it. */
  readonly tagsOfReleaseBranches: number;
  /** First month in which agents' merges passed 5 %; null: none. */
  readonly adoption: string | null;
  readonly windows: readonly SplitWindows[];
  readonly agentsMonths: readonly SplitMonth[];
  /** What a history cannot say. */
  readonly notKnown: readonly string[];
  /** What a comparison does not prove. */
  readonly warning: string;
}

/** The report, and what its charts are drawn from. */
export interface Split {
  readonly report: SplitReport;
  /** Null: no windows are whole. */
  readonly charts: SplitCharts | null;
}

export interface SplitCharts {
  readonly days: number;
  readonly curves: Readonly<
    Record<"capability" | "release", Record<"before" | "after", Figure<ClockMeasured>>>
  >;
  readonly weeks: Readonly<Record<"capability" | "release", readonly SeriesPoint[]>>;
}

export const NOT_KNOWN: readonly string[] = [
  "Reviews are not in git: who looked at a pull, when, and how long it waited for that is not known.",
  "Issues and reports are not in git: what came back as trouble, and when its fix was usable, is not known. Only reverts are.",
  "Pulls that are open or were closed without a merge are not in git: the first clock is of merged pulls alone.",
  "Usable is the date of the first stable tag that holds the work: whether it was published then is not known.",
];

export function numberOf(id: AnyNumber, compared: ReturnType<typeof compareWindows>): SplitNumber {
  const before: Figure = { ...compared.before.clocks, ...compared.before.numbers }[id];
  const after: Figure = { ...compared.now.clocks, ...compared.now.numbers }[id];
  const change = compared.changes[id];
  const isCount = before.interval === null && after.interval === null && change?.value;
  return {
    id,
    name: nameOf(id),
    unit: after.unit,
    before: sideOf(before),
    after: sideOf(after),
    change: {
      kind: change?.kind ?? "ratio",
      value: change?.value ?? null,
      low: isCount ? null : (change?.interval?.low ?? null),
      high: isCount ? null : (change?.interval?.high ?? null),
      direction: change?.direction ?? "unclear",
      says: isCount ? sayCount(change.value) : (change?.sentence ?? ""),
    },
  };
}

/** A plain count has no interval. */
function sayCount(ratio: number): string {
  return `${Math.round(ratio * 100) / 100} times what it was`;
}

function sideOf({ value, interval, n, censored, sentence }: Figure): SplitSide {
  const [low, high] = [interval?.low ?? null, interval?.high ?? null];
  return { value, low, high, n, open: censored, says: sentence };
}

export function monthOf(month: AgentsMonth): SplitMonth {
  return {
    month: month.month,
    features: sideOf(month.featureShare),
    withoutPerson: sideOf(month.aloneShare),
    weightedLines: sideOf(month.medianLines),
    standing: sideOf(month.standingShare),
  };
}
