import type { Policy } from "../core/policy-schema.ts";
import { effectivePolicy, parsePolicy } from "../core/policy.ts";
import type { PolicyFile, Sha } from "../core/state.ts";
import { contentsAnswer } from "./answers.ts";
import { readPathChanges } from "./commits.ts";
import { formatContents } from "./documents.ts";
import { ask, numbered } from "./look.ts";
import type { Look } from "./look.ts";
import { readPolicy } from "./readings.ts";

export const POLICY_PATH = ".github/smallbatch.yml";

/** Earlier contents that are looked at for a last good policy. */
const HISTORY_MAX = 10;

/** Commits that touched the policy file and are looked at for the first. */
const CHANGES_MAX = 1_000;

/** Contents of the policy file at the last commits that touched it, newest first. */
async function readPolicyHistory(look: Look, headSha: Sha): Promise<readonly PolicyFile[]> {
  const changes = await readPathChanges(look, headSha, POLICY_PATH, HISTORY_MAX);
  if (changes.length === 0) return [];
  const { repository } = await ask(look, contentsAnswer, {
    document: formatContents(changes.length),
    variables: numbered(
      "e",
      changes.map(({ sha }) => `${sha}:${POLICY_PATH}`),
    ),
  });
  return changes.flatMap((_, index) => {
    const file = readPolicy(repository[`e${index}`] ?? null, POLICY_PATH);
    return file === null ? [] : [file];
  });
}

/** The file, with its history where it is wrong, and the policy that applies; null: none does. */
export async function readPolicies(
  look: Look,
  headSha: Sha,
  file: PolicyFile | null,
): Promise<{ readonly history: readonly PolicyFile[]; readonly policy: Policy | null }> {
  const isWrong = file !== null && parsePolicy(file).kind === "invalid";
  const history = isWrong ? await readPolicyHistory(look, headSha) : [];
  const effective = effectivePolicy(file, [...history, look.memory.lastGoodPolicy]);
  const isKnown = effective.kind === "valid" || effective.kind === "fallback";
  return { history, policy: isKnown ? effective.policy : null };
}

/** The commit that first put a policy file on the branch, and when; null: none did. */
export async function readStart(
  look: Look,
  headSha: Sha,
): Promise<{ readonly sha: Sha; readonly at: number } | null> {
  const changes = await readPathChanges(look, headSha, POLICY_PATH, CHANGES_MAX);
  return changes.at(-1) ?? null;
}
