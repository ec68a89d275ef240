import { findDraft } from "./draft.ts";
import type { Policy } from "./policy-schema.ts";
import type { LineState, Sha } from "./state.ts";

/**
 * Commits below the head whose checks decide: those of a draft's tag. Empty nearly always, so that
 * nobody is asked.
 */
export function listWantedChecks(state: LineState, policy: Policy): readonly Sha[] {
  const { head, unfinished } = state;
  if (unfinished === null || policy.publishWhen === undefined) return [];
  const isDrafted = findDraft(state, unfinished) !== null;
  return isDrafted && unfinished.sha !== head?.sha ? [unfinished.sha] : [];
}
