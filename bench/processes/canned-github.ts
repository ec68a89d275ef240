/**
 * A GitHub that costs nothing: `node canned-github.ts WORLD_FILE`, a `CannedWorld` as JSON. Every
 * repository answers the same, nothing that is written changes anything. Prints its URL.
 */
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import { PLACE, STATE_PATH, answerKey, labelOf, repositoryId } from "../canned/world.ts";
import type { CannedInstallation, CannedState, CannedWorld } from "../canned/world.ts";

const TOKEN_MS = 3_600_000;
const PERMISSIONS = {
  metadata: "read",
  contents: "write",
  pull_requests: "write",
  issues: "write",
  checks: "write",
  statuses: "read",
};

const world = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8")) as CannedWorld;
const byId = new Map(world.installations.map((each) => [each.id, each]));
let state: CannedState = "idle";
/** By the repository's name. Without it every look would write its check again. */
const externalIds = new Map<string, string>();

function answerGraphql(body: string): string | null {
  const { query, variables } = JSON.parse(body) as {
    query: string;
    variables: Record<string, unknown>;
  };
  const key = answerKey(query, variables);
  if (key === "AddComments") {
    return JSON.stringify({
      data: Object.fromEntries(Object.keys(variables).map((each) => [each, {}])),
    });
  }
  const id = Number(String(variables["name"]).replace("repo-", ""));
  const recorded = world.answers[state][key];
  if (recorded === undefined) return null;
  const { owner, name } = labelOf(id);
  return recorded
    .replaceAll(String(PLACE.id), String(id))
    .replaceAll(PLACE.owner, owner)
    .replaceAll(PLACE.externalId, externalIds.get(name) ?? "")
    .replaceAll(PLACE.name, name);
}

function listRepositories(installation: CannedInstallation, page: number): object[] {
  const from = (page - 1) * 100;
  const count = Math.max(0, Math.min(100, installation.repositories - from));
  return Array.from({ length: count }, (_, at) => {
    const id = repositoryId(installation.id, from + at);
    const { owner, name } = labelOf(id);
    return {
      id,
      node_id: `R_${id}`,
      name,
      private: false,
      owner: { login: owner },
      default_branch: "main",
    };
  });
}

interface Answer {
  readonly status: number;
  readonly text: string;
  /** A next page exists. */
  readonly nextPage?: number;
}

function answer(method: string, url: URL, body: string, authorization: string): Answer | null {
  const path = url.pathname;
  if (path === STATE_PATH) {
    state = body === "due" ? "due" : "idle";
    return { status: 200, text: "{}" };
  }
  const page = Number(url.searchParams.get("page") ?? "1");
  if (path === "/graphql") {
    const text = answerGraphql(body);
    return text === null ? null : { status: 200, text };
  }
  const token = /^\/app\/installations\/(\d+)\/access_tokens$/.exec(path)?.[1];
  if (token !== undefined) {
    const expiresAt = new Date(Date.now() + TOKEN_MS).toISOString();
    const made = { token: `ghs_${token}_x`, expires_at: expiresAt, permissions: PERMISSIONS };
    return { status: 201, text: JSON.stringify(made) };
  }
  if (path === "/app/installations") {
    const shown = world.installations.slice((page - 1) * 100, page * 100).map(({ id }) => ({
      id,
      account: { login: `org-${id}` },
      suspended_at: null,
      permissions: PERMISSIONS,
    }));
    const isLast = page * 100 >= world.installations.length;
    return {
      status: 200,
      text: JSON.stringify(shown),
      ...(isLast ? {} : { nextPage: page + 1 }),
    };
  }
  if (path === "/installation/repositories") {
    const installation = byId.get(Number(/ghs_(\d+)_/.exec(authorization)?.[1]));
    if (installation === undefined) return null;
    const isLast = page * 100 >= installation.repositories;
    return {
      status: 200,
      text: JSON.stringify({ repositories: listRepositories(installation, page) }),
      ...(isLast ? {} : { nextPage: page + 1 }),
    };
  }
  if (path === "/app/hook/deliveries") return { status: 200, text: "[]" };
  const [, name = "", what] =
    /^\/repos\/[^/]+\/([^/]+)\/(git\/refs|releases|check-runs)(?:\/\d+)?$/.exec(path) ?? [];
  if (what === undefined || method === "GET") return null;
  if (what === "check-runs") {
    externalIds.set(name, (JSON.parse(body) as { external_id: string }).external_id);
  }
  const text = JSON.stringify({ id: 1, html_url: url.href });
  return { status: method === "POST" ? 201 : 200, text };
}

function serve(request: IncomingMessage, response: ServerResponse): void {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const url = new URL(request.url ?? "/", `http://${request.headers.host ?? "127.0.0.1"}`);
    const body = Buffer.concat(chunks).toString("utf8");
    const { method = "GET", headers } = request;
    const found = answer(method, url, body, headers.authorization ?? "");
    if (found === null) {
      process.stderr.write(`${method} ${url.pathname} has no answer: ${body.slice(0, 200)}\n`);
      response.writeHead(500).end();
      return;
    }
    const { status, text, nextPage } = found;
    if (nextPage !== undefined) {
      url.searchParams.set("page", String(nextPage));
      response.setHeader("link", `<${url.href}>; rel="next"`);
    }
    const length = Buffer.byteLength(text);
    const type = "application/json; charset=utf-8";
    response.writeHead(status, { "content-type": type, "content-length": length }).end(text);
  });
}

const server = createServer({ keepAliveTimeout: 60_000 }, serve);
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = address !== null && typeof address === "object" ? address.port : 0;
  process.stdout.write(`http://127.0.0.1:${port}\n`);
});
