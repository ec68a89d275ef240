import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { recordsAsOf } from "../../../src/core/clocks/as-of.ts";
import { knownAt } from "../../../src/core/clocks/known.ts";
import { segmentsOf, startOfWork } from "../../../src/core/clocks/pull-times.ts";
import { readClocks } from "../../../src/core/clocks/read-clocks.ts";
import type {
  FeedbackRecord,
  PullRecord,
  Records,
  ReleaseRecord,
} from "../../../src/core/clocks/records.ts";
import type { Instant } from "../../../src/core/state.ts";
import {
  DAY,
  feedbackRecord,
  HOUR,
  pullRecord,
  recordsWith,
  releaseRecord,
  START,
} from "./build-records.ts";

const ends = fc.option(fc.integer({ min: 0, max: 30 * 24 }), { nil: null });

const anyPull = fc.record({
  opened: fc.integer({ min: 0, max: 60 * 24 }),
  authored: fc.option(fc.integer({ min: -50 * 24, max: 24 }), { nil: null }),
  ready: ends,
  reviewed: ends,
  approved: ends,
  merged: ends,
  reverted: ends,
  author: fc.integer({ min: 1, max: 4 }),
});

const anyRecords = fc.record({
  pulls: fc.array(anyPull, { maxLength: 12 }),
  releases: fc.array(fc.integer({ min: 0, max: 90 * 24 }), { maxLength: 8 }),
  feedback: fc.array(fc.record({ at: fc.integer({ min: 0, max: 90 * 24 }), fixed: ends }), {
    maxLength: 6,
  }),
});

type Drawn = typeof anyRecords extends fc.Arbitrary<infer Value> ? Value : never;

function after(from: Instant, hours: number | null): Instant | null {
  return hours === null ? null : from + hours * HOUR;
}

/** What a store would hold that was cut off at an instant: nothing is written of what came later. */
function recordsOf(drawn: Drawn, until: Instant): Records {
  const seen = (at: Instant | null): Instant | null => (at !== null && at > until ? null : at);
  const pulls = drawn.pulls.map((each, number): PullRecord => {
    const createdAt = START + each.opened * HOUR;
    const mergedAt = seen(after(createdAt, each.merged));
    return pullRecord(number, {
      createdAt,
      authorId: each.author,
      firstAuthoredAt: after(createdAt, each.authored),
      readyAt: seen(after(createdAt, each.ready)),
      firstReviewAt: seen(after(createdAt, each.reviewed)),
      approvedAt: seen(after(createdAt, each.approved)),
      mergedAt,
      mergeSha: mergedAt === null ? null : `m${number}`,
      revertedAt: mergedAt === null ? null : seen(after(mergedAt, each.reverted)),
    });
  });
  const inOrder = drawn.releases
    .toSorted((left, right) => left - right)
    .map((at) => START + at * HOUR);
  const full = (number: number): Instant => {
    const each = drawn.pulls[number];
    return each?.merged === null || each === undefined
      ? Infinity
      : START + (each.opened + each.merged) * HOUR;
  };
  const releases = inOrder.map((at, nth): ReleaseRecord => {
    const from = nth === 0 ? -Infinity : Number(inOrder[nth - 1]);
    const carried = drawn.pulls
      .map((_, number) => number)
      .filter((number) => {
        return full(number) > from && full(number) <= at;
      });
    return releaseRecord(`v1.${nth}.0`, at, carried, { sha: `s${nth}`, usableAt: seen(at + HOUR) });
  });
  const feedback = drawn.feedback.map(({ at, fixed }, nth): FeedbackRecord => {
    const openedAt = START + at * HOUR;
    const fixUsableAt = seen(after(openedAt, fixed));
    const newest = inOrder.filter((each) => each + HOUR <= openedAt).length - 1;
    return feedbackRecord(`issue/${nth}`, openedAt, {
      attribution: newest < 0 ? null : { tier: "inferred", tag: `v1.${newest}.0` },
      fixedAt: seen(after(openedAt, fixed)),
      fixUsableAt,
      fixTag: fixUsableAt === null ? null : "v9",
      closedAt: seen(after(openedAt, fixed)),
      resolution: fixUsableAt === null ? null : "fixed",
    });
  });
  return {
    pulls: pulls.filter(({ createdAt }) => createdAt <= until),
    commits: [],
    releases: releases.filter(({ publishedAt }) => publishedAt <= until),
    feedback: feedback.filter(({ openedAt }) => openedAt <= until),
  };
}

