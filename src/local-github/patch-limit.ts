import type { FileChange } from "./changed-files.ts";

/**
 * Lines of patches in one answer. What comes after them has no patch and is said to have no lines,
 * and nothing tells that (orgs/community#213491); smaller pages give the numbers.
 */
const PATCH_LINES_MAX = 20_000;

/** The files of one answer as GitHub gives them. */
export function limitPatches(files: readonly FileChange[]): FileChange[] {
  let lines = 0;
  return files.map((file) => {
    if (lines >= PATCH_LINES_MAX) return { ...file, additions: 0, deletions: 0, patch: null };
    lines += file.patch === null ? 0 : countLines(file.patch);
    return lines > PATCH_LINES_MAX ? { ...file, patch: null } : file;
  });
}

function countLines(text: string): number {
  let count = 1;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}
