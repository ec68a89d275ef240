import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { Client } from "pg";
import { startQueue } from "../../src/queue/queue.ts";
import { useDatabase } from "../support/database.ts";
import { INSTALLATION, repositoryLabel } from "../support/deliveries.ts";
import { eventually } from "../support/eventually.ts";
import { databaseUrl } from "../support/postgres-broker.ts";

const test = useDatabase();
const unhandled: unknown[] = [];
const note = (error: unknown): void => {
  unhandled.push(error);
};
const ignore = (): void => undefined;

beforeAll(() => void process.on("unhandledRejection", note));
afterAll(() => void process.off("unhandledRejection", note));

/** PostgreSQL lets nobody in for a while, as in a restart or a failover. */
async function takeAway(whileAway: () => Promise<void>): Promise<void> {
  const name = new URL(test.url).pathname.slice(1);
  const server = new Client({ connectionString: databaseUrl(test.url, "postgres") });
  await server.connect();
  try {
    await server.query(`alter database ${name} with allow_connections false`);
    await server.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1",
      [name],
    );
    await whileAway();
  } finally {
    await server.query(`alter database ${name} with allow_connections true`);
    await server.end();
  }
}

it("goes on after PostgreSQL was away while a pass came to its end", async () => {
  await test.database.repositories.upsert(INSTALLATION, [repositoryLabel(1)]);
  const said: string[] = [];
  let passes = 0;
  const queue = await startQueue({
    database: test.database,
    handler: async () => {
      passes += 1;
      await sleep(300);
      return { wakeAt: null };
    },
    concurrency: 2,
    sweepPeriodMs: 3_600_000,
    clock: { now: () => Date.now() },
    logger: { debug: ignore, info: ignore, warn: ignore, error: (_, text) => said.push(text) },
  });
  try {
    await queue.hint(1);
    await eventually("the pass began", () => passes === 1);
    await takeAway(() => sleep(1_500));
    await eventually("the worker ended and began again", () => said.length > 0);
    await queue.hint(1);
    await eventually("every hint is served", async () => {
      const rows = await test.query(
        "select 1 from smallbatch.repository where id = 1 and served = generation and generation > 0",
      );
      return rows.length === 1;
    });
  } finally {
    await queue.stop();
  }
  expect(passes).toBeGreaterThan(1);
  expect(unhandled).toEqual([]);
});
