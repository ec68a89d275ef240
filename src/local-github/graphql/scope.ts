import type { GitHub } from "../github.ts";
import { judgeAccess, type Actor, type Permission } from "../permission.ts";
import type { Account, Issue, Repository } from "../world.ts";
import { forbidden } from "./errors.ts";
import type { GitReads } from "./git-reads.ts";

/** What one request reads with: the world, in whose name, and how things become nodes. */
export interface Scope {
  readonly github: GitHub;
  readonly actor: Actor;
  readonly reads: GitReads;
  readonly nodes: Nodes;
}

/** The factories of node objects, so that no file of a type imports that of another. */
export interface Nodes {
  actor(account: Account): object;
  /** Where the schema wants a User; an App's bot then carries its `[bot]`. */
  user(account: Account): object;
  repository(repository: Repository): object;
  /** Commit, tree, blob or tag of a SHA or an expression such as `main:package.json`. */
  gitObject(repository: Repository, expression: string): Promise<object | null>;
  /** The commit behind a SHA, through annotated tags. */
  commit(repository: Repository, sha: string): Promise<object | null>;
  ref(repository: Repository, name: string, oid: string): object;
  issue(issue: Issue): object;
  app(id: number): object | null;
}

/** Throws FORBIDDEN where the sender sees the repository but may not read this part of it. */
export function requireRead(scope: Scope, repository: Repository, permission: Permission): void {
  requireAccess(scope, repository, permission, "read");
}

export function requireAccess(
  scope: Scope,
  repository: Repository,
  permission: Permission,
  access: "read" | "write",
): void {
  if (!mayAccess(scope, repository, permission, access)) throw forbidden(scope.actor);
}

export function mayAccess(
  scope: Scope,
  repository: Repository,
  permission: Permission,
  access: "read" | "write",
): boolean {
  return judgeAccess(scope.github, scope.actor, repository, { permission, access }) === "allowed";
}

/** Whether the sender may know that the repository exists. */
export function sees(scope: Scope, repository: Repository): boolean {
  const need = { permission: "metadata", access: "read" } as const;
  return judgeAccess(scope.github, scope.actor, repository, need) === "allowed";
}

/** The repository of something that the world keeps; throws when the world is broken. */
export function repositoryOf(scope: Scope, id: number): Repository {
  const repository = scope.github.repository(id);
  if (repository === null) throw new Error(`No repository has the id ${id}.`);
  return repository;
}

export function isViewer({ actor }: Scope, accountId: number): boolean {
  if (actor.kind === "user") return actor.account.id === accountId;
  return actor.kind === "installation" && actor.bot.id === accountId;
}
