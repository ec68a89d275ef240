import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { WEEKDAYS, judgeSchedule } from "../../src/core/schedule.ts";
import type { Schedule } from "../../src/core/schedule.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, wallTimeAt } from "../../src/core/zone.ts";

const OFFICE: Schedule = {
  days: ["mon", "tue", "wed", "thu", "fri"],
  from: 9 * 60,
  to: 17 * 60,
  zone: "Europe/Berlin",
};
const NIGHT: Schedule = { ...OFFICE, days: ["fri"], from: 22 * 60, to: 6 * 60 };

function check(schedule: Schedule, now: string, opensAt: string | null): void {
  const judged = judgeSchedule(schedule, Date.parse(now));
  expect(judged === null ? null : new Date(judged).toISOString()).toBe(
    opensAt === null ? null : new Date(opensAt).toISOString(),
  );
}

describe("a schedule", () => {
  it.each<[string, Schedule, string, string | null]>([
    ["is open at its first moment", OFFICE, "2026-05-04T07:00:00Z", null],
    ["is shut a millisecond before", OFFICE, "2026-05-04T06:59:59.999Z", "2026-05-04T07:00Z"],
    ["is open until its last moment", OFFICE, "2026-05-04T14:59:59.999Z", null],
    ["is shut from its end on", OFFICE, "2026-05-04T15:00Z", "2026-05-05T07:00Z"],
    ["passes over the weekend", OFFICE, "2026-05-08T15:00Z", "2026-05-11T07:00Z"],
    ["keeps to the wall clocks in winter", OFFICE, "2026-01-05T07:59Z", "2026-01-05T08:00Z"],
    [
      "opens by summer time after the weekend of the change",
      OFFICE,
      "2026-03-27T17:00Z",
      "2026-03-30T07:00Z",
    ],
    ["may end at midnight", { ...OFFICE, to: 1_440 }, "2026-05-04T21:59Z", null],
    [
      "may last a whole day",
      { ...OFFICE, from: 0, to: 1_440 },
      "2026-05-09T00:00Z",
      "2026-05-10T22:00Z",
    ],
    ["may go over midnight", NIGHT, "2026-05-09T03:59Z", null],
    ["over midnight ends in the morning", NIGHT, "2026-05-09T04:00Z", "2026-05-15T20:00Z"],
    [
      "over midnight belongs to the day it begins on",
      NIGHT,
      "2026-05-08T03:00Z",
      "2026-05-08T20:00Z",
    ],
    [
      "that begins in the gap of spring opens where the clocks are set",
      { ...OFFICE, days: ["sun"], from: 150, to: 300 },
      "2026-03-28T23:00Z",
      "2026-03-29T01:00Z",
    ],
    [
      "that lies in the gap of spring is left out once",
      { ...OFFICE, days: ["sun"], from: 130, to: 170 },
      "2026-03-28T23:00Z",
      "2026-04-05T00:10Z",
    ],
    [
      "that lies in the hour of autumn that comes twice opens twice",
      { ...OFFICE, days: ["sun"], from: 150, to: 170 },
      "2026-10-25T00:50Z",
      "2026-10-25T01:30Z",
    ],
    [
      "opens again where the clocks are set back into it",
      { ...OFFICE, days: ["sun"], from: 60, to: 150 },
      "2026-10-25T00:30Z",
      "2026-10-25T01:00Z",
    ],
    [
      "of a day that a country skipped opens a week later",
      { ...OFFICE, days: ["fri"], zone: "Pacific/Apia" },
      "2011-12-29T12:00Z",
      "2012-01-05T19:00Z",
    ],
  ])("%s", (_, schedule, now, opensAt) => {
    check(schedule, now, opensAt);
  });
});

/** Written again in the plainest way: what do the clocks on the wall say? */
function isOpen({ days, from, to, zone }: Schedule, at: number): boolean {
  const shown = new Date(wallTimeAt(at, zone));
  const minutes = shown.getUTCHours() * 60 + shown.getUTCMinutes();
  const today = WEEKDAYS[shown.getUTCDay()] ?? "sun";
  const yesterday = WEEKDAYS[(shown.getUTCDay() + 6) % 7] ?? "sun";
  if (from < to) return days.includes(today) && from <= minutes && minutes < to;
  return (days.includes(today) && from <= minutes) || (days.includes(yesterday) && minutes < to);
}

describe("any schedule", () => {
  const minute = fc.integer({ min: 0, max: 1_439 });
  const schedule = fc
    .record({
      days: fc.subarray([...WEEKDAYS], { minLength: 1 }),
      from: minute,
      to: fc.integer({ min: 1, max: 1_440 }),
      zone: fc.constantFrom(
        "UTC",
        "Europe/Berlin",
        "America/New_York",
        "America/Havana",
        "Africa/Cairo",
        "Australia/Lord_Howe",
        "Asia/Kathmandu",
      ),
    })
    .filter(({ from, to }) => from !== to);
  /** Around the days on which clocks are set, in any of these zones. */
  const near = fc
    .record({
      day: fc.constantFrom(
        "2026-03-08",
        "2026-03-29",
        "2026-04-05",
        "2026-04-24",
        "2026-10-04",
        "2026-10-25",
        "2026-10-30",
        "2026-11-01",
        "2026-07-01",
      ),
      ms: fc.integer({ min: -2 * DAY_MS, max: 2 * DAY_MS }),
    })
    .map(({ day, ms }) => Date.parse(day) + ms);

  it("opens at exactly the first minute in which its clocks say so, and always does", () => {
    fc.assert(
      fc.property(schedule, near, (own, now) => {
        const opensAt = judgeSchedule(own, now) ?? now;
        // Not a minute earlier, as far as a day is looked through.
        const first = Math.floor(now / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
        const minutes: number[] = [];
        for (let at = Math.max(first, opensAt - 26 * HOUR_MS); at < opensAt; at += MINUTE_MS) {
          minutes.push(at);
        }
        expect(minutes.filter((at) => isOpen(own, at))).toEqual([]);
        expect(isOpen(own, opensAt)).toBe(true);
        expect(isOpen(own, now)).toBe(opensAt === now);
        expect(judgeSchedule(own, opensAt)).toBeNull();
        expect(opensAt - now).toBeLessThanOrEqual(15 * DAY_MS);
      }),
      { numRuns: 150 },
    );
  });
});
