import type { Policy } from "../core/policy-schema.ts";
import { effectivePolicy, parsePolicy, policyIn } from "../core/policy.ts";
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

interface PoliciesRead {
  readonly file: PolicyFile | null;
  readonly history: readonly PolicyFile[];
  /** Of the repository; null: none applies. */
  readonly policy: Policy | null;
}

/**
 * The file, with its history where it is wrong, and the policy that applies. Other lines than the
 * default one take it from there: what a branch says of itself does not count.
 */
export async function readPolicies(
  look: Look,
  headSha: Sha,
  present: PolicyFile | null,
): Promise<PoliciesRead> {
  const { root } = look;
  if (root !== null) {
    const { policyFile: file, policyHistory: history } = root;
    return {
      file,
      history,
      policy: policyIn(effectivePolicy(file, [...history, root.memory.lastGoodPolicy])),
    };
  }
  const file = present;
  const isWrong = file !== null && parsePolicy(file).kind === "invalid";
  const history = isWrong ? await readPolicyHistory(look, headSha) : [];
  return {
    file,
    history,
    policy: policyIn(effectivePolicy(file, [...history, look.memory.lastGoodPolicy])),
  };
}

/** The commit that first put a policy file on the default branch, and when; null: none did. */
export async function readStart(
  look: Look,
  headSha: Sha,
): Promise<{ readonly sha: Sha; readonly at: number } | null> {
  const { root } = look;
  const own = root?.head ? { look: { ...look, line: root.line }, sha: root.head.sha } : null;
  const changes = await readPathChanges(
    own?.look ?? look,
    own?.sha ?? headSha,
    POLICY_PATH,
    CHANGES_MAX,
  );
  return changes.at(-1) ?? null;
}
