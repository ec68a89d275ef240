import { z } from "zod";
import type { ActionOf } from "../core/action.ts";
import { insertSection } from "../core/files/changelog-text.ts";
import type { FilesCommit } from "../core/files/files-action.ts";
import type { FileChange } from "../core/files/version-files.ts";
import { redact } from "../core/redact.ts";
import type { LineState, Sha } from "../core/state.ts";
import type { Outcome } from "../ports.ts";
import { pathOf, REFUSALS, scopeOf } from "./apply.ts";
import { renderChangelog } from "./changelog.ts";
import type { GitHubClient } from "./client.ts";
import { understand, wordsOf } from "./failure.ts";
import type { Answer, GraphqlError } from "./failure.ts";
import { COMMIT_FILES } from "./version-file-documents.ts";
import { nameBlob } from "./version-file-reading.ts";

const commitAnswer = z.object({
  createCommitOnBranch: z
    .object({ commit: z.object({ oid: z.string(), url: z.string() }).nullable() })
    .nullable(),
});
const pullAnswer = z.object({ html_url: z.string() });

/** One commit on the line's branch, signed by GitHub, if the head is still the planned one. */
export async function commitFiles(
  client: GitHubClient,
  state: LineState,
  action: ActionOf<"commitFiles">,
): Promise<Outcome> {
  const target = { branch: state.line.branch, head: action.parent };
  return commitOn(client, state, { action, ...target, changes: await listChanges(action) });
}

/**
 * Branch, commit, pull: each step is left out where it stands already, so that a pass that ended in
 * between is carried on by the next look. A branch of ours is only ever moved by a commit on top.
 */
export async function writeReleasePull(
  client: GitHubClient,
  state: LineState,
  action: ActionOf<"writeReleasePull">,
): Promise<Outcome> {
  const { branch, branchSha, closes, parent } = action;
  if (branchSha === null) {
    const made = await send(client, state, {
      method: "POST",
      path: "git/refs",
      body: { ref: `refs/heads/${branch}`, sha: parent },
    });
    if (made.status !== 201) return explain(made, `the branch ${branch}`);
  }
  const standing = new Map(state.versionFiles?.branch?.blobs.map(({ path, oid }) => [path, oid]));
  const changes = (await listChanges(action)).filter(
    ({ path, text }) => branchSha === null || standing.get(path) !== nameBlob(text),
  );
  if (changes.length > 0) {
    const head = branchSha ?? parent;
    const done = await commitOn(client, state, { action, branch, head, changes });
    if (done.kind !== "done") return done;
  }
  const opened = await writePull(client, state, action);
  if (opened.kind !== "done" || closes === null) return opened;
  const closed = await closeReleasePull(client, state, closes);
  return closed.kind === "done" ? opened : closed;
}

/** Its branch stays: nothing of ours deletes a ref. */
export async function closeReleasePull(
  client: GitHubClient,
  state: LineState,
  number: number,
): Promise<Outcome> {
  const body = { state: "closed" };
  const answer = await send(client, state, { method: "PATCH", path: `pulls/${number}`, body });
  if (answer.status !== 200) return explain(answer, `closing #${number}`);
  return { kind: "done", url: null, how: "made" };
}

async function writePull(
  client: GitHubClient,
  state: LineState,
  { number, branch, title, body }: ActionOf<"writeReleasePull">,
): Promise<Outcome> {
  const answer =
    number === null
      ? await send(client, state, {
          method: "POST",
          path: "pulls",
          body: { title, body, head: branch, base: state.line.branch },
        })
      : await send(client, state, {
          method: "PATCH",
          path: `pulls/${number}`,
          body: { title, body },
        });
  if (answer.status >= 300) return explain(answer, "the release pull");
  const { html_url: url } = understand("Write the release pull", pullAnswer, answer.data);
  return { kind: "done", url, how: "made" };
}

/** The new text of every file, the changelogs rendered. */
async function listChanges({
  changes,
  changelogs,
}: ActionOf<"commitFiles" | "writeReleasePull">): Promise<readonly FileChange[]> {
  const rendered = changelogs.map(async ({ path, text, replaces, entry }) => {
    const section = await renderChangelog(entry);
    return { path, text: insertSection({ text, version: entry.version, replaces }, section) };
  });
  return [...changes, ...(await Promise.all(rendered))];
}

/** `createCommitOnBranch`: a compare-and-swap of the branch's head. */
export async function commitOn(
  client: GitHubClient,
  state: LineState,
  commit: {
    readonly action: Pick<FilesCommit, "headline" | "message">;
    readonly branch: string;
    readonly head: Sha;
    readonly changes: readonly FileChange[];
  },
): Promise<Outcome> {
  const { action, branch, head, changes } = commit;
  const { repository } = state;
  const { data, errors } = await client.graphql({
    document: COMMIT_FILES,
    variables: {
      input: {
        branch: {
          repositoryNameWithOwner: `${repository.owner}/${repository.name}`,
          branchName: branch,
        },
        expectedHeadOid: head,
        message: { headline: action.headline, body: action.message },
        fileChanges: {
          additions: changes.map(({ path, text }) => ({
            path,
            contents: Buffer.from(text, "utf8").toString("base64"),
          })),
        },
      },
    },
    scope: scopeOf(state),
    writes: 1,
    tolerate: isAboutCommit,
  });
  const [error] = errors;
  if (error !== undefined) {
    const message = redact(error.message);
    return error.type === "STALE_DATA" || error.type === "NOT_FOUND"
      ? { kind: "conflict", message }
      : { kind: "refused", message, url: null };
  }
  const made = understand("Commit the files", commitAnswer, data).createCommitOnBranch?.commit;
  return { kind: "done", url: made?.url ?? null, how: "made" };
}

/** Failures inside GitHub, and its limits: they say nothing about the commit. */
const PASSING_TYPES = ["RATE_LIMITED", "RATE_LIMIT", "SERVICE_UNAVAILABLE", "INTERNAL"];

/**
 * The branch moved (STALE_DATA) or is gone, or its rules forbid it: BRANCH_PROTECTION_RULE_VIOLATION
 * for branch protection, another type for rulesets (keystatic issue 1598).
 */
function isAboutCommit({ type, path }: GraphqlError): boolean {
  const isOfCommit = path?.[0] === "createCommitOnBranch";
  return isOfCommit && type !== undefined && !PASSING_TYPES.includes(type);
}

export function send(
  client: GitHubClient,
  state: LineState,
  request: {
    readonly method: "POST" | "PATCH";
    readonly path: string;
    readonly body: Readonly<Record<string, unknown>>;
  },
): Promise<Answer> {
  const path = pathOf(state, request.path);
  return client.rest({ ...request, path, scope: scopeOf(state), allow: REFUSALS });
}

/** Names that stand by now are looked at again; anything else a person has to allow. */
export function explain({ status, data }: Answer, what: string): Outcome {
  const { words, documentationUrl: url } = wordsOf(data);
  const message = `${what}: ${status} ${words}`.trim();
  const isThere = status === 422 && /already exists/i.test(words);
  return isThere ? { kind: "conflict", message } : { kind: "refused", message, url };
}
