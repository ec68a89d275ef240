import type { Instant } from "./state.ts";

/** The first of these moments; null: there is none. */
export function earliest(times: readonly (Instant | null)[]): Instant | null {
  const known = times.filter((at) => at !== null);
  return known.length === 0 ? null : Math.min(...known);
}
