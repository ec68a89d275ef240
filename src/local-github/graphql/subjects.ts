import { parseNodeId } from "../node-id.ts";
import { actorAccount, judgeAccess } from "../permission.ts";
import { isPull, type Pull } from "../pull-heads.ts";
import type { Comment, Issue, RepositoryRole } from "../world.ts";
import { forbidden, notFound, Failure } from "./errors.ts";
import { repositoryOf, sees, type Scope } from "./scope.ts";

/** The issue or pull of a global id, that the sender sees. Throws NOT_FOUND. */
export function requireThread(scope: Scope, id: string): Issue {
  const parsed = parseNodeId(id);
  const wanted = parsed?.ids[0];
  const found = scope.github.data.issues.find((issue) =>
    parsed?.type === "PullRequest"
      ? issue.pull?.id === wanted
      : parsed?.type === "Issue" && issue.id === wanted,
  );
  if (!found || !sees(scope, repositoryOf(scope, found.repositoryId))) {
    throw notFound(`a node with the global id of '${id}'`);
  }
  return found;
}

export function requirePull(scope: Scope, id: string): Pull {
  const found = requireThread(scope, id);
  if (!isPull(found)) throw notFound(`a node with the global id of '${id}'`);
  return found;
}

export function requireIssue(scope: Scope, id: string): Issue {
  const found = requireThread(scope, id);
  if (isPull(found)) throw notFound(`a node with the global id of '${id}'`);
  return found;
}

export function requireComment(scope: Scope, id: string): Comment {
  const parsed = parseNodeId(id);
  const found = scope.github.data.comments.find(
    (comment) => parsed?.type === "IssueComment" && comment.id === parsed.ids[0],
  );
  if (!found || !sees(scope, repositoryOf(scope, found.repositoryId))) {
    throw notFound(`a node with the global id of '${id}'`);
  }
  return found;
}

/**
 * Throws FORBIDDEN unless the sender may write there: an App by `issues`, on a pull also by
 * `pull_requests`; a person with the role, or whoever wrote the thing where that is enough.
 */
export function requireWrite(
  scope: Scope,
  issue: Issue,
  need: { role: RepositoryRole; ownerId?: number },
): void {
  const repository = repositoryOf(scope, issue.repositoryId);
  if (repository.archived) {
    throw new Failure("FORBIDDEN", "Repository was archived so is read-only.");
  }
  const isOwn = actorAccount(scope.actor)?.id === need.ownerId;
  const role = isOwn ? "read" : need.role;
  const permissions = issue.pull ? (["issues", "pull_requests"] as const) : (["issues"] as const);
  const isAllowed = permissions.some(
    (permission) =>
      judgeAccess(scope.github, scope.actor, repository, { permission, access: "write", role }) ===
      "allowed",
  );
  if (!isAllowed) throw forbidden(scope.actor);
}
