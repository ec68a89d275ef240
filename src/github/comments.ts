import { z } from "zod";
import { hasStatusMarker } from "../core/marker.ts";
import { fullPreviewName, previewPrefix } from "../core/preview-tag.ts";
import type { CommentSeen, PullHead } from "../core/said.ts";
import type { Instant, LineState } from "../core/state.ts";
import type { CommandHeard } from "../doors-port.ts";
import type { GitHubClient } from "./client.ts";
import { commandAnswer } from "./door-answers.ts";
import type { CommandAnswer, SubjectOfComment } from "./door-answers.ts";
import { READ_COMMAND } from "./door-documents.ts";
import { understand } from "./failure.ts";
import type { GraphqlError } from "./failure.ts";
import { readActor, readTag } from "./readings.ts";

/** Statuses by which GitHub refuses a word: locked, gone, not granted. A reaction less is no harm. */
const REFUSALS = [403, 404, 410, 422] as const;

/** Words with commands, as they stand now; null where they or what they stood on is gone. */
export async function readComment(
  client: GitHubClient,
  state: LineState,
  command: CommandHeard,
): Promise<CommentSeen | null> {
  const { repository } = state;
  const { data } = await client.graphql({
    document: READ_COMMAND,
    variables: {
      owner: repository.owner,
      name: repository.name,
      ...commandVariables(client, command),
    },
    scope: { kind: "repository", repositoryId: repository.id },
    tolerate: isGone,
  });
  if (data === null) return null;
  const answer = understand(`Read a comment on #${command.number}`, commandAnswer, data);
  return readCommand(answer, repository.id, command);
}

export function commandVariables(
  { appId }: Pick<GitHubClient, "appId">,
  { nodeId, number, saidAt }: CommandHeard,
): Readonly<Record<string, unknown>> {
  return {
    comment: nodeId,
    number,
    since: new Date(saidAt).toISOString(),
    previews: `refs/tags/${previewPrefix(number)}`,
    suites: appId === null ? {} : { appId },
  };
}

/** Null where it is gone, or is not what the delivery said. */
export function readCommand(
  { comment, commented }: CommandAnswer,
  repositoryId: number,
  command: CommandHeard,
): CommentSeen | null {
  const subject = commented?.subject ?? null;
  if (comment === null || !("body" in comment) || subject === null) return null;
  const isIssue = "closed" in comment;
  const { databaseId: id, repository } = comment;
  // The number and the id of a delivery are believed only as far as GitHub says the same.
  const isSame =
    (isIssue ? null : id) === command.commentId &&
    (isIssue ? comment : comment.issue).number === command.number &&
    repository.databaseId === repositoryId;
  const author = readActor(comment.author);
  if (!isSame || id === null || author.id !== command.authorId) return null;
  return {
    id,
    issue: isIssue ? { isOpen: !comment.closed } : null,
    url: comment.url,
    body: comment.body,
    author,
    createdAt: comment.createdAt,
    isEdited: comment.lastEditedAt !== null,
    // An issue is closed when it was taken.
    isTaken:
      !isIssue &&
      (comment.reactionGroups ?? []).some(
        ({ content, viewerHasReacted }) => content === "ROCKET" && viewerHasReacted,
      ),
    number: command.number,
    status: findStatus(subject.comments.nodes),
    pull: readHead(subject, comment.createdAt),
    previews: (commented?.previews?.nodes ?? [])
      .map((tag) => readTag({ ...tag, name: fullPreviewName(command.number, tag.name) }, null))
      .filter((tag) => tag !== null),
  };
}

/** Our one comment that is edited in place; null: none stands. */
export function findStatus(comments: SubjectOfComment["comments"]["nodes"]): CommentSeen["status"] {
  const status = comments.findLast(
    ({ body, viewerDidAuthor }) => viewerDidAuthor && hasStatusMarker(body),
  );
  if (status === undefined || status.databaseId === null) return null;
  return { id: status.databaseId, body: status.body };
}

function isGone({ type, path }: GraphqlError): boolean {
  return type === "NOT_FOUND" && (path?.[0] === "comment" || path?.at(-1) === "subject");
}

/**
 * Was the head of now the head when the comment was made? GitHub opens a suite of ours when a commit
 * is pushed, by its own clock, and notes when a branch was forced; a committer's date proves nothing.
 */
function readHead(subject: SubjectOfComment, saidAt: Instant): PullHead | null {
  if (subject.kind === "Issue") return null;
  const { headRefOid: headSha, headCommit, forced } = subject;
  const commit = headCommit.nodes.at(-1)?.commit;
  const pushedAt = commit?.checkSuites?.nodes[0]?.createdAt ?? null;
  return {
    author: readActor(subject.author),
    isOpen: subject.state === "OPEN",
    isMerged: subject.state === "MERGED",
    isFork: subject.isCrossRepository,
    baseBranch: subject.baseRefName,
    headSha,
    isProven:
      commit?.oid === headSha &&
      pushedAt !== null &&
      pushedAt <= saidAt &&
      forced.filteredCount === 0,
  };
}

function pathOf({ repository }: LineState, rest: string): string {
  return `/repos/${repository.owner}/${repository.name}/issues/${rest}`;
}

/** Doing it twice leaves one reaction. */
export async function react(
  client: GitHubClient,
  state: LineState,
  commentId: number,
  content: "rocket" | "confused",
): Promise<boolean> {
  const { status } = await client.rest({
    method: "POST",
    path: pathOf(state, `comments/${commentId}/reactions`),
    scope: { kind: "repository", repositoryId: state.repository.id },
    body: { content },
    isPatient: content === "confused",
    allow: REFUSALS,
  });
  return status < 300;
}

export async function closeIssue(
  client: GitHubClient,
  state: LineState,
  { number, isDone }: { readonly number: number; readonly isDone: boolean },
): Promise<void> {
  await client.rest({
    method: "PATCH",
    path: pathOf(state, String(number)),
    scope: { kind: "repository", repositoryId: state.repository.id },
    body: { state: "closed", state_reason: isDone ? "completed" : "not_planned" },
    isPatient: true,
    allow: REFUSALS,
  });
}

const saidSchema = z.object({ id: z.number().int(), body: z.string() });

/** Edit our one comment there, or make it. Nothing where it says that already. */
export async function tell(
  client: GitHubClient,
  state: LineState,
  { status, number }: Pick<CommentSeen, "status" | "number">,
  body: string,
): Promise<CommentSeen["status"]> {
  if (status !== null && status.body.trimEnd() === body.trimEnd()) return status;
  const said = {
    scope: { kind: "repository", repositoryId: state.repository.id },
    body: { body },
    isPatient: true,
    allow: REFUSALS,
  } as const;
  if (status !== null) {
    const path = pathOf(state, `comments/${status.id}`);
    if ((await client.rest({ method: "PATCH", path, ...said })).status < 300) {
      return { id: status.id, body };
    }
  }
  const path = pathOf(state, `${number}/comments`);
  const made = await client.rest({ method: "POST", path, ...said });
  return made.status < 300 ? understand(`POST ${path}`, saidSchema, made.data) : null;
}
