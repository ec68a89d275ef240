import type { Instant } from "../state.ts";
import type { NoDraft } from "./unit-draft.ts";

/** What a draft counts whose price is not known, or whose answer a crash lost. Dollars. */
export const UNKNOWN_USD = 0.01;

/** The first moment of the month, UTC: what was spent since then counts. */
export function monthOf(now: Instant): Instant {
  const date = new Date(now);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth());
}

/** Null: there is money left. `monthlyUsd`: of one installation. */
export function judgeCap(spentUsd: number, monthlyUsd: number): NoDraft | null {
  if (spentUsd < monthlyUsd) return null;
  const reason = `the ${monthlyUsd} dollars for drafts of this month are spent`;
  return { code: "cap", reason };
}
