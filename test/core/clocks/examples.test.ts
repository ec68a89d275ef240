import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import type { Records } from "../../../src/core/clocks/records.ts";
import {
  DAY,
  feedbackRecord,
  HOUR,
  MINUTE,
  pullRecord,
  releaseRecord,
  reportOf,
  saidOf,
  START,
} from "./build-records.ts";

/** The worked examples of `docs/clocks.md`, computed. */

const PAGE = readFileSync(new URL("../../../docs/clocks.md", import.meta.url), "utf8").replaceAll(
  /\s+/g,
  " ",
);

const monday = (hour: number, minute = 0): number => START + hour * HOUR + minute * MINUTE;
const tuesday = (hour: number, minute = 0): number => monday(24 + hour, minute);
const ASOF = monday(48 + 9);

const read = (change: Partial<Records>) => reportOf(change, { asOf: ASOF, from: START - DAY });

/** Hours of the only row. */
const hoursIn = ({
  rows,
}: {
  readonly rows: readonly { readonly ms: number | null }[];
}): number => {
  expect(rows).toHaveLength(1);
  return Number(rows[0]?.ms) / HOUR;
};

describe("the example of docs/clocks.md", () => {
  it("of clock 1", () => {
    const first = pullRecord(1, {
      firstAuthoredAt: monday(9),
      createdAt: monday(13),
      firstReviewAt: monday(15),
      approvedAt: monday(16),
      mergedAt: monday(16, 30),
      reviewerIds: [101],
    });
    const second = pullRecord(2, { createdAt: tuesday(9) });
    const third = pullRecord(3, { createdAt: tuesday(10), closedAt: tuesday(12) });
    const { numbers } = read({ pulls: [first] });
    const { coding, waiting, review, queue } = numbers;
    const { capability } = read({ pulls: [first, second, third] }).clocks;
    expect(capability.rows).toEqual([
      { key: "1/pull/1", ms: 7 * HOUR + 30 * MINUTE, end: "happened" },
      { key: "1/pull/2", ms: 24 * HOUR, end: "open" },
      { key: "1/pull/3", ms: 2 * HOUR, end: "otherwise" },
    ]);
    const parts =
      `coding ${hoursIn(coding)} h, waiting ${hoursIn(waiting)} h, ` +
      `review ${hoursIn(review)} h, queue ${hoursIn(queue) * 60} min`;
    expect(PAGE).toContain(`The clock says 7 hours 30 minutes: ${parts}.`);
    expect(PAGE).toContain("still open on Wednesday at 9:00: it has lasted 24 hours");
  });

  it("of clock 2", () => {
    const releases = [releaseRecord("v1.4.0", monday(16, 31), [1], { usableAt: monday(16, 40) })];
    const pulls = [
      pullRecord(1, { createdAt: monday(9), mergedAt: monday(16, 30) }),
      pullRecord(2, { createdAt: monday(9), mergedAt: monday(17) }),
      pullRecord(3, { createdAt: monday(9), mergedAt: monday(17), revertedAt: tuesday(9) }),
    ];
    const { rows } = read({ pulls, releases }).clocks.release;
    expect(rows.map(({ end }) => end)).toEqual(["happened", "open", "otherwise"]);
    expect(PAGE).toContain(`at 16:40: the clock says ${Number(rows[0]?.ms) / MINUTE} minutes`);
  });

  it("of clock 3", () => {
    const releases = [
      releaseRecord("v1.4.0", monday(16, 31), [1], { usableAt: monday(16, 40) }),
      releaseRecord("v1.4.1", tuesday(15), [2], { usableAt: tuesday(15, 10) }),
    ];
    const bug = feedbackRecord("issue/1", tuesday(10, 40), {
      attribution: saidOf("v1.4.0"),
      fixedAt: tuesday(14, 40),
      fixTag: "v1.4.1",
      fixUsableAt: tuesday(15, 10),
    });
    const { clocks, numbers } = read({ releases, feedback: [bug] });
    const detected = clocks.detect.rows.filter(({ end }) => end === "happened");
    expect(PAGE).toContain(`detected after ${hoursIn({ rows: detected })} hours (3a)`);
    expect(PAGE).toContain(`answered after ${hoursIn(clocks.respond)} hours (3b)`);
    expect(hoursIn(clocks.return)).toBe(4.5);
    expect(PAGE).toContain("back after 4 hours 30 minutes (3c)");
    // v1.4.1 is pending, not good.
    expect(numbers.changeFailLow).toMatchObject({ n: 2, censored: 1 });
  });
});
