import { z } from "zod";
import { CHECK_NAME } from "../check.ts";
import { duration } from "../duration.ts";
import type { FreezeEdge } from "../freeze.ts";
import { WEEKDAYS } from "../schedule.ts";
import { UNIT_CLASSES } from "../unit-class.ts";
import { DAY_MS, MINUTE_MS, isZone } from "../zone.ts";

/** Keys of the policy that say when a release is cut, and from which commit. */

const SECOND_MS = 1_000;

export const zone = z
  .string()
  .max(64)
  .refine(isZone, { error: "no such time zone; take a name of the IANA database" })
  .describe("Time zone by its name in the IANA database, such as Europe/Berlin.");

/** `09:00` as minutes after midnight. */
const time = (pattern: RegExp) =>
  z
    .string()
    .regex(pattern)
    .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)));

/** `00:00` to `23:59`. */
export const clockTime = time(/^(?:[01]\d|2[0-3]):[0-5]\d$/);

const windowSchema = z
  .strictObject({
    quiet: duration(SECOND_MS, 7 * DAY_MS)
      .prefault("10m")
      .describe("Time without a merge after which the batch is released."),
    longest: duration(SECOND_MS, 31 * DAY_MS)
      .prefault("4h")
      .describe("Longest time that the first change of a batch waits."),
    most: z
      .int()
      .min(1)
      .max(200)
      .default(20)
      .describe("Number of changes with which the batch is released at once."),
  })
  .refine(({ quiet, longest }) => quiet <= longest, {
    error: "`longest` is shorter than `quiet`",
  })
  .describe("Merges that come close together are released together.");

const scheduleSchema = z
  .strictObject({
    days: z
      .array(z.enum(WEEKDAYS))
      .min(1)
      .max(7)
      .default([...WEEKDAYS])
      .describe("Days on which releases are cut; every day without it."),
    from: clockTime.describe("Time from which they are cut: 09:00."),
    to: time(/^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/).describe(
      "Time from which they are no longer cut: 17:00. Before `from`: on the next day.",
    ),
    zone,
  })
  .refine(({ from, to }) => from !== to && to !== 0, {
    error: "`to` is another time than `from`, or 24:00 for the end of the day",
  })
  .describe("Releases are cut only within these hours.");

const EDGE = /^\d{4}-\d\d-\d\d(?:[T ](?:[01]\d|2[0-3]):[0-5]\d(?:Z|[+-]\d\d:\d\d)?)?$/;

const edge = z
  .string()
  .max(30)
  .regex(EDGE)
  .transform((text, context) => {
    if (isDate(text.slice(0, 10))) return readEdge(text);
    context.issues.push({ code: "custom", message: "no such date", input: text });
    return z.NEVER;
  });

/** 30 February would become 2 March. */
function isDate(text: string): boolean {
  const at = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}

/** `text` is one that `EDGE` took: its parts stand at fixed places. */
function readEdge(text: string): FreezeEdge {
  const isDay = text.length === 10;
  const wall = Date.parse(`${text.slice(0, 10)}T00:00:00Z`) + (isDay ? 0 : readClock(text, 11));
  const [sign] = text.slice(16, 17);
  if (sign === undefined) return { wall, isDay, offsetMs: null };
  const offsetMs = sign === "Z" ? 0 : readClock(text, 17) * (sign === "-" ? -1 : 1);
  return { wall, isDay, offsetMs };
}

/** Milliseconds of the `18:00` that stands there. */
function readClock(text: string, start: number): number {
  const hours = Number(text.slice(start, start + 2));
  return (hours * 60 + Number(text.slice(start + 3, start + 5))) * MINUTE_MS;
}

const freezesSchema = z
  .array(
    z
      .strictObject({
        from: edge.describe("First day, or first moment: 2026-12-20, 2026-12-20T18:00."),
        to: edge.describe("Last day, or the moment at which it ends."),
        zone: zone.optional(),
        reason: z.string().min(1).max(200).describe("Said in the check while it lasts."),
        passes: z
          .array(z.enum(UNIT_CLASSES))
          .default([...UNIT_CLASSES])
          .describe("Changes that are released all the same, with all that waits before them."),
      })
      .refine(({ from, to }) => beginOf(from) < endOf(to), { error: "it ends before it begins" }),
  )
  .max(50)
  .describe("Times in which nothing is released. Merges go on, and the batch grows.");

const beginOf = ({ wall, offsetMs }: FreezeEdge): number => wall - (offsetMs ?? 0);
const endOf = (to: FreezeEdge): number => beginOf(to) + (to.isDay ? DAY_MS : 0);

const publishWhenSchema = z
  .array(
    z
      .string()
      .min(1)
      .max(200)
      .refine((name) => name !== CHECK_NAME, { error: "that is the check of Smallbatch itself" }),
  )
  .min(1)
  .max(20)
  .describe("Checks on the tag's commit with which its draft release is published.");

export const momentKeys = {
  window: windowSchema.optional(),
  schedule: scheduleSchema.optional(),
  freezes: freezesSchema.optional(),
  bots: z
    .enum(["ride-along", "release"])
    .default("ride-along")
    .describe("Whether dependency updates by bots alone are released by themselves."),
  head: z
    .enum(["wait", "newest-green"])
    .default("wait")
    .describe("Whether an earlier commit is released where the newest one is not green."),
  headWait: duration(MINUTE_MS, 7 * DAY_MS)
    .prefault("30m")
    .describe("How long the newest commit may be pending before an earlier one is released."),
  publishWhen: publishWhenSchema.optional(),
};

/** Rows of `POLICY_EXAMPLES`. */
export const MOMENT_EXAMPLES = {
  window: "window: { quiet: 10m, longest: 4h, most: 20 }",
  "window.quiet": "quiet: 10m",
  "window.longest": "longest: 4h",
  "window.most": "most: 20",
  schedule: "schedule: { days: [mon, tue], from: 09:00, to: 17:00, zone: Europe/Berlin }",
  "schedule.days": "days: [mon, tue, wed, thu, fri]",
  "schedule.from": "from: 09:00",
  "schedule.to": "to: 17:00",
  "schedule.zone": "zone: Europe/Berlin",
  freezes: "freezes: [{ from: 2026-12-20, to: 2027-01-02, reason: holidays }]",
  "freezes.from": "from: 2026-12-20, or 2026-12-20T18:00",
  "freezes.to": "to: 2027-01-02, or 2027-01-02T09:00",
  "freezes.zone": "zone: Europe/Berlin",
  "freezes.reason": "reason: holidays",
  "freezes.passes": "passes: [security, rollback]",
  bots: "bots: ride-along (or release)",
  head: "head: wait (or newest-green)",
  headWait: "headWait: 30m",
  publishWhen: "publishWhen: [build]",
} as const;
