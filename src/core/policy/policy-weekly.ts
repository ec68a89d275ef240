import { z } from "zod";
import { WEEKDAYS } from "../schedule.ts";
import type { WeeklyRules } from "../weekly/weekly-moment.ts";
import { clockTime, zone } from "./policy-moments.ts";

/** `weekly` of the policy: when the report of the week is written. Without it there is none. */

export const weeklySchema = z
  .strictObject({
    day: z.enum(WEEKDAYS).default("mon").describe("Day on which it is written: mon without it."),
    at: clockTime.prefault("08:00").describe("Time from which it is written: 08:00 without it."),
    zone: zone
      .optional()
      .describe("Time zone by its name in the IANA database; the schedule's without it, or UTC."),
  })
  .describe("An issue each week: what changed, what the clocks find, what waits longest.");

/** Rows of `POLICY_EXAMPLES`. */
export const WEEKLY_EXAMPLES = {
  weekly: "weekly: { day: mon, at: 08:00, zone: Europe/Berlin }",
  "weekly.day": "day: mon (or tue, wed, thu, fri, sat, sun)",
  "weekly.at": "at: 08:00",
  "weekly.zone": "zone: Europe/Berlin",
} as const;

/** Null: there is no report. */
export function weeklyRulesOf(policy: {
  readonly weekly?: z.infer<typeof weeklySchema> | undefined;
  readonly schedule?: { readonly zone: string } | undefined;
}): WeeklyRules | null {
  const { weekly, schedule } = policy;
  if (weekly === undefined) return null;
  const { day, at, zone: own } = weekly;
  return { day, minute: at, zone: own ?? schedule?.zone ?? "UTC" };
}
