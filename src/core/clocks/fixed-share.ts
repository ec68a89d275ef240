import { rowOf } from "./clock.ts";
import { intervalOfShare, measureIncidence, shareWithin } from "./incidence.ts";
import { hitsOf, measured } from "./measure.ts";
import type { Scope } from "./measure.ts";
import type { Measured } from "./measured.ts";
import { wilsonInterval } from "./rate.ts";
import type { Level, Span } from "./span.ts";

/** Share that happened within a time that is given; what is younger than it is pending, not good. */
export interface FixedShare {
  /** Null: nothing has been watched that long. */
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

export function fixedShare(spans: readonly Span[], withinMs: number, level: Level): FixedShare {
  const settled = spans.filter(({ ms, end }) => ms >= withinMs || end !== "open").length;
  if (settled === 0) return { value: null, low: null, high: null };
  const incidence = measureIncidence(spans);
  const value = shareWithin(incidence, withinMs);
  const { low, high } =
    intervalOfShare(incidence, withinMs, level) ??
    wilsonInterval(Math.round(value * settled), settled, level);
  return { value, low, high };
}

export function measureFixedShare(
  scope: Scope,
  spans: readonly Span[],
  said: { readonly withinMs: number; readonly say: (value: number, counts: string) => string },
): Measured {
  const { value, low, high } = fixedShare(spans, said.withinMs, 0.95);
  const rows = spans.map((span) => {
    // Watched to the end without it: that is settled, not open.
    const isPast = span.end === "open" && span.ms >= said.withinMs;
    return isPast ? { ...rowOf(span), end: "otherwise" as const } : rowOf(span);
  });
  const pending = rows.filter(({ end }) => end === "open").length;
  const counts = `${hitsOf(rows)} of ${rows.length}${pending === 0 ? "" : `, ${pending} pending`}`;
  return measured(scope, {
    unit: "share",
    value,
    interval: value === null ? null : { low, high, level: 0.95 },
    rows,
    missing: rows.length === 0 ? "there is none" : "all are too young to tell",
    sentence: value === null ? `not enough data yet (${counts})` : said.say(value, counts),
  });
}
