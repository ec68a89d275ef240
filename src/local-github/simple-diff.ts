import type { DiffSize } from "./git-history.ts";
import { diffPaths, findTreeEntry } from "./git-tree.ts";
import type { GitStore } from "./git.ts";

/** Git looks for a NUL in so many bytes, and counts no lines of what has one. */
const BINARY_BYTES = 8_000;
const FILES_MAX = 20;

/**
 * Lines that differ between two commits or trees, where it needs no search for what moved or stayed:
 * files that only came, or only went, and blocks of lines that did. Null: ask git.
 */
export async function findSimpleSize(
  git: GitStore,
  repositoryId: number,
  from: string,
  to: string,
): Promise<DiffSize | null> {
  const changes = await diffPaths(git, repositoryId, from, to);
  const has = (status: (typeof changes)[number]["status"]): boolean =>
    changes.some((change) => change.status === status);
  if ((has("added") && has("removed")) || changes.length > FILES_MAX) return null;
  const size = { additions: 0, deletions: 0, changedFiles: changes.length };
  for (const { path, status } of changes) {
    const modes = [from, to].map((side) => findTreeEntry(git, repositoryId, side, path));
    const kinds = new Set((await Promise.all(modes)).map((entry) => entry?.mode.slice(0, 2)));
    // A link in place of a file counts as a new one.
    if (status === "modified" && kinds.size > 1) return null;
    const before = status === "added" ? [] : await readLines(git, repositoryId, `${from}:${path}`);
    const after = status === "removed" ? [] : await readLines(git, repositoryId, `${to}:${path}`);
    if (before === null || after === null) return null;
    const rest = dropCommonEnds(before, after);
    if (rest.before.some((line) => rest.after.includes(line))) return null;
    size.additions += rest.after.length;
    size.deletions += rest.before.length;
  }
  return size;
}

/** Each with its line feed. Null for what is no text. */
async function readLines(
  git: GitStore,
  repositoryId: number,
  expression: string,
): Promise<string[] | null> {
  const content = await git.blob(repositoryId, expression);
  if (content === null || content.subarray(0, BINARY_BYTES).includes(0)) return null;
  return content.toString("latin1").match(/[^\n]*\n|[^\n]+$/g) ?? [];
}

function dropCommonEnds(before: readonly string[], after: readonly string[]) {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  const middle = (lines: readonly string[]) => lines.slice(start, lines.length - end);
  return { before: middle(before), after: middle(after) };
}
