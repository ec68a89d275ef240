import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { Pool } from "pg";
import { openDatabase } from "../../src/store/database.ts";
import { INSTALLATION, repositoryLabel } from "../support/deliveries.ts";
import { drawLots } from "../support/seed.ts";
import type { Lots } from "../support/seed.ts";

export interface ChaosOptions {
  /** A migrated database that nobody else uses. */
  readonly url: string;
  readonly seed: number;
  readonly workers: number;
  readonly repositories: number;
  readonly hints: number;
  /** A worker that has begun to work is killed this often, by lot half to twice as often. */
  readonly killEveryMs: number;
}

export interface ChaosReport {
  readonly hints: number;
  /** Transactions with a hint that were rolled back: hints that never were. */
  readonly rolledBack: number;
  readonly passes: number;
  readonly failures: number;
  readonly kills: number;
  /** Repositories that were parked at the end and got a hint, as a person would give it. */
  readonly unparked: number;
  /** Two living passes on one repository, as readable lines. */
  readonly overlaps: readonly string[];
  /** Repositories whose newest change no pass has seen, and rows that say otherwise. */
  readonly unserved: readonly string[];
  /** Worker processes that ended by themselves. */
  readonly deaths: readonly string[];
  readonly seconds: number;
  /** From the last hint until all was seen. */
  readonly settleSeconds: number;
}

/** Transactions at the same time. */
const GIVERS = 8;
/** A worker lives for at least so many passes: where starting takes long, work still gets done. */
const PASSES_MIN = 8;
/** No sweep comes within this time: what is not served then is lost. */
const SETTLE_MS_MAX = 60_000;

/**
 * Hints on many repositories while the worker processes are killed and started again. A hint comes
 * in the transaction that changes its repository's world; a pass has served it when it has seen
 * that change.
 */
export async function runChaos(options: ChaosOptions): Promise<ChaosReport> {
  const { url, seed, workers, hints } = options;
  const beganAt = performance.now();
  const pool = new Pool({ connectionString: url, max: GIVERS + 2 });
  // The server may be stopped before the last connection has said goodbye.
  pool.on("error", () => undefined);
  const ids = await setUp(options, pool);
  const crew = new Crew(url, seed);
  try {
    await Promise.all(Array.from({ length: workers }, () => crew.start()));
    const killing = crew.killUntilCalm(drawLots(seed + 1), options.killEveryMs);
    const lots = drawLots(seed + 2);
    const given = { left: hints, rolledBack: 0 };
    await Promise.all(Array.from({ length: GIVERS }, () => give(pool, ids, lots, given)));
    crew.calm();
    await killing;
    const lastAt = performance.now();
    await pool.query("update chaos.mood set calm = true");
    const unparked = await settle(pool);
    const settleSeconds = (performance.now() - lastAt) / 1_000;
    return {
      hints,
      rolledBack: given.rolledBack,
      ...(await count(pool)),
      kills: crew.killed.size,
      unparked,
      overlaps: await readOverlaps(pool, crew.killed),
      unserved: await readUnserved(pool),
      deaths: crew.deaths,
      seconds: (performance.now() - beganAt) / 1_000,
      settleSeconds,
    };
  } finally {
    await crew.end();
    await pool.end();
  }
}

async function setUp({ url, repositories }: ChaosOptions, pool: Pool): Promise<number[]> {
  const ids = Array.from({ length: repositories }, (_, index) => index + 1);
  const database = openDatabase(url);
  await database.repositories.upsert(
    INSTALLATION,
    ids.map((id) => repositoryLabel(id)),
  );
  await database.close();
  await pool.query(`
    create schema chaos;
    create table chaos.mood (calm boolean not null);
    insert into chaos.mood values (false);
    create table chaos.world (repository_id bigint primary key, value int not null default 0,
      seen int not null default 0, passes int not null default 0, failures int not null default 0,
      holder int);
    insert into chaos.world (repository_id) select id from smallbatch.repository;
    create table chaos.overlap (repository_id bigint, at bigint, holder int);
    alter table smallbatch.repository add constraint chaos_served check (served <= generation)`);
  return ids;
}

/** One of those who change things: a change and its hint in one transaction, again and again. */
async function give(
  pool: Pool,
  ids: readonly number[],
  lots: Lots,
  given: { left: number; rolledBack: number },
): Promise<void> {
  const hot = ids.slice(0, Math.ceil(ids.length / 10));
  while (given.left > 0) {
    given.left -= 1;
    const id = lots.pick(lots.chance(0.3) ? hot : ids);
    const openMs = lots.chance(0.1) ? lots.between(20, 300) : 0;
    const isRolledBack = lots.chance(0.03);
    const pauseMs = lots.between(0, 40);
    const client = await pool.connect();
    try {
      await client.query("begin");
      await client.query("update chaos.world set value = value + 1 where repository_id = $1", [id]);
      await client.query("select smallbatch.hint($1)", [id]);
      if (openMs > 0) await sleep(openMs);
      await client.query(isRolledBack ? "rollback" : "commit");
    } finally {
      client.release();
    }
    if (isRolledBack) {
      given.rolledBack += 1;
      given.left += 1;
    }
    await sleep(pauseMs);
  }
}

