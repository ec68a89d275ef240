import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { mergeSeen } from "../../../src/core/clock-records/kept.ts";
import type { Kept, KeptKinds, Seen } from "../../../src/core/clock-records/kept.ts";
import { recordsAsOf } from "../../../src/core/clocks/as-of.ts";
import { knownAt } from "../../../src/core/clocks/known.ts";
import { segmentsOf, startOfWork } from "../../../src/core/clocks/pull-times.ts";
import { readClocks } from "../../../src/core/clocks/read-clocks.ts";
import type { ClockReport } from "../../../src/core/clocks/read-clocks.ts";
import type {
  PullRecord,
  Records,
  Redraft,
  ReleaseRecord,
} from "../../../src/core/clocks/records.ts";
import { anyRecords, LATER, recordsOf } from "./any-records.ts";
import { DAY, HOUR, pullRecord, recordsWith, releaseRecord, START } from "./build-records.ts";

/** What must hold of all records. Rows with plain numbers stand beside it, in the other files. */

const ALL = { asOf: LATER, window: { from: START - 100 * DAY, to: LATER } };

/** Values, intervals and findings: all that a page says, whatever order its rows come in. */
function saidIn({ clocks, numbers, prereleases, findings, ageing, adoption }: ClockReport) {
  const all = { ...clocks, ...numbers, ...prereleases };
  const values = Object.entries(all).map(([name, { value, interval, n, censored, sentence }]) => {
    return { name, value, interval, n, censored, sentence };
  });
  const { openPulls, waitingWork, openFeedback } = ageing;
  const waiting = [openPulls, waitingWork, openFeedback].map((rows) => {
    return rows.map(({ key }) => key).toSorted();
  });
  return { values, findings, waiting, adoption };
}

