import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { formatTime, type GitHub } from "./github.ts";
import { clientIdOf } from "./render/app.ts";
import type { Account, App, LoginCode, Token } from "./world.ts";

/** docs.github.com, "Generating a user access token for a GitHub App". */
const CODE_MS_MAX = 10 * 60_000;
const TOKEN_SECONDS = 28_800;
const REFRESH_SECONDS = 15_897_600;

/** GitHub's codes of what went wrong in an exchange, with its words. */
export const LOGIN_ERRORS = {
  bad_verification_code: "The code passed is incorrect or expired.",
  incorrect_client_credentials: "The client_id and/or client_secret passed are incorrect.",
  redirect_uri_mismatch:
    "The redirect_uri MUST match the registered callback URL for this application.",
  bad_refresh_token: "The refresh token passed is incorrect or expired.",
  unsupported_grant_type: "The grant_type passed is not supported.",
} as const;

export type LoginError = keyof typeof LOGIN_ERRORS;

export function appByClientId(github: GitHub, clientId: string): App | null {
  return github.data.apps.find(({ id }) => clientIdOf(id) === clientId) ?? null;
}

/** The App, where the secret is its own. */
export function appByCredentials(
  github: GitHub,
  { clientId, secret }: { readonly clientId: string; readonly secret: string },
): App | null {
  const app = appByClientId(github, clientId);
  return app?.clientSecret !== undefined && isSame(secret, app.clientSecret) ? app : null;
}

function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}

/** Where the person is sent back to: exactly a registered address, or the first one. Null: nowhere. */
export function callbackOf(app: App, redirectUri: string | undefined): string | null {
  const known = app.callbackUrls ?? [];
  if (redirectUri === undefined) return known[0] ?? null;
  return known.includes(redirectUri) ? redirectUri : null;
}

/** The person said yes. */
export function createLoginCode(
  github: GitHub,
  given: Pick<LoginCode, "appId" | "userId" | "redirectUri" | "challenge">,
): LoginCode {
  const made = {
    ...given,
    code: randomBytes(10).toString("hex"),
    createdAt: github.now().toISOString(),
  };
  github.data.loginCodes = [...(github.data.loginCodes ?? []), made];
  github.changed();
  return made;
}

/** A token for a code: once, within ten minutes, by who began it. */
export function exchangeCode(
  github: GitHub,
  app: App,
  given: {
    readonly code: string;
    readonly redirectUri: string | undefined;
    readonly verifier: string | undefined;
  },
): Token | LoginError {
  const codes = github.data.loginCodes ?? [];
  const found = codes.find((each) => each.code === given.code && each.appId === app.id);
  if (found === undefined) return "bad_verification_code";
  github.data.loginCodes = codes.filter((each) => each !== found);
  github.changed();
  if (github.now().getTime() - Date.parse(found.createdAt) > CODE_MS_MAX) {
    return "bad_verification_code";
  }
  if (given.redirectUri !== undefined && given.redirectUri !== found.redirectUri) {
    return "redirect_uri_mismatch";
  }
  // GitHub does not publish how it words a wrong verifier.
  const proof = createHash("sha256")
    .update(given.verifier ?? "")
    .digest("base64url");
  if (found.challenge !== null && proof !== found.challenge) return "bad_verification_code";
  return createUserToken(github, app, github.account(found.userId));
}

/** A fresh pair; the old one is worth nothing from then on. */
export function refreshUserToken(github: GitHub, app: App, refresh: string): Token | LoginError {
  const old = github.data.tokens.find(
    (each) => each.appId === app.id && each.refresh?.token === refresh,
  );
  if (old?.userId === undefined || old.userId === null) return "bad_refresh_token";
  if (Date.parse(old.refresh?.expiresAt ?? "") <= github.now().getTime()) {
    return "bad_refresh_token";
  }
  github.data.tokens = github.data.tokens.filter((each) => each !== old);
  return createUserToken(github, app, github.account(old.userId));
}

/** A token with which an App acts for a person, as after a login. */
export function createUserToken(github: GitHub, app: App, account: Account): Token {
  const end = (seconds: number): string =>
    formatTime(new Date(github.now().getTime() + seconds * 1_000));
  const token: Token = {
    token: `ghu_${randomBytes(18).toString("hex")}`,
    userId: account.id,
    installationId: null,
    permissions: null,
    repositoryIds: null,
    expiresAt: end(TOKEN_SECONDS),
    appId: app.id,
    refresh: { token: `ghr_${randomBytes(38).toString("hex")}`, expiresAt: end(REFRESH_SECONDS) },
  };
  github.data.tokens.push(token);
  github.changed();
  return token;
}

/** As GitHub answers an exchange. */
export function renderUserToken(token: Token): Record<string, string | number> {
  return {
    access_token: token.token,
    expires_in: TOKEN_SECONDS,
    refresh_token: token.refresh?.token ?? "",
    refresh_token_expires_in: REFRESH_SECONDS,
    token_type: "bearer",
    scope: "",
  };
}

/** The person takes back what they allowed: every token ends, and the App hears of it. */
export function revokeGrant(github: GitHub, app: App, userId: number): void {
  const isTheirs = (each: { appId?: number; userId: number | null }): boolean =>
    each.appId === app.id && each.userId === userId;
  github.data.tokens = github.data.tokens.filter((each) => !isTheirs(each));
  github.data.loginCodes = (github.data.loginCodes ?? []).filter((each) => !isTheirs(each));
  github.emit({
    name: "github_app_authorization",
    action: "revoked",
    repositoryId: null,
    senderId: userId,
    appId: app.id,
    detail: {},
  });
}

/** Whether the organisation wants this person to go through its single sign-on first. */
export function isLockedOut(github: GitHub, accountId: number, userId: number): boolean {
  return (github.data.signOnLocks ?? []).some(
    (each) => each.organizationId === accountId && each.userId === userId,
  );
}

export function setLockedOut(
  github: GitHub,
  lock: { readonly organizationId: number; readonly userId: number },
  isLocked: boolean,
): void {
  const others = (github.data.signOnLocks ?? []).filter(
    ({ organizationId, userId }) =>
      organizationId !== lock.organizationId || userId !== lock.userId,
  );
  github.data.signOnLocks = isLocked ? [...others, { ...lock }] : others;
  github.changed();
}
