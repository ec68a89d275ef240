import type { Hono } from "hono";
import type { Env, RequestContext } from "../context.ts";
import type { GitHub } from "../github.ts";
import { judgeName, readManifest, registerFromManifest } from "../manifests.ts";
import { install } from "../seed-app.ts";
import type { Account, App } from "../world.ts";
import {
  confirmPage,
  installPage,
  listOwners,
  manifestPage,
  registeredPage,
  wrongManifestPage,
} from "./app-pages.ts";
import type { Page } from "./layout.ts";

/** A page with its status, the address to go to, or null where there is nothing to see. */
export type Answered =
  | { readonly page: Page; readonly status: 200 | 422 }
  | { readonly moveTo: string }
  | null;

export type Respond = (c: RequestContext, answered: Answered) => Response | Promise<Response>;

/** Registering an App from a manifest and installing it, as a person does in a browser. */
export function registerAppPages(app: Hono<Env>, github: GitHub, respond: Respond): void {
  for (const root of ["/settings/apps", "/organizations/:org/settings/apps"]) {
    app.get(`${root}/new`, (c) => {
      const organization = organizationOf(c, github);
      if (organization === undefined) return respond(c, null);
      return respond(c, { page: manifestPage({ organization, state: "" }), status: 200 });
    });
    app.post(`${root}/new`, async (c) => respond(c, await confirm(c, github)));
    app.post(root, async (c) => respond(c, await create(c, github)));
  }
  app.get("/apps/:slug/installations/new", (c) => respond(c, showInstall(c, github)));
  app.post("/apps/:slug/installations/new", async (c) => respond(c, await doInstall(c, github)));
}

/** The organisation of the address; null for a person's own settings; undefined: there is none. */
function organizationOf(c: RequestContext, github: GitHub): Account | null | undefined {
  const login = c.req.param("org");
  if (login === undefined) return null;
  const account = github.accountByLogin(login);
  return account?.type === "Organization" ? account : undefined;
}

/** Who may register: an owner of the organisation, or anybody for themselves. */
function peopleFor(github: GitHub, organization: Account | null): readonly Account[] {
  const people = listOwners(github).filter(({ type }) => type === "User");
  if (organization === null) return people;
  return people.filter(({ id }) =>
    github.data.memberships.some(
      (each) =>
        each.organizationId === organization.id && each.userId === id && each.role === "admin",
    ),
  );
}

export async function readForm(c: RequestContext): Promise<(field: string) => string> {
  const form = await c.req.parseBody();
  return (field) => {
    const value = form[field];
    return typeof value === "string" ? value : "";
  };
}

async function confirm(c: RequestContext, github: GitHub): Promise<Answered> {
  const organization = organizationOf(c, github);
  if (organization === undefined) return null;
  const field = await readForm(c);
  const text = field("manifest");
  const manifest = readManifest(text);
  if ("problems" in manifest) return { page: wrongManifestPage(manifest.problems), status: 422 };
  const people = peopleFor(github, organization);
  const registration = { organization, state: c.req.query("state") ?? field("state") };
  return {
    page: confirmPage(registration, { manifest, text, people, problem: null }),
    status: 200,
  };
}

async function create(c: RequestContext, github: GitHub): Promise<Answered> {
  const organization = organizationOf(c, github);
  if (organization === undefined) return null;
  const field = await readForm(c);
  const [text, state] = [field("manifest"), field("state")];
  const read = readManifest(text);
  if ("problems" in read) return { page: wrongManifestPage(read.problems), status: 422 };
  const manifest = { ...read, name: field("name") };
  const people = peopleFor(github, organization);
  const person = people.find(({ login }) => login === field("as"));
  const problem =
    person === undefined ? "Choose somebody who may" : judgeName(github, manifest.name);
  if (person === undefined || problem !== null) {
    const given = { manifest, text, people, problem };
    return { page: confirmPage({ organization, state }, given), status: 422 };
  }
  const { code, appId } = await registerFromManifest(github, manifest, organization ?? person);
  const app = github.data.apps.find(({ id }) => id === appId);
  if (app === undefined) return null;
  if (manifest.redirectUrl === null) return { page: registeredPage(app, code), status: 200 };
  const target = new URL(manifest.redirectUrl);
  target.searchParams.set("code", code);
  if (state !== "") target.searchParams.set("state", state);
  return { moveTo: target.href };
}

function showInstall(c: RequestContext, github: GitHub): Answered {
  const app = github.data.apps.find(({ slug }) => slug === c.req.param("slug"));
  if (app === undefined) return null;
  return {
    page: installPage(app, { accounts: freeOwners(github, app), problem: null }),
    status: 200,
  };
}

function freeOwners(github: GitHub, app: App): readonly Account[] {
  const taken = github.data.installations.filter(({ appId }) => appId === app.id);
  return listOwners(github).filter(({ id }) => taken.every((each) => each.accountId !== id));
}

async function doInstall(c: RequestContext, github: GitHub): Promise<Answered> {
  const app = github.data.apps.find(({ slug }) => slug === c.req.param("slug"));
  const field = await readForm(c);
  const account = github.accountByLogin(field("account"));
  if (app === undefined || account === null || account.type === "Bot") return null;
  const names = field("repositories")
    .split(/\s+/)
    .filter((name) => name !== "");
  const unknown = names.find((name) => github.findRepository(account.login, name) === null);
  if (unknown !== undefined) {
    const problem = `${account.login} has no repository ${unknown}; nothing was installed.`;
    return { page: installPage(app, { accounts: freeOwners(github, app), problem }), status: 422 };
  }
  const isThere = github.data.installations.some(
    (each) => each.appId === app.id && each.accountId === account.id,
  );
  if (!isThere) {
    install(github, app, account.login, { repositories: names.length === 0 ? "all" : names });
  }
  return { moveTo: `/${encodeURIComponent(account.login)}` };
}
