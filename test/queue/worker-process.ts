/**
 * A worker process for tests: `node worker-process.ts URL CONCURRENCY PASS_MS`. It says when it is
 * ready and when a pass begins, writes each pass into the table `pass` while it lasts, and ends on
 * SIGTERM.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Pool } from "pg";
import { startQueue } from "../../src/queue/queue.ts";
import { openDatabase } from "../../src/store/database.ts";

const [url = "", concurrency = "1", passMs = "0"] = process.argv.slice(2);

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

const pool = new Pool({ connectionString: url });
const ignore = () => {};
const queue = await startQueue({
  database: openDatabase(url),
  handler: async (repositoryId) => {
    say(`begin ${repositoryId}`);
    // Two at once are seen by the second one.
    const { rowCount } = await pool.query(
      "insert into pass (repository_id) values ($1) on conflict do nothing",
      [repositoryId],
    );
    if (rowCount === 0) await pool.query("insert into overlap values ($1)", [repositoryId]);
    await sleep(Number(passMs));
    await pool.query("delete from pass where repository_id = $1", [repositoryId]);
    return { wakeAt: null };
  },
  concurrency: Number(concurrency),
  sweepPeriodMs: 3_600_000,
  clock: { now: () => Date.now() },
  logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
});
process.once("SIGTERM", () => {
  void queue.stop().then(() => process.exit(0));
});
say("ready");
