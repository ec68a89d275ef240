import { describe, expect, it } from "@jest/globals";
import { quantileOf } from "../../../src/core/clocks/quantile.ts";
import { readClocks } from "../../../src/core/clocks/read-clocks.ts";
import type {
  FeedbackRecord,
  PullRecord,
  ReleaseRecord,
} from "../../../src/core/clocks/records.ts";
import {
  DAY,
  feedbackRecord,
  MINUTE,
  pullRecord,
  recordsWith,
  releaseRecord,
  START,
} from "./build-records.ts";

/** Numbers that other tools publish with their tests, written down by hand. */

const ASOF = START + 60 * DAY;

function read(
  pulls: readonly PullRecord[],
  releases: readonly ReleaseRecord[],
  feedback: readonly FeedbackRecord[] = [],
) {
  const records = recordsWith({ pulls, releases, feedback });
  return readClocks(records, { asOf: ASOF, window: { from: START - 40 * DAY, to: ASOF } });
}

/** Minutes of one row of a clock; its end where it did not happen; null: no such row. */
function minutes(
  clock: { readonly rows: ReturnType<typeof read>["clocks"]["release"]["rows"] },
  key: string,
) {
  const row = clock.rows.find((each) => each.key === key);
  if (row === undefined) return null;
  return row.end === "happened" ? Number(row.ms) / MINUTE : row.end;
}

describe("DevLake: lead times of pulls, in minutes", () => {
  const pr1 = pullRecord(1, {
    firstAuthoredAt: START - 1440 * MINUTE,
    firstReviewAt: START + 5 * MINUTE,
    mergedAt: START + 60 * MINUTE,
    reviewerIds: [101],
  });
  const pr2 = pullRecord(2, {
    firstAuthoredAt: START + 10 * MINUTE,
    mergedAt: START + 60 * MINUTE,
  });
  const pr3 = pullRecord(3, { mergedAt: START + 10_203 * MINUTE });
  const pr0 = pullRecord(10, { createdAt: START - 35 * DAY, mergedAt: START - 4 * DAY });
  const pr6 = pullRecord(6);
  const releases = [
    releaseRecord("v0.1.0", START - DAY, [10], { kind: "first" }),
    releaseRecord("v0.2.0", START + 1598 * MINUTE, [2]),
    releaseRecord("v0.3.0", START + (60 + 2978) * MINUTE, [1, 3]),
  ];
  const { clocks, numbers } = read([pr0, pr1, pr2, pr3, pr6], releases);

  it("pr1: coding 1440, pickup 5, review 55, deploy 2978, cycle 4478", () => {
    const { coding, waiting, review } = numbers;
    const parts = [coding, waiting, review, clocks.release, clocks.leadTime];
    expect(parts.map((part) => minutes(part, "1/pull/1"))).toEqual([1440, 5, 55, 2978, 4478]);
  });

  it("pr2, whose first commit is younger than itself: deploy 1538, cycle 1598", () => {
    expect(minutes(numbers.coding, "1/pull/2")).toBe(0);
    expect(minutes(clocks.release, "1/pull/2")).toBe(1538);
    expect(minutes(clocks.leadTime, "1/pull/2")).toBe(1598);
  });

  it("pr3, deployed before it was merged: cycle 10203; null there, usable at once here", () => {
    expect(minutes(clocks.release, "1/pull/3")).toBe(0);
    expect(minutes(clocks.leadTime, "1/pull/3")).toBe(10_203);
  });

  it("pr0, only in the first deployment: no deploy time, cycle 44640", () => {
    expect(minutes(clocks.release, "1/pull/10")).toBeNull();
    expect(minutes(clocks.capability, "1/pull/10")).toBe(44_640);
    expect(clocks.release.leftOut).toEqual([{ what: "in the first release on record", count: 1 }]);
  });

  it("pr6, not merged: absent there, open here", () => {
    expect(minutes(clocks.release, "1/pull/6")).toBeNull();
    expect(minutes(clocks.capability, "1/pull/6")).toBe("open");
  });
});

