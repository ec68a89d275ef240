import { effectiveEvents } from "./cadence.ts";
import type { Scope } from "./measure.ts";
import { rowsOfShare } from "./measure.ts";
import type { Measured } from "./measured.ts";
import { measureShare } from "./plain-share.ts";

/** Span that DORA asks about: six months. */
const REWORK_MS = 182 * 86_400_000;

/** Releases that were there to repair, in the six months before the window's end. */
export function measureRework({ known, window }: Scope): Measured {
  const scope = { known, window: { from: window.to - REWORK_MS, to: window.to } };
  return measureRepairs(scope);
}

/** The same in the window itself: for comparisons. */
export function measureRepairs(scope: Scope): Measured {
  const rows = rowsOfShare(
    effectiveEvents(scope),
    ({ key }) => key,
    ({ kind }) => kind === "hotfix" || kind === "rollback",
  );
  return measureShare(scope, rows, "releases that were hotfixes or rollbacks");
}
