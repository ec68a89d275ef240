import type { Hono } from "hono";
import { readIntegers, readObject, readOneOf, readStrings } from "../body.ts";
import {
  HttpError,
  notFound,
  page,
  readJson,
  requireAccount,
  requireRepository,
  type Env,
  type RequestContext,
} from "../context.ts";
import type { GitHub } from "../github.ts";
import {
  createInstallationToken,
  deleteInstallation,
  repositoriesOf,
  revokeToken,
  setSuspended,
} from "../installations.ts";
import { isLockedOut } from "../logins.ts";
import { coversRepository, type Actor } from "../permission.ts";
import { renderApp } from "../render/app.ts";
import { renderInstallation } from "../render/installation.ts";
import { renderRepository, renderRole } from "../render/repository.ts";
import type { App, Installation } from "../world.ts";

export function register(app: Hono<Env>, github: GitHub): void {
  registerApp(app, github);
  registerInstallations(app, github);
  registerLookups(app, github);
  registerTokenSide(app, github);
  registerPeopleSide(app, github);
}

function registerApp(app: Hono<Env>, github: GitHub): void {
  app.get("/app", (c) => {
    const own = requireApp(c);
    const count = github.data.installations.filter((each) => each.appId === own.id).length;
    return c.json({ ...renderApp(github, own), installations_count: count });
  });

  app.get("/apps/:slug", (c) => {
    const found = github.data.apps.find((each) => each.slug === c.req.param("slug"));
    if (found === undefined) throw notFound();
    return c.json(renderApp(github, found));
  });
}

function registerInstallations(app: Hono<Env>, github: GitHub): void {
  app.get("/app/installations", (c) => {
    const own = requireApp(c);
    const all = github.data.installations.filter((each) => each.appId === own.id);
    return c.json(page(c, all).map((each) => renderInstallation(github, each)));
  });

  app.get("/app/installations/:id{[0-9]+}", (c) =>
    c.json(renderInstallation(github, requireInstallation(c, github))),
  );

  app.delete("/app/installations/:id{[0-9]+}", (c) => {
    const installation = requireInstallation(c, github);
    deleteInstallation(github, installation, requireApp(c).botId);
    return c.body(null, 204);
  });

  app.put("/app/installations/:id{[0-9]+}/suspended", (c) => {
    const installation = requireInstallation(c, github);
    setSuspended(github, installation, requireApp(c).botId, true);
    return c.body(null, 204);
  });

  app.delete("/app/installations/:id{[0-9]+}/suspended", (c) => {
    const installation = requireInstallation(c, github);
    setSuspended(github, installation, requireApp(c).botId, false);
    return c.body(null, 204);
  });

  app.post("/app/installations/:id{[0-9]+}/access_tokens", async (c) => {
    const installation = requireInstallation(c, github);
    const body = await readJson(c);
    const repositoryIds = readIntegers(body, "repository_ids");
    const repositoryNames = readStrings(body, "repositories");
    const permissions = readObject(body, "permissions");
    const token = createInstallationToken(github, installation, {
      ...(repositoryIds === undefined ? {} : { repositoryIds }),
      ...(repositoryNames === undefined ? {} : { repositoryNames }),
      ...(permissions === undefined ? {} : { permissions: readPermissions(permissions) }),
    });
    const isNarrowed = token.repositoryIds !== null;
    const repositories = repositoriesOf(github, installation, token);
    return c.json(
      {
        token: token.token,
        expires_at: token.expiresAt,
        permissions: token.permissions ?? installation.permissions,
        repository_selection: isNarrowed ? "selected" : installation.repositorySelection,
        ...(isNarrowed
          ? { repositories: repositories.map((each) => renderRepository(github, each)) }
          : {}),
      },
      201,
    );
  });
}

/** Where an App asks by name for the installation that it has there. */
function registerLookups(app: Hono<Env>, github: GitHub): void {
  const answer = (c: RequestContext, fits: (installation: Installation) => boolean) => {
    const own = requireApp(c);
    const found = github.data.installations.find((each) => each.appId === own.id && fits(each));
    if (found === undefined) throw notFound();
    return c.json(renderInstallation(github, found));
  };
  app.get("/repos/:owner/:repo/installation", (c) => {
    const named = github.findRepository(c.req.param("owner"), c.req.param("repo"));
    // An App sees private repositories here by its installation, so nothing else is judged; the
    // usual rules answer for a name that a repository had before.
    if (named?.isFormerName)
      requireRepository(c, github, { permission: "metadata", access: "read" });
    return answer(c, (each) => named !== null && coversRepository(each, null, named.repository));
  });
  app.get("/orgs/:org/installation", (c) => {
    const account = github.accountByLogin(c.req.param("org"));
    return answer(c, (each) => account?.type === "Organization" && each.accountId === account.id);
  });
  app.get("/users/:login/installation", (c) => {
    const account = github.accountByLogin(c.req.param("login"));
    return answer(c, (each) => account !== null && each.accountId === account.id);
  });
}

