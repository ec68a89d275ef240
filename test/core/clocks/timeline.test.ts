import { createHash } from "node:crypto";
import { describe, expect, it } from "@jest/globals";
import { array, assert, integer, nat, option, property, record, tuple } from "fast-check";
import { isWithin } from "../../../src/core/clocks/known.ts";
import { readClocks } from "../../../src/core/clocks/read-clocks.ts";
import type { Records } from "../../../src/core/clocks/records.ts";
import { timelineOf } from "../../../src/core/clocks/timeline.ts";
import { CLOSED_AT, simulateCompany } from "../../simulation/company.ts";
import { DAY, SLOW_RELEASES, USUAL } from "../../simulation/laws.ts";

const anyTime = option(integer({ min: 0, max: 20 }));

describe("a timeline", () => {
  it("finds what a look at every value finds, in their order, however often it is asked", () => {
    assert(
      property(
        array(record({ at: anyTime, name: nat() })),
        array(tuple(nat({ max: 22 }), nat({ max: 22 })), { maxLength: 6 }),
        (values, windows) => {
          const timeline = timelineOf(values, ({ at }) => at);
          for (const [from, to] of [...windows, ...windows]) {
            const window = { from, to };
            expect(timeline.within(window)).toEqual(
              values.filter(({ at }) => isWithin(at, window)),
            );
          }
        },
      ),
    );
  });
});

/** Of a part of the company: below ten repositories, what is alike is something else. */
function partOf(records: Records, repositories: number): Records {
  const isIn = ({ repositoryId }: { readonly repositoryId: number }): boolean =>
    repositoryId <= repositories;
  return {
    pulls: records.pulls.filter(isIn),
    commits: records.commits.filter(isIn),
    releases: records.releases.filter(isIn),
    feedback: records.feedback.filter(isIn),
  };
}

/** To nine digits: what follows is the processor's. */
function digestOf(report: unknown): string {
  const text = JSON.stringify(report, (_key, value: unknown) =>
    typeof value === "number" ? Number(value.toPrecision(9)) : value,
  );
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/**
 * Reports of seeded companies as the plain computation had them, which looked at every record for
 * every window; without the rows of the window before, which no report has. Where a definition
 * changes on purpose, so do these, and `DEFINITIONS` with them.
 */
const PLAIN = [
  ["usual", 40, 28, "b1ea10e7adbd552c"],
  ["usual", 40, 90, "ade30f92cd1d5c0a"],
  ["usual", 4, 60, "3efb24e5129e4b33"],
  ["slow", 40, 28, "f9bc664235ba4430"],
] as const;

describe("a report that is computed fast", () => {
  const companies = {
    usual: simulateCompany(7, USUAL, 240),
    slow: simulateCompany(8, SLOW_RELEASES, 240),
  };

  it.each(PLAIN)("says what the plain one said: %s, %i, %i", (pace, repositories, days, plain) => {
    const window = { from: CLOSED_AT - days * DAY, to: CLOSED_AT };
    const records = partOf(companies[pace], repositories);
    expect(digestOf(readClocks(records, { asOf: CLOSED_AT, window }))).toBe(plain);
  });
});
