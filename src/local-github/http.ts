import { createHash, randomUUID } from "node:crypto";
import type { Hono, Next } from "hono";
import { AppError } from "../errors.ts";
import { authenticate } from "./auth.ts";
import { HttpError, type Env, type RequestContext } from "./context.ts";
import type { GitHub } from "./github.ts";
import type { Profile } from "./profile.ts";
import type { Rate, RateResource } from "./rate-limit.ts";

const API_VERSION = "2022-11-28";

/** Paths of git itself and of pages for people: no API headers, no rate, no tokens but Basic. */
const API_ROOTS =
  /^\/(app|app-manifests|applications|apps|graphql|installation|issues|meta|orgs|organizations|rate_limit|repos|repositories|search|user|users)(\/|$)/;

/** Pages for people below the API's roots. GitHub has them on another host. */
const PAGE_ROOTS = /^\/(organizations\/[^/]+\/settings|apps\/[^/]+\/installations\/new)(\/|$)/;

export function isApiPath(path: string): boolean {
  return API_ROOTS.test(path) && !PAGE_ROOTS.test(path);
}

/** Authentication, rate limits, GitHub's headers, ETags and errors, for all API routes. */
export function registerApiRules(app: Hono<Env>, github: GitHub): void {
  app.onError((error, c) => answerError(error, c));
  app.notFound((c) => answerError(new HttpError(404, { message: "Not Found" }), c));
  app.use(async (c, next) => {
    c.set("requestId", randomUUID().replaceAll("-", "").toUpperCase().slice(0, 24));
    c.set("actor", { kind: "anonymous" });
    c.set("apiPath", github.profile.apiPath);
    if (isApiPath(c.req.path)) await answerApi(c, next, github);
    else await next();
    if (c.req.method !== "GET" && c.req.method !== "HEAD") github.changed();
  });
}

async function answerApi(c: RequestContext, next: Next, github: GitHub): Promise<void> {
  const resource: RateResource = c.req.path === "/graphql" ? "graphql" : "core";
  const { profile } = github;
  const isFree = c.req.path === "/rate_limit" || !profile.isRateLimited;
  let rateKey: string | null = null;
  try {
    const credentials = authenticate(github, c.req.header("authorization"));
    rateKey = credentials.rateKey;
    c.set("actor", credentials.actor);
    requireKnown(c, profile);
    if (!isFree && !github.rates.take(rateKey, resource, github.now())) {
      throw new HttpError(403, { message: "API rate limit exceeded", documentation_url: RATE_URL });
    }
    await next();
  } catch (error) {
    // Errors thrown before `next` do not pass through the error handler with our headers.
    c.res = answerError(error, c);
  }
  const isUnchanged = await setEntityTag(c);
  if (isUnchanged && !isFree) github.rates.take(rateKey, resource, github.now(), -1);
  setHeaders(c, github.now());
  if (profile.enterpriseVersion !== null) {
    c.res.headers.set("X-GitHub-Enterprise-Version", profile.enterpriseVersion);
  }
  if (profile.isRateLimited) setRate(c, github.rates.peek(rateKey, resource, github.now()));
}

/** Throws for what an Enterprise Server of this version does not have. */
function requireKnown(c: RequestContext, profile: Profile): void {
  if (profile.enterpriseVersion === null) return;
  const version = c.req.header("x-github-api-version") ?? API_VERSION;
  if (version !== API_VERSION) {
    throw new HttpError(400, { message: `The version '${version}' of the API is not supported.` });
  }
  if (c.req.path === "/rate_limit") {
    throw new HttpError(404, { message: "Rate limiting is not enabled." });
  }
  if (profile.missingPaths?.test(c.req.path)) throw new HttpError(404, { message: "Not Found" });
}

const RATE_URL = "https://docs.github.com/rest/overview/resources-in-the-rest-api#rate-limiting";

/**
 * True when the client has it already, which GitHub does not count against the rate. Its ETags hold
 * for one token only: another one of the same App gets the whole answer
 * (eclipse-csi/otterdog#201, with the words of GitHub's support).
 */
async function setEntityTag(c: RequestContext): Promise<boolean> {
  if (c.req.method !== "GET" || c.res.status !== 200) return false;
  const body = Buffer.from(await c.res.clone().arrayBuffer());
  const digest = createHash("sha256").update(c.req.header("authorization") ?? "");
  const tag = `"${digest.update(body).digest("hex")}"`;
  const known = c.req.header("if-none-match")?.split(",");
  const isUnchanged =
    known?.some((each) => each.trim().replace(/^W\//, "") === tag || each.trim() === "*") ?? false;
  if (isUnchanged) {
    const headers = new Headers(c.res.headers);
    headers.delete("content-length");
    headers.delete("content-type");
    c.res = undefined;
    c.res = new Response(null, { status: 304, headers });
  }
  c.res.headers.set("ETag", `W/${tag}`);
  c.res.headers.set("Cache-Control", "private, max-age=60, s-maxage=60");
  return isUnchanged;
}

function setHeaders(c: RequestContext, now: Date): void {
  const { headers } = c.res;
  headers.set("Date", now.toUTCString());
  headers.set("X-GitHub-Request-Id", c.get("requestId"));
  headers.set("X-GitHub-Media-Type", "github.v3; format=json");
  headers.set("x-github-api-version-selected", c.req.header("x-github-api-version") ?? API_VERSION);
}

function setRate(c: RequestContext, rate: Rate): void {
  const { headers } = c.res;
  headers.set("X-RateLimit-Limit", String(rate.limit));
  headers.set("X-RateLimit-Remaining", String(rate.remaining));
  headers.set("X-RateLimit-Used", String(rate.used));
  headers.set("X-RateLimit-Reset", String(rate.reset));
  headers.set("X-RateLimit-Resource", rate.resource);
}

function answerError(error: unknown, c: RequestContext): Response {
  if (error instanceof HttpError) {
    for (const [name, value] of Object.entries(error.headers)) c.header(name, value);
    return c.json(error.toJSON(), error.status);
  }
  const isOwn = error instanceof AppError;
  const reason = !isOwn && error instanceof Error ? error.stack : String(error);
  process.stderr.write(`${c.req.method} ${c.req.path}: ${reason}\n`);
  return c.json({ message: "Server Error", documentation_url: "", status: "500" }, 500);
}
