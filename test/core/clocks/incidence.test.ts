import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import {
  curveOf,
  intervalOfShare,
  intervalOfTime,
  measureIncidence,
  shareWithin,
  timeOfShare,
} from "../../../src/core/clocks/incidence.ts";
import type { Span } from "../../../src/core/clocks/span.ts";

/** `[9, 13, "13+"]`: ends, and what was open when it was last seen; `"7x"` ended otherwise. */
function spansOf(...said: readonly (number | string)[]): Span[] {
  return said.map((each, at) => {
    const text = String(each);
    const end = text.endsWith("+") ? "open" : text.endsWith("x") ? "otherwise" : "happened";
    return { key: String(at), ms: Number.parseInt(text, 10), end, groups: [] };
  });
}

const MAINTAINED = spansOf(9, 13, "13+", 18, 23, "28+", 31, 34, "45+", 48, "161+");
const NOT_MAINTAINED = spansOf(5, 5, 8, 8, 12, "16+", 23, 27, 30, 33, 43, 45);

describe("Kaplan and Meier, on the AML data in exact fractions", () => {
  it.each([
    [9, 10 / 11],
    [13, 9 / 11],
    [18, (9 / 11) * (7 / 8)],
    [23, (9 / 11) * (6 / 8)],
    [31, (9 / 11) * (6 / 8) * (4 / 5)],
    [48, (9 / 11) * (6 / 8) * (4 / 5) * (3 / 4) * (1 / 2)],
    [161, (9 / 11) * (6 / 8) * (4 / 5) * (3 / 4) * (1 / 2)],
  ])("maintained: S(%d)", (week, stays) => {
    expect(1 - shareWithin(measureIncidence(MAINTAINED), week)).toBeCloseTo(stays, 12);
  });

  it("has the published quantiles, and none where the curve does not reach", () => {
    const maintained = measureIncidence(MAINTAINED);
    const others = measureIncidence(NOT_MAINTAINED);
    const quantiles = [0.5, 0.75, 0.9];
    expect(quantiles.map((share) => timeOfShare(maintained, share))).toEqual([31, 48, null]);
    expect(quantiles.map((share) => timeOfShare(others, share))).toEqual([23, 33, 43]);
    expect(shareWithin(others, 4)).toBe(0);
  });

  it("has bands around the curve that close nowhere below it", () => {
    const curve = curveOf(measureIncidence(MAINTAINED), 0.95, 100);
    expect(curve.map(({ ms }) => ms)).toEqual([9, 13, 18, 23, 31, 34, 48]);
    expect(curve.map(({ atRisk }) => atRisk)).toEqual([11, 10, 8, 7, 5, 4, 2]);
    for (const { share, low, high } of curve) {
      expect(low).toBeLessThan(share);
      expect(high).toBeGreaterThan(share);
    }
    expect(curveOf(measureIncidence(MAINTAINED), 0.95, 2).map(({ ms }) => ms)).toEqual([23, 48]);
  });

  it("says nothing of a spread where nothing or everything has happened", () => {
    const all = measureIncidence(spansOf(1, 2, 3));
    expect(intervalOfShare(all, 0, 0.95)).toBeNull();
    expect(intervalOfShare(all, 3, 0.95)).toBeNull();
    expect(intervalOfTime(measureIncidence(spansOf("5+", "6+")), 0.5, 0.95)).toEqual({
      low: null,
      high: null,
      level: 0.95,
    });
    expect(curveOf(all, 0.95, 10).at(-1)).toEqual({
      ms: 3,
      share: 1,
      low: null,
      high: null,
      atRisk: 1,
    });
  });
});

describe("Aalen and Johansen, with what ends otherwise", () => {
  it("shares out what cannot happen any more, in exact fractions", () => {
    // 4 at risk: 1 happens; 3: one ends otherwise; 2: one is open; 1: happens.
    const incidence = measureIncidence(spansOf(1, "2x", "3+", 4));
    expect(shareWithin(incidence, 1)).toBeCloseTo(1 / 4, 12);
    expect(shareWithin(incidence, 3)).toBeCloseTo(1 / 4, 12);
    expect(shareWithin(incidence, 4)).toBeCloseTo(1 / 4 + 1 / 2, 12);
    expect(timeOfShare(incidence, 0.5)).toBe(4);
    // Taken for open, what was closed would still be on its way.
    expect(shareWithin(measureIncidence(spansOf(1, "2+", "3+", 4)), 4)).toBe(1);
  });

  it("never reaches a half where more than half ended otherwise", () => {
    expect(timeOfShare(measureIncidence(spansOf(1, "1x", "1x", 5, "5x")), 0.5)).toBeNull();
  });
});

