import { chmod, mkdtemp, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { Client } from "pg";
import type pg from "pg";
import { startEmbeddedPostgres } from "../src/store/embedded.ts";

export interface BenchPostgres {
  /** An empty database; its URL. */
  create(name: string): Promise<string>;
  stop(): Promise<void>;
}

/** A PostgreSQL of its own that writes through to the disk, as in production. */
export async function startPostgres(): Promise<BenchPostgres> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "smallbatch-bench-"));
  // As root another user runs PostgreSQL and has to get through.
  await chmod(folder, 0o711);
  const dataDir = path.join(folder, "postgres");
  const postgres = await startEmbeddedPostgres({ dataDir, isDurable: true });
  return {
    create: async (name) => {
      await query(postgres.url, `create database ${name}`);
      const url = new URL(postgres.url);
      url.pathname = `/${name}`;
      return url.href;
    },
    stop: async () => {
      await postgres.stop();
      for (const made of [postgres.dataDir, folder]) {
        await rm(made, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
      }
    },
  };
}

/** One statement on a connection of its own. */
export async function query(
  url: string,
  text: string,
  values: unknown[] = [],
): Promise<pg.QueryResultRow[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<pg.QueryResultRow>(text, values)).rows;
  } finally {
    await client.end();
  }
}
