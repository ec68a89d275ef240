import { createHash } from "node:crypto";
import type { Context, Hono } from "hono";
import { deleteCookie, getCookie, setCookie } from "hono/cookie";
import type { CookieOptions } from "hono/utils/cookie";
import { AppError } from "../errors.ts";
import type { Clock, Logger } from "../ports.ts";
import { guardForms } from "./login-forms.ts";
import { LoginPace } from "./login-pace.ts";
import {
  accountPage,
  cannotAskPage,
  loggedOutPage,
  notLoggedInPage,
  notSetUpPage,
  tooManyPage,
} from "./login-pages.ts";
import {
  ACCOUNT_PATH,
  CALLBACK_PATH,
  LOGIN_PATH,
  LOGOUT_PATH,
  readReturnTo,
} from "./login-paths.ts";
import type { PeopleGitHub, PublicGitHub, Sessions, ViewedRepositories } from "./login-ports.ts";
import { Publicity } from "./login-publicity.ts";
import { isSameSecret, LoginSecrets, makeSecret } from "./login-secrets.ts";
import type { Attempt } from "./login-secrets.ts";
import { SESSION_AGE_MS_MAX, SessionEnded, WebSessionDesk } from "./login-session.ts";
import { openNobodyViewer, openPersonViewer } from "./login-viewer.ts";
import { addressOf } from "./request-address.ts";
import { provideViewer } from "./viewer.ts";
import type { OpenViewer, PageEnv, Viewer } from "./viewer.ts";

/** GitHub's codes live as long. */
const ATTEMPT_MS_MAX = 10 * 60_000;

/** `__Host-`: no other host and no plain http can set them. */
const SESSION_COOKIE = "smallbatch";
const ATTEMPT_COOKIE = "smallbatch-login";

/** Lax: GitHub sends people back by a link, and a page of ours may be linked from anywhere. */
const COOKIE: CookieOptions = {
  prefix: "host",
  path: "/",
  secure: true,
  httpOnly: true,
  sameSite: "Lax",
};

export interface LoginParts {
  /** Null: nobody can log in. */
  readonly people: {
    readonly github: PeopleGitHub;
    readonly clientSecret: string;
    /** Origin of this server, as people open it. */
    readonly ownUrl: string;
  } | null;
  readonly publicGitHub: PublicGitHub;
  readonly sessions: Sessions;
  readonly repositories: ViewedRepositories;
  readonly clock: Clock;
  readonly logger: Pick<Logger, "info" | "warn">;
}

/** Who looks at pages, and the way in and out. */
export interface Login {
  /** Before every page: who looks is known behind it, and no form is taken from elsewhere. */
  register(app: Hono<PageEnv>): void;
  /** What an error of a viewer means to whoever looks; null: it is none of these. */
  answerError(error: unknown, context: Context<PageEnv>): Promise<Response | null>;
}

interface Desk extends LoginParts {
  readonly pace: LoginPace;
  readonly nobody: Viewer;
  readonly openViewer: OpenViewer;
}

/** Where login is set up. */
interface OpenDesk {
  readonly github: PeopleGitHub;
  readonly ownUrl: string;
  readonly secrets: LoginSecrets;
  readonly sessions: WebSessionDesk;
}

export function openLogin(parts: LoginParts): Login {
  const { people, repositories, clock, logger } = parts;
  const publicity = new Publicity({ repositories, github: parts.publicGitHub, clock, logger });
  const nobody = openNobodyViewer({ repositories, publicity }, people !== null);
  const open = people === null ? null : openDesk(parts, people);
  const openViewer: OpenViewer = async (context) => {
    const id = open === null ? undefined : getCookie(context, SESSION_COOKIE, "host");
    const session = id === undefined || open === null ? null : await open.sessions.find(id);
    return session === null ? nobody : openPersonViewer({ repositories, publicity }, session);
  };
  const desk: Desk = { ...parts, pace: new LoginPace(clock), nobody, openViewer };
  return {
    register: (app) => {
      app.use(provideViewer(openViewer));
      app.use(guardForms(people?.ownUrl ?? null));
      app.get(LOGIN_PATH, (context) => begin(context, desk, open));
      app.get(CALLBACK_PATH, (context) => finish(context, desk, open));
      app.get(ACCOUNT_PATH, (context) => showAccount(context, open));
      app.post(LOGOUT_PATH, (context) => logOut(context, desk, open));
    },
    answerError: (error, context) => answerError(error, context, open),
  };
}

function openDesk(parts: LoginParts, people: NonNullable<LoginParts["people"]>): OpenDesk {
  const { github, clientSecret, ownUrl } = people;
  const { sessions, repositories, clock } = parts;
  const secrets = new LoginSecrets(clientSecret);
  const desk = new WebSessionDesk({ sessions, github, repositories, secrets, clock });
  return { github, ownUrl, secrets, sessions: desk };
}

type Answer = Response | Promise<Response>;

