import type { Hono } from "hono";
import { readNullableString, readString } from "../body.ts";
import {
  HttpError,
  notFound,
  page,
  readJson,
  requireRepository,
  type Env,
  type RequestContext,
} from "../context.ts";
import type { GitHub } from "../github.ts";
import { addLabels, authorOf, removeLabel, setLabels } from "../issues.ts";
import { createLabel, deleteLabel, editLabel, findLabel } from "../labels.ts";
import { renderLabel, renderLabels } from "../render/label.ts";
import type { Issue, Repository } from "../world.ts";
import { requireIssue } from "./issue-access.ts";
import { readLabels } from "./issues.ts";

const READ = { permission: "issues", access: "read" } as const;
const WRITE = { permission: "issues", access: "write", role: "write" } as const;
const TRIAGE = { access: "write", role: "triage" } as const;
const ISSUE_LABELS = "/repos/:owner/:repo/issues/:number{[0-9]+}/labels";
const LABELS = "/repos/:owner/:repo/labels";

export function register(app: Hono<Env>, github: GitHub): void {
  registerIssueLabels(app, github);
  registerRepositoryLabels(app, github);
}

function registerIssueLabels(app: Hono<Env>, github: GitHub): void {
  const answer = (c: RequestContext, repository: Repository, issue: Issue) =>
    c.json(renderLabels(github, repository, issue.labels));

  app.get(ISSUE_LABELS, (c) => {
    const { repository, issue } = requireIssue(c, github, { access: "read" });
    return c.json(renderLabels(github, repository, page(c, issue.labels)));
  });

  app.post(ISSUE_LABELS, async (c) => {
    const { repository, issue } = requireIssue(c, github, TRIAGE);
    addLabels(github, issue, authorOf(c.get("actor")), await readNames(c));
    return answer(c, repository, issue);
  });

  app.put(ISSUE_LABELS, async (c) => {
    const { repository, issue } = requireIssue(c, github, TRIAGE);
    setLabels(github, issue, authorOf(c.get("actor")), await readNames(c));
    return answer(c, repository, issue);
  });

  app.delete(ISSUE_LABELS, (c) => {
    const { issue } = requireIssue(c, github, TRIAGE);
    setLabels(github, issue, authorOf(c.get("actor")), []);
    return c.body(null, 204);
  });

  app.delete(`${ISSUE_LABELS}/:name`, (c) => {
    const { repository, issue } = requireIssue(c, github, TRIAGE);
    removeLabel(github, issue, authorOf(c.get("actor")), c.req.param("name"));
    return answer(c, repository, issue);
  });
}

function registerRepositoryLabels(app: Hono<Env>, github: GitHub): void {
  app.get(LABELS, (c) => {
    const repository = requireRepository(c, github, READ);
    const labels = page(c, repository.labels);
    return c.json(labels.map((label) => renderLabel(github, repository, label)));
  });

  app.post(LABELS, async (c) => {
    const repository = requireRepository(c, github, WRITE);
    const body = await readJson(c);
    const label = createLabel(github, repository, {
      name: readString(body, "name") ?? "",
      ...readLook(body),
    });
    const rendered = renderLabel(github, repository, label);
    return c.json(rendered, 201, { location: rendered.url });
  });

  app.get(`${LABELS}/:name`, (c) => {
    const repository = requireRepository(c, github, READ);
    return c.json(renderLabel(github, repository, requireLabel(c, repository)));
  });

  app.patch(`${LABELS}/:name`, async (c) => {
    const repository = requireRepository(c, github, WRITE);
    const label = requireLabel(c, repository);
    const body = await readJson(c);
    const name = readString(body, "new_name");
    editLabel(github, repository, label, {
      ...(name === undefined ? {} : { name }),
      ...readLook(body),
    });
    return c.json(renderLabel(github, repository, label));
  });

  app.delete(`${LABELS}/:name`, (c) => {
    const repository = requireRepository(c, github, WRITE);
    deleteLabel(github, repository, requireLabel(c, repository));
    return c.body(null, 204);
  });
}

function readLook(body: Record<string, unknown>): { color?: string; description?: string | null } {
  const color = readString(body, "color");
  const description = readNullableString(body, "description");
  return {
    ...(color === undefined ? {} : { color }),
    ...(description === undefined ? {} : { description }),
  };
}

/** `{"labels": [...]}`, or the bare list that older clients send. */
async function readNames(c: RequestContext): Promise<string[]> {
  const body = await readJson(c);
  const labels = readLabels(Array.isArray(body) ? { labels: body } : body);
  if (labels !== undefined) return labels;
  throw new HttpError(422, { message: 'Invalid request.\n\n"labels" wasn\'t supplied.' });
}

function requireLabel(c: RequestContext, repository: Repository) {
  const label = findLabel(repository, c.req.param("name") ?? "");
  if (label === null) throw notFound();
  return label;
}
