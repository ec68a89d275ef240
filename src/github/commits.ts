import type { Commit, Instant, Sha } from "../core/state.ts";
import { comparisonAnswer, historyAnswer, pathHistoryAnswer } from "./answers.ts";
import type { CommitsAnswer } from "./answers.ts";
import { READ_COMPARISON, READ_HISTORY, READ_PATH_HISTORY } from "./documents.ts";
import { ask, isAboutComparison, ourCheckFilters } from "./look.ts";
import type { Look } from "./look.ts";
import { orderNewestFirst } from "./order.ts";
import { readCommit } from "./readings.ts";

/** Commits of one batch that are read; a longer one is held, and says so. */
const COMMITS_MAX = 1_000;
const PAGE = 100;
/** Pages of a policy file's history: 1,000 changes of one file. */
const PATH_PAGES_MAX = 10;

export interface CommitsRead {
  /** Newest first, at most 1,000. */
  readonly commits: readonly Commit[];
  /** Also those that were not read. */
  readonly count: number;
}

/** A first page of a comparison that another request brought. */
export interface FirstPage {
  readonly aheadBy: number;
  readonly commits: CommitsAnswer;
}

/**
 * Commits that `head` (a branch or tag) has and `base` (a tag) has not. Null where `head` no longer
 * is at `headSha`: everything has to be read again.
 */
export async function readCommitsSince(
  look: Look,
  base: string,
  to: { readonly head: string; readonly headSha: Sha },
  first: FirstPage | null,
): Promise<CommitsRead | null> {
  const found: CommitsAnswer["nodes"] = [...(first?.commits.nodes ?? [])];
  let count = first?.aheadBy ?? 0;
  let after = first?.commits.pageInfo.endCursor ?? null;
  let hasNext = first === null || first.commits.pageInfo.hasNextPage;
  while (hasNext && found.length < COMMITS_MAX) {
    const { repository } = await ask(look, comparisonAnswer, {
      document: READ_COMPARISON,
      variables: {
        baseRef: `refs/tags/${base}`,
        head: to.head,
        after,
        ...ourCheckFilters(look),
      },
      tolerate: isAboutComparison,
    });
    const comparison = repository.ref?.compare ?? null;
    if (comparison === null || comparison.headTarget.oid !== to.headSha) return null;
    found.push(...comparison.commits.nodes);
    count = comparison.aheadBy;
    after = comparison.commits.pageInfo.endCursor;
    hasNext = comparison.commits.pageInfo.hasNextPage;
  }
  const commits = found.slice(0, COMMITS_MAX).map((commit) => readCommit(commit, look.bases));
  return {
    commits: orderNewestFirst(commits, to.headSha),
    count: Math.max(count, commits.length),
  };
}

/**
 * Commits of a line without a base: those from the one that started it (included), or from a moment
 * on, to the head. Where nothing started it, or not within 1,000 commits, the head alone.
 * `earlier`: the rest.
 */
export async function readCommitsSinceStart(
  look: Look,
  headSha: Sha,
  start: { readonly sha: Sha } | { readonly at: Instant } | null,
): Promise<CommitsRead & { readonly earlier: number }> {
  const found: CommitsAnswer["nodes"] = [];
  let total = 0;
  let after: string | null = null;
  /** How many of those found belong to the line; null: more have to be read. */
  const countOwn = (): number | null => {
    if (start === null) return found.length > 0 ? 1 : null;
    const first =
      "at" in start
        ? found.findIndex(({ committedDate }) => committedDate < start.at)
        : found.findIndex(({ oid }) => oid === start.sha) + 1 || -1;
    return first < 0 ? null : first;
  };
  let hasNext = true;
  while (hasNext && countOwn() === null && found.length < COMMITS_MAX) {
    const history: HistoryPage = await readHistoryPage(look, headSha, after, start === null);
    if (history === null) break;
    found.push(...history.nodes);
    total = history.totalCount;
    after = history.pageInfo.endCursor;
    hasNext = history.pageInfo.hasNextPage;
  }
  // A whole history that is younger than the moment.
  const isAllYounger = !hasNext && start !== null && "at" in start;
  const own = countOwn() ?? (isAllYounger ? found.length : 1);
  const commits = found.slice(0, Math.max(own, 1)).map((commit) => readCommit(commit, look.bases));
  return {
    commits: orderNewestFirst(commits, headSha),
    count: commits.length,
    earlier: Math.max(0, total - commits.length),
  };
}

/** Commits of a branch that its last merges are read from. */
const RECENT_MAX = 300;
/** Commits along first parents that hold 50 merges, and some tags to compare with. */
const RECENT_MAINLINE = 150;

/** The newest commits of a branch, every child before its parents. */
export async function readRecentCommits(look: Look, headSha: Sha): Promise<readonly Commit[]> {
  const found: Commit[] = [];
  let after: string | null = null;
  do {
    const history: HistoryPage = await readHistoryPage(look, headSha, after, false);
    if (history === null) break;
    found.push(...history.nodes.map((commit) => readCommit(commit, look.bases)));
    after = history.pageInfo.hasNextPage ? history.pageInfo.endCursor : null;
  } while (
    after !== null &&
    found.length < RECENT_MAX &&
    mainlineOf(found, headSha) < RECENT_MAINLINE
  );
  return orderNewestFirst(found, headSha);
}

function mainlineOf(commits: readonly Commit[], headSha: Sha): number {
  const bySha = new Map(commits.map((commit) => [commit.sha, commit]));
  let length = 0;
  let next = bySha.get(headSha);
  while (next !== undefined) {
    length += 1;
    next = bySha.get(next.parents[0] ?? "");
  }
  return length;
}

type HistoryPage =
  | NonNullable<ReturnType<typeof historyAnswer.parse>["repository"]["object"]>["history"]
  | null;

async function readHistoryPage(
  look: Look,
  sha: Sha,
  after: string | null,
  isHeadOnly: boolean,
): Promise<HistoryPage> {
  const { repository } = await ask(look, historyAnswer, {
    document: READ_HISTORY,
    variables: {
      sha,
      after,
      first: isHeadOnly ? 1 : PAGE,
      ...ourCheckFilters(look),
    },
  });
  return repository.object?.history ?? null;
}

export interface PathChange {
  readonly sha: Sha;
  /** When it came to the branch: the merge of its pull, else its committer date. */
  readonly at: Instant;
}

/** Commits that touched a path, newest first, at most `limit`. */
export async function readPathChanges(
  look: Look,
  headSha: Sha,
  path: string,
  limit: number,
): Promise<readonly PathChange[]> {
  const changes: PathChange[] = [];
  let after: string | null = null;
  for (let pages = 0; pages < PATH_PAGES_MAX && changes.length < limit; pages += 1) {
    const answer: ReturnType<typeof pathHistoryAnswer.parse> = await ask(look, pathHistoryAnswer, {
      document: READ_PATH_HISTORY,
      variables: { sha: headSha, path, after, first: Math.min(PAGE, limit - changes.length) },
    });
    const history = answer.repository.object?.history;
    for (const node of history?.nodes ?? []) {
      const merged = (node.associatedPullRequests?.nodes ?? []).find(
        (pull) => pull.baseRefName === look.line.branch,
      );
      changes.push({ sha: node.oid, at: merged?.mergedAt ?? node.committedDate });
    }
    if (history?.pageInfo.hasNextPage !== true) break;
    after = history.pageInfo.endCursor;
  }
  return changes;
}
