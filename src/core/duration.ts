import { z } from "zod";

/** Largest first: letter, word, milliseconds. */
const UNITS = [
  ["d", "day", 86_400_000],
  ["h", "hour", 3_600_000],
  ["m", "minute", 60_000],
  ["s", "second", 1_000],
] as const;

const SECOND = UNITS[3];

/** Milliseconds of `90s`, `30m`, `4h` or `7d`: whole numbers, one unit. Null for anything else. */
export function parseDuration(text: string): number | null {
  const [, digits, letter] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const unit = UNITS.find(([known]) => known === letter);
  return unit === undefined ? null : Number(digits) * unit[2];
}

/** `90 seconds`, `4 hours`: in the largest unit that divides it, rounded to whole seconds. */
export function formatDuration(ms: number): string {
  const rounded = Math.round(ms / SECOND[2]) * SECOND[2];
  const whole = UNITS.find(([, , unitMs]) => rounded > 0 && rounded % unitMs === 0);
  const [, word, unitMs] = whole ?? SECOND;
  const count = rounded / unitMs;
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

/** `90s`, `30m`, `4h`, `7d`: text in the file, milliseconds in the policy. */
export function duration(minMs: number, maxMs: number) {
  return z
    .string()
    .regex(/^\d{1,6}[smhd]$/)
    .transform((text) => Number(parseDuration(text)))
    .refine((ms) => ms >= minMs && ms <= maxMs, {
      error: `it lies between ${formatDuration(minMs)} and ${formatDuration(maxMs)}`,
    });
}
