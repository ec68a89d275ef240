import { authorAssociation } from "../author-association.ts";
import { commentsOf } from "../comments.ts";
import type { GitHub } from "../github.ts";
import { renderIssueType } from "../issue-types.ts";
import { findLabel } from "../labels.ts";
import { formatNodeId } from "../node-id.ts";
import type { Issue, Repository, TimelineEvent } from "../world.ts";
import { renderAccount } from "./account.ts";
import { renderAppById } from "./app.ts";
import { renderComment, renderReactionRollup } from "./comment.ts";
import { renderLabels } from "./label.ts";

/** As in lists and webhooks; also of a pull, which GitHub shows as an issue with `pull_request`. */
export function renderIssue(github: GitHub, repository: Repository, issue: Issue) {
  const api = `${github.apiUrl}/repos/${github.fullName(repository)}`;
  const url = `${api}/issues/${issue.number}`;
  const page = issue.pull ? "pull" : "issues";
  const assignees = issue.assigneeIds.map((id) => renderAccount(github, github.account(id)));
  return {
    url,
    repository_url: api,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: `${github.url}/${github.fullName(repository)}/${page}/${issue.number}`,
    id: issue.id,
    node_id: issueNodeId(issue),
    number: issue.number,
    title: issue.title,
    user: renderAccount(github, github.account(issue.authorId)),
    labels: renderLabels(github, repository, issue.labels),
    state: issue.state,
    locked: issue.locked,
    assignee: assignees[0] ?? null,
    assignees,
    milestone: null,
    comments: commentsOf(github, issue).length,
    created_at: issue.createdAt,
    updated_at: issue.updatedAt,
    closed_at: issue.closedAt,
    author_association: authorAssociation(github, repository, issue.authorId),
    type: renderIssueType(github, repository, issue.type ?? null),
    active_lock_reason: null,
    ...(issue.pull ? renderPullPart(github, repository, issue) : {}),
    body: issue.body,
    reactions: renderReactionRollup(github, url, issue),
    timeline_url: `${url}/timeline`,
    performed_via_github_app: renderAppById(github, issue.authorAppId),
    state_reason: issue.stateReason,
  };
}

/** One issue asked for by its number also says who closed it. */
export function renderIssueInFull(github: GitHub, repository: Repository, issue: Issue) {
  return {
    ...renderIssue(github, repository, issue),
    closed_by:
      issue.closedById === null ? null : renderAccount(github, github.account(issue.closedById)),
  };
}

function issueNodeId(issue: Issue): string {
  return issue.pull ? formatNodeId("PullRequest", issue.pull.id) : formatNodeId("Issue", issue.id);
}

export function renderIssueEvent(github: GitHub, repository: Repository, event: TimelineEvent) {
  const api = `${github.apiUrl}/repos/${github.fullName(repository)}`;
  const sha = event.commitSha ?? null;
  const label = event.label === undefined ? null : findLabel(repository, event.label);
  return {
    id: event.id,
    node_id: formatNodeId(event.event === "labeled" ? "LabeledEvent" : "TimelineEvent", event.id),
    url: `${api}/issues/events/${event.id}`,
    actor: renderAccount(github, github.account(event.actorId)),
    event: event.event,
    commit_id: sha,
    commit_url: sha === null ? null : `${api}/commits/${sha}`,
    created_at: event.createdAt,
    performed_via_github_app: null,
    ...(event.label === undefined
      ? {}
      : { label: { name: event.label, color: label?.color ?? "ededed" } }),
    ...(event.rename === undefined ? {} : { rename: event.rename }),
  };
}

/** Events and comments of an issue in order of time. */
export function renderTimeline(github: GitHub, repository: Repository, issue: Issue) {
  const events = issue.timeline.map((event) => renderIssueEvent(github, repository, event));
  const comments = commentsOf(github, issue).map((comment) => {
    const rendered = renderComment(github, repository, comment);
    return { ...rendered, event: "commented" as const, actor: rendered.user };
  });
  return [...events, ...comments].toSorted((a, b) => a.id - b.id);
}

function renderPullPart(github: GitHub, repository: Repository, issue: Issue) {
  const page = `${github.url}/${github.fullName(repository)}/pull/${issue.number}`;
  return {
    draft: issue.pull?.draft ?? false,
    pull_request: {
      url: `${github.apiUrl}/repos/${github.fullName(repository)}/pulls/${issue.number}`,
      html_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      merged_at: issue.pull?.mergedAt ?? null,
    },
  };
}
