import { listEarlier } from "./newest-green.ts";
import type { Policy } from "./policy/policy-schema.ts";
import type { Instant, LineState, Sha } from "./state.ts";

/**
 * Commits below the head whose checks count: that of a tag without its release, or earlier ones of a
 * batch whose head is not green. Empty nearly always, so that nobody is asked.
 */
export function listWantedChecks(state: LineState, policy: Policy, now: Instant): readonly Sha[] {
  const { head, unfinished } = state;
  if (unfinished === null) return listEarlier({ state, policy, now });
  return unfinished.sha === head?.sha ? [] : [unfinished.sha];
}
