import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { readSeed } from "../support/seed.ts";
import { joinPoints, listPoints } from "./faults.ts";

const steps = fc.array(fc.record({ part: fc.integer({ min: 1, max: 7 }), isRead: fc.boolean() }), {
  maxLength: 12,
});

describe("points that share a run", () => {
  it("are each tried once, with a whole part between", () => {
    fc.assert(
      fc.property(steps, steps, (requests, transactions) => {
        const points = listPoints({ requests, transactions });
        const runs = joinPoints(points);
        expect(new Set(runs.flat())).toEqual(new Set(points));
        expect(runs.flat()).toHaveLength(points.length);
        for (const run of runs) {
          const parts = run.map(({ part }) => part).toSorted((left, right) => left - right);
          for (const [at, part] of parts.slice(1).entries()) {
            expect(part - (parts[at] ?? 0)).toBeGreaterThan(1);
          }
        }
      }),
      { seed: readSeed() },
    );
  });

  it("are counted within their part", () => {
    const requests = [1, 1, 2].map((part) => ({ part, isRead: true }));
    const points = listPoints({ requests, transactions: [] });
    expect(points.filter(({ fault }) => fault === "502 after").map(({ nth }) => nth)).toEqual([
      1, 2, 1,
    ]);
  });
});
