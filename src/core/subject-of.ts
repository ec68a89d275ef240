import { policyOf } from "./lines.ts";
import { liveOrder } from "./order.ts";
import { DEFAULT_POLICY } from "./policy/policy-schema.ts";
import { effectivePolicyOf } from "./policy/policy.ts";
import type { EffectivePolicy } from "./policy/policy.ts";
import { isStarted } from "./start.ts";
import type { Head, Instant, LineState } from "./state.ts";
import type { Subject } from "./subject.ts";

/** What the judges look at: the state under its policy, or under the defaults where it has none. */
export function subjectOf(
  state: LineState,
  head: Head,
  policy: Exclude<EffectivePolicy, { kind: "invalid" }>,
  now: Instant,
): Subject {
  const { line, repository, maintenanceBranches } = state;
  const { defaultBranch } = repository;
  const isKnown = policy.kind !== "absent";
  const known = isKnown ? policy.policy : DEFAULT_POLICY;
  return {
    state,
    head,
    policy: policyOf(known, line, defaultBranch),
    family: { line, policy: known, defaultBranch, maintenance: maintenanceBranches },
    policySha: isKnown ? policy.sha : null,
    isStarted: isStarted(state),
    order: liveOrder(state, now),
    now,
  };
}

/** Null: there is nothing to judge by. */
export function openSubject(state: LineState, now: Instant): Subject | null {
  const policy = effectivePolicyOf(state);
  if (state.head === null || policy.kind === "invalid") return null;
  return subjectOf(state, state.head, policy, now);
}
