import { HttpError, validationFailed } from "./context.ts";
import type { GitHub } from "./github.ts";
import { findOrCreateLabel } from "./labels.ts";
import { actorAccount, type Actor } from "./permission.ts";
import type { EventDetail } from "./world-event.ts";
import type { Issue, Repository, TimelineEvent } from "./world.ts";

/** In whose name something is written. */
export interface Author {
  accountId: number;
  /** The App whose installation token wrote it; null for a person. */
  appId: number | null;
  /** The App that sent it, also in a person's name. Absent: `appId`. */
  viaAppId?: number | null;
}

/** GitHub's longest body of an issue, pull or comment, in characters. */
const BODY_CHARACTERS_MAX = 65_536;
const TITLE_CHARACTERS_MAX = 256;

/** Throws 401 for nobody. */
export function authorOf(actor: Actor): Author {
  const account = actorAccount(actor);
  if (account === null) throw new HttpError(401, { message: "Requires authentication" });
  const accountId = account.id;
  if (actor.kind === "installation") return { accountId, appId: actor.app.id };
  const viaAppId = actor.kind === "user" ? (actor.token.appId ?? null) : null;
  return { accountId, appId: null, viaAppId };
}

/** Throws 422 for a body that GitHub would not take. */
export function requireBody(resource: "Issue" | "IssueComment", body: string): void {
  if (body.length <= BODY_CHARACTERS_MAX) return;
  throw validationFailed({
    resource,
    code: "custom",
    field: "body",
    message: `body is too long (maximum is ${BODY_CHARACTERS_MAX} characters)`,
  });
}

export function requireTitle(title: unknown): string {
  if (typeof title !== "string" || title.trim() === "") {
    throw validationFailed({ resource: "Issue", code: "missing_field", field: "title" });
  }
  if (title.length > TITLE_CHARACTERS_MAX) {
    throw validationFailed({
      resource: "Issue",
      code: "custom",
      field: "title",
      message: `title is too long (maximum is ${TITLE_CHARACTERS_MAX} characters)`,
    });
  }
  return title;
}

export interface NewIssue {
  title: string;
  body: string | null;
  labels: string[];
  assigneeIds: number[];
}

/** What an issue and a pull begin with. */
export function newThread(
  github: GitHub,
  repository: Repository,
  by: Author,
  { number, title, body }: Pick<Issue, "number" | "title" | "body">,
): Issue {
  const at = github.timestamp();
  return {
    id: github.nextId(),
    number,
    repositoryId: repository.id,
    title,
    body,
    state: "open",
    stateReason: null,
    authorId: by.accountId,
    authorAppId: by.viaAppId ?? by.appId,
    labels: [],
    assigneeIds: [],
    locked: false,
    createdAt: at,
    updatedAt: at,
    closedAt: null,
    closedById: null,
    timeline: [],
  };
}

/** Opens an issue: `issues.opened`, then one `issues.labeled` for each label. */
export function createIssue(
  github: GitHub,
  repository: Repository,
  by: Author,
  input: NewIssue,
): Issue {
  requireTitle(input.title);
  requireBody("Issue", input.body ?? "");
  const number = repository.nextNumber;
  const issue: Issue = {
    ...newThread(github, repository, by, { ...input, number }),
    assigneeIds: [...input.assigneeIds],
  };
  repository.nextNumber += 1;
  for (const name of input.labels) attach(github, repository, issue, by, name);
  github.data.issues.push(issue);
  emitIssue(github, issue, by, "opened");
  for (const label of issue.labels) emitIssue(github, issue, by, "labeled", { label });
  return issue;
}

export interface IssueChange {
  title?: string;
  body?: string | null;
  state?: "open" | "closed";
  stateReason?: "completed" | "not_planned" | null;
  labels?: string[];
  assigneeIds?: number[];
}

/**
 * Changes an issue, or what a pull shares with issues. One `edited` for title and body together,
 * with what they were before; then `closed`/`reopened`, labels and assignees, each on its own.
 */
export function editIssue(github: GitHub, issue: Issue, by: Author, change: IssueChange): void {
  const changes: Record<string, { from: string }> = {};
  if (change.title !== undefined && change.title !== issue.title) {
    requireTitle(change.title);
    changes["title"] = { from: issue.title };
    remember(github, issue, by, {
      event: "renamed",
      rename: { from: issue.title, to: change.title },
    });
    issue.title = change.title;
  }
  if (change.body !== undefined && change.body !== issue.body) {
    requireBody("Issue", change.body ?? "");
    changes["body"] = { from: issue.body ?? "" };
    rememberEdit(github, issue, by, change.body ?? "");
    issue.body = change.body;
  }
  if (Object.keys(changes).length > 0) {
    issue.updatedAt = github.timestamp();
    emitIssue(github, issue, by, "edited", { changes });
  }
  if (change.state !== undefined) setState(github, issue, by, change.state, change.stateReason);
  if (change.labels !== undefined) setLabels(github, issue, by, change.labels);
  if (change.assigneeIds !== undefined) setAssignees(github, issue, by, change.assigneeIds);
}

