import { describe, expect, it } from "@jest/globals";
import { segmentsOf } from "../../../src/core/clocks/pull-times.ts";
import type { PullRecord } from "../../../src/core/clocks/records.ts";
import { HOUR, pullRecord, START } from "./build-records.ts";

/** Coding, waiting, review and queue in hours; null: there are none. */
function hoursOf(change: Partial<PullRecord>): readonly (number | null)[] | null {
  const found = segmentsOf(pullRecord(1, change));
  if (found === null) return null;
  const { coding, waiting, review, queue } = found;
  return [coding, waiting, review, queue].map((ms) => (ms === null ? null : ms / HOUR));
}

const at = (hours: number): number => START + hours * HOUR;

describe("the segments of a pull", () => {
  it.each<readonly [string, Partial<PullRecord>, readonly (number | null)[] | null]>([
    ["are none before it is merged", { firstReviewAt: at(1) }, null],
    [
      "are all four where it was reviewed and approved",
      { readyAt: at(2), firstReviewAt: at(5), approvedAt: at(9), mergedAt: at(14) },
      [2, 3, 4, 5],
    ],
    [
      "are coding alone where it was never ready",
      { readyAt: null, mergedAt: at(6) },
      [6, null, null, 0],
    ],
    [
      "wait for nobody where the first review came after the merge",
      { readyAt: at(1), firstReviewAt: at(8), mergedAt: at(6) },
      [1, null, null, 5],
    ],
    [
      "end in the review where nobody approved it",
      { readyAt: at(1), firstReviewAt: at(3), mergedAt: at(6) },
      [1, 2, 3, null],
    ],
    [
      "are kept in order where it was reviewed as a draft",
      { readyAt: at(4), firstReviewAt: at(1), approvedAt: at(2), mergedAt: at(6) },
      [4, 0, 0, 2],
    ],
  ])("%s", (_, change, hours) => {
    expect(hoursOf(change)).toEqual(hours);
  });
});
