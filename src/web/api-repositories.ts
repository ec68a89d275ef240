import type { Context } from "hono";
import type { Answer } from "./api-answers.ts";
import { API_PATH } from "./api-description.ts";
import { pagingOf, pagingLinks } from "./api-paging.ts";
import { releaseOf, repositoryOf } from "./api-shapes.ts";
import type { PageParts } from "./show-page.ts";
import type { PageEnv, SeenRepository } from "./viewer.ts";

/** All that whoever asks was given: of a token, its installation. */
export async function answerRepositories(context: Context<PageEnv>): Promise<Response> {
  const seen = await context.var.viewer.list(null);
  const answer: Answer<"Repositories"> = { repositories: seen.map(repositoryOf) };
  return context.json(answer);
}

export async function answerReleases(
  context: Context<PageEnv>,
  parts: Pick<PageParts, "changelogOf">,
  { id, owner, name, installationId }: SeenRepository,
): Promise<Response> {
  const { page, perPage } = pagingOf(context);
  const store = parts.changelogOf(installationId);
  const [total, releases] = await Promise.all([
    store.count(id),
    store.list(id, { offset: (page - 1) * perPage, limit: perPage }),
  ]);
  const path = `${API_PATH}/repositories/${encodeURIComponent(owner)}/${encodeURIComponent(name)}/releases`;
  pagingLinks(context, path, { page, perPage, total });
  const answer: Answer<"Releases"> = { page, perPage, total, releases: releases.map(releaseOf) };
  return context.json(answer);
}