/** To GitHub, with what only this browser can bring back. */
function begin(context: Context<PageEnv>, { pace, clock }: Desk, open: OpenDesk | null): Answer {
  if (open === null) return context.html(notSetUpPage(), 404);
  if (!pace.take(addressOf(context))) return refuseForNow(context);
  // A cookie of another name for this server would not come back from GitHub. Once: a proxy may
  // have changed the name on the way.
  const isElsewhere = context.req.header("host") !== new URL(open.ownUrl).host;
  if (isElsewhere && context.req.query("moved") === undefined) {
    const returnTo = readReturnTo(context.req.query("return_to"));
    const query = new URLSearchParams({ return_to: returnTo, moved: "1" });
    return context.redirect(`${open.ownUrl}${LOGIN_PATH}?${query.toString()}`, 302);
  }
  const attempt: Attempt = {
    state: makeSecret(),
    verifier: makeSecret(),
    returnTo: readReturnTo(context.req.query("return_to")),
    startedAt: clock.now(),
  };
  setCookie(context, ATTEMPT_COOKIE, open.secrets.sealAttempt(attempt), {
    ...COOKIE,
    maxAge: ATTEMPT_MS_MAX / 1_000,
  });
  const url = open.github.authorizeUrl({
    state: attempt.state,
    challenge: createHash("sha256").update(attempt.verifier).digest("base64url"),
    redirectUri: `${open.ownUrl}${CALLBACK_PATH}`,
  });
  return context.redirect(url, 302);
}

/** Back from GitHub. Only what this browser began counts: nobody is logged in as somebody else. */
async function finish(
  context: Context<PageEnv>,
  { pace, clock, logger }: Desk,
  open: OpenDesk | null,
): Promise<Response> {
  if (open === null) return context.html(notSetUpPage(), 404);
  if (!pace.take(addressOf(context))) return refuseForNow(context);
  const sealed = getCookie(context, ATTEMPT_COOKIE, "host");
  const attempt = sealed === undefined ? null : open.secrets.openAttempt(sealed);
  const { state = "", code = "", error = "" } = context.req.query();
  const isOurs =
    attempt !== null &&
    isSameSecret(state, attempt.state) &&
    clock.now() - attempt.startedAt < ATTEMPT_MS_MAX;
  if (!isOurs) {
    const why = "This login was not begun in this browser, or more than ten minutes ago.";
    return context.html(notLoggedInPage(why, "/"), 400);
  }
  deleteCookie(context, ATTEMPT_COOKIE, COOKIE);
  const { verifier, returnTo } = attempt;
  if (code === "") {
    const why = error === "access_denied" ? "You said no to GitHub." : "GitHub did not let you in.";
    return context.html(notLoggedInPage(why, returnTo), 400);
  }
  const redirectUri = `${open.ownUrl}${CALLBACK_PATH}`;
  const tokens = await open.github.exchange({ code, verifier, redirectUri });
  const person = tokens === null ? "ended" : await open.github.readPerson(tokens.token);
  if (tokens === null || person === "ended") {
    const why = "GitHub did not take what it gave us: begin again.";
    return context.html(notLoggedInPage(why, returnTo), 400);
  }
  await endPresent(context, open, logger);
  const id = await open.sessions.begin(person, tokens);
  setCookie(context, SESSION_COOKIE, id, { ...COOKIE, maxAge: SESSION_AGE_MS_MAX / 1_000 });
  logger.info({ userId: person.id, login: person.login }, "Somebody logged in.");
  return context.redirect(returnTo, 302);
}

function showAccount(context: Context<PageEnv>, open: OpenDesk | null): Answer {
  if (open === null) return context.html(notSetUpPage(), 404);
  const { viewer } = context.var;
  if (viewer.login !== null) return context.html(accountPage(viewer));
  return context.html(notLoggedInPage("Nobody is logged in here.", ACCOUNT_PATH), 403);
}

async function logOut(
  context: Context<PageEnv>,
  { logger, sessions }: Desk,
  open: OpenDesk | null,
): Promise<Response> {
  if (open === null) return context.html(notSetUpPage(), 404);
  const isRevoked = await endPresent(context, open, logger);
  const { userId } = context.var.viewer;
  const isEverywhere = (await context.req.parseBody())["everywhere"] === "yes";
  if (isEverywhere && userId !== null) await sessions.endAll(userId);
  deleteCookie(context, SESSION_COOKIE, COOKIE);
  context.header("Clear-Site-Data", '"cache"');
  return context.html(loggedOutPage(isRevoked));
}

/** End the session that this browser has, here and at GitHub. False: GitHub does not know it yet. */
async function endPresent(
  context: Context<PageEnv>,
  { sessions, github }: OpenDesk,
  logger: LoginParts["logger"],
): Promise<boolean> {
  const id = getCookie(context, SESSION_COOKIE, "host");
  const tokens = id === undefined ? null : await sessions.end(id);
  if (tokens === null) return true;
  try {
    await github.revoke(tokens.token);
    return true;
  } catch (error) {
    logger.warn({ err: error }, "GitHub was not told that somebody logged out.");
    return false;
  }
}

async function answerError(
  error: unknown,
  context: Context<PageEnv>,
  open: OpenDesk | null,
): Promise<Response | null> {
  if (error instanceof SessionEnded) {
    await open?.sessions.end(error.sessionId);
    deleteCookie(context, SESSION_COOKIE, COOKIE);
    // The same page once more, as nobody: it may be a public one.
    const { pathname, search } = new URL(context.req.url);
    if (context.req.method === "GET") return context.redirect(`${pathname}${search}`, 302);
    return context.html(notLoggedInPage("GitHub does not know this login any more.", "/"), 403);
  }
  if (!(error instanceof AppError) || !error.code.startsWith("github/")) return null;
  context.header("Retry-After", "60");
  return context.html(cannotAskPage(), 503);
}

function refuseForNow(context: Context): Answer {
  context.header("Retry-After", "60");
  return context.html(tooManyPage(), 429);
}
