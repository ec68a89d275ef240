import type { Sign } from "../core/desk/desk-marker.ts";
import type { DeskIssue } from "../core/desk/desk-memory.ts";
import type { DeskSeen } from "../core/desk/desk-seen.ts";
import { isDeskOf } from "../core/desk/desk.ts";
import type { Repository } from "../core/state.ts";
import type { DeskForge } from "../desk-port.ts";
import type { GitHubClient } from "./client.ts";
import { checkSaid, findDeskAnswer, readDeskAnswer } from "./desk-answers.ts";
import type { DeskAnswer } from "./desk-answers.ts";
import { FIND_DESK, PIN_DESK, READ_DESK } from "./desk-documents.ts";
import { understand } from "./failure.ts";
import type { GraphqlError } from "./failure.ts";
import { openIssue, readOurIssues, readViewer } from "./our-issues.ts";
import { readActor } from "./readings.ts";

/** Statuses by which GitHub refuses an issue: not granted, gone, locked, or issues are disabled. */
const REFUSALS = [403, 404, 410, 422] as const;

export function openDesk(client: GitHubClient, sign: Sign): DeskForge {
  let viewer: string | null = null;
  return {
    sign,
    find: async (repository) => {
      viewer ??= await readViewer(client, repository);
      return find(client, repository, viewer);
    },
    read: (repository, issue, isAskingWho) => read(client, repository, { issue, isAskingWho }),
    create: (repository, said) => create(client, repository, said),
    pin: (repository, issue) => pin(client, repository, issue),
    write: (repository, issue, said) => write(client, repository, { issue, ...said }),
    readCheck: (repository, checkId) => readCheck(client, repository, checkId),
    say: (repository, issue, body) => say(client, repository, { issue, body }),
  };
}

function scopeOf({ id }: Repository) {
  return { kind: "repository", repositoryId: id } as const;
}

function pathOf({ owner, name }: Repository, rest = ""): string {
  return `/repos/${owner}/${name}/issues${rest}`;
}

async function find(
  client: GitHubClient,
  repository: Repository,
  login: string,
): ReturnType<DeskForge["find"]> {
  const scope = scopeOf(repository);
  const { owner, name } = repository;
  const { data } = await client.graphql({
    document: FIND_DESK,
    variables: { owner, name, login },
    scope,
  });
  const found = understand(`Find the desk of ${owner}/${name}`, findDeskAnswer, data);
  if (found.repository === null) return null;
  const { issues, oldest } = found.repository;
  const own = [...issues.nodes, ...oldest.nodes].find(({ body }) => isDeskOf(body, repository.id));
  const { hasNextPage, endCursor: after } = issues.pageInfo;
  const isBetween = own === undefined && hasNextPage;
  const seen = isBetween
    ? await findBetween(client, repository, { login, after })
    : readSeen(own ?? null, repository);
  if (seen === null) return null;
  // Never edited, it is as we opened it.
  const ours = seen.revisions.find(({ editor }) => editor?.login === login);
  return { ...seen, written: seen.revisions.length === 0 ? seen.body : (ours?.body ?? null) };
}

/** The newest and the oldest are not it. */
async function findBetween(
  client: GitHubClient,
  repository: Repository,
  known: { readonly login: string; readonly after: string | null },
): Promise<DeskSeen | null> {
  for await (const page of readOurIssues(client, repository, known)) {
    const own = page.find(({ body }) => isDeskOf(body, repository.id));
    if (own === undefined) continue;
    const { number, id: nodeId, url } = own;
    return read(client, repository, { issue: { number, nodeId, url }, isAskingWho: true });
  }
  return null;
}

async function read(
  client: GitHubClient,
  repository: Repository,
  { issue, isAskingWho }: { readonly issue: DeskIssue; readonly isAskingWho: boolean },
): Promise<DeskSeen | null> {
  const { data } = await client.graphql({
    document: READ_DESK,
    variables: { issue: issue.nodeId, who: isAskingWho },
    scope: scopeOf(repository),
    tolerate: isGone,
  });
  if (data === null) return null;
  const answer = understand(`Read issue #${issue.number}`, readDeskAnswer, data).issue;
  return readSeen(answer, repository);
}

function isGone({ type, path }: GraphqlError): boolean {
  return type === "NOT_FOUND" && path?.[0] === "issue";
}

/** Null where it is gone, another repository's by now, or where somebody else opened it. */
export function readSeen(answer: DeskAnswer, repository: Pick<Repository, "id">): DeskSeen | null {
  if (answer === null || !("body" in answer)) return null;
  const isHere = answer.repository.databaseId === repository.id;
  if (!isHere || !answer.viewerDidAuthor) return null;
  const { number, id: nodeId, url, body, closed, userContentEdits, timelineItems } = answer;
  const revisions = (userContentEdits?.nodes ?? []).map(({ editedAt: at, diff, editor }) => {
    const { id, login, isBot } = readActor(editor);
    // Not every edit is shown whole: what is no text of a desk says nothing.
    const shown = diff !== null && isDeskOf(diff, repository.id) ? diff : null;
    return { editor: id === null ? null : { id, login, isBot }, at, body: shown };
  });
  const reopenedBy = timelineItems?.nodes[0]?.actor?.login ?? null;
  return { number, nodeId, url, body, isOpen: !closed, revisions, reopenedBy };
}

async function create(
  client: GitHubClient,
  repository: Repository,
  said: { readonly title: string; readonly body: string },
): Promise<DeskIssue | "disabled" | "refused"> {
  const opened = await openIssue(client, repository, { ...said, isPatient: true });
  if (opened.kind !== "opened") return opened.kind;
  const { number, nodeId, url } = opened;
  return { number, nodeId, url };
}

/** Three issues may be pinned, by whom GitHub lets: where it is refused, the desk goes without. */
async function pin(
  client: GitHubClient,
  repository: Repository,
  { nodeId }: DeskIssue,
): Promise<void> {
  await client.graphql({
    document: PIN_DESK,
    variables: { issue: nodeId },
    scope: scopeOf(repository),
    writes: 1,
    isPatient: true,
    tolerate: ({ path, type }) => path?.[0] === "pinIssue" && type !== "RATE_LIMITED",
  });
}

async function write(
  client: GitHubClient,
  repository: Repository,
  said: { readonly issue: DeskIssue } & Parameters<DeskForge["write"]>[2],
): Promise<boolean> {
  const { issue, body, isReopening, isPatient } = said;
  const { status } = await client.rest({
    method: "PATCH",
    path: pathOf(repository, `/${issue.number}`),
    scope: scopeOf(repository),
    body: { body, ...(isReopening ? { state: "open" } : {}) },
    isPatient,
    allow: REFUSALS,
  });
  return status < 300;
}

async function readCheck(
  client: GitHubClient,
  repository: Repository,
  checkId: number,
): Promise<string | null> {
  const { owner, name } = repository;
  const path = `/repos/${owner}/${name}/check-runs/${checkId}`;
  const scope = scopeOf(repository);
  const { status, data } = await client.rest({ method: "GET", path, scope, allow: [404] });
  return status === 404 ? null : understand(`GET ${path}`, checkSaid, data).output.summary;
}

async function say(
  client: GitHubClient,
  repository: Repository,
  { issue, body }: { readonly issue: DeskIssue; readonly body: string },
): Promise<void> {
  await client.rest({
    method: "POST",
    path: pathOf(repository, `/${issue.number}/comments`),
    scope: scopeOf(repository),
    body: { body },
    isPatient: true,
    allow: REFUSALS,
  });
}
