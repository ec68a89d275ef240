import { judgeRight } from "../permission.ts";
import type { Policy } from "../policy/policy-schema.ts";
import { policyIn, effectivePolicyOf } from "../policy/policy.ts";
import type { Instant, LineState, Permission } from "../state.ts";
import { offersReland } from "./reland.ts";
import { ROLLBACK_ACTS } from "./rollback-box.ts";
import type { BoxAsked, RollbackAct, RollbackBoxEdit } from "./rollback-box.ts";
import type { Rollback } from "./rollback.ts";

/** Which boxes a rollback issue has, and what becomes of a tick. */

/** What was ticked longer ago, while nobody was here, is ticked again by who still wants it. */
const TICKED_MS_MAX = 24 * 60 * 60_000;

/** In the order of the issue. What was asked for and taken is offered no more. */
export function listOffered(rollback: Rollback, policy: Policy | null): readonly RollbackAct[] {
  const isOffered: Readonly<Record<RollbackAct, boolean>> = {
    reland: offersReland(rollback),
    agent: policy?.rollback?.agent !== undefined && rollback.resumedAt === null,
  };
  return ROLLBACK_ACTS.filter((act) => isOffered[act] && rollback.boxes?.[act]?.refused !== null);
}

/** Null: it was taken before, or was answered already. */
export function judgeBox(
  asked: { readonly rollback: Rollback; readonly act: RollbackAct },
  { actor, at }: Pick<RollbackBoxEdit, "actor" | "at">,
  {
    state,
    permission,
    now,
  }: { readonly state: LineState; readonly permission: Permission; readonly now: Instant },
): BoxAsked | null {
  const { rollback, act } = asked;
  const known = rollback.boxes?.[act];
  if (known !== undefined && (known.refused === null || known.at >= at)) return null;
  const { id, login } = actor;
  const policy = policyIn(effectivePolicyOf(state));
  const ruling = judgeRight("rollBack", { login, permission }, policy?.may?.rollBack ?? null);
  const refused =
    ruling.kind === "may-not"
      ? `this needs ${ruling.needs}.`
      : now - at > TICKED_MS_MAX
        ? OLD
        : listOffered(rollback, policy).includes(act)
          ? null
          : NOT_OFFERED;
  return { by: { id, login }, permission, at, refused };
}

const OLD = "it was ticked more than a day before it was read. Tick it again if it is meant.";
const NOT_OFFERED = "it is not to be had now. Look at the issue again.";
