import { capabilityFacts } from "../../src/core/clocks/capability-clock.ts";
import { measureClock } from "../../src/core/clocks/clock.ts";
import { measureFailures } from "../../src/core/clocks/failures.ts";
import { feedbackFacts } from "../../src/core/clocks/feedback-clock.ts";
import { knownAt } from "../../src/core/clocks/known.ts";
import type { Known, Window } from "../../src/core/clocks/known.ts";
import { isExternal } from "../../src/core/clocks/learning.ts";
import type { Measured } from "../../src/core/clocks/measured.ts";
import type { Records } from "../../src/core/clocks/records.ts";
import { releaseFacts } from "../../src/core/clocks/release-clock.ts";
import { bootstrap, naiveMedian } from "./bootstrap.ts";
import type { Ends, Piece, Wanted } from "./bootstrap.ts";
import { CLOSED_AT, simulateCompany } from "./company.ts";
import { DAY, drawTruth, SLOW_FIXES, SLOW_RELEASES, USUAL } from "./laws.ts";
import type { Truth } from "./laws.ts";

/** How often each clock's 95 % interval holds the truth, and how wide it is. */

export interface Coverage {
  readonly clock: keyof Truth;
  readonly company: (typeof COMPANIES)[number]["company"];
  readonly truth: number;
  readonly runs: number;
  /** Means over the runs. */
  readonly n: number;
  readonly openShare: number;
  readonly covered: number;
  /** Median width by the median width of a bootstrap on the same data; infinite is wide. */
  readonly widthToBootstrap: number;
  readonly widthToPigeonhole: number;
  readonly coveredByBootstrap: number;
  readonly coveredByPigeonhole: number;
  /** Null: the naive tools have no such number. */
  readonly coveredByNaive: number | null;
}

interface Sample {
  readonly measured: Measured;
  readonly wanted: Wanted;
}

const WINDOW_MS = 28 * DAY;

const COMPANIES = [
  // Seen from four weeks later, nearly all is done.
  {
    company: "usual",
    days: 728,
    pace: USUAL,
    window: windowTo(CLOSED_AT - WINDOW_MS),
    clocks: ["capability", "release", "return", "changeFailLow", "changeFailHigh"],
  },
  {
    company: "slow to release",
    days: 364,
    pace: SLOW_RELEASES,
    window: windowTo(CLOSED_AT),
    clocks: ["capability", "release", "changeFailLow", "changeFailHigh"],
  },
  {
    company: "slow to fix",
    days: 182,
    pace: SLOW_FIXES,
    window: windowTo(CLOSED_AT),
    clocks: ["return"],
  },
] as const;

function windowTo(to: number): Window {
  return { from: to - WINDOW_MS, to };
}

export interface CoverageOptions {
  readonly runs: number;
  readonly seed: number;
  /** Of each bootstrap. */
  readonly draws: number;
  /** Of the truth. */
  readonly truthDraws: number;
  /** The companies' age; two years at most. What is old costs time and hardly moves a window. */
  readonly daysMax: number;
}

export function studyCoverage(options: CoverageOptions, tick = (_run: number) => {}): Coverage[] {
  const tallies = COMPANIES.flatMap(({ company, pace, clocks }) => {
    const truth = drawTruth(pace, options.truthDraws);
    return clocks.map((clock) => ({ clock, company, truth: truth[clock], runs: [] as Run[] }));
  });
  for (let run = 0; run < options.runs; run += 1) {
    for (const { company, pace, days, window } of COMPANIES) {
      const seed = options.seed + run;
      const samples = samplesOf(
        simulateCompany(seed, pace, Math.min(days, options.daysMax)),
        window,
      );
      for (const tally of tallies.filter((each) => each.company === company)) {
        tally.runs.push(judge(samples, tally, { seed, draws: options.draws }));
      }
    }
    tick(run + 1);
  }
  return tallies.map(({ clock, company, truth, runs }) => ({
    clock,
    company,
    truth,
    ...summarise(runs),
  }));
}

