import { randomUUID } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { PASS_PERMISSIONS } from "../../src/github/credentials.ts";
import { ENDPOINTS } from "../../src/github/endpoints.ts";
import { findDocument, findEndpoint } from "../../src/github/find-endpoint.ts";
import type { Exchange } from "../../src/local-github/server.ts";

/** Folder in which each test file leaves the names of the requests that it saw. */
const FOLDER_VARIABLE = "SMALLBATCH_TEST_REQUESTS";
const MINT = "POST /app/installations/{installation_id}/access_tokens";

/** What a request of the product breaks of `docs/permissions.md`, as sentences. */
export interface JudgedRequest {
  /** Name in the table; null: none, or not a request of the product. */
  readonly name: string | null;
  readonly violations: readonly string[];
}

/** Smallbatch says who it is; people, other tools and these tests call themselves otherwise. */
function isOurs(exchange: Exchange): boolean {
  return exchange.requestHeaders["user-agent"]?.startsWith("smallbatch/") ?? false;
}

export function judgeRequest(exchange: Exchange): JudgedRequest {
  if (!isOurs(exchange)) return { name: null, violations: [] };
  const { method, requestBody } = exchange;
  const isGraphql = exchange.path === "/graphql";
  const endpoint = isGraphql
    ? findDocument((JSON.parse(requestBody) as { query: string }).query)
    : findEndpoint(method, exchange.path);
  const label = `${method} ${exchange.path}`;
  if (endpoint === null) {
    return { name: null, violations: [`${label}: not listed in docs/permissions.md`] };
  }
  const authorization = exchange.requestHeaders["authorization"] ?? "";
  const isByApp = authorization.startsWith("bearer ");
  const violations = [
    ...(isByApp === (endpoint.by === "app") ? [] : [`${label}: not with the token of the table`]),
    ...(endpoint.name === MINT ? judgeMint(JSON.parse(requestBody)) : []),
  ];
  return { name: endpoint.name, violations };
}

/** Each token is for one repository with at most what a pass needs, or can only read. */
function judgeMint(body: unknown): string[] {
  const { repository_ids: ids, permissions } = body as {
    repository_ids?: unknown[];
    permissions?: Record<string, string>;
  };
  const label = `A token is minted for ${JSON.stringify(body)}`;
  if (permissions === undefined) return [`${label}: without naming permissions`];
  if (ids === undefined) {
    const isReading = Object.values(permissions).every((access) => access === "read");
    return isReading ? [] : [`${label}: for every repository`];
  }
  if (ids.length !== 1) return [`${label}: not for one repository`];
  const excess = Object.entries(permissions).filter(([name, access]) => {
    const most = PASS_PERMISSIONS[name];
    return most !== access && most !== "write";
  });
  return excess.map(([name, access]) => `${label}: ${name}: ${access} is more than a pass needs`);
}

/** Before the first test file of a run. */
export function beginRequests(): void {
  process.env[FOLDER_VARIABLE] = mkdtempSync(path.join(tmpdir(), "requests-"));
}

/** At the end of a test file. */
export function keepRequests(names: ReadonlySet<string>): void {
  const folder = process.env[FOLDER_VARIABLE];
  if (folder === undefined || names.size === 0) return;
  writeFileSync(path.join(folder, `${randomUUID()}.json`), JSON.stringify([...names]));
}

/**
 * After the last test file: rows of the table that no test file asked for. Such a permission is
 * asked for without need, or the request is gone from the code.
 */
export function endRequests(): readonly string[] {
  const folder = process.env[FOLDER_VARIABLE] ?? "";
  const seen = new Set(
    readdirSync(folder).flatMap(
      (file) => JSON.parse(readFileSync(path.join(folder, file), "utf8")) as string[],
    ),
  );
  rmSync(folder, { recursive: true });
  return ENDPOINTS.map(({ name }) => name).filter((name) => !seen.has(name));
}
