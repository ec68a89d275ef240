import { describe, expect, it } from "@jest/globals";
import {
  HOUR_MS,
  findTransition,
  formatWallTime,
  instantsOf,
  isZone,
  wallTimeAt,
} from "../../src/core/zone.ts";

const at = (text: string): number => Date.parse(text);
const texts = (instants: readonly number[]): string[] =>
  instants.map((instant) => new Date(instant).toISOString().replace(":00.000Z", "Z"));

describe("a time zone", () => {
  it.each([
    ["Europe/Berlin", true],
    ["UTC", true],
    ["America/Argentina/Buenos_Aires", true],
    ["Etc/GMT+5", true],
    ["europe/berlin", true],
    ["Europe/Bonn", false],
    ["+02:00", false],
    ["", false],
    ["Berlin time", false],
    [`A${"a".repeat(70)}`, false],
  ])("%s exists: %s", (name, exists) => {
    expect(isZone(name)).toBe(exists);
    // Asked twice, it is the same: the second answer is remembered.
    expect(isZone(name)).toBe(exists);
  });
});

describe("wall clocks", () => {
  it.each([
    ["2026-01-15T12:00Z", "Europe/Berlin", "2026-01-15 13:00 Europe/Berlin"],
    ["2026-07-15T12:00Z", "Europe/Berlin", "2026-07-15 14:00 Europe/Berlin"],
    ["2026-01-15T12:00Z", "Asia/Kathmandu", "2026-01-15 17:45 Asia/Kathmandu"],
    ["2026-01-15T12:00Z", "Pacific/Kiritimati", "2026-01-16 02:00 Pacific/Kiritimati"],
    ["2026-01-15T00:30Z", "America/Los_Angeles", "2026-01-14 16:30 America/Los_Angeles"],
    ["2026-01-15T23:59Z", "UTC", "2026-01-15 23:59 UTC"],
  ])("at %s in %s show %s", (instant, zone, shown) => {
    expect(formatWallTime(at(instant), zone)).toBe(shown);
  });

  it("keep the milliseconds, also before 1970", () => {
    expect(wallTimeAt(-1, "UTC")).toBe(-1);
    expect(wallTimeAt(1_234_567_891_234, "Europe/Berlin") % 1_000).toBe(234);
  });

  it.each<[string, string, string, string[]]>([
    ["once", "2026-05-04T09:00Z", "Europe/Berlin", ["2026-05-04T07:00Z"]],
    [
      "twice where they are set back",
      "2026-10-25T02:30Z",
      "Europe/Berlin",
      ["2026-10-25T00:30Z", "2026-10-25T01:30Z"],
    ],
    [
      "not at all where they are set forward: then the moment of that",
      "2026-03-29T02:30Z",
      "Europe/Berlin",
      ["2026-03-29T01:00Z"],
    ],
    [
      "not at all at a midnight that is skipped",
      "2026-04-24T00:00Z",
      "Africa/Cairo",
      ["2026-04-23T22:00Z"],
    ],
    [
      "not at all on a day that a country skipped",
      "2011-12-30T12:00Z",
      "Pacific/Apia",
      ["2011-12-30T10:00Z"],
    ],
  ])("show a time %s", (_, wall, zone, expected) => {
    expect(texts(instantsOf(at(wall), zone))).toEqual(expected);
  });

  it("are set at a moment that is found to the second", () => {
    const day = at("2026-03-29T00:00Z");
    expect(findTransition(day, day + 24 * HOUR_MS, "Europe/Berlin")).toBe(at("2026-03-29T01:00Z"));
    expect(findTransition(day, day + 1, "Europe/Berlin")).toBeNull();
    expect(findTransition(day, day + 24 * HOUR_MS, "UTC")).toBeNull();
  });
});

describe("many zones", () => {
  it("are kept apart, however many were asked", () => {
    const zones = Intl.supportedValuesOf("timeZone");
    expect(zones.length).toBeGreaterThan(400);
    for (const zone of [...zones, ...zones.map((name) => name.toLowerCase())]) {
      expect(isZone(zone)).toBe(true);
    }
    expect(formatWallTime(0, "Asia/Tokyo")).toBe("1970-01-01 09:00 Asia/Tokyo");
  });
});
