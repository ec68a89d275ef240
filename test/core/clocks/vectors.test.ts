import { describe, expect, it } from "@jest/globals";
import { approvedAtOf } from "../../../src/core/clock-records/pull-sighting.ts";
import type { PullReview } from "../../../src/core/clock-records/pull-sighting.ts";
import { quantileOf } from "../../../src/core/clocks/quantile.ts";
import type {
  FeedbackRecord,
  PullRecord,
  ReleaseRecord,
} from "../../../src/core/clocks/records.ts";
import type { Actor } from "../../../src/core/state.ts";
import {
  DAY,
  feedbackRecord,
  HOUR,
  MINUTE,
  pullRecord,
  releaseRecord,
  reportOf,
  START,
} from "./build-records.ts";

/** Numbers that other tools publish with their tests, written down by hand. */

const ASOF = START + 60 * DAY;

function read(
  pulls: readonly PullRecord[],
  releases: readonly ReleaseRecord[],
  feedback: readonly FeedbackRecord[] = [],
) {
  return reportOf({ pulls, releases, feedback }, { asOf: ASOF, from: START - 40 * DAY });
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

const app = (repositoryId: number, failed: readonly number[]) => ({
  releases: daily(3).map((release) => ({ ...release, repositoryId })),
  feedback: failed.map((at) => ({ ...troubleOf(at, "explicit"), repositoryId })),
});

describe("Pelorus: roll-up", () => {
  it("lead 111, 282, 2918139 s: of two apps, whose mean 1009532 no change took", () => {
    const seconds = [111, 282, 2_918_139];
    const pulls = seconds.map((_, at) => pullRecord(at, { mergedAt: START + at }));
    const releases = seconds.map((lead, at) => releaseRecord(`v${at}`, START + lead * 1000, [at]));
    const { clocks } = read(pulls, releases);
    expect(clocks.leadTime.rows.map(({ ms }) => Number(ms) / 1000)).toEqual(seconds);
    expect(quantileOf(seconds, 0.5)).toBe(282);
    // Three are too few for a headline; there, the mean of this app is 972844 all the same.
    expect(clocks.leadTime).toMatchObject({ value: null, completed: null, n: 3 });
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
    ["of one app", [app(1, [0, 2])], 2 / 3],
    ["of another", [app(1, [1])], 1 / 3],
    ["of both", [app(1, [0, 2]), app(2, [1])], 1 / 2],
  ])("change failure rate %s", (_, apps, expected) => {
    const releases = apps.flatMap((each) => each.releases);
    const feedback = apps.flatMap((each) => each.feedback);
    const { numbers } = read([], releases, feedback);
    expect(numbers.changeFailLow.value).toBeCloseTo(expected, 12);
  });
});

/** Incidents and deployments in hours; an incident is of the deployment before it. */
function failedOf(deployments: readonly number[], incidents: readonly number[]) {
  const releases = deployments.map((hour, at) => releaseRecord(`v1.${at}.0`, START + hour * HOUR));
  const feedback = incidents.map((hour, nth) => {
    const at = deployments.findLastIndex((deployed) => deployed <= hour);
    const attribution = at < 0 ? null : { tier: "inferred" as const, tag: `v1.${at}.0` };
    return feedbackRecord(`issue/${nth}`, START + hour * HOUR, { attribution });
  });
  const { numbers } = read([], releases, feedback);
  return [numbers.changeFailLow.value, numbers.changeFailHigh.value];
}

describe("Middleware: incidents", () => {
  it.each([
    ["none", [0, 42], [], 0],
    ["one between two deployments: 50 %", [0, 42], [24], 0.5],
    ["one before both: 0 %", [0, 42], [-24], 0],
    ["one after both: 50 %", [0, 42], [47], 0.5],
    [
      "seven among six deployments: 67 %",
      [0, 24, 72, 120, 162, 167],
      [-72, 48, 96, 148, 164, 165, 166],
      4 / 6,
    ],
  ])("%s", (_, deployments, incidents, expected) => {
    const [low, high] = failedOf(deployments, incidents);
    expect(high).toBeCloseTo(expected, 12);
    // Nobody said so: by what is known, nothing failed.
    expect(low).toBe(0);
  });

  it("without a deployment there is no rate: 0 there", () => {
    expect(failedOf([], [24])).toEqual([null, null]);
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

  const [ann, bert] = [101, 102].map((id) => ({ id, login: `p${id}`, isBot: false })) as [
    Actor,
    Actor,
  ];
  const asked = (hour: number, author = ann): PullReview => {
    return { author, state: "changes_requested", at: START + hour * HOUR };
  };
  const yes = (hour: number, author = ann): PullReview => ({
    ...asked(hour, author),
    state: "approved",
  });
  const said = (hour: number): PullReview => ({ ...asked(hour), state: "commented" });

  it.each<[string, readonly PullReview[], readonly (number | null)[]]>([
    [
      "changes asked for after 1 hour, a comment, approved after 3: rework 2 hours",
      [asked(1), said(2), yes(3)],
      [1, 2, 0],
    ],
    ["approved at first sight: rework 0", [yes(1)], [1, 0, 2]],
    ["approved twice: rework ends with the first", [asked(1), yes(2), yes(3)], [1, 1, 1]],
    [
      "another one approves, too: it was needed no more",
      [asked(1), yes(2), yes(3, bert)],
      [1, 1, 1],
    ],
    ["not approved: rework is not known, review lasts until the merge", [asked(1)], [1, 2, null]],
  ])("%s", (_, reviews, expected) => {
    const mergedAt = START + 3 * HOUR;
    const firstReviewAt = reviews[0]?.at ?? null;
    const approvedAt = approvedAtOf(reviews, mergedAt);
    const parts = segments({ mergedAt, firstReviewAt, approvedAt, reviewerIds: [101] });
    expect(parts.slice(1).map((part) => (part === null ? null : Number(part) / 60))).toEqual(
      expected,
    );
  });

  it("merged a day after it was opened: cycle time 86400 seconds; not merged: none", () => {
    const { clocks } = read([pullRecord(1, { mergedAt: START + DAY }), pullRecord(2)], []);
    expect(clocks.capability.rows).toMatchObject([{ ms: 86_400_000 }, { end: "open" }]);
  });
});

/** Days after its opening: drafts again from and to. Its coding and its review, in days. */
function draftedDays(redrafts: readonly (readonly [number, number | null])[]) {
  const spans = redrafts.map(([from, to]) => {
    return [START + from * DAY, to === null ? null : START + to * DAY] as const;
  });
  const times = { firstReviewAt: START, approvedAt: START + 9 * DAY, mergedAt: START + 10 * DAY };
  const parts = segments({ ...times, reviewerIds: [101], redrafts: spans });
  return parts.map((part) => Number(part) / (24 * 60));
}

describe("issue-metrics: time in draft", () => {
  it("opened as a draft, ready after 2 days: 2 days", () => {
    expect(segments({ readyAt: START + 2 * DAY, mergedAt: START + 3 * DAY })[0]).toBe(2 * 24 * 60);
  });

  it.each([
    ["from day 1 to day 3: 2 days", [[1, 3]], [2, 0, 7, 1]],
    [
      "from day 1 to 3 and from 5 to 7: 4 days",
      [
        [1, 3],
        [5, 7],
      ],
      [4, 0, 5, 1],
    ],
    ["never: 0", [], [0, 0, 9, 1]],
    ["over the approval: each part loses what is its own", [[8, 9.5]], [1.5, 0, 8, 0.5]],
    ["still, when it was merged", [[9.5, null]], [0.5, 0, 9, 0.5]],
  ] as const)("a draft again %s", (_, redrafts, expected) => {
    expect(draftedDays(redrafts)).toEqual(expected);
  });
});

describe("issue-metrics: quantiles", () => {
  it("of 1, 2 and 3 days: median 2 days, p90 2 days and 69120 seconds", () => {
    const days = [DAY, 2 * DAY, 3 * DAY];
    expect(quantileOf(days, 0.5)).toBe(2 * DAY);
    expect(quantileOf(days, 0.9)).toBeCloseTo(2 * DAY + 69_120_000, 3);
  });

  it("of nothing: none", () => {
    expect(quantileOf([], 0.5)).toBeNull();
    expect(quantileOf([], 0.9)).toBeNull();
  });
});

describe("Kaplan and Meier: weeks of the AML data, through clock 1", () => {
  // "13+": still open after 13 weeks, so opened 13 weeks ago.
  const maintained = ["9", "13", "13+", "18", "23", "28+", "31", "34", "45+", "48", "161+"];
  const others = ["5", "5", "8", "8", "12", "16+", "23", "27", "30", "33", "43", "45"];

  it.each([
    ["maintained", maintained, { p50: 31, p75: 48, p90: null }],
    ["not maintained", others, { p50: 23, p75: 33, p90: 43 }],
  ])("%s", (_, weeks, expected) => {
    const asOf = START + 200 * 7 * DAY;
    const pulls = weeks.map((said, at) => {
      const week = Number.parseInt(said, 10);
      const createdAt = asOf - (said.endsWith("+") ? week : 170) * 7 * DAY;
      const mergedAt = said.endsWith("+") ? null : createdAt + week * 7 * DAY;
      return pullRecord(at, { createdAt, mergedAt });
    });
    const { quantiles } = reportOf({ pulls }, { asOf, from: START }).clocks.capability;
    const found = [quantiles.p50, quantiles.p75, quantiles.p90].map((ms) => {
      return ms === null ? null : ms / (7 * DAY);
    });
    expect(found).toEqual([expected.p50, expected.p75, expected.p90]);
  });
});
