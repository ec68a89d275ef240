import type { Hono } from "hono";
import { readBoolean, readNullableString, readOneOf, readString, requireString } from "../body.ts";
import {
  forbidden,
  notFound,
  page,
  readJson,
  requireAccount,
  requireRepository,
  type Env,
  type RequestContext,
} from "../context.ts";
import type { GitHub } from "../github.ts";
import { limitPatches } from "../patch-limit.ts";
import { judgeAccess, type Need } from "../permission.ts";
import { isPull, type Pull } from "../pull-heads.ts";
import { pullCommits, pullFiles } from "../pull-range.ts";
import { editPull, openPull, submitReview } from "../pulls.ts";
import { renderCommit, renderFile } from "../render/commit.ts";
import { renderPull, renderPullInList, renderReview } from "../render/pull.ts";
import type { Repository } from "../world.ts";

const READ = { permission: "pull_requests", access: "read" } as const;
const WRITE = { permission: "pull_requests", access: "write" } as const;
const VERDICTS = ["APPROVE", "REQUEST_CHANGES", "COMMENT"] as const;

export function register(app: Hono<Env>, github: GitHub): void {
  registerReads(app, github);
  registerWrites(app, github);
  registerReviews(app, github);
}

/** The pull that `:number` names, with the rights of `requireRepository`. Throws 404 for issues. */
export function requirePull(
  c: RequestContext,
  github: GitHub,
  need: Need,
): { repository: Repository; issue: Pull } {
  const repository = requireRepository(c, github, need);
  const issue = github.issue(repository.id, Number(c.req.param("number")));
  if (issue === null || !isPull(issue)) throw notFound();
  return { repository, issue };
}

function registerReads(app: Hono<Env>, github: GitHub): void {
  app.get("/repos/:owner/:repo/pulls", (c) => {
    const repository = requireRepository(c, github, READ);
    const pulls = page(c, listPulls(c, github, repository));
    return c.json(pulls.map((issue) => renderPullInList(github, repository, issue)));
  });

  app.get("/repos/:owner/:repo/pulls/:number{[0-9]+}", async (c) => {
    const { repository, issue } = requirePull(c, github, READ);
    return c.json(await renderPull(github, repository, issue));
  });

  app.get("/repos/:owner/:repo/pulls/:number{[0-9]+}/files", async (c) => {
    const { repository, issue } = requirePull(c, github, READ);
    const { headSha } = issue.pull;
    const files = limitPatches(page(c, await pullFiles(github, issue)));
    return c.json(files.map((file) => renderFile(github, repository, headSha, file)));
  });

  app.get("/repos/:owner/:repo/pulls/:number{[0-9]+}/commits", async (c) => {
    const { repository, issue } = requirePull(c, github, READ);
    const commits = page(c, await pullCommits(github, issue));
    return c.json(commits.map((commit) => renderCommit(github, repository, commit)));
  });
}

function listPulls(c: RequestContext, github: GitHub, repository: Repository): Pull[] {
  const { state = "open", head, base, sort = "created" } = c.req.query();
  const direction = c.req.query("direction") ?? (sort === "created" ? "desc" : "asc");
  const [branch, ownerLogin] = head?.split(":").toReversed() ?? [];
  const pulls = github.data.issues
    .filter(isPull)
    .filter((issue) => issue.repositoryId === repository.id)
    .filter((issue) => state === "all" || issue.state === state)
    .filter(({ pull }) => base === undefined || pull.baseRef === base)
    // GitHub takes `head` only with its owner, and is silent about any other.
    .filter(({ pull }) => ownerLogin === undefined || pull.headRef === branch)
    .filter(({ pull }) => ownerLogin === undefined || headOwner(github, pull) === ownerLogin);
  const key = (issue: Pull): string => (sort === "updated" ? issue.updatedAt : issue.createdAt);
  const sign = direction === "asc" ? 1 : -1;
  return pulls.toSorted(
    (one, other) => sign * (key(one).localeCompare(key(other)) || one.number - other.number),
  );
}

function headOwner(github: GitHub, pull: Pull["pull"]): string | null {
  const repository = github.repository(pull.headRepositoryId);
  return repository === null ? null : github.owner(repository).login;
}

function registerWrites(app: Hono<Env>, github: GitHub): void {
  app.post("/repos/:owner/:repo/pulls", async (c) => {
    const repository = requireRepository(c, github, WRITE);
    const body = await readJson(c);
    const issue = await openPull(github, repository, c.get("actor"), {
      title: requireString(body, "title"),
      body: readNullableString(body, "body") ?? null,
      head: requireString(body, "head"),
      base: requireString(body, "base"),
      draft: readBoolean(body, "draft") ?? false,
      maintainerCanModify: readBoolean(body, "maintainer_can_modify") ?? false,
    });
    const rendered = await renderPull(github, repository, issue);
    return c.json(rendered, 201, { Location: rendered.url });
  });

  app.patch("/repos/:owner/:repo/pulls/:number{[0-9]+}", async (c) => {
    const { repository, issue } = requirePull(c, github, WRITE);
    requireEditor(c, github, repository, issue);
    const body = await readJson(c);
    const title = readString(body, "title");
    const text = readNullableString(body, "body");
    const state = readOneOf(body, "state", ["open", "closed"]);
    const base = readString(body, "base");
    const maintainerCanModify = readBoolean(body, "maintainer_can_modify");
    await editPull(github, repository, issue, c.get("actor"), {
      ...(title === undefined ? {} : { title }),
      ...(text === undefined ? {} : { body: text }),
      ...(state === undefined ? {} : { state }),
      ...(base === undefined ? {} : { base }),
      ...(maintainerCanModify === undefined ? {} : { maintainerCanModify }),
    });
    return c.json(await renderPull(github, repository, issue));
  });
}

/** The author edits the own pull; anybody else needs the role of triage. */
function requireEditor(
  c: RequestContext,
  github: GitHub,
  repository: Repository,
  issue: Pull,
): void {
  const actor = c.get("actor");
  if (actor.kind === "user" && actor.account.id === issue.authorId) return;
  const need = { ...WRITE, role: "triage" } as const;
  if (judgeAccess(github, actor, repository, need) !== "allowed") throw forbidden(actor);
}

function registerReviews(app: Hono<Env>, github: GitHub): void {
  app.get("/repos/:owner/:repo/pulls/:number{[0-9]+}/reviews", (c) => {
    const { repository, issue } = requirePull(c, github, READ);
    const reviews = github.data.reviews.filter(
      (review) => review.repositoryId === repository.id && review.pullNumber === issue.number,
    );
    return c.json(page(c, reviews).map((review) => renderReview(github, repository, review)));
  });

  app.post("/repos/:owner/:repo/pulls/:number{[0-9]+}/reviews", async (c) => {
    const { repository, issue } = requirePull(c, github, WRITE);
    requireAccount(c);
    const body = await readJson(c);
    const review = submitReview(github, repository, issue, c.get("actor"), {
      verdict: readOneOf(body, "event", VERDICTS) ?? "COMMENT",
      body: readString(body, "body") ?? "",
      commitSha: readString(body, "commit_id") ?? null,
    });
    return c.json(renderReview(github, repository, review));
  });
}
