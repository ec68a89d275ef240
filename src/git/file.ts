import { askGit } from "./program.ts";

/** Is there a repository around a folder, and a git program to read it? */
export async function isRepository(folder: string): Promise<boolean> {
  const found = await askGit(folder, ["rev-parse", "--git-dir"]).catch(() => null);
  return found?.code === 0;
}

/** Text of a file at a commit; null where none stands there. */
export async function readFileAt(
  folder: string,
  commit: string,
  path: string,
): Promise<string | null> {
  const { code, stdout } = await askGit(folder, ["cat-file", "blob", `${commit}:${path}`]);
  return code === 0 ? stdout : null;
}

/** The oldest commit below another one that touched a path; null: none did. */
export async function findFirstChange(
  folder: string,
  commit: string,
  path: string,
): Promise<string | null> {
  const { code, stdout } = await askGit(folder, ["log", "--format=%H", commit, "--", path]);
  return code === 0 ? (stdout.split("\n").at(-1) ?? null) || null : null;
}