/** The worker processes. */
class Crew {
  readonly #url: string;
  #seed: number;
  readonly #living = new Map<number, { readonly child: ChildProcess; passes: number }>();
  /** Process id and when it was killed, in epoch milliseconds. */
  readonly killed = new Map<number, number>();
  readonly deaths: string[] = [];
  readonly #calm = new AbortController();
  #isEnding = false;

  constructor(url: string, seed: number) {
    this.#url = url;
    this.#seed = seed * 1_000;
  }

  async start(): Promise<void> {
    this.#seed += 1;
    const file = fileURLToPath(new URL("./chaos-worker.ts", import.meta.url));
    const child = spawn(process.execPath, [file, this.#url, String(this.#seed)], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const { pid = 0 } = child;
    child.once("exit", (code, signal) => {
      this.#living.delete(pid);
      if (this.#isEnding || this.killed.has(pid)) return;
      this.deaths.push(`worker ${pid} ended with ${code ?? signal}`);
    });
    await new Promise((resolve) => {
      child.stdout.once("data", resolve);
      child.once("exit", resolve);
    });
    const worker = { child, passes: 0 };
    child.stdout.on("data", (dots: Buffer) => (worker.passes += dots.length));
    this.#living.set(pid, worker);
  }

  calm(): void {
    this.#calm.abort();
  }

  async killUntilCalm(lots: Lots, everyMs: number): Promise<void> {
    const { signal } = this.#calm;
    const restarts: Promise<void>[] = [];
    for (;;) {
      await sleep(lots.between(everyMs / 2, everyMs * 2), null, { signal }).catch(() => null);
      if (signal.aborted) break;
      const busy = [...this.#living].filter(([, { passes }]) => passes >= PASSES_MIN);
      if (busy.length === 0) continue;
      const [pid] = lots.pick(busy);
      this.#kill(pid);
      restarts.push(sleep(lots.between(0, 500)).then(() => this.start()));
    }
    await Promise.all(restarts);
  }

  #kill(pid: number): void {
    const worker = this.#living.get(pid);
    this.#living.delete(pid);
    this.killed.set(pid, Date.now());
    worker?.child.kill("SIGKILL");
  }

  async end(): Promise<void> {
    this.#isEnding = true;
    const children = [...this.#living.values()].map(({ child }) => child);
    const ended = children.map((child) => new Promise((resolve) => child.once("exit", resolve)));
    for (const child of children) child.kill("SIGKILL");
    await Promise.all(ended);
  }
}

/** Wait until every change was seen. What is parked then waits for a person: give that hint. */
async function settle(pool: Pool): Promise<number> {
  const { rows } = await pool.query<{ id: number }>(
    `select id from smallbatch.repository where parked_at is not null`,
  );
  for (const { id } of rows) await pool.query("select smallbatch.hint($1)", [id]);
  const deadline = Date.now() + SETTLE_MS_MAX;
  while ((await readUnserved(pool)).length > 0 && Date.now() < deadline) await sleep(100);
  return rows.length;
}

async function count(pool: Pool): Promise<{ passes: number; failures: number }> {
  const { rows } = await pool.query<{ passes: number; failures: number }>(
    "select sum(passes)::int as passes, sum(failures)::int as failures from chaos.world",
  );
  return rows[0] ?? { passes: 0, failures: 0 };
}

/** What a killed process held for a moment after its death is no overlap. */
async function readOverlaps(
  pool: Pool,
  killed: ReadonlyMap<number, number>,
): Promise<readonly string[]> {
  const { rows } = await pool.query<{ repository_id: string; at: string; holder: number | null }>(
    "select repository_id, at, holder from chaos.overlap order by at",
  );
  return rows
    .filter(({ at, holder }) => (killed.get(holder ?? 0) ?? Infinity) > Number(at))
    .map(
      ({ repository_id: id, holder }) => `repository ${id}: a pass began beside one of ${holder}`,
    );
}

async function readUnserved(pool: Pool): Promise<readonly string[]> {
  const { rows } = await pool.query<Record<string, unknown>>(
    `select id, value, seen, generation::int, served::int, r.failures, retry_at, parked_code,
      (select json_agg(json_build_object('key', key, 'run_at', run_at, 'locked_by', locked_by))
        from graphile_worker.jobs where key like '%:' || r.id) as jobs
    from smallbatch.repository r join chaos.world on repository_id = id
    where seen < value or served < generation or parked_at is not null order by id`,
  );
  return rows.map((row) => JSON.stringify(row));
}
