import type { Hono } from "hono";
import { readNullableString, readString, requireString } from "../body.ts";
import { noCommitFound } from "../checks.ts";
import {
  notFound,
  page,
  readJson,
  requireAccount,
  requireRepository,
  type Env,
  type RequestContext,
} from "../context.ts";
import type { GitHub } from "../github.ts";
import { renderCombinedStatus, renderStatus } from "../render/status.ts";
import { createStatus, latestStatuses, statusesOf } from "../statuses.ts";
import type { Repository } from "../world.ts";

const READ = { permission: "statuses", access: "read" } as const;
const WRITE = { permission: "statuses", access: "write" } as const;

export function register(app: Hono<Env>, github: GitHub): void {
  app.post("/repos/:owner/:repo/statuses/:sha", async (c) => {
    const repository = requireRepository(c, github, WRITE);
    const asked = c.req.param("sha");
    const isSha = /^[0-9a-f]{40}$/.test(asked);
    const sha = isSha ? await github.git.resolveCommit(repository.id, asked) : null;
    if (sha === null) throw noCommitFound(asked);
    const body = await readJson(c);
    const context = readString(body, "context");
    const status = createStatus(github, repository, requireAccount(c).id, {
      sha,
      state: requireString(body, "state"),
      ...(context ? { context } : {}),
      description: readNullableString(body, "description") ?? null,
      targetUrl: readNullableString(body, "target_url") ?? null,
    });
    const rendered = renderStatus(github, repository, status);
    return c.json(rendered, 201, { location: rendered.url });
  });

  app.get("/repos/:owner/:repo/commits/:ref{.+}/statuses", async (c) => {
    const repository = requireRepository(c, github, READ);
    const sha = await requireCommit(c, github, repository);
    const statuses = page(c, statusesOf(github, repository.id, sha));
    return c.json(statuses.map((status) => renderStatus(github, repository, status)));
  });

  app.get("/repos/:owner/:repo/commits/:ref{.+}/status", async (c) => {
    const repository = requireRepository(c, github, READ);
    const sha = await requireCommit(c, github, repository);
    const statuses = latestStatuses(github, repository.id, sha);
    const listed = page(c, statuses);
    return c.json(renderCombinedStatus(github, repository, sha, { statuses, listed }));
  });
}

/** The commit that `:ref` (a SHA, branch or tag) names. Throws 404. */
export async function requireCommit(
  c: RequestContext,
  github: GitHub,
  repository: Repository,
): Promise<string> {
  const ref = c.req.param("ref") ?? "";
  const sha = await github.git.resolveCommit(
    repository.id,
    ref.replace(/^(heads|tags)\//, "refs/$&"),
  );
  if (sha === null) throw notFound();
  return sha;
}
