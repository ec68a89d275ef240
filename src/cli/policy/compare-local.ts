import { POLICY_PATH } from "../../core/policy/policy-errors.ts";
import { compareOutcomes } from "../../core/policy/policy-outcome.ts";
import { comparePolicies } from "../../core/policy/policy-rows.ts";
import { parsePolicy } from "../../core/policy/policy.ts";
import type { PolicyFile } from "../../core/state.ts";
import { AppError } from "../../errors.ts";
import { findFirstChange, isRepository, readFileAt } from "../../git/file.ts";
import { readHistory } from "../../git/history.ts";
import { openBranch } from "../../git/repository.ts";
import type { LocalBranch } from "../../git/repository.ts";
import { planLocally } from "./local-lines.ts";
import type { Compared } from "./text.ts";

/**
 * What a policy would change on the branch that is checked out, against the one of its last commit.
 * Null where there is no repository and none was named.
 */
export async function compareLocally(
  folder: string,
  file: PolicyFile,
  isNamed: boolean,
): Promise<Compared | null> {
  if (!isNamed && !(await isRepository(folder))) return null;
  const local = await openBranch({ folder, ref: null, to: null }).catch((error: unknown) => {
    // Whoever named none asked about the file first of all.
    if (isNamed || !(error instanceof AppError)) throw error;
    return error.message;
  });
  if (typeof local === "string") return { ...NOTHING, note: `nothing to compare with: ${local}` };
  const standing = await readStanding(local);
  if (standing.kind === "invalid") {
    const note = `the policy of the last commit is not valid, and an earlier one may apply`;
    return { ...NOTHING, where: local.branch, note };
  }
  const policies = [file, standing.file].map((own) => (own === null ? null : parsePolicy(own)));
  const hasPaths = policies.some(
    (parsed) => parsed?.kind === "valid" && parsed.policy.components !== undefined,
  );
  const found = await readHistory(local, { hasPaths, onProgress: () => undefined });
  const startedBy = await findFirstChange(local.folder, local.head, POLICY_PATH);
  const now = Date.now();
  const [before, after] = [standing.file, file].map((own) =>
    planLocally({ local, found, startedBy }, own, now),
  );
  return {
    with: standing.file === null ? null : `the policy of the last commit on ${local.branch}`,
    where: local.branch,
    isKnownByGit: true,
    changes: standing.file === null ? [] : comparePolicies(standing.file, file),
    lines: compareOutcomes(before ?? [], { planned: after ?? [], unseen: 0 }),
    unseen: 0,
    note: null,
  };
}

const NOTHING: Omit<Compared, "note"> = {
  with: null,
  where: "",
  isKnownByGit: true,
  changes: [],
  lines: [],
  unseen: 0,
};

type Standing =
  | { readonly kind: "known"; readonly file: PolicyFile | null }
  | { readonly kind: "invalid" };

async function readStanding({ folder, head }: LocalBranch): Promise<Standing> {
  const text = await readFileAt(folder, head, POLICY_PATH);
  if (text === null) return { kind: "known", file: null };
  const file = { path: POLICY_PATH, sha: head, text, sizeBytes: Buffer.byteLength(text) };
  return parsePolicy(file).kind === "valid" ? { kind: "known", file } : { kind: "invalid" };
}
