import type { Instant } from "../state.ts";
import { measured, rowsOf } from "./measure.ts";
import type { Scope } from "./measure.ts";
import type { Measured } from "./measured.ts";
import { mergedIn } from "./merged-pulls.ts";
import { changesCapability, personOf } from "./pull-times.ts";
import { intervalOfCount, intervalOfRate } from "./rate.ts";
import { keyOfPull } from "./row-key.ts";
import { sayNumber, sayShare } from "./say.ts";

/** Of fewer people, a number about the team is a number about a person. */
const TEAM_MIN = 3;

const DAY_MS = 86_400_000;

/** Somebody counts as there for so long after what they last did. */
const ACTIVE_DAYS = 28;

const HIDDEN = `hidden: fewer than ${TEAM_MIN} people were active`;

/** About the team, without names; hidden where it is too small. */
export function measureTeam(scope: Scope) {
  const { days, people } = engineerDays(scope);
  return {
    mergedPerEngineerDay: perEngineerDay(scope, days, people),
    busiestReviewer: busiestReviewer(scope, people),
  };
}

function perEngineerDay(scope: Scope, days: number, people: number): Measured {
  const merged = mergedIn(scope).filter(changesCapability);
  const isShown = people >= TEAM_MIN && days > 0;
  const { low, high, level } = intervalOfCount(merged.length, 0.95);
  const value = isShown ? merged.length / days : null;
  return measured(scope, {
    unit: "per engineer-day",
    value,
    interval: isShown ? { low: Number(low) / days, high: Number(high) / days, level } : null,
    rows: isShown ? rowsOf(merged.map(keyOfPull)) : [],
    missing: HIDDEN,
    sentence:
      value === null
        ? HIDDEN
        : `${sayNumber(value * 10)} pulls merged in 10 engineer-days (${merged.length} in ${days})`,
  });
}

/** Weekdays, UTC, each as often as people were active in the 28 days that end with it. */
function engineerDays({ known, window }: Scope): { days: number; people: number } {
  const firstDay = Math.ceil(window.from / DAY_MS);
  // Who was active before was there on no day of the window, and makes no team larger.
  const reach = { from: (firstDay - ACTIVE_DAYS + 1) * DAY_MS, to: window.to };
  const active = new Map<number, Set<number>>();
  const note = (personId: number, at: Instant): void => {
    const on = active.get(personId) ?? new Set<number>();
    active.set(personId, on.add(Math.floor(at / DAY_MS)));
  };
  // They opened it, or had it written; or they reviewed it.
  for (const pull of known.pulls.created.within(reach)) {
    const personId = personOf(pull);
    if (personId !== null) note(personId, pull.createdAt);
  }
  for (const { reviewerIds, firstReviewAt } of known.pulls.reviewed.within(reach)) {
    for (const id of reviewerIds) note(id, Number(firstReviewAt));
  }
  let days = 0;
  for (const on of active.values()) {
    for (let day = firstDay; day * DAY_MS < window.to; day += 1) {
      if (isWeekday(day) && wasActive(on, day)) days += 1;
    }
  }
  return { days, people: active.size };
}

/** Day 0 was a Thursday. */
function isWeekday(day: number): boolean {
  return (day + 3) % 7 < 5;
}

function wasActive(on: ReadonlySet<number>, day: number): boolean {
  for (let ago = 0; ago < ACTIVE_DAYS; ago += 1) if (on.has(day - ago)) return true;
  return false;
}

/** What share of reviewed pulls the one person reviewed who reviewed most. */
function busiestReviewer(scope: Scope, people: number): Measured {
  const reviewed = scope.known.pulls.reviewed.within(scope.window).filter((pull) => {
    return !pull.isBot && pull.reviewerIds.length > 0;
  });
  const counts = new Map<number, number>();
  for (const { reviewerIds } of reviewed) {
    for (const id of reviewerIds) counts.set(id, (counts.get(id) ?? 0) + 1);
  }
  const most = Math.max(0, ...counts.values());
  const isShown = people >= TEAM_MIN && reviewed.length > 0;
  const value = isShown ? most / reviewed.length : null;
  const share = `${sayShare(most / Math.max(1, reviewed.length))} (${most} of ${reviewed.length})`;
  const missing = people < TEAM_MIN ? HIDDEN : "no pull was reviewed";
  return measured(scope, {
    unit: "share",
    value,
    interval: isShown ? intervalOfRate(most, reviewed.length, 0.95) : null,
    rows: isShown ? rowsOf(reviewed.map(keyOfPull)) : [],
    missing,
    sentence: isShown ? `one person reviewed ${share} of reviewed pulls` : missing,
  });
}