const LATER = START + 200 * DAY;

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

  it("forgets who merged, what closed and what fixed", () => {
    const later = START + 5 * DAY;
    const records = recordsWith({
      pulls: [
        pullRecord(1, { mergedAt: later, mergedById: 5 }),
        pullRecord(2, { createdAt: later }),
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
      { number: 1, mergedAt: null, mergeSha: null, mergedById: null },
    ]);
    expect(cut.commits).toEqual([]);
    expect(cut.releases).toMatchObject([{ usableAt: null, withdrawnAt: null, rolledBackAt: null }]);
    expect(cut.feedback).toMatchObject([
      { closedAt: null, resolution: null, fixUsableAt: null, fixTag: null },
    ]);
    expect(recordsAsOf(records, later)).toEqual(records);
  });
});

describe("for all records", () => {
  it("segments are never negative, and add up to clock 1", () => {
    fc.assert(
      fc.property(anyRecords, (drawn) => {
        for (const pull of recordsOf(drawn, LATER).pulls) {
          const segments = segmentsOf(pull);
          if (segments === null) continue;
          const parts = Object.values(segments).map(Number);
          expect(Math.min(...parts)).toBeGreaterThanOrEqual(0);
          const sum = parts.reduce((total, part) => total + part, 0);
          expect(sum).toBe(Number(pull.mergedAt) - startOfWork(pull).at);
        }
      }),
    );
  });

  it("clocks 1 and 2 of a pull add up to its lead time", () => {
    fc.assert(
      fc.property(anyRecords, (drawn) => {
        const window = { from: START - 100 * DAY, to: LATER };
        const { clocks } = readClocks(recordsOf(drawn, LATER), { asOf: LATER, window });
        const [first, second] = [clocks.capability, clocks.release].map(({ rows }) => {
          return new Map(rows.map((row) => [row.key, row]));
        });
        for (const { key, ms, end } of clocks.leadTime.rows) {
          if (end !== "happened") continue;
          expect(Number(first?.get(key)?.ms) + Number(second?.get(key)?.ms)).toBe(ms);
        }
      }),
      { numRuns: 40 },
    );
  });

  it("each released pull is usable by one release, the first that has it", () => {
    fc.assert(
      fc.property(anyRecords, (drawn) => {
        const records = recordsOf(drawn, LATER);
        const known = knownAt(records, LATER);
        for (const { key, usable } of known.units.all) {
          const number = Number(key.split("/").at(-1));
          const carriers = records.releases.filter(({ carries }) => {
            return carries.some(({ pull }) => pull === number);
          });
          expect(carriers).toEqual(usable.kind === "usable" ? [usable.release] : []);
        }
      }),
    );
  });

  it("the order of records changes nothing", () => {
    fc.assert(
      fc.property(anyRecords, (drawn) => {
        const records = recordsOf(drawn, LATER);
        const turned = recordsWith({
          pulls: records.pulls.toReversed(),
          releases: records.releases.toReversed(),
          feedback: records.feedback.toReversed(),
        });
        const asOf = START + 60 * DAY;
        const [forth, back] = [records, turned].map((each) => {
          const { clocks, numbers, findings } = readClocks(each, { asOf });
          const all = [...Object.values(clocks), ...Object.values(numbers)];
          return { findings, values: all.map(({ value, interval }) => ({ value, interval })) };
        });
        expect(back).toEqual(forth);
      }),
      { numRuns: 40 },
    );
  });
});
