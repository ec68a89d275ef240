import { z } from "zod";
import { isAgentComment } from "../core/rollback/agent-comment.ts";
import type { Repository } from "../core/state.ts";
import type { RollbackForge } from "../rollback-port.ts";
import { nodes } from "./answers.ts";
import type { GitHubClient } from "./client.ts";
import { understand, wordsOf } from "./failure.ts";
import { READ_ROLLBACK_COMMENTS } from "./rollback-documents.ts";

/** Statuses by which GitHub refuses a comment: locked, gone, not granted. */
const REFUSALS = [403, 404, 410, 422] as const;

const commentsAnswer = z.object({
  repository: z
    .object({
      issue: z
        .object({
          comments: z.object({
            nodes: nodes(
              z.object({ url: z.string(), body: z.string(), viewerDidAuthor: z.boolean() }),
            ),
          }),
        })
        .nullable(),
    })
    .nullable(),
});

const postedSchema = z.object({ html_url: z.string() });

/** Comments in rollback issues. */
export function openRollbackComments(
  client: GitHubClient,
): Pick<RollbackForge, "findAgentComment" | "comment"> {
  return {
    findAgentComment: async (repository, { number }, tag) => {
      const { owner, name } = repository;
      const { data } = await client.graphql({
        document: READ_ROLLBACK_COMMENTS,
        variables: { owner, name, number },
        scope: scopeOf(repository),
        tolerate: ({ type, path }) => type === "NOT_FOUND" && path?.at(-1) === "issue",
      });
      const found = understand(`Read the comments of #${number}`, commentsAnswer, data);
      const comments = found.repository?.issue?.comments.nodes ?? [];
      const own = comments.find((each) => each.viewerDidAuthor && isAgentComment(each.body, tag));
      return own?.url ?? null;
    },
    comment: async (repository, { number }, body) => {
      const { owner, name } = repository;
      const path = `/repos/${owner}/${name}/issues/${number}/comments`;
      const answer = await client.rest({
        method: "POST",
        path,
        scope: scopeOf(repository),
        body: { body },
        allow: REFUSALS,
      });
      if (answer.status >= 300) {
        return { url: null, refused: wordsOf(answer.data).words || String(answer.status) };
      }
      return { url: understand(`POST ${path}`, postedSchema, answer.data).html_url, refused: null };
    },
  };
}

function scopeOf({ id }: Repository) {
  return { kind: "repository", repositoryId: id } as const;
}
