import type { Context, Hono } from "hono";
import { rollbackLink } from "../core/rollback/rollback-door.ts";
import { renderRollbackButton } from "./act-section.ts";
import { renderRelease } from "./release-page.ts";
import { repositoryLinks, showPage } from "./show-page.ts";
import type { PageParts } from "./show-page.ts";
import type { PageEnv } from "./viewer.ts";

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
    if (release === null) return await context.notFound();
    const from = release.publishedAt;
    const to = Math.max(from + 1, Math.min(parts.now(), from + FEEDBACK_MS));
    const records = await parts.clocksOf(installationId).readRecords([id], { from, to });
    const feedback = records.feedback.filter(({ attribution }) => attribution?.tag === tag);
    const githubUrl = `${parts.serverUrl}/${encodeURIComponent(repository.owner)}/${encodeURIComponent(repository.name)}`;
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

function originOf(context: Context<PageEnv>, { ownUrl }: PageParts): string {
  return ownUrl ?? new URL(context.req.url).origin;
}
