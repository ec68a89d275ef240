import type { Context, Hono } from "hono";
import { html } from "hono/html";
import { renderActSection } from "./act-section.ts";
import { daysOf, Readings } from "./clock-pages.ts";
import { measuredOf } from "./clock-section.ts";
import { nameOf, readNumberId } from "./number-names.ts";
import { formatRows, renderNumber } from "./number-page.ts";
import { renderRepositories } from "./overview-page.ts";
import type { Html } from "./page.ts";
import { installationPath, releasePath, repositoryPath } from "./paths.ts";
import type { Scope } from "./paths.ts";
import { renderClocksPage } from "./repository-page.ts";
import { indexRows } from "./rows.ts";
import { repositoryLinks, showPage } from "./show-page.ts";
import type { PageParts } from "./show-page.ts";
import type { PageEnv, SeenRepository } from "./viewer.ts";

type Env = Context<PageEnv>;

interface ReadingParts extends PageParts {
  readonly readings: Readings;
}

/** One repository, or all that somebody sees of an installation. */
interface Subject {
  readonly installationId: number;
  readonly repositories: readonly SeenRepository[];
  readonly scope: Scope;
  readonly isOne: boolean;
}

/** The clocks of a repository and of an installation, and the rows of every number. */
export function registerClocks(app: Hono<PageEnv>, given: PageParts): void {
  const parts = { ...given, readings: new Readings() };
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
  const name = `${repository.owner}/${repository.name}`;
  return {
    installationId: repository.installationId,
    repositories: [repository],
    scope: { name, path: repositoryPath(repository), query: queryOf(context) },
    isOne: true,
  };
}

/** Only what somebody sees is counted, in sums too. */
async function findInstallation(context: Context<PageEnv, string>): Promise<Subject | null> {
  const installationId = Number(context.req.param("id"));
  const repositories = await context.var.viewer.list(installationId);
  const [first] = repositories;
  if (first === undefined) return null;
  return {
    installationId,
    repositories,
    scope: { name: first.owner, path: installationPath(installationId), query: queryOf(context) },
    isOne: false,
  };
}

function queryOf(context: Env): string {
  const days = context.req.query("days");
  return days === undefined ? "" : `?days=${daysOf(days)}`;
}

async function readSubject(context: Env, parts: ReadingParts, subject: Subject) {
  const { installationId, repositories } = subject;
  const store = parts.clocksOf(installationId);
  const ids = repositories.map(({ id }) => id);
  const [reading, coverage] = await Promise.all([
    parts.readings.read(store, installationId, ids, {
      now: parts.now(),
      days: daysOf(context.req.query("days")),
    }),
    store.readCoverage(ids),
  ]);
  const byId = new Map(repositories.map((each) => [each.id, each]));
  const urlOf = (id: number): string => {
    const { owner = "", name = "" } = byId.get(id) ?? {};
    return `${parts.serverUrl}/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
  };
  const releaseUrl = (id: number, tag: string): string => {
    const repository = byId.get(id);
    return repository === undefined ? "" : releasePath(repository, tag);
  };
  const index = indexRows(reading.records, urlOf);
  const since = ids.map((id) => {
    return coverage.find(({ repositoryId }) => repositoryId === id)?.knownSince ?? null;
  });
  // The numbers of several are as complete as those of the least known.
  const knownSince = since.includes(null) ? null : Math.max(...since.map(Number));
  return { ...reading, index, releaseUrl, knownSince };
}

async function showClocks(context: Env, parts: ReadingParts, subject: Subject): Promise<Response> {
  const { scope, repositories, isOne } = subject;
  const read = await readSubject(context, parts, subject);
  const [first] = repositories;
  const content = renderClocksPage({
    ...read,
    scope,
    about: isOne ? aboutOne(first, parts) : html`<li>${repositories.length} repositories</li>`,
    before: isOne
      ? await renderActSection(parts.acts, first, context.var.viewer)
      : renderRepositories(repositories, read),
  });
  const links = first === undefined || !isOne ? [] : repositoryLinks(first, scope.path);
  return await showPage(context, parts, { title: scope.name, links, content });
}

function aboutOne(repository: SeenRepository | undefined, { serverUrl }: PageParts): Html {
  if (repository === undefined) return html``;
  const { owner, name, defaultBranch, isPrivate, installationId } = repository;
  const url = `${serverUrl}/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
  return html`<li><a href="${installationPath(installationId)}">All of ${owner}</a></li>
    <li><a href="${url}">On GitHub</a></li>
    ${defaultBranch === null ? "" : html`<li>${defaultBranch}</li>`}
    <li>${isPrivate ? "private" : "public"}</li>`;
}

async function showNumber(context: Env, parts: ReadingParts, subject: Subject): Promise<Response> {
  const [, text = "", end = ""] = /^(\w+)(\.csv)?$/.exec(context.req.param("number") ?? "") ?? [];
  const id = readNumberId(text);
  if (id === null) return await context.notFound();
  const read = await readSubject(context, parts, subject);
  const measured = measuredOf(read.report, id);
  if (end === ".csv") {
    return context.body(formatRows({ measured, index: read.index }), 200, {
      "Content-Type": "text/csv; charset=utf-8",
      "Content-Disposition": `attachment; filename="${id}.csv"`,
    });
  }
  const { scope, repositories, isOne } = subject;
  const [first] = repositories;
  return await showPage(context, parts, {
    title: `${nameOf(id)} of ${scope.name}`,
    links: first === undefined || !isOne ? [] : repositoryLinks(first, ""),
    content: renderNumber({ scope, id, measured, index: read.index }),
  });
}
