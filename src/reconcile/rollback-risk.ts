import { judgeKept, riskPlaceOf } from "../core/rollback/risk-kept.ts";
import { judgePackages, judgeRisk, withAffected } from "../core/rollback/risk.ts";
import type { PublishedFiles, RiskFacts } from "../core/rollback/risk.ts";
import { isOver } from "../core/rollback/roll-forward.ts";
import { nextStep } from "../core/rollback/rollback.ts";
import type { Rollback } from "../core/rollback/rollback.ts";
import type { Instant, LineState } from "../core/state.ts";
import { AppError } from "../errors.ts";
import type { Clock, Store } from "../ports.ts";
import type { RollbackForge } from "../rollback-port.ts";

/** So long after it was asked for, what cannot be read is told as unknown. */
const GIVE_UP_MS = 30 * 60_000;
const AGAIN_MS = 60_000;

type Read = RiskFacts & PublishedFiles;

const UNREAD: Read = { batch: null, since: null, later: [], manifests: [], workflows: [] };

/**
 * A rollback with its risk, once nobody is sent to the release any more: as the desk told it before,
 * where nothing came since. Itself where it is known, or cannot be read now: the issue does not wait
 * for it. `againAt`: when to try again; null: never.
 */
export async function addRisk(
  {
    clock,
    forge,
    store,
  }: { readonly clock: Clock; readonly forge: RollbackForge; readonly store: Store },
  state: LineState,
  rollback: Rollback,
): Promise<{ readonly rollback: Rollback; readonly againAt: Instant | null }> {
  if (rollback.risk !== null || isOver(rollback) || nextStep(rollback) !== null) {
    return { rollback, againAt: null };
  }
  const told = await store.readDesk(state.repository.id);
  const known = told === null ? null : judgeKept(state, rollback, told.risks);
  if (known !== null) return { rollback: { ...rollback, risk: known }, againAt: null };
  const place = riskPlaceOf(state);
  const judge = (facts: Read): Rollback => {
    const packages = withAffected(judgePackages(facts, rollback, place), rollback, place);
    return { ...rollback, risk: judgeRisk(facts, rollback, packages) };
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