function registerTokenSide(app: Hono<Env>, github: GitHub): void {
  app.get("/installation/repositories", (c) => {
    const { installation, token } = requireInstallationToken(c);
    const repositories = repositoriesOf(github, installation, token);
    const rights = { admin: false, maintain: false, push: false, triage: false, pull: false };
    return c.json({
      total_count: repositories.length,
      repository_selection: installation.repositorySelection,
      repositories: page(c, repositories).map((each) => ({
        ...renderRepository(github, each),
        permissions: rights,
      })),
    });
  });

  app.delete("/installation/token", (c) => {
    revokeToken(github, requireInstallationToken(c).token);
    return c.body(null, 204);
  });
}

/** What an App sees in the name of a person: installations and repositories with a role of theirs. */
function registerPeopleSide(app: Hono<Env>, github: GitHub): void {
  const explicitRepositories = (installation: Installation, accountId: number) =>
    repositoriesOf(github, installation).filter(
      (repository) => github.permissionOf({ ...repository, private: true }, accountId) !== "none",
    );

  app.get("/user/installations", (c) => {
    const { appId, id } = requirePersonOfApp(c);
    const reached = github.data.installations.filter(
      (each) =>
        each.appId === appId &&
        (each.accountId === id || explicitRepositories(each, id).length > 0),
    );
    const locked = reached.filter((each) => isLockedOut(github, each.accountId, id));
    if (locked.length > 0) {
      const ids = locked.map(({ accountId }) => accountId).join(",");
      c.header("X-GitHub-SSO", `partial-results; organizations=${ids}`);
    }
    const installations = reached.filter((each) => !locked.includes(each));
    return c.json({
      total_count: installations.length,
      installations: page(c, installations).map((each) => renderInstallation(github, each)),
    });
  });

  app.get("/user/installations/:id{[0-9]+}/repositories", (c) => {
    const { appId, id } = requirePersonOfApp(c);
    const installation = github.data.installations.find(
      (each) => each.appId === appId && each.id === Number(c.req.param("id")),
    );
    if (installation === undefined || isLockedOut(github, installation.accountId, id)) {
      throw notFound();
    }
    const repositories = explicitRepositories(installation, id);
    if (repositories.length === 0 && installation.accountId !== id) throw notFound();
    if (installation.suspendedAt !== null) {
      throw new HttpError(403, { message: "This installation has been suspended" });
    }
    return c.json({
      total_count: repositories.length,
      repository_selection: installation.repositorySelection,
      repositories: page(c, repositories).map((each) => ({
        ...renderRepository(github, each),
        permissions: renderRole(github.permissionOf(each, id)),
      })),
    });
  });
}

/** Throws 401 for nobody, and 403 for everything but a token that an App got for a person. */
function requirePersonOfApp(c: RequestContext): { readonly appId: number; readonly id: number } {
  const { id } = requireAccount(c);
  const actor = c.get("actor");
  const appId = actor.kind === "user" ? actor.token.appId : undefined;
  if (appId !== undefined) return { appId, id };
  throw new HttpError(403, {
    message:
      "You must authenticate with an access token authorized to a GitHub App in order to list installations",
  });
}

/** Throws 422 for anything but `read` and `write`. */
function readPermissions(wanted: Record<string, unknown>): App["permissions"] {
  const permissions: App["permissions"] = {};
  for (const name of Object.keys(wanted)) {
    const access = readOneOf(wanted, name, ["read", "write"]);
    if (access !== undefined) permissions[name] = access;
  }
  return permissions;
}

/** Throws 401 for everything but an App's own JSON web token. */
export function requireApp(c: RequestContext): App {
  const actor = c.get("actor");
  if (actor.kind === "app") return actor.app;
  throw new HttpError(401, { message: "A JSON web token could not be decoded" });
}

function requireInstallation(c: RequestContext, github: GitHub): Installation {
  const own = requireApp(c);
  const found = github.data.installations.find(
    (each) => each.appId === own.id && each.id === Number(c.req.param("id")),
  );
  if (found === undefined) throw notFound();
  return found;
}

function requireInstallationToken(c: RequestContext): Actor & { kind: "installation" } {
  const actor = c.get("actor");
  if (actor.kind === "installation") return actor;
  if (actor.kind === "anonymous") throw new HttpError(401, { message: "Requires authentication" });
  throw new HttpError(403, {
    message:
      "You must authenticate with an installation access token in order to use this endpoint.",
  });
}
