import type { GitHub } from "./github.ts";
import { isLockedOut } from "./logins.ts";
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

/** `locked`: the organisation wants single sign-on first. */
export type Verdict = "allowed" | "hidden" | "forbidden" | "unauthenticated" | "locked";

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
  if (actor.kind === "user" && isLockedOut(github, repository.ownerId, actor.account.id)) {
    return "locked";
  }
  const person = judgePerson(github, actor, repository, need);
  if (actor.kind !== "user" || actor.token.appId === undefined || person === "hidden") {
    return person;
  }
  const app = judgeAppOfPerson(github, actor.token.appId, repository, need);
  return app === "allowed" ? person : app;
}

/** A person's token that an App got reaches what both of them reach. */
function judgeAppOfPerson(
  github: GitHub,
  appId: number,
  repository: Repository,
  need: Need,
): Verdict {
  if (isPublicRead(repository, need)) return "allowed";
  const installation = github.data.installations.find(
    (each) => each.appId === appId && coversRepository(each, null, repository),
  );
  if (installation === undefined) return repository.private ? "hidden" : "forbidden";
  if (installation.suspendedAt !== null) return "forbidden";
  return isGranted(installation.permissions, need) ? "allowed" : "forbidden";
}

function judgePerson(github: GitHub, actor: Actor, repository: Repository, need: Need): Verdict {
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
  if (!coversRepository(actor.installation, actor.token, repository)) {
    if (isPublicRead(repository, need)) return "allowed";
    return repository.private ? "hidden" : "forbidden";
  }
  const permissions = actor.token.permissions ?? actor.installation.permissions;
  return isGranted(permissions, need) || isPublicRead(repository, need) ? "allowed" : "forbidden";
}

/** What every App may read, whether it is installed there or not. */
function isPublicRead(repository: Repository, need: Need): boolean {
  return !repository.private && need.access === "read" && need.permission !== "administration";
}

function isGranted(permissions: App["permissions"], { permission, access }: Need): boolean {
  const granted = permissions[permission];
  if (granted === "write" || (granted === "read" && access === "read")) return true;
  return permission === "metadata" && access === "read";
}
