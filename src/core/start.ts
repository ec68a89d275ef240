import { parseHeader } from "./conventional.ts";
import { judgeStockLabels } from "./level.ts";
import type { LineState } from "./state.ts";

/** Merges from before the start that one release may carry without being asked for. */
export const EARLIER_UNITS_MAX = 50;

/** Below this many known merges nothing is said about a team's habits. */
const MERGES_JUDGED_MIN = 10;

/** Watched repositories get a plan and a silent check; started ones get releases. */
export function isStarted(state: Pick<LineState, "policyFile" | "isStartForced">): boolean {
  return state.policyFile !== null || state.isStartForced;
}

/** Does it release by itself? Otherwise it says what it would do, in the same words. */
export function isActing(
  state: Pick<LineState, "policyFile" | "isStartForced" | "canRelease">,
): boolean {
  return isStarted(state) && state.canRelease;
}

/**
 * Do fewer than half of the recent merges say what they are, by a type or a label? Then a change
 * that says nothing is prepared only: it may be anything.
 */
export function isMostlyUntyped(merges: LineState["recentMerges"]): boolean {
  if (merges.length < MERGES_JUDGED_MIN) return false;
  const typed = merges.filter(
    ({ title, labels }) =>
      parseHeader(title) !== null ||
      judgeStockLabels(labels) !== null ||
      labels.some((label) => /^release:/i.test(label)),
  );
  return typed.length * 2 < merges.length;
}
