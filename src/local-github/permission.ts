import type { GitHub } from "./github.ts";
import type { Account, App, Installation, Repository, RepositoryRole, Token } from "./world.ts";

/** Who sends a request. */
export type Actor =
  | { kind: "anonymous" }
  | { kind: "user"; account: Account; token: Token }
  | { kind: "installation"; installation: Installation; app: App; bot: Account; token: Token }
  | { kind: "app"; app: App };

export type Permission =
  | "metadata"
  | "contents"
  | "pull_requests"
  | "issues"
  | "checks"
  | "statuses"
  | "deployments"
  | "merge_queues"
  | "administration"
  | "workflows";

export interface Need {
  permission: Permission;
  access: "read" | "write";
  /** Least role of a person, where the usual one of the permission does not fit. */
  role?: RepositoryRole;
}

export type Verdict = "allowed" | "hidden" | "forbidden" | "unauthenticated";

const ROLES: RepositoryRole[] = ["read", "triage", "write", "maintain", "admin"];

/** Least role of a person who writes. Whoever reads may open issues, pulls and comments. */
const WRITE_ROLES: Record<Permission, RepositoryRole> = {
  metadata: "admin",
  contents: "write",
  pull_requests: "read",
  issues: "read",
  checks: "write",
  statuses: "write",
  deployments: "write",
  merge_queues: "write",
  administration: "admin",
  workflows: "write",
};

/** Whether `role` is at least `least`. */
export function reaches(role: "none" | RepositoryRole, least: RepositoryRole): boolean {
  return role !== "none" && ROLES.indexOf(role) >= ROLES.indexOf(least);
}

/** The account that an action stands under: the person or the App's bot. Null for nobody. */
export function actorAccount(actor: Actor): Account | null {
  if (actor.kind === "user") return actor.account;
  return actor.kind === "installation" ? actor.bot : null;
}

/** The installation covers the repository and its token was not made for others only. */
export function coversRepository(
  installation: Installation,
  token: Token | null,
  repository: Repository,
): boolean {
  if (installation.accountId !== repository.ownerId) return false;
  if (token?.repositoryIds && !token.repositoryIds.includes(repository.id)) return false;
  return (
    installation.repositorySelection === "all" || installation.repositoryIds.includes(repository.id)
  );
}

/** `hidden` is answered with 404: one may not learn that the repository exists. */
export function judgeAccess(
  github: GitHub,
  actor: Actor,
  repository: Repository,
  need: Need,
): Verdict {
  if (actor.kind === "installation") return judgeInstallation(actor, repository, need);
  const role = github.permissionOf(repository, actor.kind === "user" ? actor.account.id : null);
  if (role === "none") return "hidden";
  if (need.access === "read" && need.role === undefined) return "allowed";
  if (actor.kind === "anonymous") return "unauthenticated";
  if (actor.kind === "app") return "forbidden";
  return reaches(role, need.role ?? WRITE_ROLES[need.permission]) ? "allowed" : "forbidden";
}

function judgeInstallation(
  actor: Actor & { kind: "installation" },
  repository: Repository,
  need: Need,
): Verdict {
  const isPublicRead =
    !repository.private && need.access === "read" && need.permission !== "administration";
  if (!coversRepository(actor.installation, actor.token, repository)) {
    if (isPublicRead) return "allowed";
    return repository.private ? "hidden" : "forbidden";
  }
  const granted = (actor.token.permissions ?? actor.installation.permissions)[need.permission];
  if (granted === "write" || (granted === "read" && need.access === "read")) return "allowed";
  if (need.permission === "metadata" && need.access === "read") return "allowed";
  return isPublicRead ? "allowed" : "forbidden";
}
