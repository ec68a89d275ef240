import { POLICY_PATH } from "../core/policy/policy-errors.ts";
import type { AttributeFile } from "../core/size/attributes.ts";
import { folderOf, joinPath } from "../core/size/paths.ts";
import type { ChangedFile } from "../core/size/size.ts";
import type { Sha } from "../core/state.ts";
import { AppError } from "../errors.ts";
import { findEnds, incomplete } from "./change-ends.ts";
import type { ChangeAsked } from "./change-ends.ts";
import { DiffReader } from "./diff-reader.ts";
import { askGit, readGitByFile } from "./program.ts";
import type { GitTalk } from "./program.ts";
import { readTextsAt } from "./texts-at.ts";

export interface LocalChange {
  /** Where the head left the base: a pull request's files are those that changed since. */
  readonly mergeBase: Sha;
  /** Null: what is staged. */
  readonly head: Sha | null;
  /** Name of the base; `(nothing)` where there is no commit yet. */
  readonly base: string;
  readonly files: readonly ChangedFile[];
  /** At the merge base. */
  readonly attributeFiles: readonly AttributeFile[];
  /** Text of the policy at the merge base; null: there is none. */
  readonly policy: string | null;
}

/**
 * Read what changed between a base and a head, as a pull request would show it. Throws
 * `git/unusable` and, where only a part of it is here, `git/incomplete`, each with what to do.
 */
export async function readChange(asked: ChangeAsked): Promise<LocalChange> {
  const { folder, isStaged } = asked;
  const { base, mergeBase, head, gitFolder } = await findEnds(asked);
  const place = { folder, gitFolder, from: mergeBase };
  const listed = Promise.withResolvers<readonly string[]>();
  const [files, texts] = await Promise.all([
    isStaged
      ? (await import("./staged-tree.ts")).readStaged(folder, (to, objects) =>
          readFiles({ ...place, to }, listed.resolve, { objects }),
        )
      : readFiles({ ...place, to: head }, listed.resolve),
    // Read while git still compares.
    listed.promise.then((paths) =>
      readTextsAt(folder, mergeBase, [POLICY_PATH, ...attributePaths(paths)]),
    ),
  ]);
  const policy = texts.get(POLICY_PATH) ?? null;
  texts.delete(POLICY_PATH);
  const attributeFiles = toAttributeFiles(texts);
  return { base, mergeBase, head: isStaged ? null : head, files, attributeFiles, policy };
}

function toAttributeFiles(texts: ReadonlyMap<string, string>): readonly AttributeFile[] {
  return [...texts].map(([path, text]) => ({
    folder: path.replace(/\/?\.gitattributes$/, ""),
    text,
  }));
}

/** Every `.gitattributes` of a commit. */
export async function readAttributes(
  folder: string,
  commit: Sha,
): Promise<readonly AttributeFile[]> {
  const { stdout } = await askGit(folder, ["ls-tree", "-r", "-z", "--name-only", commit]);
  const paths = stdout.split("\0").filter((path) => /(?:^|\/)\.gitattributes$/.test(path));
  return toAttributeFiles(await readTextsAt(folder, commit, paths));
}

/**
 * From the git folder and without an index: git would read attributes of the working tree and the
 * index, which the change itself wrote, and `-diff` there hides lines. A reviewer sees them all the
 * same, at the latest in the file. White space is looked at later, as in GitHub's patches. One line
 * around what changed: more of them say nothing, and without any git leaves out what two files have
 * in common at their ends before it compares, which pairs other lines than it does for a reviewer.
 */
const DIFF = ["--bare", "-c", "core.attributesFile=/dev/null"];
const DIFF_FORM =
  "-M --raw --patch --full-index -z --unified=1 --no-color --no-ext-diff --no-textconv".split(" ");

interface DiffAsked {
  readonly folder: string;
  readonly gitFolder: string;
  readonly from: Sha;
  readonly to: Sha;
}

async function readFiles(
  { folder, gitFolder, from, to }: DiffAsked,
  onPaths: (paths: readonly string[]) => void,
  talk: Pick<GitTalk, "objects"> = {},
): Promise<readonly ChangedFile[]> {
  const reader = new DiffReader(onPaths);
  const args = [`--git-dir=${gitFolder}`, ...DIFF, "diff-tree", "-r", ...DIFF_FORM, from, to];
  const { code, stderr } = await readGitByFile(gitFolder, args, (chunk) => reader.add(chunk), {
    ...talk,
    index: `${gitFolder}/no-index`,
  });
  if (code === 0) return reader.end();
  const { stdout: filter } = await askGit(folder, [
    "config",
    "--get-regexp",
    String.raw`\.promisor$`,
  ]);
  if (filter !== "") {
    throw incomplete(
      `${folder} is a partial clone without some of the files that changed. Get them: git -C ${folder} diff --shortstat ${from} ${to}`,
    );
  }
  const message = `git diff-tree in ${gitFolder} ended with ${code}: ${stderr}`;
  throw new AppError("git/failed", message, { retry: { kind: "never" } });
}

/** Of every folder around the files. */
function attributePaths(paths: readonly string[]): readonly string[] {
  const folders = new Set(paths.map(folderOf));
  for (const folder of folders) folders.add(folderOf(folder));
  return Array.from(folders, (folder) => joinPath(folder, ".gitattributes"));
}
