import type { GitHub } from "./github.ts";
import type { Repository } from "./world.ts";

export type AuthorAssociation = "COLLABORATOR" | "CONTRIBUTOR" | "MEMBER" | "NONE" | "OWNER";

/** What an account is to a repository. Never a permission: a member may have none. */
export function authorAssociation(
  github: GitHub,
  repository: Repository,
  accountId: number,
): AuthorAssociation {
  if (repository.ownerId === accountId) return "OWNER";
  const isMember = github.data.memberships.some(
    (each) => each.organizationId === repository.ownerId && each.userId === accountId,
  );
  if (isMember) return "MEMBER";
  if (repository.collaborators[accountId] !== undefined) return "COLLABORATOR";
  const hasMerged = github.data.issues.some(
    (issue) =>
      issue.repositoryId === repository.id && issue.authorId === accountId && issue.pull?.merged,
  );
  return hasMerged ? "CONTRIBUTOR" : "NONE";
}
