import type { Hono } from "hono";
import { readString } from "../body.ts";
import {
  notFound,
  page,
  readJson,
  requireRepository,
  validationFailed,
  type Env,
} from "../context.ts";
import type { GitHub } from "../github.ts";
import { reaches } from "../permission.ts";
import { renderAccount } from "../render/account.ts";
import { renderRole } from "../render/repository.ts";
import type { Account, Repository, RepositoryRole } from "../world.ts";

const READ = { permission: "metadata", access: "read" } as const;
const ADMINISTER = { permission: "administration", access: "write" } as const;
const ROUTE = "/repos/:owner/:repo/collaborators/:login";

/** The four words that GitHub had before there were five roles. */
const PERMISSION_BY_ROLE = {
  admin: "admin",
  maintain: "write",
  write: "write",
  triage: "read",
  read: "read",
  none: "none",
} as const;

const ROLE_BY_WORD: Record<string, RepositoryRole> = {
  pull: "read",
  read: "read",
  triage: "triage",
  push: "write",
  write: "write",
  maintain: "maintain",
  admin: "admin",
};

export function register(app: Hono<Env>, github: GitHub): void {
  app.get("/repos/:owner/:repo/collaborators", (c) => {
    const repository = requireRepository(c, github, { ...READ, role: "write" });
    const least = ROLE_BY_WORD[c.req.query("permission") ?? "pull"] ?? "read";
    const accounts = github.data.accounts.filter(
      (account) =>
        account.type === "User" &&
        isCollaborator(github, repository, account) &&
        reaches(github.permissionOf(repository, account.id), least),
    );
    return c.json(page(c, accounts).map((each) => renderCollaborator(github, repository, each)));
  });

  app.get(ROUTE, (c) => {
    const repository = requireRepository(c, github, { ...READ, role: "write" });
    const account = github.accountByLogin(c.req.param("login"));
    if (account === null || !isCollaborator(github, repository, account)) throw notFound();
    return c.body(null, 204);
  });

  app.get(`${ROUTE}/permission`, (c) => {
    const repository = requireRepository(c, github, READ);
    const account = github.accountByLogin(c.req.param("login"));
    if (account === null) throw notFound();
    const role = github.permissionOf(repository, account.id);
    return c.json({
      permission: PERMISSION_BY_ROLE[role],
      role_name: role,
      user: renderCollaborator(github, repository, account),
    });
  });

  app.put(ROUTE, async (c) => {
    const repository = requireRepository(c, github, ADMINISTER);
    const account = github.accountByLogin(c.req.param("login"));
    if (account === null) throw notFound();
    const role = ROLE_BY_WORD[readString(await readJson(c), "permission") ?? "push"];
    if (role === undefined) {
      throw validationFailed({ resource: "Repository", code: "invalid", field: "permission" });
    }
    // Without an invitation: here nobody has to agree first.
    repository.collaborators[account.id] = role;
    return c.body(null, 204);
  });

  app.delete(ROUTE, (c) => {
    const repository = requireRepository(c, github, ADMINISTER);
    const account = github.accountByLogin(c.req.param("login"));
    if (account !== null) delete repository.collaborators[account.id];
    return c.body(null, 204);
  });
}

/** Whoever may do more than everybody may. */
function isCollaborator(github: GitHub, repository: Repository, account: Account): boolean {
  const role = github.permissionOf(repository, account.id);
  if (role === "none") return false;
  if (role !== "read" || repository.private) return true;
  return repository.collaborators[account.id] !== undefined;
}

function renderCollaborator(github: GitHub, repository: Repository, account: Account) {
  const role = github.permissionOf(repository, account.id);
  return {
    ...renderAccount(github, account),
    permissions: renderRole(role),
    role_name: role,
  };
}
