import { randomBytes } from "node:crypto";
import { get } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll } from "@jest/globals";
import { Client } from "pg";
import { openDatabase } from "../../src/store/database.ts";
import type { Database } from "../../src/store/database.ts";
import { BROKER_VARIABLE, TEMPLATE, databaseUrl } from "./postgres-broker.ts";

const GOODBYE_MS_MAX = 2_000;
const GOODBYE_POLL_MS = 20;

interface TestDatabase {
  /** Open from the first test on, migrated, and this file's alone. */
  readonly database: Database;
  readonly url: string;
  /** Any statement, as its owner: for what the product has no door to. */
  query(text: string, values?: unknown[]): Promise<Record<string, unknown>[]>;
}

/** A fresh database of a real PostgreSQL for a test file. */
export function useDatabase(options: { readonly isMigrated: boolean } = { isMigrated: true }) {
  const name = `test_${randomBytes(6).toString("hex")}`;
  let server = "";
  let url = "";
  let database: Database | null = null;
  beforeAll(async () => {
    server = await readServerUrl();
    const template = options.isMigrated ? ` template ${TEMPLATE}` : "";
    await runOnce(server, `create database ${name}${template}`);
    url = databaseUrl(server, name);
    database = openDatabase(url);
  });
  afterAll(async () => {
    await database?.close();
    await saidGoodbye(server, name);
    await runOnce(server, `drop database ${name} with (force)`);
  });
  const found: TestDatabase = {
    get database() {
      if (database === null) throw new Error("The database is open within tests only.");
      return database;
    },
    get url() {
      return url;
    },
    query: (text, values) => runOnce(url, text, values),
  };
  return found;
}

/**
 * Connections that are closed here end a little later there: one that is broken off meanwhile
 * throws where nobody catches it. Those that a killed process left are broken off after that.
 */
async function saidGoodbye(server: string, name: string): Promise<void> {
  const deadline = Date.now() + GOODBYE_MS_MAX;
  const left = "select 1 from pg_stat_activity where datname = $1";
  while ((await runOnce(server, left, [name])).length > 0 && Date.now() < deadline) {
    await sleep(GOODBYE_POLL_MS);
  }
}

async function runOnce(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** By `node:http`, because tests replace `fetch`. */
function readServerUrl(): Promise<string> {
  const broker = process.env[BROKER_VARIABLE];
  if (broker === undefined) throw new Error("Jest's globalSetup has not run.");
  return new Promise((resolve, reject) => {
    get(broker, { agent: false }, (response) => {
      let text = "";
      response.setEncoding("utf8");
      response.on("data", (chunk: string) => (text += chunk));
      response.on("end", () => {
        if (response.statusCode === 200) resolve(text);
        else reject(new Error(`PostgreSQL for tests did not start: ${text}`));
      });
    }).once("error", reject);
  });
}
