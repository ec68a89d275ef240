import { describe, expect, it } from "@jest/globals";
import { knownAt } from "../../../src/core/clocks/known.ts";
import { measureNumber } from "../../../src/core/clocks/numbers.ts";
import {
  briefReportOf,
  compareWindows,
  LOOK_BACK_MS,
  readClocks,
  windowsAround,
} from "../../../src/core/clocks/read-clocks.ts";
import type { Records } from "../../../src/core/clocks/records.ts";
import {
  CLAUDE,
  DAY,
  feedbackRecord,
  HOUR,
  pullRecord,
  recordsWith,
  releaseRecord,
  saidOf,
  START,
} from "./build-records.ts";

/** Twelve weeks of one repository: a pull a day, released after 3 hours, the last 9 waiting. */
function quietRepository(): Records {
  const days = Array.from({ length: 84 }, (_, at) => at);
  const released = days.slice(0, -9);
  return recordsWith({
    pulls: days.map((day) =>
      pullRecord(day, {
        createdAt: START + day * DAY,
        authorId: 100 + (day % 4),
        reviewerIds: [100 + ((day + 1) % 4)],
        firstReviewAt: START + day * DAY + HOUR,
        mergedAt: START + day * DAY + 2 * HOUR,
        agents: day % 2 === 0 ? [CLAUDE] : [],
        wasGreen: true,
      }),
    ),
    releases: released.map((day) => {
      return releaseRecord(`v1.${day}.0`, START + day * DAY + 5 * HOUR, [day], {
        kind: day === 0 ? "first" : "regular",
      });
    }),
    feedback: released
      .filter((day) => day % 7 === 3)
      .map((day) => {
        const openedAt = START + day * DAY + 8 * HOUR;
        return feedbackRecord(`issue/${day}`, openedAt, {
          reporterId: 900 + day,
          attribution: saidOf(`v1.${day}.0`),
          fixedAt: openedAt + 20 * HOUR,
          fixTag: `v1.${day + 1}.0`,
          fixUsableAt: openedAt + 24 * HOUR,
        });
      }),
  });
}

const ASOF = START + 84 * DAY;

function withoutRows(numbers: Readonly<Record<string, object>>) {
  return Object.entries(numbers).map(([id, number]) => {
    const kept = Object.entries(number).filter(([name]) => !/rows$/i.test(name));
    return [id, Object.fromEntries(kept)];
  });
}

describe("a report", () => {
  const report = readClocks(quietRepository(), { asOf: ASOF });

  it("leads with sentences that say how many and what waits", () => {
    expect(report.headlines).toEqual([
      "half of work is merged within 2 hours (28 pulls)",
      "half of merged work is usable within 3 hours (28 pulls, 9 still waiting)",
      "16 % of releases had feedback within 14 days (3 of 19, 4 pending)",
      "not enough data about feedback (3 pieces)",
    ]);
  });

  it("carries definition, instant, window, n and n censored with every number", () => {
    for (const each of [...Object.values(report.clocks), ...Object.values(report.numbers)]) {
      expect(each).toMatchObject({ definitions: 1, asOf: ASOF });
      expect(each.window.to).toBe(ASOF);
      expect(each.n).toBe(each.rows.length);
      expect(each.value === null).toBe(each.missing !== null);
      expect(each.sentence).toMatch(/^\S.*[^.]$/);
    }
    expect(report.clocks.release).toMatchObject({ n: 28, censored: 9, otherwise: 0 });
  });

  it("is the same from records that reach back as far as it says", () => {
    const from = report.window.from - LOOK_BACK_MS;
    const records = quietRepository();
    const cut = { ...records, pulls: records.pulls.filter(({ createdAt }) => createdAt >= from) };
    expect(readClocks(cut, { asOf: ASOF })).toEqual(report);
  });

  it("says the same of every number where its rows are left out", () => {
    const brief = briefReportOf(knownAt(quietRepository(), ASOF), report.window);
    expect(Object.entries(brief.clocks)).toEqual(withoutRows(report.clocks));
    expect(Object.entries(brief.numbers)).toEqual(withoutRows(report.numbers));
    const left = { clocks: null, numbers: null, dora: null };
    expect({ ...brief, ...left }).toEqual({ ...report, ...left });
  });

  it("says the same of a number that is measured alone, with its rows", () => {
    const scope = { known: knownAt(quietRepository(), ASOF), window: report.window };
    const all = { ...report.clocks, ...report.numbers };
    const ids = Object.keys(all) as (keyof typeof all)[];
    expect(ids).toHaveLength(52);
    for (const id of ids) expect([id, measureNumber(scope, id)]).toEqual([id, all[id]]);
  });

  it("is plain data", () => {
    expect(JSON.parse(JSON.stringify(report))).toEqual(report);
  });
});

describe("two windows", () => {
  it("are compared with intervals and with what that does not prove", () => {
    const { before, now } = windowsAround(START + 42 * DAY, 30);
    const compared = compareWindows(quietRepository(), { asOf: ASOF, before, now });
    expect(compared.warning).toMatch(/not why\.$/);
    expect(compared.changes["capability"]).toMatchObject({ value: 1, direction: "unclear" });
    expect(compared.now.clocks.capability.n).toBe(30);
  });
});
