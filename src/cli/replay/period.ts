import type { Instant } from "../../core/state.ts";

export interface Period {
  readonly startsAt: Instant;
  /** `2026`, `Mar 26`, `2 Mar` */
  readonly label: string;
}

type Unit = "day" | "month" | "quarter" | "year";

/** Bars that fit into a chart. */
const PERIODS_MAX = 48;
const DAY_MS = 24 * 60 * 60_000;
const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const STEP_MONTHS: Readonly<Record<Exclude<Unit, "day">, number>> = {
  month: 1,
  quarter: 3,
  year: 12,
};

/** Periods of the calendar (UTC) that hold all times, in the finest unit that fits. */
export function splitTime(times: readonly Instant[]): {
  readonly unit: Unit;
  readonly periods: readonly Period[];
} {
  if (times.length === 0) return { unit: "day", periods: [] };
  const sorted = times.toSorted((left, right) => left - right);
  const [from, to] = [Number(sorted[0]), Number(sorted.at(-1))];
  for (const unit of ["day", "month", "quarter"] as const) {
    const periods = split(unit, from, to);
    if (periods.length <= PERIODS_MAX) return { unit, periods };
  }
  return { unit: "year", periods: split("year", from, to) };
}

/** Days can be many: one more than fits is enough to know that they do not. Years are few. */
function split(unit: Unit, from: Instant, to: Instant): Period[] {
  const most = unit === "year" ? Number.POSITIVE_INFINITY : PERIODS_MAX + 1;
  const periods: Period[] = [];
  let startsAt = floor(unit, from);
  while (startsAt <= to && periods.length < most) {
    periods.push({ startsAt, label: formatStart(unit, startsAt) });
    startsAt = next(unit, startsAt);
  }
  return periods;
}

function floor(unit: Unit, at: Instant): Instant {
  if (unit === "day") return Math.floor(at / DAY_MS) * DAY_MS;
  const date = new Date(at);
  const months = STEP_MONTHS[unit];
  return Date.UTC(date.getUTCFullYear(), Math.floor(date.getUTCMonth() / months) * months);
}

function next(unit: Unit, at: Instant): Instant {
  if (unit === "day") return at + DAY_MS;
  const date = new Date(at);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + STEP_MONTHS[unit]);
}

function formatStart(unit: Unit, at: Instant): string {
  const date = new Date(at);
  const month = MONTHS[date.getUTCMonth()] ?? "";
  const year = date.getUTCFullYear();
  if (unit === "year") return String(year);
  return unit === "day" ? `${date.getUTCDate()} ${month}` : `${month} ${year}`;
}
