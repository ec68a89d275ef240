import { isAncestor } from "./git-history.ts";
import type { GitHub } from "./github.ts";
import { emitIssue, setState, type Author } from "./issues.ts";
import type { Issue, PullFields, Repository } from "./world.ts";

export type Pull = Issue & { pull: PullFields };

interface BranchChange {
  branch: string;
  before: string | null;
  after: string | null;
}

export function isPull(issue: Issue): issue is Pull {
  return issue.pull !== undefined;
}

/** The ref that keeps a pull's commits in the base repository, also those of a fork. */
function pullRef(number: number): string {
  return `refs/pull/${number}/head`;
}

/** Brings a commit of the head repository into the base repository and points the pull's ref at it. */
export async function keepHead(
  github: GitHub,
  baseRepositoryId: number,
  headRepositoryId: number,
  number: number,
  sha: string,
): Promise<void> {
  const { git } = github;
  if (headRepositoryId !== baseRepositoryId) {
    const source = git.path(headRepositoryId);
    await git.run(baseRepositoryId, ["fetch", "--quiet", "--no-tags", source, sha]);
  }
  await git.pointRef(baseRepositoryId, pullRef(number), sha);
}

/** Open pulls from a branch move with it, and close when it is deleted. */
export async function followHead(
  github: GitHub,
  repository: Repository,
  by: Author,
  change: BranchChange,
): Promise<void> {
  const { branch, before, after } = change;
  const pulls = github.data.issues
    .filter(isPull)
    .filter(({ state, pull }) => state === "open" && pull.headRef === branch)
    .filter(({ pull }) => pull.headRepositoryId === repository.id);
  for (const issue of pulls) {
    if (after === null) {
      setState(github, issue, by, "closed");
      continue;
    }
    await keepHead(github, issue.repositoryId, repository.id, issue.number, after);
    issue.pull.headSha = after;
    issue.updatedAt = github.timestamp();
    if (before !== null && !(await isAncestor(github.git, repository.id, before, after))) {
      issue.timeline.push({
        id: github.nextId(),
        event: "head_ref_force_pushed",
        actorId: by.accountId,
        createdAt: issue.updatedAt,
      });
    }
    emitIssue(github, issue, by, "synchronize", { before, after });
  }
}

/** Open pulls whose commits all reached their base without the merge button count as merged. */
export async function followBase(
  github: GitHub,
  repository: Repository,
  by: Author,
  change: { branch: string; before: string; after: string },
): Promise<void> {
  const { branch, before, after } = change;
  const open = github.data.issues
    .filter(isPull)
    .filter((issue) => issue.repositoryId === repository.id && issue.state === "open")
    .filter(({ pull }) => pull.baseRef === branch);
  if (open.length === 0) return;
  const args = ["for-each-ref", "--format=%(refname)", `--merged=${after}`];
  const text = await github.git.run(repository.id, [
    ...args,
    `--no-merged=${before}`,
    "refs/pull/",
  ]);
  const reached = new Set(text.split("\n"));
  for (const issue of open.filter(({ number }) => reached.has(pullRef(number)))) {
    markMerged(github, issue, by, { mergeCommitSha: after, baseSha: before });
  }
}

/** Closes a pull as merged: state, timeline, `pull_request.closed`. */
export function markMerged(
  github: GitHub,
  issue: Pull,
  by: Author,
  merge: { mergeCommitSha: string; baseSha: string },
): void {
  const at = github.timestamp();
  issue.pull.merged = true;
  issue.pull.mergedAt = at;
  issue.pull.mergedById = by.accountId;
  issue.pull.mergeCommitSha = merge.mergeCommitSha;
  issue.pull.baseSha = merge.baseSha;
  issue.state = "closed";
  issue.closedAt = at;
  issue.closedById = by.accountId;
  issue.updatedAt = at;
  for (const event of ["merged", "closed"] as const) {
    issue.timeline.push({
      id: github.nextId(),
      event,
      actorId: by.accountId,
      createdAt: at,
      commitSha: merge.mergeCommitSha,
    });
  }
  emitIssue(github, issue, by, "closed");
}
