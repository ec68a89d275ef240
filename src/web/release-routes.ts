import type { Context, Hono } from "hono";
import type { FeedbackRecord } from "../core/clocks/records.ts";
import { rollbackLink } from "../core/rollback/rollback-door.ts";
import type { Instant } from "../core/state.ts";
import { renderRollbackButton } from "./act-section.ts";
import { renderRecordedRelease } from "./recorded-release-page.ts";
import { renderRelease } from "./release-page.ts";
import { repositoryLinks, showPage } from "./show-page.ts";
import type { PageParts } from "./show-page.ts";
import type { PageEnv, SeenRepository } from "./viewer.ts";

/** What is reported about a release later than that is on the page of its issue alone. */
const FEEDBACK_MS = 180 * 86_400_000;

/** The page of one release. */
export function registerReleases(app: Hono<PageEnv>, parts: PageParts): void {
  app.get("/r/:owner/:name/releases/:tag{.+}", async (context) => {
    const { owner, name, tag } = context.req.param();
    const repository = await context.var.viewer.find(owner, name);
    if (repository === null) return await context.notFound();
    const { id, installationId, permission } = repository;
    const release = await parts.changelogOf(installationId).find(id, tag);
    if (release === null) return await showRecorded(context, parts, { repository, tag });
    const feedback = await readFeedback(parts, repository, release);
    const githubUrl = githubUrlOf(repository, parts);
    const said = `Asked from [the page of ${tag}](${originOf(context, parts)}${context.req.path}).`;
    const mayAsk = ["write", "maintain", "admin"].includes(permission);
    return await showPage(context, parts, {
      title: `${tag} of ${repository.owner}/${repository.name}`,
      links: repositoryLinks(repository, ""),
      content: renderRelease({
        repository,
        release,
        feedback,
        githubUrl,
        rollbackButton: renderRollbackButton(parts.acts, repository, tag),
        rollbackUrl:
          release.rolledBackBy === null && mayAsk ? rollbackLink(githubUrl, tag, said) : null,
      }),
    });
  });
}

/** Published by others before or beside us: the clocks have it on record, and link to it. */
async function showRecorded(
  context: Context<PageEnv>,
  parts: PageParts,
  { repository, tag }: { readonly repository: SeenRepository; readonly tag: string },
): Promise<Response> {
  const { id, installationId } = repository;
  const store = parts.clocksOf(installationId);
  const { releases } = await store.readRows({ releases: [{ repositoryId: id, tag }] });
  const [release] = releases;
  if (release === undefined) return await context.notFound();
  const [feedback, { pulls }] = await Promise.all([
    readFeedback(parts, repository, release),
    store.readRows({
      pulls: release.carries.flatMap(({ pull: number }) =>
        number === null ? [] : [{ repositoryId: id, number }],
      ),
    }),
  ]);
  return await showPage(context, parts, {
    title: `${tag} of ${repository.owner}/${repository.name}`,
    links: repositoryLinks(repository, ""),
    content: renderRecordedRelease({
      repository,
      release,
      pulls,
      feedback,
      githubUrl: githubUrlOf(repository, parts),
    }),
  });
}

async function readFeedback(
  parts: PageParts,
  { id, installationId }: SeenRepository,
  { tag, publishedAt: from }: { readonly tag: string; readonly publishedAt: Instant },
): Promise<readonly FeedbackRecord[]> {
  const to = Math.max(from + 1, Math.min(parts.now(), from + FEEDBACK_MS));
  const records = await parts.clocksOf(installationId).readRecords([id], { from, to });
  return records.feedback.filter(({ attribution }) => attribution?.tag === tag);
}

function githubUrlOf({ owner, name }: SeenRepository, { serverUrl }: PageParts): string {
  return `${serverUrl}/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
}

function originOf(context: Context<PageEnv>, { ownUrl }: PageParts): string {
  return ownUrl ?? new URL(context.req.url).origin;
}
