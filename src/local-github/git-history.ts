import type { GitCommit } from "./git-object.ts";
import { requireSuccess } from "./git-process.ts";
import type { GitStore } from "./git.ts";
import { findSimpleSize } from "./simple-diff.ts";
import { findSimpleMerge } from "./simple-merge.ts";
import { findFork, isBelow, listStraight } from "./straight-history.ts";

export interface DiffSize {
  additions: number;
  deletions: number;
  changedFiles: number;
}

export interface HistoryQuery {
  /** Revisions as `git rev-list` takes them: `sha`, `^sha`. */
  revisions: string[];
  path?: string;
  /** ISO times. */
  since?: string;
  until?: string;
  /** Matched against author name and address, literally. */
  author?: string;
  skip?: number;
  limit?: number;
  /** Oldest first, parents before children. */
  isOldestFirst?: boolean;
}

/** Answers about commits never change, as long as the commits are named by their SHAs. */
const answers = new WeakMap<GitStore, Map<string, Promise<string | null>>>();
const ANSWERS_MAX = 5_000;
const ANSWER_CHARACTERS_MAX = 65_536;

function isFixed(revision: string): boolean {
  return /^\^?[0-9a-f]{40}(\.\.\.[0-9a-f]{40})?$/.test(revision);
}

/** What git prints, from memory where it was asked before; null where it exits with 1 ("no"). */
async function ask(
  git: GitStore,
  repositoryId: number,
  args: readonly string[],
  revisions: readonly string[],
): Promise<string | null> {
  const run = async (): Promise<string | null> => {
    const result = await git.tryRun(repositoryId, [...args]);
    if (result.code === 1) return null;
    return requireSuccess(result, args, repositoryId).stdout.toString("utf8");
  };
  return revisions.every(isFixed) ? keep(git, [repositoryId, ...args].join("\0"), run) : run();
}

/** From memory where it is known. */
async function keep(
  git: GitStore,
  key: string,
  run: () => Promise<string | null>,
): Promise<string | null> {
  const known = answers.get(git) ?? new Map<string, Promise<string | null>>();
  answers.set(git, known);
  const found = known.get(key);
  if (found !== undefined) return found;
  if (known.size >= ANSWERS_MAX) known.clear();
  const answer = run();
  known.set(key, answer);
  const forget = (): boolean => known.delete(key);
  answer.then((text) => (text?.length ?? 0) > ANSWER_CHARACTERS_MAX && forget(), forget);
  return answer;
}

/** SHAs in git's order: newest first, unless asked otherwise. */
export async function listShas(
  git: GitStore,
  repositoryId: number,
  query: HistoryQuery,
): Promise<string[]> {
  const { path, since, until, author, revisions } = query;
  if (!since && !until && !author) {
    const straight = await listStraight(git, repositoryId, revisions, path ?? "");
    if (straight !== null) {
      const { skip = 0, limit = straight.length } = query;
      const shas = straight.slice(skip, skip + limit);
      return query.isOldestFirst ? shas.toReversed() : shas;
    }
  }
  const args = ["rev-list", ...(query.isOldestFirst ? ["--topo-order", "--reverse"] : [])];
  if (query.skip) args.push(`--skip=${query.skip}`);
  if (query.limit !== undefined) args.push(`--max-count=${query.limit}`);
  if (since) args.push(`--since=${since}`);
  if (until) args.push(`--until=${until}`);
  if (author) args.push("--fixed-strings", `--author=${author}`);
  args.push(...revisions, "--", ...(path ? [`:(literal)${path}`] : []));
  const text = await ask(git, repositoryId, args, revisions);
  return (text ?? "").split("\n").filter((line) => line !== "");
}

export async function listCommits(
  git: GitStore,
  repositoryId: number,
  query: HistoryQuery,
): Promise<GitCommit[]> {
  return git.commits(repositoryId, await listShas(git, repositoryId, query));
}

export async function countCommits(
  git: GitStore,
  repositoryId: number,
  revisions: string[],
): Promise<number> {
  const straight = await listStraight(git, repositoryId, revisions);
  if (straight !== null) return straight.length;
  const args = ["rev-list", "--count", ...revisions, "--"];
  return Number(await ask(git, repositoryId, args, revisions));
}

/** Commits that only one side has. */
export async function countDivergence(
  git: GitStore,
  repositoryId: number,
  base: string,
  head: string,
): Promise<{ behind: number; ahead: number }> {
  const sides = await Promise.all([
    listStraight(git, repositoryId, [base, `^${head}`]),
    listStraight(git, repositoryId, [head, `^${base}`]),
  ]);
  if (sides[0] !== null && sides[1] !== null) {
    return { behind: sides[0].length, ahead: sides[1].length };
  }
  const range = `${base}...${head}`;
  const args = ["rev-list", "--left-right", "--count", range, "--"];
  const text = (await ask(git, repositoryId, args, [range])) ?? "";
  const [behind = 0, ahead = 0] = text.trim().split(/\s+/).map(Number);
  return { behind, ahead };
}

/** Null when the histories have nothing in common. */
export async function mergeBase(
  git: GitStore,
  repositoryId: number,
  one: string,
  other: string,
): Promise<string | null> {
  const fork = await findFork(git, repositoryId, one, other);
  if (fork !== null) return fork;
  const text = await ask(git, repositoryId, ["merge-base", one, other], [one, other]);
  return text === null ? null : text.trim();
}

export async function isAncestor(
  git: GitStore,
  repositoryId: number,
  ancestor: string,
  descendant: string,
): Promise<boolean> {
  const isFound = await isBelow(git, repositoryId, ancestor, descendant);
  if (isFound !== null) return isFound;
  const args = ["merge-base", "--is-ancestor", ancestor, descendant];
  return (await ask(git, repositoryId, args, [ancestor, descendant])) !== null;
}

export async function diffSize(
  git: GitStore,
  repositoryId: number,
  from: string,
  to: string,
): Promise<DiffSize> {
  const size = await findSimpleSize(git, repositoryId, from, to);
  if (size !== null) return size;
  const args = ["diff-tree", "-r", "-M", "--shortstat", from, to];
  const text = (await ask(git, repositoryId, args, [from, to])) ?? "";
  const read = (pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? 0);
  return {
    additions: read(/(\d+) insertion/),
    deletions: read(/(\d+) deletion/),
    changedFiles: read(/(\d+) files? changed/),
  };
}

/** Tree of the three-way merge; `conflicts` names the paths that git could not merge. */
export async function mergeTrees(
  git: GitStore,
  repositoryId: number,
  ours: string,
  theirs: string,
): Promise<{ treeSha: string; conflicts: string[] }> {
  if (await isBelow(git, repositoryId, ours, theirs)) {
    const commit = await git.commit(repositoryId, theirs);
    if (commit !== null) return { treeSha: commit.treeSha, conflicts: [] };
  }
  const simple = await findSimpleMerge(git, repositoryId, ours, theirs);
  if (simple !== null) return { treeSha: simple, conflicts: [] };
  const args = ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", ours, theirs];
  const text = await keep(git, [repositoryId, ...args].join("\0"), async () => {
    const { code, stdout } = await git.tryRun(repositoryId, args);
    return code > 1 ? null : stdout.toString("utf8");
  });
  // Histories without a common commit: GitHub does not merge them either.
  if (text === null) return { treeSha: "", conflicts: ["unrelated histories"] };
  const [treeSha = "", ...conflicts] = text.split("\0");
  return { treeSha, conflicts: conflicts.filter((path) => path !== "") };
}
