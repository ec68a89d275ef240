import { findCases } from "../../core/failure-cases/find-cases.ts";
import type { CaseFound, Suspect } from "../../core/failure-cases/find-cases.ts";
import { buildHistory } from "../../core/history.ts";
import type { Instant, Sha } from "../../core/state.ts";
import { readHistory } from "../../git/history.ts";
import { openBranch } from "../../git/repository.ts";
import type { LocalBranch } from "../../git/repository.ts";
import type { Progress } from "../replay/progress.ts";
import { judgeSuspects } from "./judge-suspects.ts";
import { readCodeFiles } from "./read-code-files.ts";

export interface CasesAsked {
  readonly folder: string;
  /** Null: what is checked out. */
  readonly branch: string | null;
  readonly tagFormat: string;
  /** Fixes that came to the branch from then on; null: all. */
  readonly since: Instant | null;
  readonly hotfixMs: number;
}

export interface LocalCases {
  readonly local: LocalBranch;
  /** Stable releases that were looked at. */
  readonly releases: number;
  /** Newest fix first. */
  readonly cases: readonly CaseFound[];
}

/** Throws `git/unusable` where the history cannot be read whole. */
export async function findLocalCases(asked: CasesAsked, progress: Progress): Promise<LocalCases> {
  const { folder, branch, tagFormat, since, hotfixMs } = asked;
  const local = await openBranch({ folder, ref: branch, to: null });
  const read = await readHistory(local, {
    hasPaths: false,
    onProgress: (commits) => progress.reading(commits),
  });
  const { fullName } = local;
  const whole = { ...read, branch: local.branch, fullName, tagFormat, scope: null };
  const found = findCases(buildHistory(whole), { tagFormat, hotfixMs });
  const isNew = ({ fix }: { readonly fix: { readonly at: Instant } }): boolean =>
    since === null || fix.at >= since;
  const written = found.cases.filter(isNew);
  const suspects = found.suspects.filter(isNew);
  const files = await readCodeFiles(folder, listShas(written, suspects));
  const judged = await judgeSuspects(folder, { suspects, files }, (done, of) =>
    progress.judging(done, of),
  );
  // What changed no code of the product mended no release.
  const isOfCode = ({ fix }: CaseFound): boolean => (files.get(fix.sha) ?? []).length > 0;
  const cases = [...written, ...judged]
    .filter(isOfCode)
    .toSorted((left, right) => right.fix.at - left.fix.at);
  return { local, releases: found.releases, cases };
}

function listShas(cases: readonly CaseFound[], suspects: readonly Suspect[]): readonly Sha[] {
  const fixes = [...cases, ...suspects].map(({ fix }) => fix.sha);
  const brought = new Set(suspects.map(({ bad }) => bad));
  return [...fixes, ...[...brought].flatMap(({ units }) => units.map(({ sha }) => sha))];
}
