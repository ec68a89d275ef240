import { renderPolicyCheck } from "../core/policy/policy-check.ts";
import { compareOutcomes } from "../core/policy/policy-outcome.ts";
import type { Foreseen } from "../core/policy/policy-outcome.ts";
import { comparePolicies, standingFile } from "../core/policy/policy-rows.ts";
import type { OpenPull } from "../core/pulls/open-pull.ts";
import { errorsOf } from "../core/pulls/pull-policy.ts";
import type { LineState } from "../core/state.ts";
import type { LinePlanned } from "../core/why.ts";
import { AppError } from "../errors.ts";
import type { DoorsRequest } from "./doors-request.ts";

/** Anybody may open a pull whose policy has hundreds of lines. */
export const LINES_FORESEEN_MAX = 10;

/**
 * Write the check of a pull that changes the policy, and give back the lines of its branch as they
 * will be judged once it is merged; null where that is as they are now, or nobody can say.
 */
export async function checkPullPolicy(
  request: DoorsRequest,
  state: LineState,
  { pull, planned }: { readonly pull: OpenPull; readonly planned: readonly LinePlanned[] },
): Promise<readonly LineState[] | null> {
  const { policy } = pull;
  if (policy === null) return null;
  const foresight = await foresee(request, state, pull);
  const foretold =
    foresight === null
      ? null
      : {
          outcomes: compareOutcomes(planned, foresight),
          unseen: foresight.unseen,
        };
  const check = renderPolicyCheck(state, pull, foretold);
  if (check !== null) {
    request.ensureAlone();
    await request.forge.apply(state, check);
  }
  const own = foresight?.planned.map((look) => look.state) ?? [];
  const lines = own.filter(({ line, head }) => line.branch === pull.baseBranch && head !== null);
  return lines.length === 0 ? null : lines;
}

/** Only where the pull changes what is in force: other branches say nothing about it. */
async function foresee(
  { foresee: look }: DoorsRequest,
  state: LineState,
  { policy, baseBranch }: OpenPull,
): Promise<Foreseen | null> {
  if (policy === null || errorsOf(policy).length > 0) return null;
  if (baseBranch !== state.repository.defaultBranch) return null;
  if (comparePolicies(standingFile(state), policy.file).length === 0) return null;
  try {
    return await look(policy.file);
  } catch (error) {
    // What only this policy meets, such as a form of tag that thousands have, stops nobody else.
    if (error instanceof AppError && isOfPolicy(error)) return { planned: [], unseen: 1 };
    throw error;
  }
}

function isOfPolicy({ code }: AppError): boolean {
  return ["github/too-many-tags", "github/rejected", "github/unexpected"].includes(code);
}