interface Samples {
  readonly people: ReadonlyMap<string, string>;
  readonly of: Readonly<Record<keyof Truth, Sample>>;
}

function samplesOf(records: Records, window: Window): Samples {
  const known = knownAt(records, CLOSED_AT);
  const scope = { known, window };
  const half = { share: 0.5 };
  const watched = { withinMs: 14 * DAY };
  const { changeFailLow, changeFailHigh } = measureFailures(scope);
  return {
    people: peopleOf(known),
    of: {
      capability: { measured: measureClock(scope, capabilityFacts(scope)), wanted: half },
      release: { measured: measureClock(scope, releaseFacts(scope)), wanted: half },
      return: {
        measured: measureClock(scope, feedbackFacts(scope, "fixUsableAt", isExternal)),
        wanted: half,
      },
      changeFailLow: { measured: changeFailLow, wanted: watched },
      changeFailHigh: { measured: changeFailHigh, wanted: watched },
    },
  };
}

function peopleOf({ records, feedback }: Known): Map<string, string> {
  return new Map([
    ...records.pulls.map(({ repositoryId, number, authorId }) => {
      return [`${repositoryId}/pull/${number}`, `${authorId}`] as const;
    }),
    ...feedback.map(({ row, reporterId }) => [row, `reporter ${reporterId}`] as const),
  ]);
}

interface Run {
  readonly n: number;
  readonly openShare: number;
  readonly own: Judged;
  readonly bootstrap: Judged;
  readonly pigeonhole: Judged;
  readonly naive: Judged | null;
}

interface Judged {
  readonly isCovered: boolean;
  readonly width: number;
}

function judge(
  samples: Samples,
  { clock, truth }: { readonly clock: keyof Truth; readonly truth: number },
  options: { readonly seed: number; readonly draws: number },
): Run {
  const { measured, wanted } = samples.of[clock];
  const pieces = measured.rows.map(({ key, ms, end }): Piece => {
    const isWatched = "withinMs" in wanted && end === "otherwise";
    return {
      ms: Number(ms),
      end: isWatched ? "open" : end,
      repository: String(key.split("/")[0]),
      person: samples.people.get(key) ?? key,
    };
  });
  const { low, high } = measured.interval ?? { low: null, high: null };
  const against = (ends: Ends): Judged => ({
    isCovered: ends.low <= truth && truth <= ends.high,
    width: "share" in wanted ? Math.log(ends.high / ends.low) : ends.high - ends.low,
  });
  return {
    n: measured.n,
    openShare: measured.censored / measured.n,
    own: against({ low: low ?? 0, high: high ?? Infinity }),
    bootstrap: against(bootstrap(pieces, wanted, "by repository", options)),
    pigeonhole: against(bootstrap(pieces, wanted, "pigeonhole", options)),
    naive: "share" in wanted ? against(naiveMedian(pieces)) : null,
  };
}

function summarise(runs: readonly Run[]): Omit<Coverage, "clock" | "company" | "truth"> {
  const mean = (of: (run: Run) => number): number => {
    return runs.reduce((sum, run) => sum + of(run), 0) / runs.length;
  };
  const share = (of: (run: Run) => Judged): number => mean((run) => Number(of(run).isCovered));
  const width = (of: (run: Run) => Judged): number => {
    const widths = runs.map((run) => of(run).width);
    return Number(widths.toSorted((left, right) => left - right)[Math.floor(runs.length / 2)]);
  };
  const ownWidth = width(({ own }) => own);
  const hasNaive = runs.every(({ naive }) => naive !== null);
  return {
    runs: runs.length,
    n: mean(({ n }) => n),
    openShare: mean(({ openShare }) => openShare),
    covered: share(({ own }) => own),
    widthToBootstrap: ownWidth / width((run) => run.bootstrap),
    widthToPigeonhole: ownWidth / width((run) => run.pigeonhole),
    coveredByBootstrap: share((run) => run.bootstrap),
    coveredByPigeonhole: share((run) => run.pigeonhole),
    coveredByNaive: hasNaive ? mean(({ naive }) => Number(naive?.isCovered)) : null,
  };
}
