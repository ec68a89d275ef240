import type { Figure } from "./measured.ts";
import type { Figures } from "./numbers.ts";

/** DORA's five, by the wording of this edition. */
export const DORA_EDITION = "2025";

export interface DoraMetric {
  readonly name:
    | "change lead time"
    | "deployment frequency"
    | "failed deployment recovery time"
    | "change fail rate"
    | "deployment rework rate";
  readonly factor: "throughput" | "instability";
  /** One number, or the lower and the upper end of one. */
  readonly measured: readonly Figure[];
  /** The answer of DORA's survey that it falls into; no grade. Null: shares have none. */
  readonly bucket: string | null;
  /** How it is derived, in a sentence. */
  readonly from: string;
}

export function doraOf({ clocks, numbers }: Figures): DoraMetric[] {
  return [
    {
      name: "change lead time",
      factor: "throughput",
      measured: [clocks.leadTime, clocks.leadTimeFromCommit],
      bucket: durationBucket(clocks.leadTime.value),
      from: "From the start of work to usable; beside it from the first commit.",
    },
    {
      name: "deployment frequency",
      factor: "throughput",
      measured: [numbers.effectiveCadence, numbers.rawCadence],
      bucket: frequencyBucket(numbers.effectiveCadence),
      from: "Releases that brought something; beside it all of them.",
    },
    {
      name: "failed deployment recovery time",
      factor: "throughput",
      measured: [clocks.recovery],
      bucket: durationBucket(clocks.recovery.value),
      from: "From a release that failed being usable to its rollback or fix being usable.",
    },
    {
      name: "change fail rate",
      factor: "instability",
      measured: [numbers.changeFailLow, numbers.changeFailHigh],
      bucket: null,
      from:
        "Releases with trouble within 14 days, from what was said to what was inferred, younger " +
        "ones pending, rollbacks not counted as releases.",
    },
    {
      name: "deployment rework rate",
      factor: "instability",
      measured: [numbers.rework],
      bucket: null,
      from: "Hotfixes and rollbacks among the releases of the last six months.",
    },
  ];
}

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const DURATIONS = [
  [HOUR_MS, "less than one hour"],
  [DAY_MS, "less than one day"],
  [7 * DAY_MS, "between one day and one week"],
  [30 * DAY_MS, "between one week and one month"],
  [182 * DAY_MS, "between one month and six months"],
] as const;

function durationBucket(ms: number | null): string | null {
  if (ms === null) return null;
  return DURATIONS.find(([below]) => ms < below)?.[1] ?? "more than six months";
}

/** Least often first: releases a week. */
const FREQUENCIES = [
  [7 / 182, "less than once in six months"],
  [7 / 30, "between once a month and once in six months"],
  [1, "between once a week and once a month"],
  [7, "between once a day and once a week"],
  [7 * 24, "between once an hour and once a day"],
] as const;

function frequencyBucket({ value, n }: Figure): string | null {
  if (n === 0) return null;
  return FREQUENCIES.find(([below]) => Number(value) < below)?.[1] ?? "on demand";
}
