import { isAncestor } from "./git-history.ts";
import type { GitHub } from "./github.ts";
import type { Author } from "./issues.ts";
import { reaches } from "./permission.ts";
import type { Pull } from "./pull-heads.ts";
import { missingContexts, protectionFor, requiredContexts, rulesFor } from "./rules.ts";
import type { BranchProtection, MergeMethod, Repository } from "./world.ts";

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
  const protection = protectionOf(github, repository, issue, by);
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

/** By the repository's settings, and by its rulesets: both have to. */
export function allowsMethod(
  repository: Repository,
  { pull }: Pull,
  method: MergeMethod,
  by: Author,
): boolean {
  const isAllowed = {
    merge: repository.allowMergeCommit,
    squash: repository.allowSquashMerge,
    rebase: repository.allowRebaseMerge,
  };
  const rules = rulesFor(repository, `refs/heads/${pull.baseRef}`, by.appId);
  return (
    isAllowed[method] &&
    rules.every(
      ({ rule }) =>
        rule.type !== "pull_request" ||
        (rule.parameters?.allowed_merge_methods.includes(method) ?? true),
    )
  );
}

export function isLinear(github: GitHub, repository: Repository, issue: Pull, by: Author): boolean {
  const rules = rulesFor(repository, `refs/heads/${issue.pull.baseRef}`, by.appId);
  const protection = protectionOf(github, repository, issue, by);
  return (
    protection?.isLinear === true ||
    rules.some(({ rule }) => rule.type === "required_linear_history")
  );
}

/**
 * Why a pull that does not hold its base is not merged where that is asked for, in GitHub's words: it
 * says that checks are expected, green as they may be. Null: it may be merged.
 */
export async function judgeStrictness(
  github: GitHub,
  repository: Repository,
  issue: Pull,
  by: Author | null,
): Promise<string | null> {
  const { baseRef, headSha } = issue.pull;
  const protection = protectionOf(github, repository, issue, by);
  const rules = rulesFor(repository, `refs/heads/${baseRef}`, by?.appId ?? null);
  const isStrict =
    protection?.isStrict === true ||
    rules.some(
      ({ rule }) =>
        rule.type === "required_status_checks" &&
        rule.parameters.strict_required_status_checks_policy === true,
    );
  if (!isStrict) return null;
  const base = await github.git.resolve(repository.id, `refs/heads/${baseRef}`);
  if (base === null || (await isAncestor(github.git, repository.id, base, headSha))) return null;
  const required = requiredContexts(repository, baseRef, { appId: by?.appId ?? null, protection });
  const [first, ...more] = required;
  return first === undefined || more.length > 0
    ? `${required.length} of ${required.length} required status checks are expected.`
    : `Required status check "${first.context}" is expected.`;
}

/** As far as it binds this account; null: everybody without a way around it. */
function protectionOf(
  github: GitHub,
  repository: Repository,
  { pull }: Pull,
  by: Author | null,
): BranchProtection | null {
  return by === null
    ? (repository.protections.find((each) => each.branch === pull.baseRef) ?? null)
    : protectionFor(github, repository, pull.baseRef, by);
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
