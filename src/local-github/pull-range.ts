import { changedFiles, type FileChange } from "./changed-files.ts";
import {
  countCommits,
  diffSize,
  listCommits,
  mergeBase,
  mergeTrees,
  type DiffSize,
} from "./git-history.ts";
import type { GitCommit } from "./git-object.ts";
import type { GitHub } from "./github.ts";
import type { Pull } from "./pull-heads.ts";

/** GitHub lists no more commits of one pull than this (REST, "List commits on a pull request"). */
const COMMITS_MAX = 250;

/** GitHub lists no more files of one pull than this (REST, "List pull requests files"). */
const FILES_MAX = 3_000;

/** What a pull changes: everything between where it left its base and its head. */
interface PullRange {
  /** Null when base and head have nothing in common. */
  from: string | null;
  to: string;
  /** Base branch now for an open pull; before the merge for a merged one. */
  base: string;
}

async function pullRange(github: GitHub, issue: Pull): Promise<PullRange> {
  const { git } = github;
  const { pull, repositoryId } = issue;
  const isOpen = issue.state === "open";
  const current = isOpen ? await git.resolve(repositoryId, `refs/heads/${pull.baseRef}`) : null;
  const base = current ?? pull.baseSha;
  return { base, to: pull.headSha, from: await mergeBase(git, repositoryId, base, pull.headSha) };
}

export async function pullSize(github: GitHub, issue: Pull): Promise<DiffSize> {
  const { from, to } = await pullRange(github, issue);
  if (from === null) return { additions: 0, deletions: 0, changedFiles: 0 };
  return diffSize(github.git, issue.repositoryId, from, to);
}

/** Those that GitHub lists. */
export async function pullFiles(github: GitHub, issue: Pull): Promise<readonly FileChange[]> {
  const { from, to } = await pullRange(github, issue);
  const files = from === null ? [] : await changedFiles(github.git, issue.repositoryId, from, to);
  return files.slice(0, FILES_MAX);
}

/** Oldest first. */
export async function pullCommits(github: GitHub, issue: Pull): Promise<GitCommit[]> {
  const { base, to } = await pullRange(github, issue);
  const commits = await listCommits(github.git, issue.repositoryId, {
    revisions: [to, `^${base}`],
    isOldestFirst: true,
  });
  return commits.slice(0, COMMITS_MAX);
}

export async function countPullCommits(github: GitHub, issue: Pull): Promise<number> {
  const { base, to } = await pullRange(github, issue);
  return countCommits(github.git, issue.repositoryId, [to, `^${base}`]);
}

/** Null for a pull that is not open: nobody asks any more. */
export async function isMergeable(github: GitHub, issue: Pull): Promise<boolean | null> {
  if (issue.state !== "open") return null;
  const { base, to } = await pullRange(github, issue);
  const { conflicts } = await mergeTrees(github.git, issue.repositoryId, base, to);
  return conflicts.length === 0;
}
