import { z } from "zod";
import { isGitHubsOwn } from "./addresses.ts";
import type { GitHubClient } from "./client.ts";
import { convertAnswer, rateLimitWaitMs, understand } from "./failure.ts";
import { openTransport } from "./transport.ts";
import { READ_VISIBILITY } from "./user-documents.ts";

/** GitHub takes so many nodes in one question. */
const NODES_MAX = 100;

const answerSchema = z.object({
  nodes: z.array(
    z.object({ databaseId: z.number().optional(), visibility: z.string() }).nullable(),
  ),
});

/**
 * Ids of those repositories of an installation that are public by GitHub's word of now. Internal
 * ones are not. Throws AppError.
 */
export async function readPublic(
  client: GitHubClient,
  nodeIds: readonly string[],
): Promise<readonly number[]> {
  const found: number[] = [];
  for (let from = 0; from < nodeIds.length; from += NODES_MAX) {
    const { data } = await client.graphql({
      document: READ_VISIBILITY,
      variables: { ids: nodeIds.slice(from, from + NODES_MAX) },
      scope: { kind: "installation" },
      tolerate: ({ type }) => type === "NOT_FOUND",
    });
    const { nodes } = understand("query ReadVisibility", answerSchema, data ?? { nodes: [] });
    for (const node of nodes) {
      if (node?.visibility === "PUBLIC" && node.databaseId !== undefined)
        found.push(node.databaseId);
    }
  }
  return found;
}

/**
 * Asks whether this GitHub shows a public repository to somebody without an account: github.com
 * does, an Enterprise Server in private mode and a tenant of ghe.com do not. Throws AppError.
 */
export function openNobody(options: {
  readonly serverUrl: string;
  readonly apiUrl: string;
  readonly userAgent: string;
  readonly now: () => number;
}): (repository: { readonly owner: string; readonly name: string }) => Promise<boolean> {
  const { serverUrl, apiUrl, userAgent, now } = options;
  const { hostname } = new URL(serverUrl);
  if (isGitHubsOwn(hostname)) return () => Promise.resolve(hostname === "github.com");
  const send = openTransport({
    apiUrl,
    graphqlUrl: `${apiUrl}/graphql`,
    userAgent,
    logger: undefined,
    answerMsMax: undefined,
    onAnswer: undefined,
  });
  return async ({ owner, name }) => {
    const attempt = "GET /repos/{owner}/{repo} as nobody";
    const url = `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
    const answer = await send({
      method: "GET",
      url,
      authorization: null,
      body: undefined,
      attempt,
    });
    const isLimited = rateLimitWaitMs(answer, now()) !== null;
    if (isLimited || answer.status >= 500) throw convertAnswer(attempt, answer, now());
    return answer.status < 400;
  };
}
