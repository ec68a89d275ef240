import type { CaseFound, Suspect } from "../../core/failure-cases/find-cases.ts";
import { partOf } from "../../core/failure-cases/fix-files.ts";
import { readReleaseCommit } from "../../core/release-commit.ts";
import type { Sha } from "../../core/state.ts";
import { nameUnit } from "../../core/units.ts";
import { readOrigins } from "../../git/blame.ts";

/** Processes of git at the same time. */
const PROCESSES_MAX = 4;

/**
 * Those that change lines which the release before brought. Git is asked line by line only where
 * both changed a file of code.
 */
export async function judgeSuspects(
  folder: string,
  {
    suspects,
    files,
  }: {
    readonly suspects: readonly Suspect[];
    /** Of code, by commit. */
    readonly files: ReadonlyMap<Sha, readonly string[]>;
  },
  onProgress: (done: number, of: number) => void,
): Promise<readonly CaseFound[]> {
  const open = suspects.filter(({ bad, fix }) => {
    const brought = new Set(bad.units.flatMap(({ sha }) => files.get(sha) ?? []));
    return (files.get(fix.sha) ?? []).some((path) => brought.has(path));
  });
  const found = new Map<Suspect, CaseFound>();
  const left = [...open];
  const work = async (): Promise<void> => {
    for (let one = left.pop(); one !== undefined; one = left.pop()) {
      const judged = await judgeSuspect(folder, one);
      if (judged !== null) found.set(one, judged);
      onProgress(open.length - left.length, open.length);
    }
  };
  await Promise.all(Array.from({ length: PROCESSES_MAX }, work));
  return open.flatMap((one) => found.get(one) ?? []);
}

async function judgeSuspect(folder: string, suspect: Suspect): Promise<CaseFound | null> {
  const { bad, fix } = suspect;
  const origins = await readOrigins(folder, {
    fix: fix.sha,
    after: bad.tag?.previous?.tag.sha ?? null,
    isWanted: (path) => partOf(path) === "code",
  });
  // The lines that a release writes itself, such as its version, are no work of anybody.
  const work = bad.units.filter(({ title }) => readReleaseCommit(title) === null);
  const evidence = work.flatMap((unit) => {
    const isOwn = ({ sha }: { readonly sha: Sha }): boolean =>
      unit.commits.some((commit) => commit.sha === sha);
    const paths = [...new Set(origins.filter(isOwn).map(({ path }) => path))];
    const what = `${nameUnit(unit)} in ${paths.slice(0, 3).join(", ")}`;
    return paths.length === 0 ? [] : [{ sure: "inferred", by: "same-lines", what } as const];
  });
  return evidence.length === 0 ? null : { ...suspect, kind: "hotfix", evidence };
}
