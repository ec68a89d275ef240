import { authorAssociation } from "../author-association.ts";
import { reactionsOf } from "../comments.ts";
import type { GitHub } from "../github.ts";
import { formatNodeId } from "../node-id.ts";
import type { Comment, Issue, Reaction, Repository } from "../world.ts";
import { renderAccount } from "./account.ts";
import { renderAppById } from "./app.ts";

export function renderComment(github: GitHub, repository: Repository, comment: Comment) {
  const api = `${github.apiUrl}/repos/${github.fullName(repository)}/issues`;
  const url = `${api}/comments/${comment.id}`;
  const isPull = github.issue(repository.id, comment.issueNumber)?.pull !== undefined;
  const page = `${isPull ? "pull" : "issues"}/${comment.issueNumber}`;
  return {
    url,
    html_url: `${github.url}/${github.fullName(repository)}/${page}#issuecomment-${comment.id}`,
    issue_url: `${api}/${comment.issueNumber}`,
    id: comment.id,
    node_id: formatNodeId("IssueComment", comment.id),
    user: renderAccount(github, github.account(comment.authorId)),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    author_association: authorAssociation(github, repository, comment.authorId),
    body: comment.body,
    reactions: renderReactionRollup(github, url, comment),
    performed_via_github_app: renderAppById(github, comment.appId),
  };
}

/** How often each reaction was given to an issue or a comment, whose address is `url`. */
export function renderReactionRollup(github: GitHub, url: string, target: Issue | Comment) {
  const reactions = reactionsOf(github, target);
  const count = (content: Reaction["content"]): number =>
    reactions.filter((reaction) => reaction.content === content).length;
  return {
    url: `${url}/reactions`,
    total_count: reactions.length,
    "+1": count("+1"),
    "-1": count("-1"),
    laugh: count("laugh"),
    confused: count("confused"),
    heart: count("heart"),
    hooray: count("hooray"),
    rocket: count("rocket"),
    eyes: count("eyes"),
  };
}

export function renderReaction(github: GitHub, reaction: Reaction) {
  return {
    id: reaction.id,
    node_id: formatNodeId("Reaction", reaction.id),
    user: renderAccount(github, github.account(reaction.userId)),
    content: reaction.content,
    created_at: reaction.createdAt,
  };
}