const anySpans = fc.array(
  fc.record({
    ms: fc.integer({ min: 0, max: 20 }),
    end: fc.constantFrom("happened", "otherwise", "open"),
    repository: fc.integer({ min: 0, max: 3 }),
    person: fc.integer({ min: 0, max: 4 }),
  }),
  { minLength: 1, maxLength: 40 },
);

type Drawn = typeof anySpans extends fc.Arbitrary<infer Value> ? Value : never;

function drawnSpans(drawn: Drawn): Span[] {
  return drawn.map(({ ms, end, repository, person }, at): Span => {
    return { key: String(at), ms, end, groups: [`${repository}`, `person ${person}`] };
  });
}

describe("the estimate", () => {
  it("never has its quantile lowered by something open that is added", () => {
    fc.assert(
      fc.property(anySpans, fc.integer({ min: 0, max: 20 }), (drawn, ms) => {
        const spans = drawnSpans(drawn).map((span): Span => {
          return span.end === "otherwise" ? { ...span, end: "happened" } : span;
        });
        const open: Span = { key: "more", ms, end: "open", groups: ["0", "person 0"] };
        for (const share of [0.25, 0.5, 0.75]) {
          const before = timeOfShare(measureIncidence(spans), share) ?? Infinity;
          const after = timeOfShare(measureIncidence([...spans, open]), share) ?? Infinity;
          expect(after).toBeGreaterThanOrEqual(before);
        }
      }),
    );
  });

  it("is the same in any order", () => {
    fc.assert(
      fc.property(anySpans, (drawn) => {
        const spans = drawnSpans(drawn);
        const forth = measureIncidence(spans);
        const back = measureIncidence(spans.toReversed());
        expect(back.shares).toEqual(forth.shares);
        expect(intervalOfTime(back, 0.5, 0.95)).toEqual(intervalOfTime(forth, 0.5, 0.95));
      }),
    );
  });

  it("lies in its interval, and in that of 80 % only where in that of 95 %", () => {
    fc.assert(
      fc.property(anySpans, (drawn) => {
        const incidence = measureIncidence(drawnSpans(drawn));
        const at = timeOfShare(incidence, 0.5);
        const wide = intervalOfTime(incidence, 0.5, 0.95);
        const narrow = intervalOfTime(incidence, 0.5, 0.8);
        if (at === null) return;
        expect(narrow.low).toBeLessThanOrEqual(at);
        expect(narrow.high ?? Infinity).toBeGreaterThanOrEqual(at);
        expect(wide.low).toBeLessThanOrEqual(Number(narrow.low));
        expect(wide.high ?? Infinity).toBeGreaterThanOrEqual(narrow.high ?? Infinity);
      }),
    );
  });

  it("moves by the weight of one span as its derivative says", () => {
    // Each span 200 times, one of them once more: the share moves by its influence.
    fc.assert(
      fc.property(anySpans, fc.nat(), fc.integer({ min: 0, max: 20 }), (drawn, pick, ms) => {
        const single = drawnSpans(drawn).map((span, at): Span => {
          return { ...span, groups: [`only ${at}`] };
        });
        const chosen = pick % single.length;
        const interval = intervalOfShare(measureIncidence(single), ms, 0.95);
        if (interval === null) return;
        // The variance of one group against all others is twice the square of its influence …
        const halves = single.map((span, at): Span => {
          return { ...span, groups: [at === chosen ? "one" : "rest"] };
        });
        const { low } = intervalOfShare(measureIncidence(halves), ms, 0.95) ?? { low: null };
        const share = shareWithin(measureIncidence(single), ms);
        const many = single.flatMap((span) => Array.from({ length: 200 }, () => span));
        const extra = single.filter((_, at) => at === chosen);
        const moved = shareWithin(measureIncidence([...many, ...extra]), ms) - share;
        const influence = moved * 200;
        // … and with one degree of freedom it is reached 12.7062 times (log-log transform).
        const log = Math.log(1 - share);
        const error = (Math.SQRT2 * Math.SQRT2 * Math.abs(influence)) / ((share - 1) * log);
        const expected = 1 - Math.exp(log * Math.exp(-12.706204736 * error));
        expect(Math.abs(Number(low) - expected)).toBeLessThan(0.02);
      }),
    );
  });
});
