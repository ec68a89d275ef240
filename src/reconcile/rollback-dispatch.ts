import { rollbackPolicyOf } from "../core/policy/policy-rollback.ts";
import { effectivePolicyOf, policyIn } from "../core/policy/policy.ts";
import { describeDispatch, DISPATCH_TYPE, dispatchAt, isStale } from "../core/rollback/dispatch.ts";
import type { Dispatch } from "../core/rollback/dispatch.ts";
import type { Rollback } from "../core/rollback/rollback.ts";
import type { Instant, LineState } from "../core/state.ts";
import { AppError } from "../errors.ts";
import type { RollbackForge } from "../rollback-port.ts";
import type { RollbackRequest } from "./rollback.ts";

/**
 * Tell the team's workflows of a rollback, where the policy says so. That the request goes out is kept
 * before it does, so that a crash sends it twice at most. `againAt`: when to look again; null: never.
 */
export async function tellWorkflows(
  {
    request: { clock, ensureAlone },
    forge,
    keep,
  }: {
    readonly request: Pick<RollbackRequest, "clock" | "ensureAlone">;
    readonly forge: Pick<RollbackForge, "dispatch">;
    readonly keep: (rollback: Rollback) => Promise<unknown>;
  },
  state: LineState,
  rollback: Rollback,
): Promise<{ readonly rollback: Rollback; readonly againAt: Instant | null }> {
  const now = clock.now();
  const at = dispatchAt(rollback);
  const isOn = rollbackPolicyOf(policyIn(effectivePolicyOf(state))).dispatch === "on";
  if (!isOn || at === null || isStale(rollback, now)) return { rollback, againAt: null };
  if (now < at) return { rollback, againAt: at };
  const tries = (rollback.dispatch?.tries ?? 0) + 1;
  const sent: Dispatch = { tries, at: now, end: "unknown", refused: null };
  ensureAlone();
  await keep({ ...rollback, dispatch: sent });
  const payload = describeDispatch(rollback, { line: state.line, url: state.repository.url });
  try {
    const refused = await forge.dispatch(state.repository, { type: DISPATCH_TYPE, payload });
    const end = refused === null ? "taken" : "refused";
    return { rollback: { ...rollback, dispatch: { ...sent, end, refused } }, againAt: null };
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    if (error.code !== "github/rate-limited") {
      const unknown = { ...rollback, dispatch: sent };
      return { rollback: unknown, againAt: dispatchAt(unknown) };
    }
    // It did not go out.
    const waitMs = error.retry.kind === "after" ? error.retry.waitMs : 0;
    return { rollback, againAt: now + Math.max(waitMs, 1_000) };
  }
}
