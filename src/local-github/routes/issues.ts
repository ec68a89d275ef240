import type { Hono } from "hono";
import { readNullableString, readOneOf, readString, readStrings } from "../body.ts";
import {
  forbidden,
  HttpError,
  page,
  readJson,
  requireRepository,
  validationFailed,
  type Env,
  type RequestContext,
} from "../context.ts";
import type { GitHub } from "../github.ts";
import { fitsIssueType, setIssueType } from "../issue-types.ts";
import { authorOf, createIssue, editIssue, setAssignees, type IssueChange } from "../issues.ts";
import {
  renderIssue,
  renderIssueEvent,
  renderIssueInFull,
  renderTimeline,
} from "../render/issue.ts";
import type { Issue, Repository } from "../world.ts";
import { mayTriage, requireIssue } from "./issue-access.ts";

const READ = { permission: "issues", access: "read" } as const;
const WRITE = { permission: "issues", access: "write" } as const;
const BASE = "/repos/:owner/:repo/issues";

export function register(app: Hono<Env>, github: GitHub): void {
  registerReads(app, github);
  registerWrites(app, github);
}

function registerReads(app: Hono<Env>, github: GitHub): void {
  app.get(BASE, (c) => {
    const repository = requireRepository(c, github, READ);
    const issues = listIssues(c, github, repository);
    return c.json(page(c, issues).map((issue) => renderIssue(github, repository, issue)));
  });

  app.get(`${BASE}/events`, (c) => {
    const repository = requireRepository(c, github, READ);
    const events = github.data.issues
      .filter((issue) => issue.repositoryId === repository.id)
      .flatMap((issue) =>
        issue.timeline.map((event) => ({
          ...renderIssueEvent(github, repository, event),
          issue: renderIssue(github, repository, issue),
        })),
      )
      .toSorted((a, b) => b.id - a.id);
    return c.json(page(c, events));
  });

  app.get(`${BASE}/:number{[0-9]+}`, (c) => {
    const { repository, issue } = requireIssue(c, github, { access: "read" });
    return c.json(renderIssueInFull(github, repository, issue));
  });

  app.get(`${BASE}/:number{[0-9]+}/events`, (c) => {
    const { repository, issue } = requireIssue(c, github, { access: "read" });
    const events = page(c, issue.timeline);
    return c.json(events.map((event) => renderIssueEvent(github, repository, event)));
  });

  app.get(`${BASE}/:number{[0-9]+}/timeline`, (c) => {
    const { repository, issue } = requireIssue(c, github, { access: "read" });
    return c.json(page(c, renderTimeline(github, repository, issue)));
  });
}

function registerWrites(app: Hono<Env>, github: GitHub): void {
  app.post(BASE, async (c) => {
    const repository = requireRepository(c, github, WRITE);
    if (!repository.hasIssues) {
      throw new HttpError(410, { message: "Issues are disabled for this repo" });
    }
    const body = await readJson(c);
    // GitHub drops labels and assignees of those who may not set them, without a word.
    const mayLabel = mayTriage(c, github, repository);
    const issue = createIssue(github, repository, authorOf(c.get("actor")), {
      title: readString(body, "title") ?? "",
      body: readString(body, "body") ?? null,
      labels: mayLabel ? (readLabels(body) ?? []) : [],
      assigneeIds: mayLabel ? readAssignees(github, body) : [],
    });
    typeIssue(c, github, { repository, issue, body });
    const rendered = renderIssueInFull(github, repository, issue);
    return c.json(rendered, 201, { location: rendered.url });
  });

  app.patch(`${BASE}/:number{[0-9]+}`, async (c) => {
    const { repository, issue } = requireIssue(c, github, { access: "write" });
    const body = await readJson(c);
    editIssue(github, issue, authorOf(c.get("actor")), {
      ...readOwnFields(c, github, repository, issue, body),
      ...readTriageFields(c, github, repository, body),
    });
    typeIssue(c, github, { repository, issue, body });
    return c.json(renderIssueInFull(github, repository, issue));
  });

  app.post(`${BASE}/:number{[0-9]+}/assignees`, async (c) => {
    const { repository, issue } = requireIssue(c, github, { access: "write", role: "triage" });
    const ids = readAssignees(github, await readJson(c));
    setAssignees(github, issue, authorOf(c.get("actor")), [...issue.assigneeIds, ...ids]);
    return c.json(renderIssue(github, repository, issue), 201);
  });
}

