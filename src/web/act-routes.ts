import type { Context, Hono } from "hono";
import { html } from "hono/html";
import { foreseeAct } from "../core/acts/foresee-act.ts";
import type { ActForeseen } from "../core/acts/foresee-act.ts";
import { cleanReason, RIGHT_OF_ACT, sayAsked } from "../core/acts/page-act.ts";
import type { PageAct } from "../core/acts/page-act.ts";
import { chooseWhere } from "../core/acts/say-where.ts";
import type { Place } from "../core/acts/say-where.ts";
import { keyOfLine } from "../core/desk/desk-box.ts";
import { inertCode, inertText } from "../core/inert.ts";
import { judgeRight } from "../core/permission.ts";
import { renderConfirmation, renderDone, renderLogIn, renderRefused } from "./act-page.ts";
import { actPath, readAct } from "./act-paths.ts";
import type { ActParts } from "./act-ports.ts";
import { NAMES, sumUp } from "./act-words.ts";
import { hashOf, makeSecret } from "./login-secrets.ts";
import type { Html } from "./page.ts";
import { repositoryLinks, showPage } from "./show-page.ts";
import type { PageParts } from "./show-page.ts";
import type { PageEnv, SeenRepository } from "./viewer.ts";

type Env = Context<PageEnv>;

/** What was shown before, given back by the form: no longer than we write it. */
const SHOWN_CHARS_MAX = 2_000;
const KEY = /^[\w-]{40,50}$/;

interface Asking {
  readonly parts: PageParts;
  readonly acts: ActParts;
  readonly repository: SeenRepository;
  readonly act: PageAct;
  readonly login: string;
  readonly userId: number;
  readonly reason: string;
}

/** Somebody may do it, and it would be done. */
interface Ready {
  readonly seen: ActForeseen;
  readonly place: Place;
  readonly command: string;
}

/** Confirmations, and what they do: the command is said on GitHub, in the person's name. */
export function registerActs(app: Hono<PageEnv>, parts: PageParts): void {
  const path = "/r/:owner/:name/act/:act";
  app.get(path, async (context) => {
    const asking = await open(context, parts);
    if (asking instanceof Response) return asking;
    const ready = await foresee(context, asking);
    return ready instanceof Response ? ready : await confirm(context, asking, ready);
  });
  app.post(path, async (context) => {
    const asking = await open(context, parts);
    return asking instanceof Response ? asking : await carryOut(context, asking);
  });
}

/** Who asks for what; a response: they have to be told something else first. */
async function open(context: Env, parts: PageParts): Promise<Asking | Response> {
  const { viewer } = context.var;
  const { owner = "", name = "", act: kind } = context.req.param() as Record<string, string>;
  const repository = await viewer.find(owner, name);
  const act = readAct(kind, context.req.query());
  const { acts } = parts;
  if (repository === null || act === null || acts === null) return await context.notFound();
  const { login, userId } = viewer;
  if (login === null || userId === null) {
    const here = actPath(repository, act);
    return await show(
      context,
      { parts, repository },
      renderLogIn(repository, here, viewer.canLogIn),
      403,
    );
  }
  const { reason } = context.req.method === "POST" ? await context.req.parseBody() : { reason: "" };
  return {
    parts,
    acts,
    repository,
    act,
    login,
    userId,
    reason: cleanReason(typeof reason === "string" ? reason : ""),
  };
}

/** By GitHub's word now: their permission, and what stands there. */
async function foresee(context: Env, asking: Asking): Promise<Ready | Response> {
  const { acts, parts, repository, act, login, reason } = asking;
  const permission = await context.var.viewer.permissionNow(repository.id);
  if (permission === "none") return await context.notFound();
  const right = judgeRight(RIGHT_OF_ACT[act.kind], { login, permission }, null);
  if (right.kind === "may-not") {
    return await refuse(context, asking, `this needs ${right.needs}; you have ${permission}.`, 403);
  }
  const look = await acts.look(repository);
  const states = look.lines.map(({ state }) => state);
  const branch = branchOf(act, look.lines);
  const place = chooseWhere(states, look.desk, branch);
  const seen = foreseeAct(look.lines, act, {
    by: { login, permission },
    reason,
    url: place?.url ?? "",
    risks: look.risks,
    now: parts.now(),
  });
  if (seen === null)
    return await refuse(context, asking, "nothing is released of that any more.", 409);
  if (seen.refused !== null) return await refuse(context, asking, seen.refused, 409);
  const command = sayAsked(seen.asked);
  if (command === null) {
    const why =
      "as a command it would be read as something else. Choose other words for the reason.";
    return await refuse(context, asking, why, 409);
  }
  if (place === null) {
    const why =
      "nothing is known to say it on: there is no release desk, and no pull request was merged into " +
      `this branch lately. Comment ${inertCode(command)} on a pull request into it.`;
    return await refuse(context, asking, why, 409);
  }
  return { seen, place, command };
}

