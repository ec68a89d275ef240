import { z } from "zod";
import type { Sign } from "../core/desk/desk-marker.ts";
import type { ActEnd } from "../core/rollback/hear-restoration.ts";
import { listInTheWay } from "../core/rollback/in-the-way.ts";
import type { RestorationAct, RestoringPull } from "../core/rollback/judge-restoration.ts";
import { formatRestorationMarker } from "../core/rollback/restoration-marker.ts";
import {
  describeRestoration,
  renderRestoringPull,
  titleOfRestoration,
} from "../core/rollback/restoration-words.ts";
import type { RestorationForge, Restoring } from "../rollback-port.ts";
import { instant, nodes } from "./answers.ts";
import { scopeOf } from "./apply.ts";
import type { GitHubClient } from "./client.ts";
import { understand, wordsOf } from "./failure.ts";
import type { Answer, GraphqlError } from "./failure.ts";
import {
  CONVERT_TO_DRAFT,
  ENQUEUE_PULL,
  MARK_READY,
  READ_IN_THE_WAY,
} from "./restoration-documents.ts";
import { readRestoration } from "./restoration-reading.ts";
import { refused, send } from "./restoration-send.ts";
import { writeRestoredTree } from "./restored-tree.ts";

const madeSchema = z.object({ sha: z.string() });
const openedSchema = z.object({ number: z.number().int(), html_url: z.string() });

const files = z.object({ nodes: nodes(z.object({ path: z.string() })) }).nullable();
const inTheWayAnswer = z.object({
  repository: z.object({
    own: z.object({ files }).nullable(),
    later: z.object({
      nodes: nodes(z.object({ number: z.number().int(), mergedAt: instant.nullable(), files })),
    }),
  }),
});

/** How a pull of ours is worded. */
type Render = (restoring: Restoring, isConflicting: boolean) => string;

export function openRestoration(client: GitHubClient, sign: Sign): RestorationForge {
  const render: Render = (restoring, isConflicting) => renderPull(restoring, sign, isConflicting);
  return {
    see: (restoring) => readRestoration(client, restoring),
    act: (restoring, act) => take({ client, render }, restoring, act),
  };
}

interface Means {
  readonly client: GitHubClient;
  readonly render: Render;
}

function take(means: Means, restoring: Restoring, act: RestorationAct): Promise<ActEnd> {
  const { client } = means;
  const { restoration } = restoring;
  switch (act.kind) {
    case "tree":
      return writeRestoredTree(client, restoring, act);
    case "commit":
      return commit(client, restoring, act);
    case "branch":
      return branch(client, restoring, act.sha);
    case "open":
      return open(means, restoring);
    case "reopen":
      return edit(client, restoring, act.pull, { state: "open" });
    case "close":
      return edit(client, restoring, act.pull, { state: "closed" });
    case "draft":
      return toDraft(means, restoring, act.pull);
    case "ready":
      return toReady(means, restoring, act.pull);
    case "enqueue":
      return mutate(client, restoring, {
        document: ENQUEUE_PULL,
        variables: { id: act.pull.id, head: restoration.commit },
      });
    case "merge":
      return merge(client, restoring, act);
  }
}

/** Without an author: GitHub takes us for it, and signs. */
async function commit(
  client: GitHubClient,
  restoring: Restoring,
  { tree, parent }: Extract<RestorationAct, { kind: "commit" }>,
): Promise<ActEnd> {
  const { rollback } = restoring;
  const message = `${titleOfRestoration(rollback)}\n\n${describeRestoration(rollback)}`;
  const body = { message, tree, parents: [parent] };
  const answer = await send(client, restoring, { method: "POST", path: "git/commits", body });
  if (answer.status !== 201) return refused(answer);
  return { kind: "made", sha: understand("Commit", madeSchema, answer.data).sha };
}

async function branch(client: GitHubClient, restoring: Restoring, sha: string): Promise<ActEnd> {
  const ref = `refs/heads/${restoring.restoration.branch}`;
  const body = { ref, sha };
  const answer = await send(client, restoring, { method: "POST", path: "git/refs", body });
  if (answer.status === 201) return { kind: "done" };
  return isThere(answer) ? { kind: "moved" } : refused(answer);
}

async function open({ client, render }: Means, restoring: Restoring): Promise<ActEnd> {
  const { state, rollback, restoration } = restoring;
  const body = {
    title: titleOfRestoration(rollback),
    body: render(restoring, false),
    head: restoration.branch,
    base: state.line.branch,
  };
  const answer = await send(client, restoring, { method: "POST", path: "pulls", body });
  if (answer.status !== 201) return isThere(answer) ? { kind: "moved" } : refused(answer);
  const opened = understand("Open the pull", openedSchema, answer.data);
  return { kind: "opened", number: opened.number, url: opened.html_url };
}

