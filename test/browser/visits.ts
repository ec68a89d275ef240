import type { Page, Response } from "playwright-core";
import {
  cannotAskPage,
  loggedOutPage,
  notSetUpPage,
  tooManyPage,
} from "../../src/web/login-pages.ts";
import type { Html } from "../../src/web/page.ts";
import { brokenPage, busyPage } from "../../src/web/plain-pages.ts";
import { HIDDEN_NAME } from "../support/login-world.ts";
import {
  becomeReader,
  breakComments,
  breakGitHub,
  endLogin,
  forbidComments,
  mergeOneMore,
} from "./acting.ts";
import type { ActAddresses, Meanwhile } from "./acting.ts";
import { LONG_TAG } from "./scene.ts";
import { pressOn } from "./visitors.ts";

/** Every page that people come to, and how. */

export interface Visit {
  readonly name: string;
  /** `INSTALLATION` stands for its number; in braces, one of the addresses of acts. */
  readonly at: string;
  /** What is pressed there to come to it. */
  readonly press?: string;
  /** What happens on GitHub before that. */
  readonly meanwhile?: Meanwhile;
  /** Of its answer; 200 where it is not said. */
  readonly status?: number;
  /** It is sent as a form is, without what a page of ours would send. */
  readonly isPost?: boolean;
  /** What the server would answer in a state that this one is not in. */
  readonly content?: () => Html;
}

export const OF_NOBODY: readonly Visit[] = [
  { name: "start of nobody", at: "/" },
  { name: "repository of nobody, held", at: "{held}" },
  { name: "how", at: "/how" },
  { name: "nothing", at: "/r/acme/nothing-x", status: 404 },
  { name: "account of nobody", at: "/account", status: 403 },
  { name: "act of nobody", at: "{hold}", status: 403 },
  { name: "setup of nobody", at: "/setup?installation_id=INSTALLATION" },
  { name: "setup, empty", at: "/setup" },
  { name: "login, not begun here", at: "/login/callback?code=x&state=y", status: 400 },
  { name: "login, refused on GitHub", at: "/login", press: "Cancel", status: 400 },
  { name: "login, not set up", at: "/login", content: notSetUpPage },
  { name: "login, too many", at: "/login", content: tooManyPage },
  { name: "GitHub cannot be asked", at: "/", content: cannotAskPage },
  { name: "something is broken", at: "/", content: brokenPage },
  { name: "too many numbers", at: "/", content: busyPage },
  { name: "logged out", at: "/", content: () => loggedOutPage(true) },
  { name: "logged out, GitHub not told", at: "/", content: () => loggedOutPage(false) },
];

/** Of somebody whom GitHub shows nothing of ours. */
export const OF_MINA: readonly Visit[] = [{ name: "start, empty", at: "/" }];

export const OF_MONA: readonly Visit[] = [
  { name: "start", at: "/" },
  { name: "setup", at: "/setup?installation_id=INSTALLATION" },
  { name: "installation", at: "/installations/INSTALLATION" },
  { name: "repository, 90 days", at: "/r/acme/open?days=90" },
  { name: "repository, empty", at: `/r/acme/${HIDDEN_NAME}` },
  { name: "repository, a release waits", at: "{waiting}" },
  { name: "number", at: "/r/acme/open/numbers/release" },
  { name: "number of releases", at: "/r/acme/open/numbers/changeFailHigh" },
  { name: "number, empty", at: `/r/acme/${HIDDEN_NAME}/numbers/release` },
  { name: "changelog", at: "/r/acme/open/changelog" },
  { name: "changelog, empty", at: `/r/acme/${HIDDEN_NAME}/changelog` },
  { name: "release", at: `/r/acme/open/releases/${LONG_TAG}` },
  { name: "release, rolled back", at: "/r/acme/open/releases/v1.169.0" },
  { name: "release, rollback", at: "/r/acme/open/releases/v10.12.104" },
  { name: "release of others", at: "/r/acme/open/releases/v1.120.0" },
  { name: "badges", at: "/r/acme/open/badges" },
  { name: "badges, private", at: `/r/acme/${HIDDEN_NAME}/badges` },
  {
    name: "badges, just made",
    at: `/r/acme/${HIDDEN_NAME}/badges`,
    press: "Make a badge with a token",
  },
  { name: "comparison", at: "/r/acme/open/compare?before=2026-06-01&now=2026-08-01&days=60" },
  {
    name: "comparison, wrong",
    at: "/r/acme/open/compare?before=2026-06-31&now=2026-08-01&days=60",
    status: 400,
  },
  { name: "comparison, empty", at: `/r/acme/${HIDDEN_NAME}/compare` },
  { name: "account", at: "/account" },
  { name: "form refused", at: "/logout", isPost: true, status: 403 },
  { name: "act, publish", at: "{publish}" },
  { name: "act, hold", at: "{hold}" },
  { name: "act, resume", at: "{resume}" },
  { name: "act, roll back", at: "{rollBack}" },
  { name: "act, not now", at: "{refused}", status: 409 },
  {
    name: "act, another state",
    at: "{publish}",
    press: "Publish v2.0.0",
    meanwhile: mergeOneMore,
    status: 409,
  },
  {
    name: "act, permission lost",
    at: "{hold}",
    press: "Hold releases",
    meanwhile: becomeReader,
    status: 403,
  },
  {
    name: "act, GitHub refuses",
    at: "{publish}",
    press: "Publish v2.0.0",
    meanwhile: forbidComments,
    status: 502,
  },
  {
    name: "act, GitHub does not answer",
    at: "{publish}",
    press: "Publish v2.0.0",
    meanwhile: breakComments,
  },
  {
    name: "act, GitHub is down",
    at: "{hold}",
    press: "Hold releases",
    meanwhile: breakGitHub,
    status: 503,
  },
  { name: "act, said", at: "{hold}", press: "Hold releases" },
];

/** Of somebody with write. */
export const OF_WILMA: readonly Visit[] = [
  { name: "act, may not", at: "{publish}", status: 403 },
  {
    name: "act, login ended",
    at: "{rollBack}",
    press: "Roll back v1.4.3",
    meanwhile: endLogin,
    status: 403,
  },
];

/** Its answer, before anything is pressed on it. */
export async function openVisit(page: Page, visit: Visit, here: Here): Promise<Response | null> {
  const { isPost = false, content } = visit;
  const at = addressOf(visit, here);
  const isOwn = ({ pathname }: URL): boolean => pathname === at;
  if (isPost) await page.route(isOwn, (route) => route.continue({ method: "POST" }));
  if (content !== undefined) {
    const { status, headers } = await fetch(`${here.serverUrl}/how`);
    const answer = { status, headers: Object.fromEntries(headers), body: String(await content()) };
    await page.route(isOwn, (route) => route.fulfill(answer));
  }
  const answer = await page.goto(at);
  if (isPost || content !== undefined) await page.unroute(isOwn);
  return answer;
}

/** The answer to what is pressed. */
export async function pressThere(page: Page, name: string): Promise<Response> {
  const [next] = await Promise.all([
    page.waitForResponse((each) => each.request().isNavigationRequest() && each.status() !== 302),
    page.waitForEvent("load"),
    pressOn(page, name),
  ]);
  return next;
}

/** What addresses are made of. */
export interface Here {
  readonly serverUrl: string;
  readonly installationId: number;
  readonly acts: ActAddresses;
}

function addressOf({ at }: Visit, { installationId, acts }: Here): string {
  const named = at.replace("INSTALLATION", String(installationId));
  return named.replace(/^\{(\w+)\}$/, (_, name: keyof ActAddresses) => acts[name]);
}
