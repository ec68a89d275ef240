import type { Hono } from "hono";
import { html } from "hono/html";
import type { Env, RequestContext } from "../context.ts";
import type { GitHub } from "../github.ts";
import { appByClientId, callbackOf, createLoginCode } from "../logins.ts";
import { clientIdOf } from "../render/app.ts";
import type { Account, App } from "../world.ts";
import { listOwners, page, renderChoice } from "./app-pages.ts";
import { readForm, type Answered, type Respond } from "./app-routes.ts";
import type { Page } from "./layout.ts";

const PATH = "/login/oauth/authorize";

/** SHA-256 as `base64url`: the only form that GitHub takes. */
const CHALLENGE = /^[\w-]{43}$/;

/** What an App asks for when it sends somebody here, as GitHub read it. */
interface Asked {
  readonly app: App;
  readonly redirectUri: string;
  readonly state: string;
  readonly challenge: string | null;
  /** Whom the App expects; empty: anybody. */
  readonly login: string;
}

/** Where people say that an App may act for them. Nobody signs in here: the page asks who does it. */
export function registerLoginPages(app: Hono<Env>, github: GitHub, respond: Respond): void {
  app.get(PATH, (c) =>
    respond(
      c,
      show(github, (name) => c.req.query(name) ?? ""),
    ),
  );
  app.post(PATH, async (c) => respond(c, await authorize(c, github)));
}

function show(github: GitHub, field: (name: string) => string): Answered {
  const asked = read(github, field);
  if (asked === null || "moveTo" in asked) return asked;
  return { page: authorizePage(asked, peopleFor(github, asked)), status: 200 };
}

async function authorize(c: RequestContext, github: GitHub): Promise<Answered> {
  const field = await readForm(c);
  const asked = read(github, field);
  if (asked === null || "moveTo" in asked) return asked;
  const person = peopleFor(github, asked).find(({ login }) => login === field("as"));
  if (person === undefined) return null;
  const { code } = createLoginCode(github, {
    appId: asked.app.id,
    userId: person.id,
    redirectUri: asked.redirectUri,
    challenge: asked.challenge,
  });
  return { moveTo: back(asked, { code }) };
}

/** Null for an App that is not there or names no address; where the rest is wrong, back with why. */
function read(
  github: GitHub,
  field: (name: string) => string,
): Asked | null | { readonly moveTo: string } {
  const app = appByClientId(github, field("client_id"));
  const first = app === null ? null : callbackOf(app, undefined);
  if (app === null || first === null) return null;
  const state = field("state");
  const redirectUri = callbackOf(app, field("redirect_uri") || undefined);
  const challenge = field("code_challenge");
  const asked: Asked = {
    app,
    state,
    redirectUri: redirectUri ?? first,
    challenge: challenge === "" ? null : challenge,
    login: field("login"),
  };
  if (redirectUri === null) {
    return { moveTo: back(asked, { error: "redirect_uri_mismatch" }) };
  }
  const isProvable = field("code_challenge_method") === "S256" && CHALLENGE.test(challenge);
  if (challenge !== "" && !isProvable) return { moveTo: back(asked, { error: "invalid_request" }) };
  return asked;
}

function back({ redirectUri, state }: Asked, answer: Record<string, string>): string {
  const target = new URL(redirectUri);
  for (const [name, value] of Object.entries(answer)) target.searchParams.set(name, value);
  if (state !== "") target.searchParams.set("state", state);
  return target.href;
}

/** Whom the App expects stands first. */
function peopleFor(github: GitHub, { login }: Asked): readonly Account[] {
  const isExpected = (each: Account): boolean => each.login.toLowerCase() === login.toLowerCase();
  const people = listOwners(github).filter(({ type }) => type === "User");
  return people.toSorted((one, other) => Number(isExpected(other)) - Number(isExpected(one)));
}

function authorizePage(asked: Asked, people: readonly Account[]): Page {
  const { app, redirectUri, state, challenge } = asked;
  const hidden = {
    client_id: clientIdOf(app.id),
    redirect_uri: redirectUri,
    state,
    code_challenge: challenge ?? "",
    code_challenge_method: challenge === null ? "" : "S256",
  };
  const body = html`<h1>Authorize ${app.name}</h1>
    <p class="byline">
      It may then see what you see, where it is installed. You go on to
      <code>${new URL(redirectUri).host}</code>.
    </p>
    <form method="post" action="${PATH}">
      ${Object.entries(hidden).map(
        ([name, value]) => html`<input type="hidden" name="${name}" value="${value}" />`,
      )}
      <p><label>Sign in as ${renderChoice("as", people)}</label></p>
      <p><button>Authorize ${app.name}</button></p>
    </form>
    <p><a href="${back(asked, { error: "access_denied" })}">Cancel</a></p>`;
  return page(`Authorize ${app.name}`, body);
}
