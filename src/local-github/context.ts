import type { HttpBindings } from "@hono/node-server";
import type { Context } from "hono";
import type { ContentfulStatusCode } from "hono/utils/http-status";
import type { GitHub } from "./github.ts";
import { parseRecord } from "./json.ts";
import { actorAccount, judgeAccess, type Actor, type Need, type Verdict } from "./permission.ts";
import type { Account, Repository } from "./world.ts";

export type { Actor } from "./permission.ts";

/** The Hono environment of every route. */
export interface Env {
  Bindings: HttpBindings;
  /** `apiPath`: what stands before the path of the REST API in addresses that clients see. */
  Variables: { actor: Actor; requestId: string; apiPath: string };
}

export type RequestContext = Context<Env>;

const DOCUMENTATION_URL = "https://docs.github.com/rest";
const PER_PAGE_MAX = 100;
const PER_PAGE_DEFAULT = 30;

export interface ErrorBody {
  message: string;
  errors?: unknown[];
  documentation_url?: string;
}

/** Thrown by any part, answered in the shape of GitHub's errors. */
export class HttpError extends Error {
  readonly status: ContentfulStatusCode;
  readonly body: ErrorBody;
  readonly headers: Record<string, string>;

  constructor(status: ContentfulStatusCode, body: ErrorBody, headers: Record<string, string> = {}) {
    super(body.message);
    this.status = status;
    this.body = body;
    this.headers = headers;
  }

  toJSON(): Record<string, unknown> {
    return {
      message: this.body.message,
      ...(this.body.errors ? { errors: this.body.errors } : {}),
      documentation_url: this.body.documentation_url ?? DOCUMENTATION_URL,
      status: String(this.status),
    };
  }
}

export function notFound(): HttpError {
  return new HttpError(404, { message: "Not Found" });
}

/** The 403 of somebody who may see it, worded for people and for Apps as GitHub does. */
export function forbidden(actor: Actor): HttpError {
  const isOwnToken = actor.kind === "user" && actor.token.appId === undefined;
  const by = isOwnToken ? "personal access token" : "integration";
  return new HttpError(403, { message: `Resource not accessible by ${by}` });
}

export interface FieldError {
  resource: string;
  code: "missing" | "missing_field" | "invalid" | "already_exists" | "unprocessable" | "custom";
  field?: string;
  message?: string;
  value?: unknown;
}

/** 422 `Validation Failed`, with one entry for each wrong field. */
export function validationFailed(...errors: FieldError[]): HttpError {
  return new HttpError(422, { message: "Validation Failed", errors });
}

/** docs.github.com, "Authenticating with SAML single sign-on": the organisation's name in `url`. */
function signOnRequired(github: GitHub, repository: Repository): HttpError {
  const organization = github.owner(repository).login;
  const url = `${github.url}/orgs/${organization}/sso?authorization_request=${repository.id}`;
  return new HttpError(
    403,
    {
      message:
        "Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization.",
      documentation_url:
        "https://docs.github.com/articles/authenticating-to-a-github-organization-with-saml-single-sign-on/",
    },
    { "X-GitHub-SSO": `required; url=${url}` },
  );
}

/** The error of a verdict; null when it is allowed. */
function accessError(
  verdict: Verdict,
  actor: Actor,
  [github, repository]: [GitHub, Repository],
): HttpError | null {
  if (verdict === "allowed") return null;
  if (verdict === "locked") return signOnRequired(github, repository);
  if (verdict === "hidden") return notFound();
  if (verdict === "unauthenticated") {
    return new HttpError(401, { message: "Requires authentication" });
  }
  return forbidden(actor);
}

/**
 * The repository that `:owner/:repo` of the path names, when the sender may do what is needed.
 * Throws 404 for what one may not see, 403 for a missing right, 401 for a write by nobody, and 301
 * (307 for writes) with the address by id for a name that it had before.
 */
export function requireRepository(c: RequestContext, github: GitHub, need: Need): Repository {
  const found = github.findRepository(c.req.param("owner") ?? "", c.req.param("repo") ?? "");
  if (found === null) throw notFound();
  const actor = c.get("actor");
  const verdict = judgeAccess(github, actor, found.repository, need);
  const error = accessError(verdict, actor, [github, found.repository]);
  if (error !== null) throw error;
  if (found.isFormerName) throw movedError(c, github, found.repository);
  if (
    need.access === "write" &&
    found.repository.archived &&
    need.permission !== "administration"
  ) {
    throw new HttpError(403, { message: "Repository was archived so is read-only." });
  }
  return found.repository;
}

function movedError(c: RequestContext, github: GitHub, repository: Repository): HttpError {
  const url = new URL(c.req.url);
  const rest = url.pathname.split("/").slice(4).join("/");
  const location = `${github.apiUrl}/repositories/${repository.id}${rest ? `/${rest}` : ""}${url.search}`;
  const isRead = c.req.method === "GET" || c.req.method === "HEAD";
  return new HttpError(
    isRead ? 301 : 307,
    {
      message: isRead ? "Moved Permanently" : "Temporary Redirect",
      documentation_url: DOCUMENTATION_URL,
    },
    { location },
  );
}

/** Who acts. Throws 401 for nobody and 403 for an App without an installation. */
export function requireAccount(c: RequestContext): Account {
  const actor = c.get("actor");
  if (actor.kind === "anonymous") {
    throw new HttpError(401, { message: "Requires authentication" });
  }
  const account = actorAccount(actor);
  if (account === null) throw forbidden(actor);
  return account;
}

/** The JSON object of the body; `{}` when it is empty. Throws 400 for anything else. */
export async function readJson(c: RequestContext): Promise<Record<string, unknown>> {
  const text = await c.req.text();
  const body = text.trim() === "" ? {} : parseRecord(text);
  if (body === null) throw new HttpError(400, { message: "Problems parsing JSON" });
  return body;
}

/** `page` and `per_page` of the query, held within GitHub's bounds. */
export function pageQuery(c: RequestContext): { page: number; perPage: number } {
  const wanted = Number(c.req.query("per_page") ?? PER_PAGE_DEFAULT);
  const number = Number(c.req.query("page") ?? 1);
  return {
    page: Number.isInteger(number) && number > 0 ? number : 1,
    perPage:
      Number.isInteger(wanted) && wanted > 0 ? Math.min(wanted, PER_PAGE_MAX) : PER_PAGE_DEFAULT,
  };
}

/** The asked page of a list; sets `Link` when there is more than one. */
export function page<T>(c: RequestContext, items: readonly T[]): T[] {
  const { page: number, perPage } = pageQuery(c);
  setLink(c, number, Math.ceil(items.length / perPage));
  return items.slice((number - 1) * perPage, number * perPage);
}

/** `Link` for a list that was cut elsewhere. */
export function setLink(c: RequestContext, number: number, lastPage: number): void {
  const links: string[] = [];
  const add = (target: number, relation: string): void => {
    const url = new URL(c.req.url);
    url.pathname = `${c.get("apiPath")}${url.pathname}`;
    url.searchParams.set("page", String(target));
    links.push(`<${url.href}>; rel="${relation}"`);
  };
  if (number > 1) add(Math.min(number - 1, Math.max(lastPage, 1)), "prev");
  if (number < lastPage) {
    add(number + 1, "next");
    add(lastPage, "last");
  }
  if (number > 1) add(1, "first");
  if (links.length > 0) c.header("Link", links.join(", "));
}
