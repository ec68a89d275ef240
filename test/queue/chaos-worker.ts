/**
 * A worker process that misbehaves by lot: `node chaos-worker.ts URL SEED`. Each pass reads the
 * value of its repository's world when it begins and writes it down as seen when it has served;
 * while it lasts it holds an advisory lock of its own, so that a second pass is noticed. It says a
 * dot for each.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "pg";
import type { PoolClient } from "pg";
import { AppError } from "../../src/errors.ts";
import { startQueue } from "../../src/queue/queue.ts";
import { openDatabase } from "../../src/store/database.ts";
import { drawLots } from "../support/seed.ts";
import { CONCURRENCY, FAILURES_SHARE, LOCK_SPACE, PASS_MS_MAX } from "./chaos-limits.ts";

const [url = "", seed = "0"] = process.argv.slice(2);
const lots = drawLots(Number(seed));
const pool = new Pool({
  connectionString: url,
  max: CONCURRENCY,
  application_name: String(process.pid),
});
const ignore = () => {};

async function pass(sql: PoolClient, repositoryId: number): Promise<void> {
  // Before the lock is asked for: whoever was killed after this instant lived when we began.
  const at = Date.now();
  const { rows: held } = await sql.query<{ held: boolean }>(
    "select pg_try_advisory_lock($1, $2) as held",
    [LOCK_SPACE, repositoryId],
  );
  const isAlone = held[0]?.held === true;
  if (isAlone) {
    await sql.query("update chaos.world set holder = $2 where repository_id = $1", [
      repositoryId,
      process.pid,
    ]);
  } else {
    await sql.query(
      `insert into chaos.overlap (repository_id, at, holder)
      select $1::bigint, $2::bigint, coalesce(
        (select application_name::int from pg_locks l join pg_stat_activity a using (pid)
          where l.locktype = 'advisory' and l.classid = $3::int::oid and l.objid = $1::bigint::oid and l.granted
            and l.database = (select oid from pg_database where datname = current_database())),
        (select holder from chaos.world where repository_id = $1))`,
      [repositoryId, at, LOCK_SPACE],
    );
  }
  try {
    const { rows } = await sql.query<{ value: number; calm: boolean }>(
      "select value::int, calm from chaos.world, chaos.mood where repository_id = $1",
      [repositoryId],
    );
    await sleep(lots.between(1, PASS_MS_MAX));
    const isFailing = lots.chance(FAILURES_SHARE) && rows[0]?.calm !== true;
    await sql.query(
      `update chaos.world set passes = passes + 1, failures = failures + $3,
        seen = greatest(seen, $2) where repository_id = $1`,
      [repositoryId, isFailing ? 0 : (rows[0]?.value ?? 0), isFailing ? 1 : 0],
    );
    if (isFailing) throw failure();
  } finally {
    if (isAlone) await sql.query("select pg_advisory_unlock($1, $2)", [LOCK_SPACE, repositoryId]);
  }
}

function fatal(error: unknown): never {
  process.stderr.write(`${String(error)}\n`);
  process.exit(1);
}

function failure(): Error {
  const options = lots.pick([
    { retry: { kind: "backoff" } },
    { retry: { kind: "backoff" } },
    { retry: { kind: "after", waitMs: 200 } },
    { retry: { kind: "never" } },
  ] as const);
  return new AppError("github/unavailable", "It failed by lot", options);
}

const queue = await startQueue({
  database: openDatabase(url),
  handler: async (repositoryId) => {
    process.stdout.write(".");
    const sql = await pool.connect();
    try {
      await pass(sql, repositoryId);
    } catch (error) {
      // A mistake of this test must not pass for a failure that was drawn.
      if (!(error instanceof AppError)) fatal(error);
      throw error;
    } finally {
      sql.release();
    }
    return { wakeAt: null };
  },
  concurrency: CONCURRENCY,
  sweepPeriodMs: 3_600_000,
  clock: { now: () => Date.now() },
  logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
});
process.once("SIGTERM", () => {
  void queue.stop().then(() => process.exit(0));
});
process.stdout.write("ready\n");
