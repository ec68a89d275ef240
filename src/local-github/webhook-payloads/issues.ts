import type { GitHub } from "../github.ts";
import { renderIssueType } from "../issue-types.ts";
import { findLabel } from "../labels.ts";
import { renderAccount } from "../render/account.ts";
import { renderComment } from "../render/comment.ts";
import { renderIssue } from "../render/issue.ts";
import { renderLabel } from "../render/label.ts";
import { renderRepository } from "../render/repository.ts";
import type { EventDetail } from "../world-event.ts";
import type { Repository } from "../world.ts";
import { required } from "./required.ts";

export function renderIssueEvent(github: GitHub, repository: Repository, detail: EventDetail) {
  return {
    issue: renderIssue(github, repository, required(detail, "issue")),
    ...renderIssueChange(github, repository, detail),
    ...renderMove(github, repository, detail),
  };
}

/** Where it went, or where it came from. */
function renderMove(github: GitHub, repository: Repository, { movedTo, movedFrom }: EventDetail) {
  const other = movedTo ?? movedFrom;
  if (other === undefined) return {};
  const place = github.repository(other.repositoryId) ?? repository;
  const issue = renderIssue(github, place, other);
  const home = renderRepository(github, place);
  return movedTo === undefined
    ? { changes: { old_issue: issue, old_repository: home } }
    : { changes: { new_issue: issue, new_repository: home } };
}

export function renderCommentEvent(github: GitHub, repository: Repository, detail: EventDetail) {
  return {
    issue: renderIssue(github, repository, required(detail, "issue")),
    comment: renderComment(github, repository, required(detail, "comment")),
    ...(detail.changes === undefined ? {} : { changes: detail.changes }),
  };
}

/** The one thing that an event is about: label, type, assignee or edited fields. */
export function renderIssueChange(
  github: GitHub,
  repository: Repository,
  { label: name, issueType, assigneeId, changes }: EventDetail,
) {
  const label = name === undefined ? null : findLabel(repository, name);
  return {
    ...(label === null ? {} : { label: renderLabel(github, repository, label) }),
    ...(issueType === undefined ? {} : { type: renderIssueType(github, repository, issueType) }),
    ...(assigneeId === undefined
      ? {}
      : { assignee: renderAccount(github, github.account(assigneeId)) }),
    ...(changes === undefined ? {} : { changes }),
  };
}
