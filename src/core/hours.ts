import type { Batch } from "./batch.ts";
import { judgeFreezes } from "./freeze.ts";
import type { FreezeVerdict } from "./freeze.ts";
import { holdForFreeze, holdForSchedule, holdForWindow } from "./moment-reasons.ts";
import type { Policy } from "./policy/policy-schema.ts";
import type { Hold } from "./reasons.ts";
import { judgeSchedule } from "./schedule.ts";
import type { Instant } from "./state.ts";
import { classesOf } from "./unit-class.ts";
import { nameUnit } from "./units.ts";
import { judgeWindow } from "./window.ts";

/** Not now, and until when; null: nothing of the policy's times is in the way. */
export type TimeHold = { readonly hold: Hold; readonly wakeAt: Instant } | null;

type Moments = Pick<Policy, "window" | "schedule" | "freezes">;

/** A freeze stands however much somebody asks: only its classes pass, or a change of the policy. */
export function holdFrozen(policy: Moments, { units }: Batch, now: Instant): TimeHold {
  const verdict = askFreezes(policy, units, now);
  if (verdict.kind !== "frozen") return null;
  return { hold: holdForFreeze(verdict, units), wakeAt: verdict.endsAt };
}

/** What the card says of a freeze that something passed; null: there is none. */
export function passedFreeze(policy: Moments, { units }: Batch, now: Instant): string | null {
  const verdict = askFreezes(policy, units, now);
  if (verdict.kind !== "passed") return null;
  const { by, as, freeze } = verdict;
  const others = units.length - 1;
  const along = others === 0 ? "" : `, ${others} other${others === 1 ? "" : "s"} with it`;
  return `"${freeze.reason}" passed by ${nameUnit(by.unit)} (${as})${along}`;
}

function askFreezes(policy: Moments, units: Batch["units"], now: Instant): FreezeVerdict {
  const { freezes = [], schedule } = policy;
  return judgeFreezes(freezes, { units, zone: schedule?.zone ?? "UTC" }, now);
}

/**
 * The schedule, then the window, as far as they are in the way. A security update does not wait for
 * other merges, but for people: it passes the window alone.
 */
export function listClosedHours(
  { schedule, window }: Moments,
  { units }: Batch,
  { arrivedAt, now }: { readonly arrivedAt: Instant; readonly now: Instant },
): readonly (NonNullable<TimeHold> & { readonly rule: "schedule" | "window" })[] {
  const isUrgent = (): boolean => units.some((unit) => classesOf(unit).includes("security"));
  const opensAt = schedule === undefined ? null : judgeSchedule(schedule, now);
  const closesAt =
    window === undefined || isUrgent() ? null : judgeWindow(window, units, { arrivedAt, now });
  return [
    ...(schedule === undefined || opensAt === null
      ? []
      : [
          {
            rule: "schedule" as const,
            hold: holdForSchedule(schedule.zone, opensAt),
            wakeAt: opensAt,
          },
        ]),
    ...(closesAt === null
      ? []
      : [{ rule: "window" as const, hold: holdForWindow(units, closesAt), wakeAt: closesAt }]),
  ];
}
