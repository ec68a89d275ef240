import type { Context, Hono } from "hono";
import { html, raw } from "hono/html";
import { renderActSection } from "./act-section.ts";
import { ACTS_PLACE } from "./clock-answer.ts";
import { askedOf, daysOf, scopeOf } from "./clock-ask.ts";
import type { ClockAsk } from "./clock-ask.ts";
import { readWindowAt } from "./compared-windows.ts";
import { BUSY_SECONDS, TooManyAsks } from "./kept-texts.ts";
import { nameOf, readNumberId } from "./number-names.ts";
import { answerBusy } from "./plain-pages.ts";
import { repositoryLinks, showPage } from "./show-page.ts";
import type { PageParts } from "./show-page.ts";
import type { PageEnv, SeenRepository } from "./viewer.ts";

type Env = Context<PageEnv>;

/** One repository, or all that somebody sees of an installation. */
interface Subject {
  readonly installationId: number;
  readonly repositories: readonly SeenRepository[];
  readonly isOne: boolean;
}

/** The clocks of a repository and of an installation, and the rows of every number. */
export function registerClocks(app: Hono<PageEnv>, parts: PageParts): void {
  for (const [path, find] of [
    ["/r/:owner/:name", findRepository],
    ["/installations/:id{[0-9]{1,15}}", findInstallation],
  ] as const) {
    app.get(path, async (context) => {
      const subject = await find(context);
      return subject === null ? context.notFound() : await showClocks(context, parts, subject);
    });
    app.get(`${path}/numbers/:number`, async (context) => {
      const subject = await find(context);
      return subject === null ? context.notFound() : await showNumber(context, parts, subject);
    });
  }
}

async function findRepository(context: Context<PageEnv, string>): Promise<Subject | null> {
  const repository = await context.var.viewer.find(
    context.req.param("owner") ?? "",
    context.req.param("name") ?? "",
  );
  if (repository === null) return null;
  const { installationId } = repository;
  return { installationId, repositories: [repository], isOne: true };
}

/** Only what somebody sees is counted, in sums too. */
async function findInstallation(context: Context<PageEnv, string>): Promise<Subject | null> {
  const installationId = Number(context.req.param("id"));
  const repositories = await context.var.viewer.list(installationId);
  return repositories.length === 0 ? null : { installationId, repositories, isOne: false };
}

function askOf(context: Env, parts: PageParts, subject: Subject, show: ClockAsk["show"]): ClockAsk {
  const { installationId, repositories, isOne } = subject;
  return {
    installationId,
    repositories: askedOf(repositories),
    isOne,
    days: daysOf(context.req.query("days")),
    serverUrl: parts.serverUrl,
    show,
  };
}

/** The text, or an answer that says that there is none for now. */
export async function readText(
  context: Env,
  { texts }: Pick<PageParts, "texts">,
  ask: ClockAsk,
): Promise<string | Response> {
  try {
    return (await texts.read(ask)).text;
  } catch (error) {
    return await answerTooMany(context, error);
  }
}

/** Throws what is no TooManyAsks. */
export function answerTooMany(context: Env, error: unknown): Response | Promise<Response> {
  if (!(error instanceof TooManyAsks)) throw error;
  return answerBusy(context, BUSY_SECONDS);
}

function linksOf({ repositories, isOne }: Subject, here: string) {
  const [first] = repositories;
  return first === undefined || !isOne ? [] : repositoryLinks(first, here);
}

/** What whoever looks may do: the rest of the page is the same for everybody who sees it. */
function renderActs(context: Env, { acts }: PageParts, { repositories }: Subject) {
  return renderActSection(acts, repositories[0], context.var.viewer);
}

async function showClocks(context: Env, parts: PageParts, subject: Subject): Promise<Response> {
  const ask = askOf(context, parts, subject, { kind: "page" });
  const text = await readText(context, parts, ask);
  if (typeof text !== "string") return text;
  const { name, path } = scopeOf(ask);
  const [head = "", ...rest] = text.split(ACTS_PLACE);
  const acts = rest.length === 0 ? "" : await renderActs(context, parts, subject);
  const content = html`${raw(head)}${acts}${raw(rest.join(""))}`;
  return await showPage(context, parts, { title: name, links: linksOf(subject, path), content });
}

async function showNumber(context: Env, parts: PageParts, subject: Subject): Promise<Response> {
  const [, name = "", end = ""] = /^(\w+)(\.csv)?$/.exec(context.req.param("number") ?? "") ?? [];
  const number = readNumberId(name);
  if (number === null) return await context.notFound();
  const kind = end === ".csv" ? "rows" : "number";
  const from = context.req.query("from");
  const days = context.req.query("days");
  const window = from === undefined ? undefined : readWindowAt(from, days, parts.now());
  if (window === null) return await context.notFound();
  const ask = askOf(context, parts, subject, { kind, number, ...(window && { window }) });
  const text = await readText(context, parts, ask);
  if (typeof text !== "string") return text;
  if (kind === "rows") {
    return context.body(text, 200, {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": `attachment; filename="${number}.csv"`,
    });
  }
  return await showPage(context, parts, {
    title: `${nameOf(number)} of ${scopeOf(ask).name}`,
    links: linksOf(subject, ""),
    content: html`${raw(text)}`,
  });
}
