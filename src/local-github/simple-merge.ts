import { diffPaths, findTreeEntry, writeTree } from "./git-tree.ts";
import type { PathChange, TreeChange } from "./git-tree.ts";
import type { GitStore } from "./git.ts";
import { findFork } from "./straight-history.ts";

const FILES_MAX = 20;

/**
 * Tree of the three-way merge of two commits, where neither touched what the other did and nothing
 * may have moved. Null: ask git.
 */
export async function findSimpleMerge(
  git: GitStore,
  repositoryId: number,
  ours: string,
  theirs: string,
): Promise<string | null> {
  const base = await findFork(git, repositoryId, ours, theirs);
  if (base === null) return null;
  const mine = await diffPaths(git, repositoryId, base, ours);
  const other = await diffPaths(git, repositoryId, base, theirs);
  if (mayHaveMoved(mine) || mayHaveMoved(other) || other.length > FILES_MAX) return null;
  if (other.some(({ path }) => mine.some((change) => isInTheWay(path, change.path)))) return null;
  const changes = other.map(async ({ path }): Promise<TreeChange> => {
    const entry = await findTreeEntry(git, repositoryId, theirs, path);
    return { path, mode: entry?.mode ?? "", sha: entry?.sha ?? null };
  });
  return writeTree(git, repositoryId, ours, await Promise.all(changes));
}

/** Git finds moves by what is alike, and carries the changes of the other side there. */
function mayHaveMoved(changes: readonly PathChange[]): boolean {
  return ["added", "removed"].every((status) => changes.some((change) => change.status === status));
}

/** The same path, or one is a folder of the other. */
function isInTheWay(one: string, other: string): boolean {
  return `${one}/`.startsWith(`${other}/`) || `${other}/`.startsWith(`${one}/`);
}
