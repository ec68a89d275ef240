import { rollbackPolicyOf } from "../core/policy/policy-rollback.ts";
import { effectivePolicyOf, policyIn } from "../core/policy/policy.ts";
import { listFacts } from "../core/rollback/rollback-facts.ts";
import type { Rollback } from "../core/rollback/rollback.ts";
import { abandonedAt, settleRollbacks } from "../core/rollback/settle-rollbacks.ts";
import type { Instant, LineState } from "../core/state.ts";
import type { Clock, Store } from "../ports.ts";

interface ForwardRequest {
  readonly store: Store;
  readonly clock: Clock;
  /** Throws where somebody else may be at this repository by now. */
  readonly ensureAlone: () => void;
}

function abandonAfter(state: LineState): number {
  return rollbackPolicyOf(policyIn(effectivePolicyOf(state))).abandonAfter;
}

/**
 * Before a line is planned: rollbacks whose release is out are over, and their hold is lifted. Both
 * are kept at once.
 */
export async function settle(request: ForwardRequest, state: LineState): Promise<LineState> {
  const { store, clock, ensureAlone } = request;
  const limits = { abandonAfter: abandonAfter(state), now: clock.now() };
  const change = settleRollbacks(state, limits);
  if (change === null) return state;
  ensureAlone();
  await recordFacts(request, state, change.rollbacks ?? []);
  await store.writeMemory(state.line, change);
  return { ...state, memory: { ...state.memory, ...change } };
}

/** When a rollback of the line counts as abandoned, which is judged then; null: it does not. */
export function abandonsAt(
  { clock }: Pick<ForwardRequest, "clock">,
  state: LineState,
  rollback: Rollback,
): Instant | null {
  const at = abandonedAt(rollback, abandonAfter(state));
  return at !== null && at > clock.now() ? at : null;
}

/** Of those that changed. A known fact is left alone. */
export async function recordFacts(
  { store }: Pick<ForwardRequest, "store">,
  { memory, repository }: Pick<LineState, "memory" | "repository">,
  rollbacks: readonly Rollback[],
): Promise<void> {
  const known = memory.rollbacks ?? [];
  const changed = rollbacks.filter((each) => !known.includes(each));
  const facts = changed.flatMap(listFacts).map((fact) => ({
    ...fact,
    key: `${repository.id}/${fact.kind}/${fact.subject}/${fact.at}`,
    repositoryId: repository.id,
    actorId: null,
  }));
  if (facts.length > 0) await store.recordFacts(facts);
}