/** Releases a day apart from `START` on. */
function daily(count: number): ReleaseRecord[] {
  return Array.from({ length: count }, (_, at) =>
    releaseRecord(`v1.${at}.0`, START + at * DAY, [at]),
  );
}

function troubleOf(at: number, tier: "explicit" | "inferred", hours = 2): FeedbackRecord {
  const tag = `v1.${at}.0`;
  return feedbackRecord(`issue/${at}`, START + at * DAY + hours * 60 * MINUTE, {
    attribution: tier === "explicit" ? { tier, by: "label", tag } : { tier, tag },
  });
}

describe("Pelorus: roll-up", () => {
  it("lead 111, 282, 2918139 s: their mean is 972844, which no change took", () => {
    const seconds = [111, 282, 2_918_139];
    expect(seconds.reduce((sum, each) => sum + each, 0) / 3).toBe(972_844);
    expect(quantileOf(seconds, 0.5)).toBe(282);
  });

  it("restore 2306 and 278 s: global 1292", () => {
    const fixed = [2306, 278].map((seconds, at) => ({
      ...troubleOf(at, "explicit", 0),
      fixUsableAt: START + at * DAY + seconds * 1000,
    }));
    const { clocks } = read([], daily(2), fixed);
    const seconds = clocks.recovery.rows.map(({ ms }) => Number(ms) / 1000);
    expect(seconds).toEqual([2306, 278]);
    expect(
      quantileOf(
        seconds.toSorted((left, right) => left - right),
        0.5,
      ),
    ).toBe(1292);
    expect(clocks.recovery.value).toBeNull();
  });

  it.each([
    [3, [0, 2], 2 / 3],
    [3, [1], 1 / 3],
    [6, [0, 2, 4], 1 / 2],
  ])("change failure rate: of %d deployments %j fail", (count, failed, expected) => {
    const { numbers } = read(
      [],
      daily(count),
      failed.map((at) => troubleOf(at, "explicit")),
    );
    expect(numbers.changeFailLow.value).toBeCloseTo(expected, 12);
  });
});

describe("Middleware: incidents", () => {
  it("one between two deployments: 50 %", () => {
    const { numbers } = read([], daily(2), [troubleOf(0, "inferred")]);
    expect(numbers.changeFailHigh.value).toBe(0.5);
    expect(numbers.changeFailLow.value).toBe(0);
  });

  it("one before both: 0 %", () => {
    const { numbers } = read([], daily(2), [feedbackRecord("issue/1", START - DAY)]);
    expect(numbers.changeFailHigh.value).toBe(0);
  });
});

function minuteAt(minute: number): number {
  return START + minute * MINUTE;
}

function segments(change: Partial<PullRecord>) {
  const { numbers } = read([pullRecord(1, change)], []);
  const { coding, waiting, review, queue } = numbers;
  return [coding, waiting, review, queue].map((part) => minutes(part, "1/pull/1"));
}

describe("Middleware: segments of a pull", () => {
  it("ready, first review, approval, merge", () => {
    const change = {
      readyAt: minuteAt(30),
      firstReviewAt: minuteAt(50),
      approvedAt: minuteAt(80),
      mergedAt: minuteAt(85),
    };
    expect(segments({ ...change, reviewerIds: [101] })).toEqual([30, 20, 30, 5]);
  });

  it("a missing review is missing: it is no zero in the medians", () => {
    expect(segments({ mergedAt: minuteAt(85) })).toEqual([0, null, null, 85]);
  });
});

describe("issue-metrics: quantiles", () => {
  it("of 1, 2 and 3 days: median 2 days, p90 2 days and 69120 seconds", () => {
    const days = [DAY, 2 * DAY, 3 * DAY];
    expect(quantileOf(days, 0.5)).toBe(2 * DAY);
    expect(quantileOf(days, 0.9)).toBeCloseTo(2 * DAY + 69_120_000, 3);
  });
});
