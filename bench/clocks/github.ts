import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { labelOf } from "./company.ts";

/** A GitHub that shows the company's repositories to everybody, and answers nothing else. */
export async function startOpenGitHub(
  installation: number,
  repositories: number,
): Promise<{ readonly url: string; stop(): void }> {
  const listed = Array.from({ length: repositories }, (_, at) => {
    const { id, nodeId, owner, name } = labelOf(at + 1);
    return {
      id,
      node_id: nodeId,
      name,
      private: false,
      owner: { login: owner },
      default_branch: "main",
    };
  });
  const account = { login: labelOf(1).owner };
  const answers: Readonly<Record<string, unknown>> = {
    "GET /app/installations": [{ id: installation, account, permissions: { contents: "write" } }],
    [`POST /app/installations/${installation}/access_tokens`]: {
      token: "ghs_0123456789",
      expires_at: new Date(Date.now() + 3_600_000).toISOString(),
    },
    "GET /installation/repositories": { total_count: listed.length, repositories: listed },
  };
  const server = createServer((request, response) => {
    void answer(request, response, answers);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    stop: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  answers: Readonly<Record<string, unknown>>,
): Promise<void> {
  let text = "";
  for await (const chunk of request.setEncoding("utf8")) text += String(chunk);
  const path = (request.url ?? "").split("?")[0] ?? "";
  const known = answers[`${request.method} ${path}`];
  const body =
    known ?? (path.startsWith("/repos/") ? {} : path === "/graphql" ? answerGraphql(text) : null);
  const status = body === null ? 503 : path.endsWith("/access_tokens") ? 201 : 200;
  response.writeHead(status, { "Content-Type": "application/json" });
  response.end(JSON.stringify(body ?? { message: "not here" }));
}

/** Null for looks at a repository: they are not what is measured. */
function answerGraphql(text: string): unknown {
  const { query, variables } = JSON.parse(text) as { query: string; variables: { ids?: string[] } };
  if (!query.includes("ReadVisibility")) return null;
  const nodes = (variables.ids ?? []).map((id) => {
    return { databaseId: Number(id.slice(2)), visibility: "PUBLIC" };
  });
  return { data: { nodes } };
}
