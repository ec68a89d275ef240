import { measureMedian } from "./cadence.ts";
import { measured, rowsOf } from "./measure.ts";
import type { Scope } from "./measure.ts";
import type { Measured } from "./measured.ts";
import { mergedIn } from "./merged-pulls.ts";
import { hasAgent, segmentsOf } from "./pull-times.ts";
import type { PullRecord } from "./records.ts";
import { keyOfPull } from "./row-key.ts";
import { sayNumber } from "./say.ts";

/**
 * Quality debt: how much faster agents' lines grew than verified ones, against the window of the
 * same length before. Above zero, more is written by machines than is looked after.
 */
export function measureDebt(scope: Scope): Measured {
  const { known, window } = scope;
  const before = { from: window.from - (window.to - window.from), to: window.from };
  const now = mergedIn(scope).filter(isPeoples);
  const then = mergedIn({ known, window: before }).filter(isPeoples);
  const lines = [
    linesOf(now.filter(hasAgent)),
    linesOf(then.filter(hasAgent)),
    linesOf(now.filter(isVerified)),
    linesOf(then.filter(isVerified)),
  ] as const;
  const isKnown = lines.every((count) => count > 0);
  const [agentsNow, agentsThen, verifiedNow, verifiedThen] = lines;
  const value = isKnown
    ? Math.log(agentsNow / agentsThen) - Math.log(verifiedNow / verifiedThen)
    : null;
  const grew = `agents' lines went from ${agentsThen} to ${agentsNow}, verified ones from ${verifiedThen} to ${verifiedNow}`;
  const unmeasured = now.filter((pull) => sizeOf(pull) === null).length;
  return measured(scope, {
    unit: "log ratio",
    value,
    rows: rowsOf(now.filter((pull) => hasAgent(pull) || isVerified(pull)).map(keyOfPull)),
    leftOut: unmeasured === 0 ? [] : [{ what: "pulls of unknown size", count: unmeasured }],
    missing: "agents' or verified lines are missing in one of the two windows",
    sentence: value === null ? "quality debt: not enough data" : `${sayDebt(value)}: ${grew}`,
  });
}

function sayDebt(value: number): string {
  const rounded = Math.round(value * 10) / 10;
  if (rounded === 0) return "quality debt stays";
  return `quality debt ${rounded > 0 ? "grew" : "shrank"} by ${sayNumber(Math.abs(rounded))}`;
}

function isPeoples({ isBot }: PullRecord): boolean {
  return !isBot;
}

/** A person who is not its author looked at it, and tests or checks did, too. */
function isVerified({ reviewerIds, hasTestChange, wasGreen }: PullRecord): boolean {
  return reviewerIds.length > 0 && (hasTestChange === true || wasGreen === true);
}

/** Null: not known. */
function sizeOf({ weightedLines, additions, deletions }: PullRecord): number | null {
  if (weightedLines !== null) return weightedLines;
  return additions === null || deletions === null ? null : additions + deletions;
}

function linesOf(pulls: readonly PullRecord[]): number {
  return pulls.reduce((sum, pull) => sum + (sizeOf(pull) ?? 0), 0);
}

/** Minutes that a review took, for each 100 lines: large pulls that are waved through show. */
export function measureReviewPace(scope: Scope): Measured {
  const paced = mergedIn(scope)
    .filter(isPeoples)
    .flatMap((pull) => {
      const review = segmentsOf(pull)?.review ?? null;
      const lines = sizeOf(pull) ?? 0;
      if (review === null || lines === 0) return [];
      return [{ key: keyOfPull(pull), size: review / 60_000 / (lines / 100) }];
    });
  return measureMedian(scope, paced, {
    unit: "minutes per 100 lines",
    say: (value) => `a review takes ${sayNumber(value)} minutes for 100 lines`,
  });
}
