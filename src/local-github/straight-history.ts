import { findTreeEntry } from "./git-tree.ts";
import type { GitStore } from "./git.ts";

/*
 * Histories without merges, a few commits long: read commit by commit they cost less than to start
 * git. Null says that this one is another, and git has to be asked.
 */

const WALKED_MAX = 50;

interface Walk {
  /** From the commit down, each the parent of the one before. */
  readonly shas: readonly string[];
  /** It came down to a commit without parents. */
  readonly isWhole: boolean;
}

/** Ends early at one that `isEnd`, which is part of it. Null where there is a merge on the way. */
async function walk(
  git: GitStore,
  repositoryId: number,
  start: string,
  isEnd: (sha: string) => boolean = () => false,
): Promise<Walk | null> {
  const shas: string[] = [];
  for (let next: string | undefined = start; next !== undefined;) {
    if (!/^[0-9a-f]{40}$/.test(next)) return null;
    if (shas.length === WALKED_MAX) return { shas, isWhole: false };
    const commit = await git.commit(repositoryId, next);
    // A tag leads to a commit of another name.
    if (commit === null || commit.sha !== next || commit.parents.length > 1) return null;
    shas.push(next);
    if (isEnd(next)) return { shas, isWhole: false };
    [next] = commit.parents;
  }
  return { shas, isWhole: true };
}

/** As `git rev-list` of `sha` and any `^sha`, newest first; only those that change `path`. */
export async function listStraight(
  git: GitStore,
  repositoryId: number,
  revisions: readonly string[],
  path = "",
): Promise<readonly string[] | null> {
  const shas = await listAll(git, repositoryId, revisions);
  if (shas === null || path === "") return shas;
  const changing: string[] = [];
  for (const sha of shas) {
    const parent = (await git.commit(repositoryId, sha))?.parents[0];
    const after = await findTreeEntry(git, repositoryId, sha, path);
    const before =
      parent === undefined ? null : await findTreeEntry(git, repositoryId, parent, path);
    if (after?.sha !== before?.sha || after?.mode !== before?.mode) changing.push(sha);
  }
  return changing;
}

async function listAll(
  git: GitStore,
  repositoryId: number,
  revisions: readonly string[],
): Promise<readonly string[] | null> {
  const [head, ...others] = revisions.filter((revision) => !revision.startsWith("^"));
  if (head === undefined || others.length > 0) return null;
  const known = revisions.filter((revision) => revision.startsWith("^")).map((it) => it.slice(1));
  const walked = await walk(git, repositoryId, head, (sha) => known.includes(sha));
  if (walked === null) return null;
  const { shas, isWhole } = walked;
  if (known.includes(shas.at(-1) ?? "")) return shas.slice(0, -1);
  if (!isWhole) return null;
  let end = shas.length;
  for (const sha of known) {
    const fork = await walk(git, repositoryId, sha, (each) => shas.includes(each));
    if (fork === null) return null;
    const at = shas.indexOf(fork.shas.at(-1) ?? "");
    if (at === -1 && !fork.isWhole) return null;
    if (at !== -1) end = Math.min(end, at);
  }
  return shas.slice(0, end);
}

/** The newest commit that both histories have. Null also where there is none. */
export async function findFork(
  git: GitStore,
  repositoryId: number,
  one: string,
  other: string,
): Promise<string | null> {
  const below = await walk(git, repositoryId, one, (sha) => sha === other);
  if (below === null) return null;
  const walked = await walk(git, repositoryId, other, (sha) => below.shas.includes(sha));
  return walked?.shas.find((sha) => below.shas.includes(sha)) ?? null;
}

/** Whether a commit is another one, or an ancestor of it. */
export async function isBelow(
  git: GitStore,
  repositoryId: number,
  ancestor: string,
  descendant: string,
): Promise<boolean | null> {
  const walked = await walk(git, repositoryId, descendant, (sha) => sha === ancestor);
  if (walked === null) return null;
  if (walked.shas.includes(ancestor)) return true;
  return walked.isWhole ? false : null;
}
