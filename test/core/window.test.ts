import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { judgeBatch } from "../../src/core/batch.ts";
import { judgeWindow } from "../../src/core/window.ts";
import { batchOf, commit, HOUR, lineState, MINUTE, NOON } from "../support/states.ts";

const WINDOW = { quiet: 10 * MINUTE, longest: 4 * HOUR, most: 20 };

/** Fixes merged so many minutes before noon, oldest first. */
function unitsAt(minutes: readonly number[], title = "fix: x") {
  return judgeBatch(batchOf(minutes.map((ago) => ({ title, mergedAt: NOON - ago * MINUTE }))))
    .units;
}

/** Minutes after noon at which it closes; null: it is closed. */
function closesIn(minutes: readonly number[], window = WINDOW): number | null {
  const arrivedAt = NOON - Math.min(...minutes) * MINUTE;
  const at = judgeWindow(window, unitsAt(minutes), { arrivedAt, now: NOON });
  return at === null ? null : Math.round((at - NOON) / 60) / 1_000;
}

describe("a window", () => {
  it.each<[string, number[], number | null]>([
    ["waits out its quiet time", [3], 7],
    ["counts it from the last merge", [60, 30, 1], 9],
    ["is closed by it to the millisecond", [10], null],
    ["is open a moment before", [9.999], 0.001],
    ["lasts no longer than that from the first change", [239, 100, 1], 1],
    ["is closed then", [240, 1], null],
  ])("%s", (_, minutes, expected) => {
    expect(closesIn(minutes)).toBe(expected);
  });

  it.each([
    [19, 9],
    [20, null],
    [21, null],
  ])("with %i changes closes in %s", (count, expected) => {
    const minutes = Array.from({ length: count }, (_, at) => count - at);
    expect(closesIn(minutes)).toBe(expected);
  });

  it("does not count the time of what only rides along", () => {
    const state = batchOf([
      { title: "chore: weeks ago", mergedAt: NOON - 500 * HOUR },
      { title: "fix: now", mergedAt: NOON - MINUTE },
    ]);
    const times = { arrivedAt: NOON - MINUTE, now: NOON };
    expect(judgeWindow(WINDOW, judgeBatch(state).units, times)).toBe(NOON + 9 * MINUTE);
  });

  it("does not believe a commit from the future", () => {
    const pushed = commit(2, { message: "fix: pushed", committedAt: NOON + 900 * HOUR });
    const { units } = judgeBatch(lineState({ commits: [pushed], pulls: [] }));
    const at = judgeWindow(WINDOW, units, { arrivedAt: NOON - MINUTE, now: NOON });
    expect(at).toBe(NOON + 9 * MINUTE);
  });

  it("never waits for ever, never too short, and says exactly how long", () => {
    const window = fc.record({
      quiet: fc.integer({ min: 1_000, max: 8 * HOUR }),
      longest: fc.integer({ min: 1_000, max: 80 * HOUR }),
      most: fc.integer({ min: 1, max: 30 }),
    });
    const gaps = fc.array(fc.integer({ min: 0, max: 30 * HOUR }), { minLength: 1, maxLength: 25 });
    const since = fc.integer({ min: 0, max: 90 * HOUR });
    fc.assert(
      fc.property(window, gaps, since, (own, gap, ago) => {
        const last = NOON - ago;
        const times = gap.map((_, at) => last - gap.slice(at + 1).reduce((sum, ms) => sum + ms, 0));
        const { units } = judgeBatch(
          batchOf(times.map((mergedAt) => ({ title: "fix: x", mergedAt }))),
        );
        const judge = (now: number) => judgeWindow(own, units, { arrivedAt: last, now });
        const closesAt = judge(NOON);
        const latest = Math.min(last + own.quiet, Math.min(...times) + own.longest);
        const isFull = units.length >= own.most;
        expect(closesAt).toBe(isFull || latest <= NOON ? null : latest);
        expect(judge(latest - 1)).toBe(isFull ? null : latest);
        expect(judge(latest)).toBeNull();
      }),
      { numRuns: 500 },
    );
  });
});
