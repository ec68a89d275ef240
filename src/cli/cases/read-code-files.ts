import { partOf } from "../../core/failure-cases/fix-files.ts";
import type { Sha } from "../../core/state.ts";
import { readNumstat } from "../../git/numstat.ts";

/** Files of code by the commit that brought them to the branch, with their old names. */
export async function readCodeFiles(
  folder: string,
  shas: readonly Sha[],
): Promise<ReadonlyMap<Sha, readonly string[]>> {
  const wanted = [...new Set(shas)];
  if (wanted.length === 0) return new Map();
  const changed = await readNumstat(folder, wanted, () => undefined);
  return new Map(
    [...changed].map(([sha, list]) => {
      const paths = (list ?? []).flatMap(({ path, previousPath }) => [path, previousPath ?? path]);
      return [sha, paths.filter((path) => partOf(path) === "code")];
    }),
  );
}
