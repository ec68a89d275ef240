import { digestCheck } from "../check.ts";
import { inertCode, inertJson } from "../inert.ts";
import { formatPolicyError, POLICY_PATH } from "../policy/policy-errors.ts";
import type { PolicyError } from "../policy/policy-errors.ts";
import { effectivePolicyOf } from "../policy/policy.ts";
import type { OpenPull } from "../pulls/open-pull.ts";
import { isStarted } from "../start.ts";
import type { LineState } from "../state.ts";
import type { CheckWanted } from "./size-check.ts";

/** What is wrong with a policy that was never valid; null: sizes have a policy, or none is asked for. */
export function findUnruled(state: LineState): readonly PolicyError[] | null {
  const effective = effectivePolicyOf(state);
  return effective.kind === "invalid" && isStarted(state) ? effective.errors : null;
}

/**
 * The size check where nobody knows the limits: neutral, because a branch may require the check, and
 * what is wrong is in no pull but the one that mends it.
 */
export function unruledCheckOf(
  { number: pull, headSha: asOf }: Pick<OpenPull, "number" | "headSha">,
  errors: readonly PolicyError[],
  branch: string,
): CheckWanted & { readonly externalId: string } {
  const title = "not measured: the policy is not valid";
  const summary = [
    `Nothing is measured until ${inertCode(POLICY_PATH)} on ${inertCode(branch)} is mended:`,
    errors.map((error) => `- ${inertCode(formatPolicyError(error))}`).join("\n"),
    "Then press “Re-run” here, or push a commit.",
    `\`\`\`json\n${inertJson({ pull, asOf, verdict: "unknown", reason: "policy-invalid" })}\n\`\`\``,
  ].join("\n\n");
  const externalId = digestCheck(`size:${pull}`, [title, summary]);
  return { title, summary, conclusion: "neutral", externalId };
}
