import { hitsOf, measured } from "./measure.ts";
import type { Scope } from "./measure.ts";
import type { Measured, Row } from "./measured.ts";
import { intervalOfRate } from "./rate.ts";
import { sayShare } from "./say.ts";

/** Share of rows that are counted, with Wilson's interval. `what`: "merged pulls without a review". */
export function measureShare(
  scope: Scope,
  rows: readonly Row[],
  what: string,
  leftOut: Measured["leftOut"] = [],
): Measured {
  const hits = hitsOf(rows);
  const value = rows.length === 0 ? null : hits / rows.length;
  return measured(scope, {
    unit: "share",
    value,
    interval: intervalOfRate(hits, rows.length, 0.95),
    rows,
    leftOut: leftOut.filter(({ count }) => count > 0),
    sentence:
      value === null
        ? `${what}: none to judge`
        : `${what}: ${sayShare(value)} (${hits} of ${rows.length})`,
  });
}

/** Count of rows. */
export function measureCount(scope: Scope, rows: readonly Row[], sentence: string): Measured {
  return measured(scope, { unit: "count", value: rows.length, rows, sentence });
}
