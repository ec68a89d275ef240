import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { recordsAsOf } from "../../../src/core/clocks/as-of.ts";
import { readClocks } from "../../../src/core/clocks/read-clocks.ts";
import { anyRecords, LATER, recordsOf } from "./any-records.ts";
import {
  DAY,
  feedbackRecord,
  HOUR,
  pullRecord,
  recordsWith,
  releaseRecord,
  START,
} from "./build-records.ts";

describe("a report of the past", () => {
  it("equals the one of a store that was cut off then", () => {
    fc.assert(
      fc.property(anyRecords, fc.integer({ min: 0, max: 100 }), (drawn, day) => {
        const asOf = START + day * DAY;
        const now = recordsOf(drawn, LATER);
        expect(recordsAsOf(now, asOf)).toEqual(recordsOf(drawn, asOf));
        expect(readClocks(now, { asOf })).toEqual(readClocks(recordsOf(drawn, asOf), { asOf }));
      }),
      { numRuns: 60 },
    );
  });

  it("forgets who reviewed, who merged, what closed and what fixed", () => {
    const later = START + 5 * DAY;
    const records = recordsWith({
      pulls: [
        pullRecord(1, {
          firstReviewAt: later,
          reviewerIds: [6],
          mergedAt: later,
          mergedById: 5,
          redrafts: [
            [START + HOUR, later],
            [later, null],
          ],
        }),
        pullRecord(2, { createdAt: later }),
        pullRecord(3, { firstReviewAt: START + HOUR, reviewerIds: [6], mergedAt: later }),
      ],
      commits: [{ repositoryId: 1, sha: "d", at: later, isReleasable: true }],
      releases: [
        releaseRecord("v1", START, [1], {
          usableAt: later,
          withdrawnAt: later,
          rolledBackAt: later,
        }),
      ],
      feedback: [
        feedbackRecord("issue/1", START, {
          closedAt: later,
          resolution: "declined",
          fixUsableAt: later,
          fixTag: "v2",
        }),
      ],
    });
    const cut = recordsAsOf(records, START + DAY);
    expect(cut.pulls).toMatchObject([
      {
        number: 1,
        firstReviewAt: null,
        reviewerIds: [],
        mergedAt: null,
        mergeSha: null,
        mergedById: null,
        redrafts: [[START + HOUR, null]],
      },
      { number: 3, firstReviewAt: START + HOUR, reviewerIds: [6] },
    ]);
    expect(cut.commits).toEqual([]);
    expect(cut.releases).toMatchObject([{ usableAt: null, withdrawnAt: null, rolledBackAt: null }]);
    expect(cut.feedback).toMatchObject([
      { closedAt: null, resolution: null, fixUsableAt: null, fixTag: null },
    ]);
    expect(recordsAsOf(records, later)).toEqual(records);
  });
});
