import { weekdayOf } from "../schedule.ts";
import type { Weekday } from "../schedule.ts";
import type { Instant } from "../state.ts";
import { DAY_MS, HOUR_MS, MINUTE_MS, instantsOf, wallTimeAt } from "../zone.ts";

/** When a week ends, by the wall clocks of the policy's zone. */
export interface WeeklyRules {
  readonly day: Weekday;
  /** Minutes after midnight, 0 to 1,439. */
  readonly minute: number;
  /** One that `isZone` took. */
  readonly zone: string;
}

/**
 * Ends of weeks that lie nearer to each other are of the same week: clocks are set forward by an
 * hour, and whoever changes the policy's day gets the next report on that day after at least this.
 */
export const WEEK_MS_MIN = 7 * DAY_MS - 3 * HOUR_MS;

/** The newest end of a week that is not after `now`. */
export function lastEnd(rules: WeeklyRules, now: Instant): Instant {
  return Math.max(...endsAround(rules, now).filter((at) => at <= now));
}

/** The first end of a week after `now`. */
export function nextEnd(rules: WeeklyRules, now: Instant): Instant {
  return Math.min(...endsAround(rules, now).filter((at) => at > now));
}

/** The end of the week after the one that is done with, whatever day the policy has now. */
export function nextEndAfter(rules: WeeklyRules, done: Instant, now: Instant): Instant {
  return nextEnd(rules, Math.max(now, done + WEEK_MS_MIN - 1));
}

/** A day that the clocks skip moves its end by less than a day. */
const DAYS_SEARCHED = 9;

function endsAround({ day, minute, zone }: WeeklyRules, now: Instant): readonly Instant[] {
  const today = Math.floor(wallTimeAt(now, zone) / DAY_MS);
  const days = Array.from({ length: 2 * DAYS_SEARCHED + 1 }, (_, at) => today + at - DAYS_SEARCHED);
  return days
    .filter((each) => weekdayOf(each) === day)
    .map((each) => instantsOf(each * DAY_MS + minute * MINUTE_MS, zone)[0]);
}
