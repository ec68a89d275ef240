import { validationFailed } from "./context.ts";
import type { GitHub } from "./github.ts";
import { emitIssue, type Author } from "./issues.ts";
import { formatNodeId } from "./node-id.ts";
import type { Issue, Repository } from "./world.ts";

/** Types that GitHub gives a new organisation; repositories of people have none. */
const TYPES = [
  { name: "Task", description: "A specific piece of work", color: "yellow" },
  { name: "Bug", description: "An unexpected problem or behavior", color: "red" },
  { name: "Feature", description: "A request, idea, or new functionality", color: "blue" },
] as const;

/** As in an issue and in `issues.typed`. Null for no name, and for one that the owner has not. */
export function renderIssueType(github: GitHub, repository: Repository, name: string | null) {
  const owner = github.owner(repository);
  const index = TYPES.findIndex((type) => type.name.toLowerCase() === name?.toLowerCase());
  const type = TYPES[index];
  if (type === undefined || owner.type !== "Organization") return null;
  const id = owner.id * 10 + index;
  return { id, node_id: formatNodeId("IssueType", id), ...type, is_enabled: true };
}

/** Throws 422 for a name that the repository's owner has no type of. */
export function setIssueType(
  github: GitHub,
  issue: Issue,
  by: Author,
  { repository, name }: { readonly repository: Repository; readonly name: string | null },
): void {
  const before = issue.type ?? null;
  const after = renderIssueType(github, repository, name)?.name ?? null;
  if (after === null && name !== null) {
    throw validationFailed({ resource: "Issue", code: "invalid", field: "type", value: name });
  }
  if (before === after) return;
  issue.type = after;
  issue.updatedAt = github.timestamp();
  if (before !== null) emitIssue(github, issue, by, "untyped", { issueType: before });
  if (after !== null) emitIssue(github, issue, by, "typed", { issueType: after });
}

/** `*`: any; `none`: without one; else its name. */
export function fitsIssueType({ type = null }: Issue, wanted: string | undefined): boolean {
  if (wanted === undefined) return true;
  if (wanted === "*") return type !== null;
  return wanted === "none" ? type === null : type?.toLowerCase() === wanted.toLowerCase();
}