function renderPull(
  { state, rollback, restoration }: Restoring,
  sign: Sign,
  isConflicting: boolean,
): string {
  const { url: repositoryUrl, id } = state.repository;
  const { commit: made } = restoration;
  const marker = made === null ? null : formatRestorationMarker(id, made, sign);
  const place = { repositoryUrl, branch: state.line.branch, isConflicting, marker };
  return renderRestoringPull(rollback, restoration, place);
}

async function edit(
  client: GitHubClient,
  restoring: Restoring,
  { number }: RestoringPull,
  body: Readonly<Record<string, unknown>>,
): Promise<ActEnd> {
  const path = `pulls/${number}`;
  const answer = await send(client, restoring, { method: "PATCH", path, body });
  return answer.status === 200 ? { kind: "done" } : refused(answer);
}

/** Where the plan has no drafts, it stays ready, and its text says the same. */
async function toDraft(
  { client, render }: Means,
  restoring: Restoring,
  pull: RestoringPull,
): Promise<ActEnd> {
  const inTheWay = await readInTheWay(client, restoring, pull);
  const { restoration } = restoring;
  const told = { ...restoring, restoration: { ...restoration, inTheWay } };
  const worded = await edit(client, restoring, pull, { body: render(told, true) });
  if (worded.kind === "refused") return worded;
  if (!pull.isDraft) {
    const variables = { id: pull.id };
    await mutate(client, restoring, { document: CONVERT_TO_DRAFT, variables });
  }
  return { kind: "done", inTheWay };
}

async function toReady(
  { client, render }: Means,
  restoring: Restoring,
  pull: RestoringPull,
): Promise<ActEnd> {
  const worded = await edit(client, restoring, pull, { body: render(restoring, false) });
  if (worded.kind === "refused") return worded;
  return mutate(client, restoring, { document: MARK_READY, variables: { id: pull.id } });
}

async function readInTheWay(
  client: GitHubClient,
  { state, rollback }: Restoring,
  { number }: RestoringPull,
): Promise<readonly number[]> {
  const { owner, name } = state.repository;
  const { data } = await client.graphql({
    document: READ_IN_THE_WAY,
    variables: { owner, name, number, branch: state.line.branch },
    scope: scopeOf(state),
  });
  const { repository } = understand(`Read pulls of ${owner}/${name}`, inTheWayAnswer, data);
  const release = state.releases.find(({ tag }) => tag === rollback.release.tag);
  return listInTheWay(pathsOf(repository.own?.files ?? null), {
    pulls: repository.later.nodes.map((each) => ({ ...each, files: pathsOf(each.files) })),
    released: rollback.pulls?.shown.map((each) => each.number) ?? [],
    since: release?.publishedAt ?? 0,
  });
}

/** Only if the head is still our very commit. */
async function merge(
  client: GitHubClient,
  restoring: Restoring,
  { pull, method }: Extract<RestorationAct, { kind: "merge" }>,
): Promise<ActEnd> {
  const { rollback, restoration } = restoring;
  const squashed = {
    commit_title: `${titleOfRestoration(rollback)} (#${pull.number})`,
    commit_message: describeRestoration(rollback),
  };
  const body = {
    sha: restoration.commit,
    merge_method: method,
    ...(method === "squash" ? squashed : {}),
  };
  const path = `pulls/${pull.number}/merge`;
  const answer = await send(client, restoring, { method: "PUT", path, body });
  if (answer.status === 409 || isPassing(answer)) return { kind: "moved" };
  if (answer.status !== 200) return refused(answer);
  return { kind: "made", sha: understand("Merge", madeSchema, answer.data).sha };
}

async function mutate(
  client: GitHubClient,
  { state }: Restoring,
  request: {
    readonly document: string;
    readonly variables: Readonly<Record<string, unknown>>;
  },
): Promise<ActEnd> {
  const { errors } = await client.graphql({
    ...request,
    scope: scopeOf(state),
    writes: 1,
    tolerate: isRefusal,
  });
  const [error] = errors;
  if (error === undefined) return { kind: "done" };
  // Only reading it again would tell whether people, or another permission, would help.
  return { kind: "refused", words: error.message, isForbidden: error.type === "FORBIDDEN" };
}

function isRefusal({ type }: GraphqlError): boolean {
  return type === "UNPROCESSABLE" || type === "FORBIDDEN" || type === "NOT_FOUND";
}

/** Something else was merged in this very moment. */
function isPassing({ status, data }: Answer): boolean {
  return status === 405 && /^base branch was modified/i.test(wordsOf(data).words);
}

function isThere({ status, data }: Answer): boolean {
  return status === 422 && /already exists/i.test(wordsOf(data).words);
}

function pathsOf(list: z.infer<typeof files>): readonly string[] {
  return (list?.nodes ?? []).map(({ path }) => path);
}
