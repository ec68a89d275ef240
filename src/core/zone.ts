import type { Instant } from "./state.ts";

/**
 * Wall clocks. The rules of a time zone are those of the IANA database that Node brings with its
 * ICU (`process.versions.tz` says which edition); neither the machine's zone nor its files count.
 */

/** A date and a time on a wall clock, as the epoch milliseconds that UTC would have there. */
export type WallTime = number;

const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** How far behind and before UTC a wall clock may be, with an hour to spare. */
const BEHIND_MS = 13 * HOUR_MS;
const BEFORE_MS = 15 * HOUR_MS;

/** Making a formatter takes longer than all that is asked of it. */
const formatters = new Map<string, Intl.DateTimeFormat>();
const FORMATTERS_MAX = 500;

/** Is it a name of the IANA database, such as `Europe/Berlin` or `UTC`? Offsets are none. */
export function isZone(name: string): boolean {
  // An offset does not follow summer time, and whoever writes one does not mean that.
  if (!/^[A-Za-z][\w+/-]{1,60}$/.test(name)) return false;
  try {
    formatterOf(name);
    return true;
  } catch {
    return false;
  }
}

/** Throws a RangeError for a zone that does not exist. */
function formatterOf(zone: string): Intl.DateTimeFormat {
  const known = formatters.get(zone);
  if (known !== undefined) return known;
  const made = new Intl.DateTimeFormat("en-US", {
    timeZone: zone,
    calendar: "gregory",
    numberingSystem: "latn",
    hourCycle: "h23",
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
  });
  if (formatters.size >= FORMATTERS_MAX) formatters.clear();
  formatters.set(zone, made);
  return made;
}

/** What the wall clocks of the zone show. `zone` is one that `isZone` took. */
export function wallTimeAt(at: Instant, zone: string): WallTime {
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {};
  for (const { type, value } of formatterOf(zone).formatToParts(at)) parts[type] = Number(value);
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
  return Date.UTC(year, month - 1, day, hour, minute, second) + mod(at, SECOND_MS);
}

function offsetAt(at: Instant, zone: string): number {
  return wallTimeAt(at, zone) - at;
}

/**
 * The moments at which the wall clocks show `wall`, oldest first: one nearly always, two where they
 * are set back. Where they are set forward past it, the moment at which that happens.
 */
export function instantsOf(wall: WallTime, zone: string): readonly [Instant, ...Instant[]] {
  const [early, late] = [wall - BEFORE_MS, wall + BEHIND_MS];
  const offsets = [offsetAt(early, zone), offsetAt(late, zone)];
  const [first, second] = offsets
    .map((offset) => wall - offset)
    .filter((at) => wallTimeAt(at, zone) === wall)
    .toSorted((left, right) => left - right);
  if (first === undefined) return [bisect(early, late, zone)];
  return second === undefined || second === first ? [first] : [first, second];
}

/**
 * The moment between the two from which the zone has another offset, to the second; null: it has
 * the same at both. Of several, one.
 */
export function findTransition(early: Instant, late: Instant, zone: string): Instant | null {
  return offsetAt(early, zone) === offsetAt(late, zone) ? null : bisect(early, late, zone);
}

function bisect(early: Instant, late: Instant, zone: string): Instant {
  const before = offsetAt(early, zone);
  let [low, high] = [Math.floor(early / SECOND_MS), Math.ceil(late / SECOND_MS)];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (offsetAt(middle * SECOND_MS, zone) === before) low = middle;
    else high = middle;
  }
  return high * SECOND_MS;
}

/** `2026-12-21 09:00 Europe/Berlin` */
export function formatWallTime(at: Instant, zone: string): string {
  const text = new Date(wallTimeAt(at, zone)).toISOString();
  return `${text.slice(0, 16).replace("T", " ")} ${zone}`;
}

function mod(value: number, by: number): number {
  return ((value % by) + by) % by;
}
