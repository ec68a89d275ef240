import type { Instant } from "../state.ts";
import { DAY_MS, MINUTE_MS } from "../zone.ts";
import type { WeeklyIssue, WeeklyKept } from "./weekly-kept.ts";
import { lastEnd, nextEnd, nextEndAfter, WEEK_MS_MIN } from "./weekly-moment.ts";
import type { WeeklyRules } from "./weekly-moment.ts";

/** From `from` to before `to`. */
export interface Week {
  readonly from: Instant;
  readonly to: Instant;
}

/** What is to be done about the report now. */
export type WeeklyStep =
  /** Nothing. `kept` null: as it is. */
  | { readonly kind: "rest"; readonly kept: WeeklyKept | null; readonly wakeAt: Instant }
  /** What is remembered does not say whether this week's report stands: look for it on GitHub. */
  | { readonly kind: "find"; readonly week: Week }
  | { readonly kind: "write"; readonly week: Week };

/** A report of ours, as found on GitHub. */
export interface WeeklyFound extends WeeklyIssue {
  readonly to: Instant;
  readonly isOpen: boolean;
}

/** After so long an issue that was opened is in GitHub's lists, or never was. */
const OPENING_MS = MINUTE_MS;

/** Reports follow each other without a gap, unless there was none for longer than this. */
const GAP_MS_MAX = 14 * DAY_MS;

const WEEK_MS = 7 * DAY_MS;

export const NOTHING_KEPT: WeeklyKept = {
  to: null,
  standing: "first-week",
  issue: null,
  openingAt: null,
  closing: [],
  againAt: null,
};

/** When it is, and since when the repository is started. Null: not known, and then it is too early. */
interface Times {
  readonly startedAt: Instant | null;
  readonly now: Instant;
}

export function judgeWeekly(
  rules: WeeklyRules,
  kept: WeeklyKept | null,
  { startedAt, now }: Times,
): WeeklyStep {
  const to = lastEnd(rules, now);
  const done = kept?.to ?? null;
  if (done !== null && to - done < WEEK_MS_MIN) {
    return { kind: "rest", kept: null, wakeAt: nextEndAfter(rules, done, now) };
  }
  const againAt = kept?.againAt ?? null;
  if (againAt !== null && againAt > now) return { kind: "rest", kept: null, wakeAt: againAt };
  const week = { from: beginOf(to, done), to };
  if (kept === null || kept.openingAt !== null) return { kind: "find", week };
  if (done === null && isEarly(to, startedAt)) {
    const isSaid = kept.standing === "first-week";
    const early = { ...kept, standing: "first-week" } as const;
    return { kind: "rest", kept: isSaid ? null : early, wakeAt: nextEnd(rules, now) };
  }
  return { kind: "write", week };
}

function beginOf(to: Instant, done: Instant | null): Instant {
  return done !== null && to - done <= GAP_MS_MAX ? done : to - WEEK_MS;
}

function isEarly(to: Instant, startedAt: Instant | null): boolean {
  return startedAt === null || to - startedAt < WEEK_MS;
}

/** When GitHub was asked: what is remembered from now on, and whether the report may be written. */
export function settleFound(
  found: readonly WeeklyFound[],
  kept: WeeklyKept | null,
  looked: Times & { readonly rules: WeeklyRules; readonly week: Week },
): Exclude<WeeklyStep, { readonly kind: "find" }> & { readonly kept: WeeklyKept } {
  const { rules, week, startedAt, now } = looked;
  const [newest] = found.toSorted((left, right) => right.to - left.to);
  const others = found.filter((each) => each !== newest && each.isOpen);
  const closing = others.map(({ number }) => number);
  const issue = newest === undefined ? null : { number: newest.number, url: newest.url };
  const known = { ...NOTHING_KEPT, ...kept, issue, closing, openingAt: null };
  if (newest !== undefined && week.to - newest.to < WEEK_MS_MIN) {
    const done = { ...known, to: newest.to, standing: "reported", againAt: null } as const;
    return { kind: "rest", kept: done, wakeAt: nextEndAfter(rules, newest.to, now) };
  }
  const openingAt = kept?.openingAt ?? null;
  if (openingAt !== null && now < openingAt + OPENING_MS) {
    // It may not be in GitHub's list yet, and a second one would be one too many.
    return { kind: "rest", kept: { ...known, openingAt }, wakeAt: openingAt + OPENING_MS };
  }
  const to = kept?.to ?? newest?.to ?? null;
  if (to === null && isEarly(week.to, startedAt)) {
    const early = { ...known, standing: "first-week" } as const;
    return { kind: "rest", kept: early, wakeAt: nextEnd(rules, now) };
  }
  return {
    kind: "write",
    week: { from: beginOf(week.to, to), to: week.to },
    kept: { ...known, to },
  };
}
