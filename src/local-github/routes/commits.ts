import type { Hono } from "hono";
import { pullsOfCommit } from "../commit-pulls.ts";
import {
  HttpError,
  notFound,
  page,
  pageQuery,
  requireRepository,
  setLink,
  type Env,
} from "../context.ts";
import { listShas } from "../git-history.ts";
import type { GitHub } from "../github.ts";
import { renderCommit, renderFullCommit } from "../render/commit.ts";
import { renderPullInList } from "../render/pull.ts";
import { accountAddress } from "../signature.ts";

const READ = { permission: "contents", access: "read" } as const;

/** After every route below `commits/:ref/`, because a ref may hold slashes. */
export function register(app: Hono<Env>, github: GitHub): void {
  app.get("/repos/:owner/:repo/commits", async (c) => {
    const repository = requireRepository(c, github, READ);
    const wanted = c.req.query("sha");
    const head = await github.git.resolveCommit(repository.id, wanted ?? repository.defaultBranch);
    if (head === null) {
      if (wanted !== undefined) throw notFound();
      throw new HttpError(409, { message: "Git Repository is empty." });
    }
    const { path, since, until, author } = c.req.query();
    const account = author === undefined ? null : github.accountByLogin(author);
    const shas = await listShas(github.git, repository.id, {
      revisions: [head],
      ...(path ? { path } : {}),
      ...(since ? { since } : {}),
      ...(until ? { until } : {}),
      ...(author ? { author: account === null ? author : accountAddress(account) } : {}),
    });
    const commits = await github.git.commits(repository.id, page(c, shas));
    return c.json(commits.map((commit) => renderCommit(github, repository, commit)));
  });

  app.get("/repos/:owner/:repo/commits/:sha{.+}/pulls", async (c) => {
    const repository = requireRepository(c, github, {
      permission: "pull_requests",
      access: "read",
    });
    const sha = await github.git.resolveCommit(repository.id, c.req.param("sha"));
    if (sha === null) throw noCommit(c.req.param("sha"));
    const pulls = await pullsOfCommit(github, repository, sha);
    return c.json(page(c, pulls).map((each) => renderPullInList(github, repository, each)));
  });

  app.get("/repos/:owner/:repo/commits/:ref{.+}", async (c) => {
    const repository = requireRepository(c, github, READ);
    const ref = c.req.param("ref");
    const sha = await github.git.resolveCommit(repository.id, ref);
    const commit = sha === null ? null : await github.git.commit(repository.id, sha);
    if (commit === null) throw noCommit(ref);
    if (/[.+]sha(;|$|\+)/.test(c.req.header("accept") ?? "")) {
      return c.text(commit.sha, 200, {
        "Content-Type": "application/vnd.github.sha; charset=utf-8",
      });
    }
    const { page: number } = pageQuery(c);
    const full = await renderFullCommit(github, repository, commit, number);
    setLink(c, number, full.pages);
    return c.json(full.commit);
  });
}

function noCommit(ref: string): HttpError {
  return new HttpError(422, { message: `No commit found for SHA: ${ref}` });
}
