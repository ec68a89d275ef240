import { isTrouble } from "./feedback-clock.ts";
import type { Known } from "./known.ts";
import type { Row } from "./measured.ts";
import { changesCapability, startOfWork } from "./pull-times.ts";
import { keyOfPull } from "./row-key.ts";

/** What is open now, whenever it started, the oldest first, with its age. */
export interface Ageing {
  readonly openPulls: readonly Row[];
  /** Merged, to be released, and not usable. */
  readonly waitingWork: readonly Row[];
  readonly openFeedback: readonly Row[];
}

export function ageingAt(known: Known): Ageing {
  const { asOf, records, units, feedback } = known;
  const row = (key: string, since: number): Row => ({ key, ms: asOf - since, end: "open" });
  return {
    openPulls: oldestFirst(
      records.pulls
        .filter((pull) => (pull.mergedAt ?? pull.closedAt) === null && changesCapability(pull))
        .map((pull) => row(keyOfPull(pull), startOfWork(pull).at)),
    ),
    waitingWork: oldestFirst(
      units.all
        .filter(({ isReleasable, revertedAt, usable }) => {
          return isReleasable && revertedAt === null && usable.kind === "waiting";
        })
        .map(({ key, mergedAt }) => row(key, mergedAt)),
    ),
    openFeedback: oldestFirst(
      feedback
        .filter((each) => isTrouble(each) && each.closedAt === null && each.fixUsableAt === null)
        .map((each) => row(each.row, each.openedAt)),
    ),
  };
}

function oldestFirst(rows: readonly Row[]): Row[] {
  return rows.toSorted((left, right) => Number(right.ms) - Number(left.ms));
}
