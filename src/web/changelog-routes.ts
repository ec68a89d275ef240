import type { Context, Hono } from "hono";
import { etag } from "hono/etag";
import { renderChangelog } from "./changelog-page.ts";
import type { ChangelogStore } from "./changelog.ts";
import { ATOM_TYPE, JSON_FEED_TYPE, formatAtom, formatJsonFeed } from "./feeds.ts";
import type { Feed } from "./feeds.ts";
import { changelogPath, repositoryPath } from "./paths.ts";
import { repositoryLinks, showPage } from "./show-page.ts";
import type { PageParts } from "./show-page.ts";
import type { PageEnv, SeenRepository } from "./viewer.ts";

/** Releases on one page, of the changelog and of a feed. */
const PAGE_SIZE = 25;
/** Ten thousand releases are 400 pages; nobody counts further. */
const PAGES_MAX = 100_000;

type Env = Context<PageEnv>;

type ChangelogParts = Pick<PageParts, "changelogOf" | "ownUrl" | "accountLine">;

/** The changelog and its feeds. Feeds have readers without a login: they are of public repositories. */
export function registerChangelog(app: Hono<PageEnv>, parts: ChangelogParts): void {
  app.get("/r/:owner/:name/changelog", async (context) => {
    const repository = await findNamed(context);
    const page = pageOf(context);
    if (repository === null || page === null) return context.notFound();
    const store = parts.changelogOf(repository.installationId);
    const total = await store.count(repository.id);
    const pages = Math.max(1, Math.ceil(total / PAGE_SIZE));
    if (page > pages) return context.notFound();
    const { releases } = await readPage(store, repository, page);
    return showPage(context, parts, {
      title: `Releases of ${repository.owner}/${repository.name}`,
      links: repositoryLinks(repository, changelogPath(repository)),
      feeds: repository.isPrivate ? [] : feedsOf(repository),
      content: renderChangelog({ repository, releases, page, pages, total }),
    });
  });
  app.use("/r/:owner/:name/changelog.atom", etag());
  app.use("/r/:owner/:name/changelog.json", etag());
  app.get("/r/:owner/:name/changelog.atom", (context) =>
    answerFeed(context, parts, { format: formatAtom, type: ATOM_TYPE }),
  );
  app.get("/r/:owner/:name/changelog.json", (context) =>
    answerFeed(context, parts, { format: formatJsonFeed, type: JSON_FEED_TYPE }),
  );
}

function feedsOf(repository: SeenRepository) {
  const path = repositoryPath(repository);
  return [
    { type: "application/atom+xml", title: "Releases", url: `${path}/changelog.atom` },
    { type: "application/feed+json", title: "Releases", url: `${path}/changelog.json` },
  ];
}

async function answerFeed(
  context: Env,
  parts: ChangelogParts,
  { format, type }: { readonly format: (feed: Feed) => string; readonly type: string },
): Promise<Response> {
  const repository = await findNamed(context);
  const page = pageOf(context);
  if (repository === null || repository.isPrivate || page === null) return context.notFound();
  const store = parts.changelogOf(repository.installationId);
  const { releases, hasMore } = await readPage(store, repository, page);
  if (page > 1 && releases.length === 0) return context.notFound();
  const origin = parts.ownUrl ?? new URL(context.req.url).origin;
  return context.body(format({ repository, origin, page, hasMore, releases }), 200, {
    "Content-Type": type,
    // Asked each time: a repository that became private has no feed from then on.
    "Cache-Control": "no-cache",
  });
}

async function readPage(store: ChangelogStore, { id }: SeenRepository, page: number) {
  const range = { offset: (page - 1) * PAGE_SIZE, limit: PAGE_SIZE + 1 };
  const rows = await store.list(id, range);
  return { releases: rows.slice(0, PAGE_SIZE), hasMore: rows.length > PAGE_SIZE };
}

async function findNamed(context: Env): Promise<SeenRepository | null> {
  const { owner = "", name = "" } = context.req.param() as { owner?: string; name?: string };
  return await context.var.viewer.find(owner, name);
}

/** Null: no number that a page has. */
function pageOf(context: Env): number | null {
  const text = context.req.query("page") ?? "1";
  const page = /^[1-9]\d{0,5}$/.test(text) ? Number(text) : PAGES_MAX + 1;
  return page > PAGES_MAX ? null : page;
}
