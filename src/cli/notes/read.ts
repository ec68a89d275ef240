import type { BatchUnit } from "../../core/batch.ts";
import { buildHistory } from "../../core/history.ts";
import { readMerges } from "../../core/merges.ts";
import { POLICY_PATH } from "../../core/policy/policy-errors.ts";
import { readHistory } from "../../git/history.ts";
import { openBranch } from "../../git/repository.ts";
import { readTextsAt } from "../../git/texts-at.ts";

export interface ChangesAsked {
  readonly folder: string;
  /** Tag, branch or commit. */
  readonly from: string;
  readonly to: string;
}

/** What a local history holds between two commits. */
export interface LocalChanges {
  readonly folder: string;
  /** Oldest first, each judged as for a release. */
  readonly units: readonly BatchUnit[];
  /** `owner/name` of the remote `origin`; null: there is none that says it. */
  readonly fullName: string | null;
  /** Text of the policy at the end; null: there is none. */
  readonly policy: string | null;
}

/** Merges since `from`, as `to` has them. Throws `git/unusable` with what to do. */
export async function readLocalChanges({ folder, from, to }: ChangesAsked): Promise<LocalChanges> {
  const [end, start] = await Promise.all([
    openBranch({ folder, ref: to, to: null }),
    openBranch({ folder, ref: from, to: null }),
  ]);
  const { branch, fullName, head } = end;
  const [{ commits }, texts] = await Promise.all([
    readHistory(end, { hasPaths: false, after: start.head, onProgress: () => undefined }),
    readTextsAt(folder, head, [POLICY_PATH]),
  ]);
  // Versions are not asked for, so that no tag needs to be read as one.
  const history = buildHistory({
    commits,
    tags: [],
    branch,
    fullName,
    tagFormat: "v{version}",
    scope: null,
  });
  const merges = readMerges(history, null);
  const merged = merges.list.map(({ unit }) => unit);
  const { units } = merges.judge(merged, {});
  return { folder, units, fullName, policy: texts.get(POLICY_PATH) ?? null };
}
