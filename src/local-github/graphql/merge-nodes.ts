import { latestRuns, runsOfCommit } from "../checks.ts";
import { mergeTrees } from "../git-history.ts";
import { writeCommit } from "../git-write.ts";
import { queueOf } from "../merge-queue.ts";
import { judgeMerge, judgeStrictness } from "../merge-rules.ts";
import { reaches } from "../permission.ts";
import type { Pull } from "../pull-heads.ts";
import { rulesFor } from "../rules.ts";
import { webFlowSignature } from "../signature.ts";
import { latestStatuses } from "../statuses.ts";
import type { Repository, Review } from "../world.ts";
import { mergeableOfPull } from "./pull-reads.ts";
import type { Scope } from "./scope.ts";

/** What GitHub says of an open pull besides whether git can merge it. */

const GREEN = new Set(["success", "neutral", "skipped"]);

/** `HAS_HOOKS` needs rules that are not kept here. */
export async function mergeStateOf(
  scope: Scope,
  repository: Repository,
  issue: Pull,
): Promise<string> {
  const mergeable = await mergeableOfPull(scope, issue);
  if (mergeable === "UNKNOWN") return "UNKNOWN";
  if (mergeable === "CONFLICTING") return "DIRTY";
  if (issue.pull.draft) return "DRAFT";
  if (judgeMerge(scope.github, repository, issue, null).length > 0) return "BLOCKED";
  if ((await judgeStrictness(scope.github, repository, issue, null)) !== null) return "BEHIND";
  return isGreen(scope, repository, issue.pull.headSha) ? "CLEAN" : "UNSTABLE";
}

function isGreen({ github }: Scope, { id }: Repository, sha: string): boolean {
  const runs = latestRuns(runsOfCommit(github, id, sha));
  const statuses = latestStatuses(github, id, sha);
  return (
    runs.every((run) => run.status === "completed" && GREEN.has(run.conclusion ?? "")) &&
    statuses.every(({ state }) => state === "success")
  );
}

/** Null where no review is required. `reviews`: the newest of each reviewer that says yes or no. */
export function reviewDecisionOf(
  { github }: Scope,
  repository: Repository,
  issue: Pull,
  reviews: readonly Review[],
): string | null {
  const protection = repository.protections.find(({ branch }) => branch === issue.pull.baseRef);
  const needed = protection?.requiredReviews ?? 0;
  if (needed === 0) return null;
  const counted = reviews.filter(({ authorId }) =>
    reaches(github.permissionOf(repository, authorId), "write"),
  );
  if (counted.some(({ state }) => state === "CHANGES_REQUESTED")) return "CHANGES_REQUESTED";
  const approved = counted.filter(({ state }) => state === "APPROVED").length;
  return approved >= needed ? "APPROVED" : "REVIEW_REQUIRED";
}

export function isQueueEnabled(repository: Repository, { pull }: Pull): boolean {
  const rules = rulesFor(repository, `refs/heads/${pull.baseRef}`);
  return rules.some(({ rule }) => rule.type === "merge_queue");
}

export function isQueued({ github }: Scope, repository: Repository, { number, pull }: Pull) {
  return queueOf(github, repository, pull.baseRef).some((entry) => entry.number === number);
}

/** The commit by which GitHub tried the merge; null where there is none: it conflicts, or is over. */
export async function potentialMergeOf(
  scope: Scope,
  repository: Repository,
  issue: Pull,
): Promise<object | null> {
  if ((await mergeableOfPull(scope, issue)) !== "MERGEABLE") return null;
  const { git } = scope.github;
  const { baseRef, headSha } = issue.pull;
  const base = await git.resolve(repository.id, `refs/heads/${baseRef}`);
  if (base === null) return null;
  const { treeSha } = await mergeTrees(git, repository.id, base, headSha);
  // As old as what it merges, so that it is the same commit each time.
  const made = await git.commit(repository.id, headSha);
  const signature = webFlowSignature(new Date(made?.committer.date ?? 0));
  const sha = await writeCommit(git, repository.id, {
    treeSha,
    parents: [base, headSha],
    author: signature,
    committer: signature,
    message: `Merge ${headSha} into ${base}`,
    isSigned: true,
  });
  return scope.nodes.commit(repository, sha);
}
