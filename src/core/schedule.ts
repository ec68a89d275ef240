import type { Instant } from "./state.ts";
import { DAY_MS, MINUTE_MS, findTransition, instantsOf, wallTimeAt } from "./zone.ts";

export const WEEKDAYS = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"] as const;

export type Weekday = (typeof WEEKDAYS)[number];

/** When releases are cut. Times are those of the zone's wall clocks. */
export interface Schedule {
  /** Not empty. */
  readonly days: readonly Weekday[];
  /** Minutes after midnight, 0 to 1,439. */
  readonly from: number;
  /**
   * Minutes after midnight, 1 to 1,440; the minute itself is outside. Less than `from`: it ends on
   * the next day, and `days` are those on which it begins.
   */
  readonly to: number;
  /** One that `isZone` took. */
  readonly zone: string;
}

/** A weekday comes back in seven days; where the clocks skip its opening, in seven more. */
const DAYS_SEARCHED = 22;

/** Null: it is open. Else the first moment from which it is. */
export function judgeSchedule(schedule: Schedule, now: Instant): Instant | null {
  if (isOpen(schedule, now)) return null;
  const { from, zone } = schedule;
  const today = Math.floor(wallTimeAt(now, zone) / DAY_MS) * DAY_MS;
  let found = Infinity;
  // It opens where clocks come to `from`, or where they are set to a time inside.
  for (let day = 0; day < DAYS_SEARCHED && now + (day - 2) * DAY_MS <= found; day += 1) {
    const openings = instantsOf(today + day * DAY_MS + from * MINUTE_MS, zone);
    const transition = findTransition(now + day * DAY_MS, now + (day + 1) * DAY_MS, zone);
    for (const at of [...openings, transition ?? now]) {
      if (at > now && at < found && isOpen(schedule, at)) found = at;
    }
  }
  return found;
}

function isOpen({ days, from, to, zone }: Schedule, at: Instant): boolean {
  const wall = wallTimeAt(at, zone);
  const minute = Math.floor(wall / MINUTE_MS) % (DAY_MS / MINUTE_MS);
  const has = (day: WallDay): boolean => days.some((name) => name === weekdayOf(day));
  const day = Math.floor(wall / DAY_MS);
  if (from < to) return minute >= from && minute < to && has(day);
  return (minute >= from && has(day)) || (minute < to && has(day - 1));
}

/** Days since 1 January 1970 on the wall calendar. */
export type WallDay = number;

export function weekdayOf(day: WallDay): Weekday | undefined {
  return WEEKDAYS[new Date(day * DAY_MS).getUTCDay()];
}
