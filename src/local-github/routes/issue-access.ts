import { HttpError, notFound, requireRepository, type RequestContext } from "../context.ts";
import type { GitHub } from "../github.ts";
import { judgeAccess } from "../permission.ts";
import type { Issue, Repository, RepositoryRole } from "../world.ts";

export interface FoundIssue {
  repository: Repository;
  issue: Issue;
}

/**
 * The issue or pull of the path. An App may reach a pull with either permission, `issues` or
 * `pull_requests`. Throws 404 and 403 as `requireRepository`.
 */
export function requireIssue(
  c: RequestContext,
  github: GitHub,
  need: { access: "read" | "write"; role?: RepositoryRole },
): FoundIssue {
  const named = github.findRepository(c.req.param("owner") ?? "", c.req.param("repo") ?? "");
  const number = Number(c.req.param("number"));
  const found = named === null ? null : github.issue(named.repository.id, number);
  const isByPulls =
    named !== null &&
    found?.pull !== undefined &&
    judgeAccess(github, c.get("actor"), named.repository, {
      permission: "pull_requests",
      ...need,
    }) === "allowed";
  const permission = isByPulls ? "pull_requests" : "issues";
  const repository = requireRepository(c, github, { permission, ...need });
  if (found === null) throw notFound();
  if (!found.pull && !repository.hasIssues) {
    throw new HttpError(410, { message: "Issues are disabled for this repo" });
  }
  return { repository, issue: found };
}

/** Whether the sender may label, close and assign: an App that may write, a person from triage on. */
export function mayTriage(c: RequestContext, github: GitHub, repository: Repository): boolean {
  const need = { permission: "issues", access: "write", role: "triage" } as const;
  return judgeAccess(github, c.get("actor"), repository, need) === "allowed";
}
