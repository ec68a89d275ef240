import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { Server } from "node:http";
import os from "node:os";
import path from "node:path";
import { Client } from "pg";
import { openDatabase } from "../../src/store/database.ts";
import { startEmbeddedPostgres } from "../../src/store/embedded.ts";
import type { EmbeddedPostgres } from "../../src/store/embedded.ts";

/** Address that a test file asks for PostgreSQL; see `useDatabase`. */
export const BROKER_VARIABLE = "SMALLBATCH_TEST_BROKER";

export const TEMPLATE = "smallbatch_template";

/**
 * One PostgreSQL for a whole Jest run, started by the first test file that asks: most runs of a
 * single file need none. It answers with the URL, once a migrated template database stands.
 */
export interface Broker {
  readonly url: string;
  stop(): Promise<void>;
}

export async function startBroker(): Promise<Broker> {
  let started: Promise<Started> | null = null;
  const server = createServer((_request, response) => {
    started ??= startPostgres();
    started.then(
      ({ postgres }) => response.end(postgres.url),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  const url = await listen(server);
  return {
    url,
    stop: async () => {
      server.close();
      server.closeAllConnections();
      const { postgres, folder } = (await started?.catch(() => null)) ?? {};
      await postgres?.stop();
      for (const made of [postgres?.dataDir, folder]) {
        if (made !== undefined) await rm(made, { recursive: true, force: true });
      }
    },
  };
}

interface Started {
  readonly postgres: EmbeddedPostgres;
  readonly folder: string;
}

async function startPostgres(): Promise<Started> {
  const folder = await mkdtemp(path.join(os.tmpdir(), "smallbatch-test-"));
  // As root another user runs PostgreSQL and has to get through.
  await chmod(folder, 0o711);
  const dataDir = path.join(folder, "postgres");
  const postgres = await startEmbeddedPostgres({ dataDir, isDurable: false });
  const client = new Client({ connectionString: postgres.url });
  await client.connect();
  await client.query(`create database ${TEMPLATE}`);
  await client.end();
  const database = openDatabase(databaseUrl(postgres.url, TEMPLATE));
  await database.migrate();
  await database.close();
  return { postgres, folder };
}

export function databaseUrl(url: string, name: string): string {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = address !== null && typeof address === "object" ? address.port : 0;
      server.unref();
      resolve(`http://127.0.0.1:${port}/`);
    });
  });
}
