import type { GitHub } from "./github.ts";
import type { Author } from "./issues.ts";
import { reaches } from "./permission.ts";
import type { Pull } from "./pull-heads.ts";
import { missingContexts, protectionFor, requiredContexts, rulesFor } from "./rules.ts";
import type { Repository } from "./world.ts";

/**
 * Why branch protection or a ruleset would refuse to merge a pull, in GitHub's words; empty when
 * nothing does. `by` null: what holds for somebody without a way around it.
 */
export function judgeMerge(
  github: GitHub,
  repository: Repository,
  issue: Pull,
  by: Author | null,
): string[] {
  const { baseRef, headSha } = issue.pull;
  const protection =
    by === null
      ? (repository.protections.find((each) => each.branch === baseRef) ?? null)
      : protectionFor(github, repository, baseRef, by);
  const appId = by?.appId ?? null;
  const reasons: string[] = [];
  const required = requiredContexts(repository, baseRef, { appId, protection });
  const missing = missingContexts(github, repository, headSha, required);
  if (missing.length === 1) {
    reasons.push(`Required status check "${missing[0]?.context}" is expected.`);
  } else if (missing.length > 1) {
    reasons.push(`${missing.length} of ${required.length} required status checks are expected.`);
  }
  const approvals = countApprovals(github, repository, issue);
  const needed = protection?.requiredReviews ?? 0;
  if (approvals < needed) {
    const reviews = needed === 1 ? "review is" : "reviews are";
    reasons.push(
      `At least ${needed} approving ${reviews} required by reviewers with write access.`,
    );
  }
  const rules = rulesFor(repository, `refs/heads/${baseRef}`, appId);
  if (by !== null && rules.some(({ rule }) => rule.type === "merge_queue")) {
    reasons.push("Changes must be made through the merge queue");
  }
  const isRestricted = rules.some(({ rule }) => rule.type === "update");
  if (isRestricted) reasons.push("Cannot update this protected ref.");
  return reasons;
}

/** The last word of each reviewer with write access counts. */
function countApprovals(github: GitHub, repository: Repository, issue: Pull): number {
  const lastByAuthor = new Map<number, string>();
  for (const review of github.data.reviews) {
    if (review.repositoryId !== repository.id || review.pullNumber !== issue.number) continue;
    if (review.state === "COMMENTED" || review.state === "PENDING") continue;
    if (!reaches(github.permissionOf(repository, review.authorId), "write")) continue;
    lastByAuthor.set(review.authorId, review.state);
  }
  return [...lastByAuthor.values()].filter((state) => state === "APPROVED").length;
}
