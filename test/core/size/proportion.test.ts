import { describe, expect, it } from "@jest/globals";
import { assert, integer, property } from "fast-check";
import { differenceInterval, shareInterval } from "../../../src/core/size/proportion.ts";

const rounded = ({ low, high }: { low: number; high: number }) =>
  [low, high].map((bound) => Number(bound.toFixed(4)));

describe("intervals of shares", () => {
  // Newcombe 1998, "Interval estimation for the difference between independent proportions",
  // Statistics in Medicine 17, table II, method 10.
  it.each([
    [56, 70, 48, 80, [0.0524, 0.3339]],
    [9, 10, 3, 10, [0.1705, 0.809]],
    [6, 7, 2, 7, [0.0582, 0.8062]],
    [5, 56, 0, 29, [-0.0381, 0.1926]],
    [0, 10, 0, 20, [-0.1611, 0.2775]],
    [10, 10, 0, 20, [0.6791, 1]],
    [10, 10, 0, 10, [0.6075, 1]],
  ])("of %d/%d less %d/%d are those that were published", (a, m, b, n, expected) => {
    const found = differenceInterval({ hits: a, of: m }, { hits: b, of: n });
    expect(rounded(found)).toEqual(expected);
  });

  it("hold the share, and are never outside of what can be", () => {
    assert(
      property(integer({ min: 1, max: 5_000 }), integer({ min: 0, max: 5_000 }), (of, some) => {
        const hits = Math.min(of, some);
        const { low, high } = shareInterval({ of, hits });
        expect(low).toBeGreaterThanOrEqual(0);
        expect(high).toBeLessThanOrEqual(1);
        expect(low).toBeLessThanOrEqual(hits / of + 1e-12);
        expect(high).toBeGreaterThanOrEqual(hits / of - 1e-12);
      }),
    );
    // Wilson 1927, as recomputed in Newcombe 1998a, table I: 81 of 263.
    expect(rounded(shareInterval({ of: 263, hits: 81 }))).toEqual([0.2553, 0.3662]);
  });
});
