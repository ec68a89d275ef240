import type { Window } from "../core/clocks/known.ts";
import { windowsAround } from "../core/clocks/read-clocks.ts";
import type { Instant } from "../core/state.ts";
import { DAY_MS } from "./charts/durations.ts";
import { sayDate } from "./charts/times.ts";

/** Lengths of windows that the page of a comparison offers, in days. */
export const LENGTHS_DAYS: readonly number[] = [28, 30, 60, 90];

const USUAL_DAYS = Number(LENGTHS_DAYS[0]);

/** The page looks back so far: more would be read for one comparison than for anything else. */
const REACH_DAYS = 800;

/** What can be compared: whole days, in UTC. */
export interface Limits {
  /** First day that a window may have. */
  readonly earliest: Instant;
  /** Midnight at which the last whole day ended. */
  readonly ended: Instant;
  /** Whether the records, and not the page's reach, begin with `earliest`. */
  readonly isWhereRecordsBegin: boolean;
}

export interface Compared {
  readonly before: Window;
  readonly now: Window;
}

/** What is asked of the records: windows, and what may be around them. */
export interface ComparedAsk extends Compared {
  readonly limits: Limits;
  /** Day of the first release that Smallbatch published; null: it published none. */
  readonly startedAt: Instant | null;
}

/** What somebody chose, as they wrote it. */
export interface Chosen {
  readonly days: number;
  /** First days of the windows: `2026-09-01`. */
  readonly before: string;
  readonly now: string;
  readonly windows: Compared | { readonly problem: string };
}

/** Null: nothing was read to the end yet. */
export function limitsOf(knownSince: Instant | null, now: Instant): Limits | null {
  if (knownSince === null) return null;
  const ended = Math.floor(now / DAY_MS) * DAY_MS;
  const reach = ended - REACH_DAYS * DAY_MS;
  const known = Math.ceil(knownSince / DAY_MS) * DAY_MS;
  return { earliest: Math.max(reach, known), ended, isWhereRecordsBegin: known >= reach };
}

/** What an address asks for; nothing: the last whole days, and as many just before. */
export function readChosen(
  asked: Readonly<Record<"before" | "now" | "days", string | undefined>>,
  limits: Limits,
): Chosen {
  const days =
    asked.days === undefined
      ? USUAL_DAYS
      : LENGTHS_DAYS.find((each) => String(each) === asked.days?.trim());
  const usual = windowsAround(limits.ended - (days ?? USUAL_DAYS) * DAY_MS, days ?? USUAL_DAYS);
  const before = (asked.before ?? formatDay(usual.before.from)).trim();
  const now = (asked.now ?? formatDay(usual.now.from)).trim();
  const chosen = { days: days ?? USUAL_DAYS, before, now };
  if (days === undefined) {
    const problem = `A window has one of ${LENGTHS_DAYS.join(", ")} days.`;
    return { ...chosen, windows: { problem } };
  }
  return { ...chosen, windows: windowsFrom(chosen, limits) };
}

function windowsFrom(
  { days, before, now }: Omit<Chosen, "windows">,
  limits: Limits,
): Chosen["windows"] {
  const [first, second] = [readDay(before), readDay(now)];
  const wrong = first === null ? before : second === null ? now : null;
  if (first === null || second === null) {
    const said = wrong === null || wrong === "" ? "A date is missing" : `“${wrong}” is no date`;
    return { problem: `${said}: write year, month and day, such as 2026-09-01.` };
  }
  const span = days * DAY_MS;
  const windows = {
    before: { from: first, to: first + span },
    now: { from: second, to: second + span },
  };
  const problem = problemOf(windows, limits);
  return problem === null ? windows : { problem };
}

/** Null: they can be compared. */
function problemOf({ before, now }: Compared, limits: Limits): string | null {
  if (now.from < before.to) {
    return (
      `“Before” ends with ${sayLast(before)}, so “now” has to begin on ` +
      `${sayDate(before.to)} or later: the windows may touch, and not overlap.`
    );
  }
  if (now.to > limits.ended) {
    return (
      `“Now” would end with ${sayLast(now)}, and the last day that is over is ` +
      `${sayDate(limits.ended - DAY_MS)}: begin earlier, or take fewer days.`
    );
  }
  if (before.from >= limits.earliest) return null;
  return limits.isWhereRecordsBegin
    ? `“Before” would begin on ${sayDate(before.from)}, and everything is on record from ` +
        `${sayDate(limits.earliest)} on: begin later, or read more with smallbatch backfill.`
    : `This page looks ${REACH_DAYS} days back, to ${sayDate(limits.earliest)}: begin later. ` +
        "The API compares older windows.";
}

/** Lengths with which the days before an instant and from it on can be compared. */
export function lengthsAround(at: Instant, limits: Limits): readonly number[] {
  return LENGTHS_DAYS.filter((days) => problemOf(windowsAround(at, days), limits) === null);
}

/** Its last day: `to` is the midnight after it. */
export function sayLast({ to }: Window): string {
  return sayDate(to - 1);
}

/** `2026-09-01` */
export function formatDay(at: Instant): string {
  return new Date(at).toISOString().slice(0, 10);
}

/** As an address has it: `from=2026-09-01&days=28`. */
export function formatWindow({ from, to }: Window): string {
  return `from=${formatDay(from)}&days=${Math.round((to - from) / DAY_MS)}`;
}

/** A window of an address, as `formatWindow` writes it. Null: the page offers no such window. */
export function readWindowAt(from: string, days: string | undefined, now: Instant): Window | null {
  const at = readDay(from);
  const length = LENGTHS_DAYS.find((each) => String(each) === days);
  if (at === null || length === undefined) return null;
  const window = { from: at, to: at + length * DAY_MS };
  const ended = Math.floor(now / DAY_MS) * DAY_MS;
  return window.to > ended || at < ended - REACH_DAYS * DAY_MS ? null : window;
}

function readDay(text: string): Instant | null {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(text) : Number.NaN;
  // 31 February would be a day of March.
  return Number.isNaN(at) || formatDay(at) !== text ? null : at;
}
