import { policyOf } from "../core/lines.ts";
import { DEFAULT_POLICY } from "../core/policy/policy-schema.ts";
import { effectivePolicyOf, policyIn } from "../core/policy/policy.ts";
import { judgeRisk } from "../core/rollback/risk.ts";
import type { RiskFacts } from "../core/rollback/risk.ts";
import { isOver } from "../core/rollback/roll-forward.ts";
import { nextStep } from "../core/rollback/rollback.ts";
import type { Rollback } from "../core/rollback/rollback.ts";
import type { Instant, LineState } from "../core/state.ts";
import { AppError } from "../errors.ts";
import type { Clock } from "../ports.ts";
import type { RollbackForge } from "../rollback-port.ts";

/** So long after it was asked for, what cannot be read is told as unknown. */
const GIVE_UP_MS = 30 * 60_000;
const AGAIN_MS = 60_000;

const UNREAD: RiskFacts = { batch: null, since: null, later: [], manifests: [], workflows: [] };

/**
 * A rollback with its risk, once nobody is sent to the release any more; itself where that is known,
 * or cannot be read now: the issue does not wait for it. `againAt`: when to try again; null: never.
 */
export async function addRisk(
  { clock, forge }: { readonly clock: Clock; readonly forge: RollbackForge },
  state: LineState,
  rollback: Rollback,
): Promise<{ readonly rollback: Rollback; readonly againAt: Instant | null }> {
  if (rollback.risk !== null || isOver(rollback) || nextStep(rollback) !== null) {
    return { rollback, againAt: null };
  }
  const { repository, line } = state;
  const policy = policyIn(effectivePolicyOf(state)) ?? DEFAULT_POLICY;
  const place = {
    repository: `${repository.owner}/${repository.name}`,
    tagFormat: policyOf(policy, line, repository.defaultBranch).tag ?? null,
  };
  const judge = (facts: RiskFacts): Rollback => {
    return { ...rollback, risk: judgeRisk(facts, rollback, place) };
  };
  try {
    return { rollback: judge(await forge.readRisk(state, rollback)), againAt: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const now = clock.now();
    if (now - rollback.at > GIVE_UP_MS) return { rollback: judge(UNREAD), againAt: null };
    const waitMs = error.retry.kind === "after" ? error.retry.waitMs : AGAIN_MS;
    return { rollback, againAt: now + Math.max(waitMs, AGAIN_MS) };
  }
}
