import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { POLICY_PATH } from "../core/policy/policy-errors.ts";
import type { AttributeFile } from "../core/size/attributes.ts";
import type { ChangedFile } from "../core/size/size.ts";
import type { Sha } from "../core/state.ts";
import { AppError } from "../errors.ts";
import { findEnds, incomplete } from "./change-ends.ts";
import type { ChangeAsked } from "./change-ends.ts";
import { decode, DiffReader } from "./diff-reader.ts";
import { askGit, runGit } from "./program.ts";
import type { GitTalk } from "./program.ts";
import { readStaged } from "./staged-tree.ts";

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
  const [{ base, mergeBase, head }, gitFolder] = await Promise.all([
    findEnds(asked),
    findGitFolder(folder),
  ]);
  const place = { folder, gitFolder, from: mergeBase };
  const files = isStaged
    ? await readStaged(folder, (to, objects) => readFiles({ ...place, to }, { objects }))
    : await readFiles({ ...place, to: head });
  const texts = await readTextsAt(folder, mergeBase, [
    POLICY_PATH,
    ...attributePaths(files.map(({ path }) => path)),
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
 * same, at the latest in the file. White space is looked at later, as in GitHub's patches; lines
 * around those that changed say nothing, and are most of a patch.
 */
const DIFF = ["--bare", "-c", "core.attributesFile=/dev/null"];
const DIFF_FORM = "-M --raw --patch -z --unified=0 --no-color --no-ext-diff --no-textconv".split(
  " ",
);

/** Mostly `.git`, which is seen faster than git starts. */
async function findGitFolder(folder: string): Promise<string> {
  const usual = join(resolve(folder), ".git");
  if (existsSync(join(usual, "HEAD"))) return usual;
  return (await askGit(folder, ["rev-parse", "--absolute-git-dir"])).stdout;
}

interface DiffAsked {
  readonly folder: string;
  readonly gitFolder: string;
  readonly from: Sha;
  readonly to: Sha;
}

async function readFiles(
  { folder, gitFolder, from, to }: DiffAsked,
  talk: Pick<GitTalk, "objects"> = {},
): Promise<readonly ChangedFile[]> {
  const reader = new DiffReader();
  const args = [`--git-dir=${gitFolder}`, ...DIFF, "diff-tree", "-r", ...DIFF_FORM, from, to];
  const { code, stderr } = await runGit(gitFolder, args, (chunk) => reader.add(chunk), {
    ...talk,
    encoding: "latin1",
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
  const found = new Set([".gitattributes"]);
  for (const path of paths) {
    for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1)) {
      const file = `${path.slice(0, at)}/.gitattributes`;
      if (found.has(file)) break;
      found.add(file);
    }
  }
  return [...found];
}

/** Files of a commit that are there, or of the index where its name is empty, in one process. A path with a line feed cannot be asked for. */
export async function readTextsAt(
  folder: string,
  commit: Sha,
  paths: readonly string[],
): Promise<Map<string, string>> {
  const asked = paths.filter((path) => !path.includes("\n"));
  const input = asked.map((path) => `${commit}:${path}\n`).join("");
  const chunks: string[] = [];
  await runGit(folder, ["cat-file", "--batch"], (chunk) => chunks.push(chunk), {
    input,
    encoding: "latin1",
  });
  const text = chunks.join("");
  const found = new Map<string, string>();
  let at = 0;
  for (const path of asked) {
    const end = text.indexOf("\n", at);
    const [, type, bytes] = /^[0-9a-f]+ (\w+) (\d+)$/.exec(text.slice(at, end)) ?? [];
    at = end + 1;
    if (type === undefined) continue;
    if (type === "blob") found.set(path, decode(text.slice(at, at + Number(bytes))));
    at += Number(bytes) + 1;
  }
  return found;
}