/** Null: wherever it is said. */
function branchOf(act: PageAct, lines: Parameters<typeof foreseeAct>[0]): string | null {
  if (act.kind === "rollback") return null;
  if ("branch" in act) return act.branch;
  const own = lines.find(({ state }) => keyOfLine(state.line) === act.line);
  return own?.state.line.branch ?? null;
}

async function confirm(
  context: Env,
  { parts, repository, act, reason }: Asking,
  { seen, place, command }: Ready,
  why?: Html,
): Promise<Response> {
  const { viewer } = context.var;
  const again = why === undefined ? {} : { again: { why, reason } };
  const page = { repository, act, seen, place, command, viewer, key: makeSecret(), ...again };
  return await show(context, { parts, repository }, renderConfirmation(page), why ? 409 : 200);
}

/** Once for each confirmation, and only what was shown. */
async function carryOut(context: Env, asking: Asking): Promise<Response> {
  const { acts, parts, repository, act, userId } = asking;
  const { key, stamp, shown } = await context.req.parseBody();
  if (typeof key !== "string" || !KEY.test(key)) {
    return await refuse(context, asking, "the form is not whole. Open the page again.", 400);
  }
  const keyHash = hashOf(key);
  const before = await acts.findSent(keyHash, userId);
  if (before !== null) return await tell(context, asking, { ...before, isAgain: true });
  const ready = await foresee(context, asking);
  if (ready instanceof Response) return ready;
  const { seen, place, command } = ready;
  if (stamp !== seen.stamp) {
    const was = typeof shown === "string" ? shown.slice(0, SHOWN_CHARS_MAX) : "";
    return await confirm(context, asking, ready, renderChange(was, sumUp(act, seen)));
  }
  const sent = { command, placeUrl: place.url };
  if (!(await acts.claim(keyHash, userId, sent))) {
    return await tell(context, asking, { ...sent, url: null, isAgain: true });
  }
  const said = await context.var.viewer.say(repository, place.number, command);
  if (said.kind === "refused") {
    const why = `GitHub does not take it: ${inertText(said.message)}`;
    return await refuse(context, asking, why, 502, renderInstead(place, command));
  }
  if (said.kind === "unknown") return await tell(context, asking, { ...sent, url: null });
  const { id: repositoryId, installationId } = repository;
  try {
    await acts.keepSaid(keyHash, { installationId, repositoryId, ...said });
  } catch (error) {
    // It stands on GitHub, and GitHub's delivery brings it.
    parts.logger.warn({ err: error, url: said.url }, "What somebody said could not be kept.");
  }
  parts.logger.info(
    { repositoryId, userId, login: asking.login, command, url: said.url },
    "Somebody acted on a page.",
  );
  return await tell(context, asking, { ...sent, url: said.url });
}

function renderChange(was: string, is: string): Html {
  return html`<p>
      <strong>Nothing was done: what stands there changed since you looked.</strong> Look once more.
    </p>
    <p>You were shown: ${was}.<br />Now: ${is}.</p>`;
}

/** Nothing is lost: they can say it themselves. */
function renderInstead({ url, isDesk, number }: Place, command: string): Html {
  return html`<p>
    You can say it yourself: comment <code>${command}</code> on
    <a href="${url}">${isDesk ? "the release desk" : `pull request #${number}`}</a>. Where GitHub
    says that the integration has no access, whoever owns the installation has not granted
    Smallbatch <em>issues: write</em>.
  </p>`;
}

async function tell(
  context: Env,
  { parts, repository, act }: Asking,
  said: { placeUrl: string; command: string; url: string | null; isAgain?: boolean },
): Promise<Response> {
  const name = NAMES[act.kind];
  return await show(context, { parts, repository }, renderDone({ repository, name, ...said }));
}

async function refuse(
  context: Env,
  { parts, repository, act }: Asking,
  why: string,
  status: Status,
  instead?: Html,
): Promise<Response> {
  const page = renderRefused(repository, NAMES[act.kind], why, instead);
  return await show(context, { parts, repository }, page, status);
}

type Status = 200 | 400 | 403 | 409 | 502;

async function show(
  context: Env,
  { parts, repository }: Pick<Asking, "parts" | "repository">,
  content: Html,
  status: Status = 200,
): Promise<Response> {
  context.status(status);
  const { owner, name } = repository;
  const links = repositoryLinks(repository, "");
  return await showPage(context, parts, { title: `Acting on ${owner}/${name}`, links, content });
}