/** GitHub drops the type, too, of those who may not set one. */
function typeIssue(
  c: RequestContext,
  github: GitHub,
  of: {
    readonly repository: Repository;
    readonly issue: Issue;
    readonly body: Record<string, unknown>;
  },
): void {
  const { repository, issue, body } = of;
  const name = readNullableString(body, "type");
  if (name === undefined || !mayTriage(c, github, repository)) return;
  setIssueType(github, issue, authorOf(c.get("actor")), { repository, name });
}

/** Title, body and state: for those who write, and for the author. */
function readOwnFields(
  c: RequestContext,
  github: GitHub,
  repository: Repository,
  issue: Issue,
  body: Record<string, unknown>,
): IssueChange {
  const title = readString(body, "title");
  const text = readNullableString(body, "body");
  const state = readOneOf(body, "state", ["open", "closed"]);
  const reason = readOneOf(body, "state_reason", ["completed", "not_planned", "reopened"]);
  const author = authorOf(c.get("actor"));
  const isOwn = issue.authorId === author.accountId;
  const isWorded = title !== undefined || text !== undefined;
  if (isWorded && !isOwn && !mayWrite(c, github, repository)) throw forbidden(c.get("actor"));
  if (state !== undefined && !isOwn && !mayTriage(c, github, repository)) {
    throw forbidden(c.get("actor"));
  }
  return {
    ...(title === undefined ? {} : { title }),
    ...(text === undefined ? {} : { body: text }),
    ...(state === undefined ? {} : { state }),
    ...(reason === undefined || reason === "reopened" ? {} : { stateReason: reason }),
  };
}

function readTriageFields(
  c: RequestContext,
  github: GitHub,
  repository: Repository,
  body: Record<string, unknown>,
): IssueChange {
  const labels = readLabels(body);
  const isAssigning = body["assignees"] !== undefined || body["assignee"] !== undefined;
  if (!mayTriage(c, github, repository)) return {};
  return {
    ...(labels === undefined ? {} : { labels }),
    ...(isAssigning ? { assigneeIds: readAssignees(github, body) } : {}),
  };
}

/** An App that may write issues edits any; of people, those with the write role do. */
function mayWrite(c: RequestContext, github: GitHub, repository: Repository): boolean {
  const actor = c.get("actor");
  if (actor.kind !== "user") return true;
  return ["write", "maintain", "admin"].includes(github.permissionOf(repository, actor.account.id));
}

/** GitHub takes names, and objects with a name. Undefined when the field is absent. */
export function readLabels(body: Record<string, unknown>): string[] | undefined {
  const value = body["labels"];
  if (value === undefined) return undefined;
  const values: unknown[] = Array.isArray(value) ? value : [undefined];
  return values.map(labelName);
}

function labelName(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value === "object" && value !== null && "name" in value) return labelName(value.name);
  throw validationFailed({ resource: "Label", code: "invalid", field: "name" });
}

function readAssignees(github: GitHub, body: Record<string, unknown>): number[] {
  const single = readString(body, "assignee");
  const logins = readStrings(body, "assignees") ?? (single ? [single] : []);
  return logins.map((login) => {
    const account = github.accountByLogin(login);
    if (account !== null) return account.id;
    throw validationFailed({
      resource: "Issue",
      code: "invalid",
      field: "assignees",
      value: login,
    });
  });
}

function listIssues(c: RequestContext, github: GitHub, repository: Repository): Issue[] {
  const { state = "open", labels, creator, assignee, type, since, ...order } = c.req.query();
  const wanted = labels?.split(",").filter(Boolean) ?? [];
  const key = order["sort"] === "updated" ? "updatedAt" : "createdAt";
  const sign = order["direction"] === "asc" ? 1 : -1;
  return github.data.issues
    .filter((issue) => issue.repositoryId === repository.id)
    .filter((issue) => state === "all" || issue.state === state)
    .filter((issue) => wanted.every((label) => issue.labels.includes(label)))
    .filter((issue) => !creator || issue.authorId === github.accountByLogin(creator)?.id)
    .filter((issue) => fitsAssignee(github, issue, assignee))
    .filter((issue) => fitsIssueType(issue, type))
    .filter((issue) => !since || issue.updatedAt >= since)
    .toSorted((a, b) => sign * (a[key].localeCompare(b[key]) || a.number - b.number));
}

function fitsAssignee(github: GitHub, issue: Issue, assignee: string | undefined): boolean {
  if (assignee === undefined) return true;
  if (assignee === "none") return issue.assigneeIds.length === 0;
  if (assignee === "*") return issue.assigneeIds.length > 0;
  const id = github.accountByLogin(assignee)?.id;
  return id !== undefined && issue.assigneeIds.includes(id);
}
