import { parseHeader } from "./conventional.ts";
import { judgeStockLabels, levelOfLabel } from "./level.ts";
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

/** Does a merge say what it is, by a type or a label? */
export function isTyped({ title, labels }: LineState["recentMerges"][number]): boolean {
  return (
    parseHeader(title) !== null ||
    judgeStockLabels(labels) !== null ||
    labels.some((label) => levelOfLabel(label) !== null)
  );
}

/**
 * Do fewer than half of the recent merges say what they are? Then a change that says nothing is
 * prepared only: it may be anything.
 */
export function isMostlyUntyped(merges: LineState["recentMerges"]): boolean {
  return areFewTyped(merges.filter(isTyped).length, merges.length);
}

/** The same where the merges are counted: `typed` of `known` say what they are. */
export function areFewTyped(typed: number, known: number): boolean {
  return known >= MERGES_JUDGED_MIN && typed * 2 < known;
}