/** Opens or closes; nothing happens where it is so already. Throws 422 for a merged pull. */
export function setState(
  github: GitHub,
  issue: Issue,
  by: Author,
  state: "open" | "closed",
  reason: "completed" | "not_planned" | null = null,
): void {
  if (issue.state === state) return;
  if (issue.pull?.merged) {
    throw validationFailed({
      resource: "PullRequest",
      code: "invalid",
      field: "state",
      message: "state cannot be changed. The pull request has been merged.",
    });
  }
  const at = github.timestamp();
  issue.state = state;
  issue.updatedAt = at;
  issue.closedAt = state === "closed" ? at : null;
  issue.closedById = state === "closed" ? by.accountId : null;
  if (!issue.pull) issue.stateReason = state === "closed" ? (reason ?? "completed") : "reopened";
  remember(github, issue, by, { event: state === "closed" ? "closed" : "reopened" });
  emitIssue(github, issue, by, state === "closed" ? "closed" : "reopened");
}

/** Adds labels that it has not; a name that the repository does not know becomes its label. */
export function addLabels(github: GitHub, issue: Issue, by: Author, names: string[]): void {
  const repository = repositoryOf(github, issue);
  for (const name of names) {
    const label = attach(github, repository, issue, by, name);
    if (label !== null) emitIssue(github, issue, by, "labeled", { label });
  }
}

/** Throws 404 `Label does not exist` when the issue has no such label. */
export function removeLabel(github: GitHub, issue: Issue, by: Author, name: string): void {
  const label = issue.labels.find((each) => each.toLowerCase() === name.toLowerCase());
  if (label === undefined) throw new HttpError(404, { message: "Label does not exist" });
  issue.labels = issue.labels.filter((each) => each !== label);
  issue.updatedAt = github.timestamp();
  remember(github, issue, by, { event: "unlabeled", label });
  emitIssue(github, issue, by, "unlabeled", { label });
}

/** Makes the labels exactly these. */
export function setLabels(github: GitHub, issue: Issue, by: Author, names: string[]): void {
  const wanted = new Set(names.map((name) => name.toLowerCase()));
  for (const label of issue.labels.filter((each) => !wanted.has(each.toLowerCase()))) {
    removeLabel(github, issue, by, label);
  }
  addLabels(github, issue, by, names);
}

export function setAssignees(github: GitHub, issue: Issue, by: Author, ids: number[]): void {
  const before = issue.assigneeIds;
  issue.assigneeIds = [...new Set(ids)];
  if (before.join() !== issue.assigneeIds.join()) issue.updatedAt = github.timestamp();
  for (const assigneeId of issue.assigneeIds.filter((id) => !before.includes(id))) {
    emitIssue(github, issue, by, "assigned", { assigneeId });
  }
  for (const assigneeId of before.filter((id) => !issue.assigneeIds.includes(id))) {
    emitIssue(github, issue, by, "unassigned", { assigneeId });
  }
}

/** The event is a pull's own where the issue is a pull. */
export function emitIssue(
  github: GitHub,
  issue: Issue,
  by: Author,
  action: string,
  detail: EventDetail = {},
): void {
  github.emit({
    name: issue.pull ? "pull_request" : "issues",
    action,
    repositoryId: issue.repositoryId,
    senderId: by.accountId,
    detail: { issue, ...detail },
  });
}

/** Null when it had the label already. */
function attach(
  github: GitHub,
  repository: Repository,
  issue: Issue,
  by: Author,
  name: string,
): string | null {
  const label = findOrCreateLabel(github, repository, name).name;
  if (issue.labels.includes(label)) return null;
  issue.labels.push(label);
  issue.updatedAt = github.timestamp();
  remember(github, issue, by, { event: "labeled", label });
  return label;
}

function remember(
  github: GitHub,
  issue: Issue,
  by: Author,
  event: Pick<TimelineEvent, "event" | "label" | "rename">,
): void {
  issue.timeline.push({
    id: github.nextId(),
    actorId: by.accountId,
    createdAt: github.timestamp(),
    ...event,
  });
}

/** From the first edit on, the text that it was opened with is among them. */
function rememberEdit(github: GitHub, issue: Issue, by: Author, body: string): void {
  const { authorId: editorId, createdAt } = issue;
  issue.edits ??= [{ id: github.nextId(), editorId, at: createdAt, body: issue.body ?? "" }];
  issue.edits.push({ id: github.nextId(), editorId: by.accountId, at: github.timestamp(), body });
}

function repositoryOf(github: GitHub, issue: Issue): Repository {
  const repository = github.repository(issue.repositoryId);
  if (repository === null) throw new Error(`Issue ${issue.id} has no repository.`);
  return repository;
}