describe("segments", () => {
  it("are never negative, and add up to clock 1", () => {
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
});

/** Milliseconds of the rows of a clock that happened, by their key. */
function happenedIn({ rows }: ClockReport["clocks"]["release"]): Map<string, number> {
  const happened = rows.filter(({ end }) => end === "happened");
  return new Map(happened.map(({ key, ms }) => [key, Number(ms)]));
}

function checkLeadTimes(records: Records): number {
  const { clocks } = readClocks(records, ALL);
  const [first, second] = [happenedIn(clocks.capability), happenedIn(clocks.release)];
  const whole = happenedIn(clocks.leadTime);
  for (const [key, ms] of whole) expect(Number(first.get(key)) + Number(second.get(key))).toBe(ms);
  return whole.size;
}

describe("clocks 1 and 2 of a pull", () => {
  it("add up to its lead time", () => {
    fc.assert(
      fc.property(anyRecords, (drawn) => {
        checkLeadTimes(recordsOf(drawn, LATER));
      }),
      { numRuns: 40 },
    );
  });

  it("do so of a merge that a release had before GitHub showed it", () => {
    const pulls = [
      pullRecord(1, { mergedAt: START + 2 * HOUR }),
      pullRecord(2, { mergedAt: START + 4 * HOUR, firstAuthoredAt: START - 40 * DAY }),
    ];
    const releases = [releaseRecord("v1.0.0", START + 3 * HOUR, [1, 2])];
    expect(checkLeadTimes(recordsWith({ pulls, releases }))).toBe(2);
  });
});

/** Of each unit: the releases of a channel that have it, the first of them first. */
function carriersOf(releases: readonly ReleaseRecord[], key: string): readonly ReleaseRecord[] {
  const [, kind, id] = key.split("/");
  return releases.filter(({ carries }) => {
    return carries.some(({ pull, sha }) => (kind === "pull" ? `${pull}` === id : sha === id));
  });
}

function checkFirstReleases(records: Records): number {
  const { clocks, prereleases } = readClocks(records, ALL);
  const known = knownAt(records, LATER);
  const stable = records.releases.filter(({ isPrerelease }) => !isPrerelease);
  let count = 0;
  for (const { key, usable } of known.units.all) {
    const carriers = carriersOf(stable, key);
    const firstAt = Math.min(...carriers.map(({ usableAt }) => usableAt ?? Infinity));
    expect(usable.kind === "usable").toBe(carriers.length > 0);
    if (usable.kind !== "usable") continue;
    expect(carriers).toContainEqual(usable.release);
    expect(usable.at).toBe(firstAt);
    count += 1;
  }
  for (const clock of [clocks.release, ...Object.values(prereleases)]) {
    const keys = clock.rows.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  }
  for (const [channel, clock] of Object.entries(prereleases)) {
    const own = records.releases.filter((each) => each.isPrerelease && each.channel === channel);
    for (const [key, ms] of happenedIn(clock)) {
      const [first, ...more] = carriersOf(own, key);
      const unit = known.units.all.find((each) => each.key === key);
      expect(ms).toBe(Number(first?.usableAt) - Number(unit?.mergedAt));
      expect(more.every((each) => Number(each.usableAt) >= Number(first?.usableAt))).toBe(true);
      count += 1;
    }
  }
  return count;
}

describe("released work", () => {
  it("is usable by one release of each channel, the first that has it", () => {
    fc.assert(
      fc.property(anyRecords, (drawn) => {
        checkFirstReleases(recordsOf(drawn, LATER));
      }),
      { numRuns: 60 },
    );
  });

  it("is so where several channels and components have it", () => {
    const beta = { isPrerelease: true, channel: "beta" };
    const releases = [
      releaseRecord("v2.0.0-beta.1", START + 2 * HOUR, [1], beta),
      releaseRecord("v1.4.1", START + 4 * HOUR, [1], { channel: "1.4" }),
      releaseRecord("a@1.0.0", START + 6 * HOUR, [1, 2], { component: "a" }),
      releaseRecord("b@1.0.0", START + 8 * HOUR, [1, 2], { component: "b" }),
    ];
    const pulls = [1, 2].map((number) => pullRecord(number, { mergedAt: START + HOUR }));
    expect(checkFirstReleases(recordsWith({ pulls, releases }))).toBe(3);
  });
});

describe("a report", () => {
  it("is the same in whatever order records come", () => {
    fc.assert(
      fc.property(anyRecords, (drawn) => {
        const records = recordsOf(drawn, LATER);
        const turned = {
          pulls: records.pulls.toReversed(),
          commits: records.commits.toReversed(),
          releases: records.releases.toReversed(),
          feedback: records.feedback.toReversed(),
        };
        const asOf = START + 60 * DAY;
        const [forth, back] = [records, turned].map((each) => saidIn(readClocks(each, { asOf })));
        expect(back).toEqual(forth);
      }),
      { numRuns: 40 },
    );
  });

  it("knows less than five rows as too few, and never says zero for what it does not know", () => {
    fc.assert(
      fc.property(anyRecords, (drawn) => {
        const { clocks, numbers, prereleases } = readClocks(recordsOf(drawn, LATER), ALL);
        for (const clock of [...Object.values(clocks), ...Object.values(prereleases)]) {
          expect(clock.value).toBe(clock.quantiles.p50);
          const said = Object.values(clock.quantiles).filter((at) => at !== null);
          expect(clock.n >= 5 || said.length === 0).toBe(true);
          expect(clock.completed !== null).toBe(clock.completedRows.length >= 5);
        }
        for (const { value, missing } of [...Object.values(clocks), ...Object.values(numbers)]) {
          expect(value === null).toBe(missing !== null);
        }
      }),
      { numRuns: 40 },
    );
  });
});

/** All times of records, so many hours later: how another zone's clock would write them down. */
function movedBy(records: Records, hours: number): Records {
  const later = ([from, to]: Redraft): Redraft => {
    return [from + hours * HOUR, to === null ? null : to + hours * HOUR];
  };
  const text = JSON.stringify(records, (field, value: unknown) => {
    if (field === "redrafts") return (value as PullRecord["redrafts"]).map(later);
    const isTime = typeof value === "number" && (field === "at" || field.endsWith("At"));
    return isTime ? value + hours * HOUR : value;
  });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the same records
  return JSON.parse(text) as Records;
}

/** By these days and months are told apart, and these are days and months of UTC. */
const BY_THE_DAY = new Set(["mergedPerEngineerDay"]);

const LOCAL = Object.getOwnPropertyNames(Date.prototype).filter((name) => {
  return /^[gs]et(?!UTC|Time$)|^to(?!ISO|JSON|UTC)|^getTimezone/.test(name);
});

const refuse = (name: string) => (): never => {
  throw new Error(`Date.${name} depends on the time zone of the machine`);
};

/** While it runs, nothing can ask in which zone this machine is. */
function withoutZone<T>(work: () => T): T {
  const own = LOCAL.map((name) => [name, Reflect.get(Date.prototype, name) as unknown] as const);
  try {
    for (const [name] of own) Reflect.set(Date.prototype, name, refuse(name));
    return work();
  } finally {
    for (const [name, method] of own) Reflect.set(Date.prototype, name, method);
  }
}

const plain = ({ clocks, numbers }: ClockReport) =>
  Object.entries({ ...clocks, ...numbers })
    .filter(([name]) => !BY_THE_DAY.has(name))
    .map(([name, { value, n, censored }]) => ({ name, value, n, censored }));

describe("the time zone", () => {
  it("of the machine is nothing that a report asks for", () => {
    expect(LOCAL).toEqual(expect.arrayContaining(["getHours", "getTimezoneOffset", "toString"]));
    fc.assert(
      fc.property(anyRecords, (drawn) => {
        const records = recordsOf(drawn, LATER);
        withoutZone(() => readClocks(records, ALL));
      }),
      { numRuns: 20 },
    );
    expect(() => withoutZone(() => new Date(START).getHours())).toThrow(/getHours/);
  });

  it("of whoever writes times down changes no duration, share or finding", () => {
    const zones = fc.integer({ min: -12, max: 14 });
    fc.assert(
      fc.property(anyRecords, zones, (drawn, hours) => {
        const records = recordsOf(drawn, LATER);
        const asOf = START + 60 * DAY;
        const there = readClocks(movedBy(records, hours), { asOf: asOf + hours * HOUR });
        const here = readClocks(records, { asOf });
        expect(plain(there)).toEqual(plain(here));
      }),
      { numRuns: 40 },
    );
  });
});

type Pull = KeptKinds["pull"];

describe("deliveries", () => {
  it("that come twice, late or again from the start leave one record as it was", () => {
    const time = fc.integer({ min: 1, max: 20 });
    const maybe = fc.option(time, { nil: null });
    const anyLook = fc.record({
      at: time,
      isWhole: fc.boolean(),
      record: fc.record({ title: fc.constantFrom("a", "b"), closedAt: maybe, readyAt: maybe }),
    });
    fc.assert(
      fc.property(fc.array(anyLook, { minLength: 1, maxLength: 6 }), fc.nat(), (looks, pick) => {
        const told = looks.map(({ record, ...look }): Seen<Pull> => {
          return { ...look, record: { number: 1, createdAt: 1, ...record } };
        });
        // GitHub says one thing at one instant.
        const byTime = new Map(told.map((look) => [look.at, look]));
        const once = [...byTime.values()].toSorted((left, right) => left.at - right.at);
        const twice = once.flatMap((look) => [look, look]);
        const again = [...once.slice(0, 1 + (pick % once.length)), ...once];
        for (const each of [twice, again]) expect(mergeAll(each)).toEqual(mergeAll(once));
      }),
    );
  });
});

function mergeAll(looks: readonly Seen<Pull>[]): Kept<Pull> | null {
  return looks.reduce<Kept<Pull> | null>((known, look) => mergeSeen("pull", known, look), null);
}

describe("the past", () => {
  it("is cut off once: cutting twice, or later than all of it, changes nothing", () => {
    fc.assert(
      fc.property(anyRecords, fc.integer({ min: 0, max: 100 }), (drawn, day) => {
        const records = recordsOf(drawn, LATER);
        const cut = recordsAsOf(records, START + day * DAY);
        expect(recordsAsOf(cut, START + day * DAY)).toEqual(cut);
        expect(recordsAsOf(cut, LATER)).toEqual(cut);
        expect(recordsAsOf(records, LATER)).toEqual(records);
      }),
      { numRuns: 40 },
    );
  });
});
