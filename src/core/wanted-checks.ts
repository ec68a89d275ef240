import { findDraft } from "./draft.ts";
import { listEarlier } from "./newest-green.ts";
import type { Policy } from "./policy-schema.ts";
import type { Instant, LineState, Sha } from "./state.ts";

/**
 * Commits below the head whose checks decide: that of a draft's tag, or earlier ones of a batch whose
 * head is not green. Empty nearly always, so that nobody is asked.
 */
export function listWantedChecks(state: LineState, policy: Policy, now: Instant): readonly Sha[] {
  const { head, unfinished } = state;
  if (unfinished === null) return listEarlier({ state, policy, now });
  if (policy.publishWhen === undefined) return [];
  const isDrafted = findDraft(state, unfinished) !== null;
  return isDrafted && unfinished.sha !== head?.sha ? [unfinished.sha] : [];
}
