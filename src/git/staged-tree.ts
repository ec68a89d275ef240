import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Sha } from "../core/state.ts";
import { askGit } from "./program.ts";
import type { ObjectFolders } from "./program.ts";
import { unusable } from "./repository.ts";

/**
 * Reads from what is staged as from a commit. git would take attributes from the index otherwise,
 * and `-diff` staged there hides the lines of what it names. Its tree is written to a folder of its
 * own, which goes again: nothing is written to the repository. Throws `git/unusable`.
 */
export async function readStaged<Read>(
  folder: string,
  read: (tree: Sha, objects: ObjectFolders) => Promise<Read>,
): Promise<Read> {
  const [{ stdout: objects }, own] = await Promise.all([
    askGit(folder, ["rev-parse", "--path-format=absolute", "--git-path", "objects"]),
    mkdtemp(path.join(tmpdir(), "smallbatch-staged-")),
  ]);
  try {
    const folders = { own, other: objects };
    const { code, stdout, stderr } = await askGit(folder, ["write-tree"], { objects: folders });
    if (code === 0) return await read(stdout, folders);
    const why = stderr.split("\n", 1).join("");
    throw unusable(
      `what is staged in ${folder} cannot be committed as it is (${why}): see git status`,
    );
  } finally {
    await rm(own, { recursive: true, force: true });
  }
}
