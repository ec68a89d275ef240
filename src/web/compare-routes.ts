import type { Context, Hono } from "hono";
import { html, raw } from "hono/html";
import type { Instant } from "../core/state.ts";
import { DAY_MS } from "./charts/durations.ts";
import { askedOf, scopeOf } from "./clock-ask.ts";
import { renderCompareHead } from "./compare-page.ts";
import { limitsOf, readChosen } from "./compared-windows.ts";
import { readText } from "./repository-routes.ts";
import { repositoryLinks, showPage } from "./show-page.ts";
import type { PageParts } from "./show-page.ts";
import type { PageEnv, SeenRepository } from "./viewer.ts";

/** Any two windows of a repository against each other. */
export function registerCompare(app: Hono<PageEnv>, parts: PageParts): void {
  app.get("/r/:owner/:name/compare", async (context) => {
    const { owner, name } = context.req.param();
    const repository = await context.var.viewer.find(owner, name);
    if (repository === null) return await context.notFound();
    return await showCompare(context, parts, repository);
  });
}

async function showCompare(
  context: Context<PageEnv>,
  parts: PageParts,
  repository: SeenRepository,
): Promise<Response> {
  const { id, installationId } = repository;
  const [coverage] = await parts.clocksOf(installationId).readCoverage([id]);
  const limits = limitsOf(coverage?.knownSince ?? null, parts.now());
  const before = context.req.query("before");
  const now = context.req.query("now");
  const chosen = limits && readChosen({ before, now, days: context.req.query("days") }, limits);
  const ask = {
    installationId,
    repositories: askedOf([repository]),
    isOne: true,
    days: chosen?.days ?? 0,
    serverUrl: parts.serverUrl,
  };
  let below: string | Response = "";
  if (chosen !== null && limits !== null && !("problem" in chosen.windows)) {
    const startedAt = await readStart(parts, repository);
    const asked = { ...chosen.windows, limits, startedAt };
    below = await readText(context, parts, { ...ask, show: { kind: "comparison", asked } });
  }
  if (typeof below !== "string") return below;
  const isWrong = chosen !== null && "problem" in chosen.windows;
  if (isWrong && (before !== undefined || now !== undefined)) context.status(400);
  const scope = scopeOf(ask);
  return await showPage(context, parts, {
    title: `Two windows of ${scope.name}`,
    links: repositoryLinks(repository, ""),
    content: html`${renderCompareHead(scope, chosen)} ${raw(below)}`,
  });
}

/** Day of the first release that Smallbatch published; null: it published none. */
async function readStart(
  parts: PageParts,
  { id, installationId }: SeenRepository,
): Promise<Instant | null> {
  const changelog = parts.changelogOf(installationId);
  const many = await changelog.count(id);
  if (many === 0) return null;
  const [first] = await changelog.list(id, { offset: many - 1, limit: 1 });
  return first === undefined ? null : Math.floor(first.publishedAt / DAY_MS) * DAY_MS;
}
