import { generateKeyPairSync } from "node:crypto";
import { afterAll, afterEach, beforeAll, expect } from "@jest/globals";
import nock from "nock";
import { createMemoryBudget } from "../../src/github/budget.ts";
import type { WriteBudget } from "../../src/github/budget.ts";
import { openGitHub } from "../../src/github/client.ts";
import type { GitHubClient } from "../../src/github/client.ts";
import type { Credentials } from "../../src/github/credentials.ts";

export const API = "https://api.github.com";

/**
 * No request leaves the machine, and what a test announces has to be asked. nock patches the
 * process: without `restore` it leaks into the next test file of the same worker.
 */
export function useNock(): void {
  beforeAll(() => {
    if (!nock.isActive()) nock.activate();
    nock.disableNetConnect();
  });
  afterEach(() => {
    const pending = nock.pendingMocks();
    nock.cleanAll();
    expect(pending).toEqual([]);
  });
  afterAll(() => {
    nock.enableNetConnect();
    nock.restore();
  });
}

let pem: string | null = null;

/** A key of an App that exists nowhere. */
export function privateKey(): string {
  pem ??= generateKeyPairSync("rsa", { modulusLength: 2_048 })
    .privateKey.export({ type: "pkcs8", format: "pem" })
    .toString();
  return pem;
}

/** 22 November 2026, 12:00 UTC. */
export const NOW = Date.UTC(2026, 10, 22, 12);

export interface TestClient {
  readonly client: GitHubClient;
  readonly time: { now: number };
  readonly budget: WriteBudget;
}

/** A client of api.github.com with a clock that stands; a person's token unless said otherwise. */
export function openTestClient(
  credentials: Credentials = { kind: "token", token: "t0ken", appId: null },
): TestClient {
  const time = { now: NOW };
  const clock = { now: () => time.now };
  const budget = createMemoryBudget(clock);
  const client = openGitHub({
    credentials,
    apiUrl: API,
    graphqlUrl: `${API}/graphql`,
    budget,
    clock,
    userAgent: "smallbatch/0.0.0",
  });
  return { client, time, budget };
}
