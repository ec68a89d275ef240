import type { Hono } from "hono";
import { readClient } from "../auth.ts";
import { requireString } from "../body.ts";
import { HttpError, notFound, readJson, type Env, type RequestContext } from "../context.ts";
import type { GitHub } from "../github.ts";
import { revokeToken } from "../installations.ts";
import { parseRecord } from "../json.ts";
import {
  appByCredentials,
  exchangeCode,
  LOGIN_ERRORS,
  refreshUserToken,
  renderUserToken,
  revokeGrant,
} from "../logins.ts";
import { clientIdOf } from "../render/app.ts";
import type { App, Token } from "../world.ts";

export const LOGIN_TOKEN_PATH = "/login/oauth/access_token";

const DOCUMENTATION_URL = "https://docs.github.com/apps/managing-oauth-apps/troubleshooting";

/** Tokens with which an App acts for a person: got for a code or a refresh token, and given back. */
export function register(app: Hono<Env>, github: GitHub): void {
  app.post(LOGIN_TOKEN_PATH, async (c) => {
    const answer = exchange(github, await readFields(c));
    const isJson = /\bjson\b/.test(c.req.header("accept") ?? "");
    if (isJson) return c.json(answer);
    const fields = Object.entries(answer).map(([name, value]) => [name, String(value)]);
    const text = new URLSearchParams(Object.fromEntries(fields)).toString();
    return c.body(text, 200, { "Content-Type": "application/x-www-form-urlencoded" });
  });

  app.delete("/applications/:clientId/token", async (c) => {
    const { token } = await requireToken(c, github);
    revokeToken(github, token);
    return c.body(null, 204);
  });

  app.delete("/applications/:clientId/grant", async (c) => {
    const { app: own, token } = await requireToken(c, github);
    revokeGrant(github, own, token.userId ?? 0);
    return c.body(null, 204);
  });
}

type Fields = (name: string) => string | undefined;

/** GitHub takes a form and JSON alike. */
async function readFields(c: RequestContext): Promise<Fields> {
  const text = await c.req.text();
  const isJson = /\bjson\b/.test(c.req.header("content-type") ?? "");
  const given = isJson
    ? new Map(Object.entries(parseRecord(text) ?? {}))
    : new Map<string, unknown>(new URLSearchParams(text));
  return (name) => {
    const value = given.get(name);
    return typeof value === "string" && value !== "" ? value : undefined;
  };
}

/** Errors are answered with 200, as GitHub does. */
function exchange(github: GitHub, field: Fields): Record<string, string | number> {
  const credentials = { clientId: field("client_id") ?? "", secret: field("client_secret") ?? "" };
  const app = appByCredentials(github, credentials);
  const got = app === null ? "incorrect_client_credentials" : takeToken(github, app, field);
  if (typeof got !== "string") return renderUserToken(got);
  const uri = `${DOCUMENTATION_URL}/#${got.replaceAll("_", "-")}`;
  return { error: got, error_description: LOGIN_ERRORS[got], error_uri: uri };
}

function takeToken(github: GitHub, app: App, field: Fields): ReturnType<typeof exchangeCode> {
  const grant = field("grant_type");
  if (grant === "refresh_token") {
    return refreshUserToken(github, app, field("refresh_token") ?? "");
  }
  if (grant !== undefined && grant !== "authorization_code") return "unsupported_grant_type";
  return exchangeCode(github, app, {
    code: field("code") ?? "",
    redirectUri: field("redirect_uri"),
    verifier: field("code_verifier"),
  });
}

/** The App of the path, proven by its secret, and a token that it got. Throws 401 and 404. */
async function requireToken(
  c: RequestContext,
  github: GitHub,
): Promise<{ app: App; token: Token }> {
  const client = readClient(c.req.header("authorization"));
  const app = client === null ? null : appByCredentials(github, client);
  if (app === null) throw new HttpError(401, { message: "Requires authentication" });
  if (clientIdOf(app.id) !== c.req.param("clientId")) throw notFound();
  const text = requireString(await readJson(c), "access_token");
  const token = github.data.tokens.find((each) => each.token === text && each.appId === app.id);
  if (token === undefined) throw notFound();
  return { app, token };
}
