import type { Hono } from "hono";
import { requireString } from "../body.ts";
import {
  commentsOf,
  createComment,
  deleteComment,
  editComment,
  react,
  reactionsOf,
} from "../comments.ts";
import {
  forbidden,
  notFound,
  page,
  readJson,
  requireRepository,
  type Env,
  type RequestContext,
} from "../context.ts";
import type { GitHub } from "../github.ts";
import { authorOf } from "../issues.ts";
import { judgeAccess } from "../permission.ts";
import { renderComment, renderReaction } from "../render/comment.ts";
import type { Comment, Issue, Repository } from "../world.ts";
import { requireIssue } from "./issue-access.ts";

const BASE = "/repos/:owner/:repo/issues";

export function register(app: Hono<Env>, github: GitHub): void {
  registerReads(app, github);
  registerWrites(app, github);
  registerReactions(app, github);
}

function registerReads(app: Hono<Env>, github: GitHub): void {
  app.get(`${BASE}/comments`, (c) => {
    const repository = requireRepository(c, github, { permission: "issues", access: "read" });
    const { since = "", sort, direction } = c.req.query();
    const key = sort === "updated" ? "updatedAt" : "createdAt";
    const sign = direction === "desc" ? -1 : 1;
    const comments = github.data.comments
      .filter((each) => each.repositoryId === repository.id && each.updatedAt >= since)
      .toSorted((a, b) => sign * (a[key].localeCompare(b[key]) || a.id - b.id));
    return c.json(page(c, comments).map((each) => renderComment(github, repository, each)));
  });

  app.get(`${BASE}/comments/:id{[0-9]+}`, (c) => {
    const { repository, comment } = requireComment(c, github, "read");
    return c.json(renderComment(github, repository, comment));
  });

  app.get(`${BASE}/:number{[0-9]+}/comments`, (c) => {
    const { repository, issue } = requireIssue(c, github, { access: "read" });
    const since = c.req.query("since") ?? "";
    const comments = commentsOf(github, issue).filter((each) => each.updatedAt >= since);
    return c.json(page(c, comments).map((each) => renderComment(github, repository, each)));
  });
}

function registerWrites(app: Hono<Env>, github: GitHub): void {
  app.post(`${BASE}/:number{[0-9]+}/comments`, async (c) => {
    const { repository, issue } = requireIssue(c, github, { access: "write" });
    const text = requireString(await readJson(c), "body");
    const comment = createComment(github, issue, authorOf(c.get("actor")), text);
    const rendered = renderComment(github, repository, comment);
    return c.json(rendered, 201, { location: rendered.url });
  });

  app.patch(`${BASE}/comments/:id{[0-9]+}`, async (c) => {
    const { repository, comment } = requireComment(c, github, "write");
    const text = requireString(await readJson(c), "body");
    editComment(github, comment, authorOf(c.get("actor")), text);
    return c.json(renderComment(github, repository, comment));
  });

  app.delete(`${BASE}/comments/:id{[0-9]+}`, (c) => {
    const { comment } = requireComment(c, github, "write");
    deleteComment(github, comment, authorOf(c.get("actor")));
    return c.body(null, 204);
  });
}

function registerReactions(app: Hono<Env>, github: GitHub): void {
  const list = (c: RequestContext, target: Issue | Comment) => {
    const reactions = page(c, reactionsOf(github, target));
    return c.json(reactions.map((each) => renderReaction(github, each)));
  };
  const add = async (c: RequestContext, target: Issue | Comment) => {
    const content = requireString(await readJson(c), "content");
    const { reaction, made } = react(github, target, authorOf(c.get("actor")), content);
    return c.json(renderReaction(github, reaction), made ? 201 : 200);
  };

  app.get(`${BASE}/:number{[0-9]+}/reactions`, (c) =>
    list(c, requireIssue(c, github, { access: "read" }).issue),
  );
  app.post(`${BASE}/:number{[0-9]+}/reactions`, (c) =>
    add(c, requireIssue(c, github, { access: "write" }).issue),
  );
  app.get(`${BASE}/comments/:id{[0-9]+}/reactions`, (c) =>
    list(c, findComment(c, github, "read").comment),
  );
  app.post(`${BASE}/comments/:id{[0-9]+}/reactions`, (c) =>
    add(c, findComment(c, github, "write").comment),
  );
}

interface FoundComment {
  repository: Repository;
  comment: Comment;
}

/** Comments on pulls open with `pull_requests` as well, as the pulls themselves do. */
function findComment(c: RequestContext, github: GitHub, access: "read" | "write"): FoundComment {
  const named = github.findRepository(c.req.param("owner") ?? "", c.req.param("repo") ?? "");
  const comment = github.data.comments.find(
    (each) => each.repositoryId === named?.repository.id && each.id === Number(c.req.param("id")),
  );
  const issue = comment ? github.issue(comment.repositoryId, comment.issueNumber) : null;
  const byPulls = { permission: "pull_requests", access } as const;
  const isByPulls =
    named !== null &&
    issue?.pull !== undefined &&
    judgeAccess(github, c.get("actor"), named.repository, byPulls) === "allowed";
  const need = isByPulls ? byPulls : ({ permission: "issues", access } as const);
  const repository = requireRepository(c, github, need);
  if (comment === undefined) throw notFound();
  return { repository, comment };
}

/** Of people, the author and those with the write role change a comment; so does any App that may. */
function requireComment(c: RequestContext, github: GitHub, access: "read" | "write"): FoundComment {
  const found = findComment(c, github, access);
  const actor = c.get("actor");
  if (access === "read" || actor.kind !== "user") return found;
  const role = github.permissionOf(found.repository, actor.account.id);
  const mayWrite = ["write", "maintain", "admin"].includes(role);
  if (!mayWrite && found.comment.authorId !== actor.account.id) throw forbidden(actor);
  return found;
}
