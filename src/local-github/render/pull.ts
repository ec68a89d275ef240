import { authorAssociation } from "../author-association.ts";
import { commentsOf } from "../comments.ts";
import type { GitHub } from "../github.ts";
import { judgeMerge, judgeStrictness } from "../merge-rules.ts";
import { formatNodeId } from "../node-id.ts";
import type { Pull } from "../pull-heads.ts";
import { countPullCommits, isMergeable, pullSize } from "../pull-range.ts";
import { statusCheckRollup } from "../status-rollup.ts";
import type { Repository, Review } from "../world.ts";
import { renderAccount } from "./account.ts";
import { renderLabels } from "./label.ts";
import { renderRepository } from "./repository.ts";

/** As in lists: what is known without asking git. */
export function renderPullInList(github: GitHub, repository: Repository, issue: Pull) {
  const { pull, number } = issue;
  const fullName = github.fullName(repository);
  const api = `${github.apiUrl}/repos/${fullName}`;
  const html = `${github.url}/${fullName}/pull/${number}`;
  const urls = {
    issue_url: `${api}/issues/${number}`,
    commits_url: `${api}/pulls/${number}/commits`,
    review_comments_url: `${api}/pulls/${number}/comments`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    comments_url: `${api}/issues/${number}/comments`,
    statuses_url: `${api}/statuses/${pull.headSha}`,
  };
  const assignees = issue.assigneeIds.map((id) => renderAccount(github, github.account(id)));
  return {
    url: `${api}/pulls/${number}`,
    id: pull.id,
    node_id: formatNodeId("PullRequest", pull.id),
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    ...urls,
    number,
    state: issue.state,
    locked: issue.locked,
    title: issue.title,
    user: renderAccount(github, github.account(issue.authorId)),
    body: issue.body,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    merged_at: pull.mergedAt,
    merge_commit_sha: pull.mergeCommitSha,
    assignee: assignees[0] ?? null,
    assignees,
    requested_reviewers: [],
    requested_teams: [],
    labels: renderLabels(github, repository, issue.labels),
    milestone: null,
    draft: pull.draft,
    head: renderEnd(github, pull.headRepositoryId, pull.headRef, pull.headSha),
    base: renderEnd(github, repository.id, pull.baseRef, pull.baseSha),
    _links: {
      self: { href: `${api}/pulls/${number}` },
      html: { href: html },
      issue: { href: urls.issue_url },
      comments: { href: urls.comments_url },
      review_comments: { href: urls.review_comments_url },
      review_comment: { href: urls.review_comment_url },
      commits: { href: urls.commits_url },
      statuses: { href: urls.statuses_url },
    },
    author_association: authorAssociation(github, repository, issue.authorId),
    auto_merge: null,
    active_lock_reason: null,
  };
}

/** As asked for by its number and in webhooks: with sizes from git and what a merge would do. */
export async function renderPull(github: GitHub, repository: Repository, issue: Pull) {
  const [size, commits, mergeable] = await Promise.all([
    pullSize(github, issue),
    countPullCommits(github, issue),
    isMergeable(github, issue),
  ]);
  const { pull } = issue;
  return {
    ...renderPullInList(github, repository, issue),
    merged: pull.merged,
    mergeable,
    rebaseable: mergeable,
    mergeable_state: await mergeableState(github, repository, issue, mergeable),
    merged_by:
      pull.mergedById === null ? null : renderAccount(github, github.account(pull.mergedById)),
    comments: commentsOf(github, issue).length,
    review_comments: 0,
    maintainer_can_modify: pull.maintainerCanModify,
    commits,
    additions: size.additions,
    deletions: size.deletions,
    changed_files: size.changedFiles,
  };
}

async function mergeableState(
  github: GitHub,
  repository: Repository,
  issue: Pull,
  mergeable: boolean | null,
): Promise<string> {
  if (mergeable === null) return "unknown";
  if (!mergeable) return "dirty";
  if (issue.pull.draft) return "draft";
  if (judgeMerge(github, repository, issue, null).length > 0) return "blocked";
  if ((await judgeStrictness(github, repository, issue, null)) !== null) return "behind";
  const rollup = statusCheckRollup(github, repository.id, issue.pull.headSha);
  return rollup === null || rollup.state === "SUCCESS" ? "clean" : "unstable";
}

function renderEnd(github: GitHub, repositoryId: number, ref: string, sha: string) {
  const repository = github.repository(repositoryId);
  const owner = repository === null ? null : github.owner(repository);
  return {
    label: owner === null ? ref : `${owner.login}:${ref}`,
    ref,
    sha,
    user: owner === null ? null : renderAccount(github, owner),
    repo: repository === null ? null : renderRepository(github, repository),
  };
}

/** `isEvent`: webhooks write the state in small letters. */
export function renderReview(
  github: GitHub,
  repository: Repository,
  review: Review,
  isEvent = false,
) {
  const fullName = github.fullName(repository);
  const html = `${github.url}/${fullName}/pull/${review.pullNumber}#pullrequestreview-${review.id}`;
  const pull = `${github.apiUrl}/repos/${fullName}/pulls/${review.pullNumber}`;
  return {
    id: review.id,
    node_id: formatNodeId("PullRequestReview", review.id),
    user: renderAccount(github, github.account(review.authorId)),
    body: review.body,
    state: isEvent ? review.state.toLowerCase() : review.state,
    html_url: html,
    pull_request_url: pull,
    author_association: authorAssociation(github, repository, review.authorId),
    _links: { html: { href: html }, pull_request: { href: pull } },
    submitted_at: review.submittedAt,
    commit_id: review.commitSha,
  };
}
