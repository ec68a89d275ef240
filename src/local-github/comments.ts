import { validationFailed } from "./context.ts";
import type { GitHub } from "./github.ts";
import { requireBody, type Author } from "./issues.ts";
import type { EventDetail } from "./world-event.ts";
import type { Comment, Issue, Reaction } from "./world.ts";

export function commentsOf(github: GitHub, issue: Issue): Comment[] {
  return github.data.comments.filter(
    (comment) =>
      comment.repositoryId === issue.repositoryId && comment.issueNumber === issue.number,
  );
}

/** Emits `issue_comment.created`, for issues and for pulls. */
export function createComment(github: GitHub, issue: Issue, by: Author, body: string): Comment {
  requireText(body);
  const at = github.timestamp();
  const comment: Comment = {
    id: github.nextId(),
    repositoryId: issue.repositoryId,
    issueNumber: issue.number,
    authorId: by.accountId,
    body,
    createdAt: at,
    updatedAt: at,
    appId: by.viaAppId ?? by.appId,
  };
  github.data.comments.push(comment);
  issue.updatedAt = at;
  emit(github, comment, by, "created");
  return comment;
}

/** Emits `issue_comment.edited` with what it said before; nothing where it says so already. */
export function editComment(github: GitHub, comment: Comment, by: Author, body: string): void {
  requireText(body);
  if (comment.body === body) return;
  const changes = { body: { from: comment.body } };
  comment.body = body;
  comment.updatedAt = github.timestamp();
  emit(github, comment, by, "edited", { changes });
}

export function deleteComment(github: GitHub, comment: Comment, by: Author): void {
  github.data.comments = github.data.comments.filter((each) => each !== comment);
  github.data.reactions = github.data.reactions.filter((each) => each.commentId !== comment.id);
  emit(github, comment, by, "deleted");
}

const REACTION_CONTENTS: readonly Reaction["content"][] = [
  "+1",
  "-1",
  "laugh",
  "confused",
  "heart",
  "hooray",
  "rocket",
  "eyes",
];

/** An issue's own reactions, or those of one comment. */
export function reactionsOf(github: GitHub, target: Issue | Comment): Reaction[] {
  return github.data.reactions.filter((reaction) =>
    "issueNumber" in target
      ? reaction.commentId === target.id
      : reaction.repositoryId === target.repositoryId && reaction.issueNumber === target.number,
  );
}

/** Reacting twice in the same way leaves one reaction; `made` tells which it was. */
export function react(
  github: GitHub,
  target: Issue | Comment,
  by: Author,
  content: string,
): { reaction: Reaction; made: boolean } {
  const known = REACTION_CONTENTS.find((each) => each === content);
  if (known === undefined) {
    throw validationFailed({ resource: "Reaction", code: "invalid", field: "content" });
  }
  const before = reactionsOf(github, target).find(
    (each) => each.userId === by.accountId && each.content === known,
  );
  if (before !== undefined) return { reaction: before, made: false };
  const isComment = "issueNumber" in target;
  const reaction: Reaction = {
    id: github.nextId(),
    repositoryId: target.repositoryId,
    issueNumber: isComment ? null : target.number,
    commentId: isComment ? target.id : null,
    userId: by.accountId,
    content: known,
    createdAt: github.timestamp(),
  };
  github.data.reactions.push(reaction);
  github.changed();
  return { reaction, made: true };
}

function requireText(body: string): void {
  if (body.trim() === "") {
    throw validationFailed({ resource: "IssueComment", code: "unprocessable", field: "data" });
  }
  requireBody("IssueComment", body);
}

function emit(
  github: GitHub,
  comment: Comment,
  by: Author,
  action: string,
  detail: EventDetail = {},
): void {
  const issue = github.issue(comment.repositoryId, comment.issueNumber);
  if (issue === null) throw new Error(`Comment ${comment.id} has no issue.`);
  github.emit({
    name: "issue_comment",
    action,
    repositoryId: comment.repositoryId,
    senderId: by.accountId,
    detail: { issue, comment, ...detail },
  });
}
