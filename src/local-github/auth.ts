import { createPublicKey, verify } from "node:crypto";
import { HttpError } from "./context.ts";
import type { GitHub } from "./github.ts";
import { parseRecord } from "./json.ts";
import { appByCredentials } from "./logins.ts";
import type { Actor } from "./permission.ts";
import type { App } from "./world.ts";

/** GitHub takes an App's token for ten minutes at most, and allows a minute of clock drift. */
const JWT_SECONDS_MAX = 600;
const JWT_DRIFT_SECONDS = 60;

export interface Credentials {
  actor: Actor;
  /** What rate limits are counted by; null without a token. */
  rateKey: string | null;
}

/** Who stands behind an `Authorization` header. Throws 401 for a bad one, 403 when suspended. */
export function authenticate(github: GitHub, header: string | undefined): Credentials {
  const client = readClient(header);
  if (client !== null) {
    // An App about the tokens that it got for people; the routes ask for it by `requireClient`.
    if (appByCredentials(github, client) === null) throw badCredentials();
    return { actor: { kind: "anonymous" }, rateKey: client.clientId };
  }
  const secret = readSecret(header);
  if (secret === null) return { actor: { kind: "anonymous" }, rateKey: null };
  if (secret.split(".").length === 3) {
    const app = verifyAppToken(github, secret);
    return { actor: { kind: "app", app }, rateKey: `app ${app.id}` };
  }
  return { actor: actorOfToken(github, secret), rateKey: secret };
}

/** The token of `Bearer X`, `token X` or of the password of `Basic`; null without a header. */
function readSecret(header: string | undefined): string | null {
  if (header === undefined || header === "") return null;
  const match = /^(bearer|token|basic) +(.+)$/i.exec(header.trim());
  if (match === null) throw badCredentials();
  const [, scheme = "", value = ""] = match;
  if (scheme.toLowerCase() !== "basic") return value.trim();
  const [user = "", ...rest] = Buffer.from(value, "base64").toString("utf8").split(":");
  const password = rest.join(":");
  // `https://TOKEN@host/` sends the token as the user's name.
  return password === "" || password === "x-oauth-basic" ? user : password;
}

/** Client id and secret of an App, as user and password of `Basic`; null for anything else. */
export function readClient(
  header: string | undefined,
): { readonly clientId: string; readonly secret: string } | null {
  const encoded = /^basic +(\S+)$/i.exec(header?.trim() ?? "")?.[1];
  if (encoded === undefined) return null;
  const [clientId = "", ...rest] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  return clientId.startsWith("Iv1.") ? { clientId, secret: rest.join(":") } : null;
}

function badCredentials(message = "Bad credentials"): HttpError {
  return new HttpError(401, { message });
}

function actorOfToken(github: GitHub, text: string): Actor {
  const token = github.data.tokens.find((candidate) => candidate.token === text);
  if (token === undefined) throw badCredentials();
  if (token.expiresAt !== null && Date.parse(token.expiresAt) <= github.now().getTime()) {
    throw badCredentials();
  }
  if (token.userId !== null) {
    return { kind: "user", account: github.account(token.userId), token };
  }
  const installation = github.data.installations.find((each) => each.id === token.installationId);
  const app = github.data.apps.find((each) => each.id === installation?.appId);
  if (installation === undefined || app === undefined) throw badCredentials();
  if (installation.suspendedAt !== null) {
    throw new HttpError(403, { message: "This installation has been suspended" });
  }
  return { kind: "installation", installation, app, bot: github.account(app.botId), token };
}

function verifyAppToken(github: GitHub, jwt: string): App {
  const undecodable = badCredentials("A JSON web token could not be decoded");
  const [header = "", payload = "", signature = ""] = jwt.split(".");
  const claims = decodePart(payload);
  if (decodePart(header)?.["alg"] !== "RS256" || claims === null) throw undecodable;
  const app = github.data.apps.find((each) => String(each.id) === String(claims["iss"]));
  if (app === undefined) throw new HttpError(404, { message: "Integration not found" });
  const isGenuine = verify(
    "RSA-SHA256",
    Buffer.from(`${header}.${payload}`),
    createPublicKey(app.publicKeyPem),
    Buffer.from(signature, "base64url"),
  );
  if (!isGenuine) throw undecodable;
  const now = Math.floor(github.now().getTime() / 1_000);
  const { iat, exp } = claims;
  if (typeof iat !== "number" || iat > now + JWT_DRIFT_SECONDS) {
    throw badCredentials(
      "'Issued at' claim ('iat') must be an Integer representing the time that the assertion was issued",
    );
  }
  if (typeof exp !== "number" || exp <= now) {
    throw badCredentials(
      "'Expiration time' claim ('exp') must be a numeric value representing the future time at which the assertion expires",
    );
  }
  if (exp > now + JWT_SECONDS_MAX + JWT_DRIFT_SECONDS) {
    throw badCredentials("'Expiration time' claim ('exp') is too far in the future");
  }
  return app;
}

function decodePart(part: string): Record<string, unknown> | null {
  return parseRecord(Buffer.from(part, "base64url").toString("utf8"));
}
