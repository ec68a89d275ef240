import { createHash } from "node:crypto";
import { readFile, readdir } from "node:fs/promises";
import { Logger, runMigrations } from "graphile-worker";
import type pg from "pg";
import { AppError } from "../errors.ts";
import { convertDatabaseError } from "./connection.ts";

const FOLDER = new URL("./migrations/", import.meta.url);

/** Any number that nothing else uses on this database: the lock that lets one replica migrate. */
const LOCK_KEY = 7_311_420_260;

/** graphile-worker writes to the console otherwise; what matters arrives as an error. */
function ignoreLog(): void {}

interface Migration {
  readonly name: string;
  readonly text: string;
  readonly digest: string;
}

async function readMigrations(): Promise<readonly Migration[]> {
  const names = (await readdir(FOLDER)).filter((name) => /^\d{4}-[a-z-]+\.sql$/.test(name));
  names.sort();
  return await Promise.all(
    names.map(async (name) => {
      const text = await readFile(new URL(name, FOLDER), "utf8");
      return { name, text, digest: createHash("sha256").update(text).digest("hex") };
    }),
  );
}

/**
 * Bring the database up to date: the queue's tables and ours. Safe with several replicas at once:
 * they take turns. Ours run in one transaction, all or none. A database that is newer than this
 * program is left alone, so that a rolling deployment and its way back work.
 * Throws `store/migration-failed` and `store/unavailable`.
 */
export async function migrate(pool: pg.Pool): Promise<void> {
  const migrations = await readMigrations();
  let client: pg.PoolClient;
  try {
    client = await pool.connect();
  } catch (error) {
    throw convertDatabaseError(error, "connect");
  }
  let isBroken = true;
  try {
    await client.query("select pg_advisory_lock($1)", [LOCK_KEY]);
    await runMigrations({ pgPool: pool, logger: new Logger(() => ignoreLog) });
    await applyMissing(client, migrations);
    await client.query("select pg_advisory_unlock($1)", [LOCK_KEY]);
    isBroken = false;
  } catch (error) {
    const converted = convertDatabaseError(error, "migrate");
    if (converted instanceof AppError) throw converted;
    throw migrationError(error instanceof Error ? error.message : String(error), error);
  } finally {
    // The lock belongs to the connection: closing it gives the lock back whatever happened.
    client.release(isBroken);
  }
}

function migrationError(said: string, cause?: unknown): AppError {
  return new AppError("store/migration-failed", `Migrating the database failed: ${said}`, {
    retry: { kind: "never" },
    cause,
  });
}

async function applyMissing(
  client: pg.PoolClient,
  migrations: readonly Migration[],
): Promise<void> {
  await client.query("begin");
  await client.query("create schema if not exists smallbatch");
  await client.query(
    `create table if not exists smallbatch.smallbatch_migration (
      name text primary key, digest text not null, applied_at timestamptz not null default now())`,
  );
  const { rows } = await client.query<{ name: string; digest: string }>(
    "select name, digest from smallbatch.smallbatch_migration",
  );
  const applied = new Map(rows.map((row) => [row.name, row.digest]));
  for (const { name, text, digest } of migrations) {
    const known = applied.get(name);
    if (known !== undefined && known !== digest) {
      throw migrationError(`${name} was changed after it ran here; they are only ever added`);
    }
    if (known !== undefined) continue;
    await client.query(text);
    await client.query(
      "insert into smallbatch.smallbatch_migration (name, digest) values ($1, $2)",
      [name, digest],
    );
  }
  await client.query("commit");
}
