import { describe, expect, it } from "@jest/globals";
import { assert, constantFrom, integer, property } from "fast-check";
import { weekdayOf } from "../../../src/core/schedule.ts";
import {
  lastEnd,
  nextEnd,
  nextEndAfter,
  WEEK_MS_MIN,
} from "../../../src/core/weekly/weekly-moment.ts";
import type { WeeklyRules } from "../../../src/core/weekly/weekly-moment.ts";
import { wallTimeAt } from "../../../src/core/zone.ts";

const DAY = 86_400_000;
const at = (text: string): number => Date.parse(text);
const BERLIN: WeeklyRules = { day: "mon", minute: 8 * 60, zone: "Europe/Berlin" };

describe("the end of a week", () => {
  it.each([
    [
      "at the minute itself",
      "2026-11-23T07:00:00Z",
      "2026-11-23T07:00:00Z",
      "2026-11-30T07:00:00Z",
    ],
    ["a moment before", "2026-11-23T06:59:59Z", "2026-11-16T07:00:00Z", "2026-11-23T07:00:00Z"],
    [
      "over the end of summer time",
      "2026-10-26T06:00:00Z",
      "2026-10-19T06:00:00Z",
      "2026-10-26T07:00:00Z",
    ],
    ["over its beginning", "2026-03-29T20:00:00Z", "2026-03-23T07:00:00Z", "2026-03-30T06:00:00Z"],
  ])("%s", (_, now, last, next) => {
    expect(new Date(lastEnd(BERLIN, at(now))).toISOString()).toBe(new Date(at(last)).toISOString());
    expect(new Date(nextEnd(BERLIN, at(now))).toISOString()).toBe(new Date(at(next)).toISOString());
  });

  it("is there where clocks skip the time, and a whole day", () => {
    const skipped = { day: "sun", minute: 150, zone: "Europe/Berlin" } as const;
    expect(nextEnd(skipped, at("2026-03-28T12:00:00Z"))).toBe(at("2026-03-29T01:00:00Z"));
    // Samoa had no Friday, 30 December 2011.
    const samoa = { day: "fri", minute: 0, zone: "Pacific/Apia" } as const;
    expect(lastEnd(samoa, at("2011-12-31T12:00:00Z"))).toBe(at("2011-12-30T10:00:00Z"));
  });

  it("lies around any moment, on its day and minute unless clocks skip it", () => {
    const zone = constantFrom("UTC", "Europe/Berlin", "America/St_Johns", "Australia/Lord_Howe");
    assert(
      property(integer({ min: 0, max: 40_000 }), zone, (hours, name) => {
        const rules = { day: "wed", minute: 725, zone: name } as const;
        const now = at("2024-01-01T00:30:00Z") + hours * 3_600_000;
        const [last, next] = [lastEnd(rules, now), nextEnd(rules, now)];
        expect(last <= now && now < next).toBe(true);
        expect(next - last >= WEEK_MS_MIN && next - last <= 7 * DAY + 3 * 3_600_000).toBe(true);
        const wall = wallTimeAt(next, name);
        expect(weekdayOf(Math.floor(wall / DAY))).toBe("wed");
        expect((wall / 60_000) % 1_440).toBe(725);
      }),
    );
  });

  it("follows the one that is done with by a week, whatever day the policy has by now", () => {
    const done = at("2026-11-23T07:00:00Z");
    const wednesdays = { ...BERLIN, day: "wed" } as const;
    expect(nextEndAfter(wednesdays, done, done)).toBe(at("2026-12-02T07:00:00Z"));
    expect(nextEndAfter(BERLIN, done, done)).toBe(at("2026-11-30T07:00:00Z"));
    expect(nextEndAfter(BERLIN, done, at("2026-12-03T00:00:00Z"))).toBe(at("2026-12-07T07:00:00Z"));
  });
});
