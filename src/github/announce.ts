import type { ActionOf } from "../core/action.ts";
import { redact } from "../core/redact.ts";
import type { LineState } from "../core/state.ts";
import type { Outcome } from "../ports.ts";
import type { GitHubClient } from "./client.ts";
import { formatComments } from "./documents.ts";
import type { GraphqlError } from "./failure.ts";
import { chunk, numbered } from "./look.ts";

const COMMENTS_PER_REQUEST = 20;

/**
 * Comment on released pulls and closed issues, many in one request. One that GitHub refuses (it is
 * locked, or gone) does not stop the others. After a lost answer the next observation leaves out
 * those that stand.
 */
export async function announce(
  client: GitHubClient,
  state: LineState,
  action: ActionOf<"announce">,
): Promise<Outcome> {
  const refused: string[] = [];
  for (const part of chunk(action.comments, COMMENTS_PER_REQUEST)) {
    const { errors } = await client.graphql({
      document: formatComments(part.length),
      variables: numbered(
        "c",
        part.map(({ subject, body }) => ({ subjectId: subject.nodeId, body })),
      ),
      scope: { kind: "repository", repositoryId: state.repository.id },
      writes: part.length,
      tolerate: isAboutSubject,
    });
    for (const error of errors) {
      const index = Number(String(error.path?.[0]).slice(1));
      refused.push(`#${part[index]?.subject.number ?? "?"} (${redact(error.message)})`);
    }
  }
  if (refused.length === 0) return { kind: "done", url: null, how: "made" };
  const message = `${refused.length} of ${action.comments.length} comments: ${refused.join(", ")}`;
  return refused.length === action.comments.length
    ? { kind: "refused", message, url: null }
    : { kind: "done", url: null, how: "made", note: message };
}

/** About one comment of several; what has no place or no type concerns the whole request. */
function isAboutSubject({ type, path }: GraphqlError): boolean {
  return (
    /^c\d+$/.test(String(path?.[0])) &&
    (type === "FORBIDDEN" || type === "NOT_FOUND" || type === "UNPROCESSABLE")
  );
}
