import { describe, expect, it } from "@jest/globals";
import { clustersOf, clusterVariance } from "../../../src/core/clocks/clusters.ts";
import { intervalOfQuantile, quantileOf } from "../../../src/core/clocks/quantile.ts";
import { intervalOfCount, intervalOfRate } from "../../../src/core/clocks/rate.ts";
import { sayCount, sayDuration, sayNumber, sayShare } from "../../../src/core/clocks/say.ts";
import type { Span } from "../../../src/core/clocks/span.ts";
import { studentReach } from "../../../src/core/clocks/student.ts";

function spansIn(...groups: readonly (readonly string[])[]): Span[] {
  return groups.map((each, at) => ({ key: String(at), ms: at, end: "happened", groups: each }));
}

describe("Student's reach", () => {
  it.each([
    [1, 0.95, 12.7062],
    [2, 0.95, 4.3027],
    [5, 0.95, 2.5706],
    [10, 0.95, 2.2281],
    [39.9, 0.95, 2.0227],
    [5, 0.8, 1.4759],
    [0.3, 0.95, 12.7062],
    [200, 0.95, 1.9719],
    [201, 0.95, 1.96],
    [1000, 0.8, 1.2816],
  ] as const)("with %d degrees of freedom, %d", (freedom, level, reach) => {
    expect(studentReach(level, freedom)).toBeCloseTo(reach, 4);
  });
});

describe("clusters", () => {
  it("let one large among small ones count for little", () => {
    const even = clustersOf(spansIn(["a"], ["b"], ["c"], ["d"]));
    const uneven = clustersOf(spansIn(["a"], ["a"], ["a"], ["b"]));
    expect(even.freedom).toBe(3);
    expect(uneven.freedom).toBe(1);
    expect(clustersOf([]).freedom).toBe(1);
    expect(clustersOf(spansIn([], [])).freedom).toBe(1);
  });

  it("add what two ways share, less what both count", () => {
    const clusters = clustersOf(spansIn(["a", "p"], ["a", "q"], ["b", "p"], ["b", "q"]));
    const influences = Float64Array.of(1, 1, -1, -1);
    // By a and b: (2² + 2²) · 2/1. By p and q: nothing. By both: 4 · 4/3, below the first alone.
    expect(clusterVariance(influences, clusters)).toBe(16);
    const crossed = Float64Array.of(2, 0, 0, -2);
    // 2/1 · (2² + 2²) each way, less 4/3 · (2² + 2²).
    expect(clusterVariance(crossed, clusters)).toBeCloseTo(16 + 16 - (4 / 3) * 8, 12);
  });

  it("say nothing where there is one", () => {
    expect(clusterVariance(Float64Array.of(1, -1), clustersOf(spansIn(["a"], ["a"])))).toBe(0);
  });
});

describe("quantiles", () => {
  it("are interpolated, and null of nothing", () => {
    expect(quantileOf([1, 2, 3, 4], 0.5)).toBe(2.5);
    expect(quantileOf([7], 0.9)).toBe(7);
    expect(quantileOf([], 0.5)).toBeNull();
  });

  it("have the interval of the sign test", () => {
    const ten = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
    expect(intervalOfQuantile(ten, 0.5, 0.95)).toEqual({ low: 2, high: 9, level: 0.95 });
    expect(intervalOfQuantile([1, 2, 3, 4, 5], 0.5, 0.95)).toEqual({
      low: null,
      high: null,
      level: 0.95,
    });
    expect(intervalOfQuantile(ten, 0.9, 0.8)).toMatchObject({ low: 8, high: null });
  });
});

describe("rates", () => {
  it("have Wilson's interval", () => {
    const interval = intervalOfRate(3, 10, 0.95);
    expect(interval?.low).toBeCloseTo(0.1078, 4);
    expect(interval?.high).toBeCloseTo(0.6032, 4);
    expect(intervalOfRate(0, 10, 0.95)?.low).toBe(0);
    expect(intervalOfRate(10, 10, 0.95)?.high).toBe(1);
    expect(intervalOfRate(0, 0, 0.95)).toBeNull();
  });

  it("of counts hold the count, and never less than nothing", () => {
    expect(intervalOfCount(0, 0.95).low).toBe(0);
    const { low, high } = intervalOfCount(25, 0.95);
    expect(low).toBeCloseTo(16.16, 2);
    expect(high).toBeCloseTo(36.95, 1);
  });
});

describe("numbers as people say them", () => {
  it.each([
    [0, "0 seconds"],
    [1_000, "1 second"],
    [90_000, "90 seconds"],
    [90 * 60_000, "90 minutes"],
    [3 * 3_600_000, "3 hours"],
    [2.4 * 3_600_000, "2.5 hours"],
    [36 * 3_600_000, "36 hours"],
    [10 * 86_400_000, "10 days"],
    [30 * 86_400_000, "4.5 weeks"],
  ])("%d milliseconds", (ms, said) => {
    expect(sayDuration(ms)).toBe(said);
  });

  it("shares, counts and others", () => {
    expect([0, 0.004, 0.126, 1].map(sayShare)).toEqual(["0 %", "0.4 %", "13 %", "100 %"]);
    expect([0, 1, 2].map((count) => sayCount(count, "pull", "pulls"))).toEqual([
      "0 pulls",
      "1 pull",
      "2 pulls",
    ]);
    expect([3.14, 31.4, -0.25].map(sayNumber)).toEqual(["3.1", "31", "-0.2"]);
  });
});
