/**
 * Signed deliveries of GitHub's real sizes at rising rates, beside a bare server that verifies and
 * discards. Everything shares this machine: server, PostgreSQL and load generator.
 */
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { Client } from "pg";
import { openDatabase } from "../src/store/database.ts";
import { startEmbeddedPostgres } from "../src/store/embedded.ts";
import { readPostgresCpuMs } from "./ingest/cpu.ts";
import { loadResultSchema } from "./ingest/load.ts";
import type { Load, LoadResult } from "./ingest/load.ts";
import type { Table } from "./table.ts";

const RATES = [500, 1_000, 1_500, 2_000, 2_500, 3_000];
const OVERLOAD_RATE = 6_000;
const SECONDS = 10;
const CONNECTIONS = 200;
/** More than there may be deliveries waiting: an overload must come through to be refused. */
const OVERLOAD_CONNECTIONS = 2_000;
const REPOSITORIES = 1_000;

interface Sent extends LoadResult {
  /** CPU that the server took, and PostgreSQL beside it (null: not known), in milliseconds. */
  readonly serverMs: number;
  readonly postgresMs: number | null;
}

interface Step {
  readonly rate: number;
  readonly own: Sent;
  readonly bare: Sent;
}

export async function run({ quick }: { readonly quick: boolean }): Promise<readonly Table[]> {
  const folder = await mkdtemp(path.join(tmpdir(), "smallbatch-bench-"));
  const postgres = await startEmbeddedPostgres({ dataDir: folder, isDurable: true });
  const children: ChildProcess[] = [];
  const start = (file: string, ...args: string[]): ChildProcess => {
    const child = fork(path.join(import.meta.dirname, "processes", file), args);
    children.push(child);
    return child;
  };
  try {
    const database = openDatabase(postgres.url);
    await database.migrate();
    await database.close();
    const own = start("ingest-server.ts", "smallbatch", postgres.url);
    const bare = start("ingest-server.ts", "bare");
    const bench = new Bench(start("ingest-load.ts"), postgres.dataDir);
    const ownUrl = String(await hear(own));
    const bareUrl = String(await hear(bare));
    const seconds = quick ? 2 : SECONDS;
    const rates = quick ? [500] : RATES;
    const usual = { seconds, connections: CONNECTIONS, repositories: REPOSITORIES };
    // The first deliveries make repositories known and plans warm.
    await bench.send(own, { ...usual, url: ownUrl, rate: 500, step: 0 });
    const steps: Step[] = [];
    for (const [at, rate] of [...rates, quick ? 2_000 : OVERLOAD_RATE].entries()) {
      process.stderr.write(`  ${rate} deliveries a second\n`);
      const connections = at === rates.length ? OVERLOAD_CONNECTIONS : CONNECTIONS;
      const load = { ...usual, rate, connections, step: at + 1 };
      const floor = await bench.send(bare, { ...load, url: bareUrl });
      steps.push({ rate, bare: floor, own: await bench.send(own, { ...load, url: ownUrl }) });
    }
    const kept = await checkKept(postgres.url, steps);
    return [describe(steps, kept), describeCosts(steps)];
  } finally {
    for (const child of children) child.kill();
    await postgres.stop();
    // As root the data lies elsewhere.
    for (const made of [folder, postgres.dataDir]) await rm(made, { recursive: true, force: true });
  }
}

/** Sends loads to servers and reads what they cost. */
class Bench {
  readonly #generator: ChildProcess;
  readonly #dataDir: string;

  constructor(generator: ChildProcess, dataDir: string) {
    this.#generator = generator;
    this.#dataDir = dataDir;
  }

  async send(server: ChildProcess, load: Load): Promise<Sent> {
    const before = await this.#readCosts(server);
    this.#generator.send(load);
    const result = loadResultSchema.parse(await hear(this.#generator));
    const after = await this.#readCosts(server);
    return {
      ...result,
      serverMs: after.serverMs - before.serverMs,
      postgresMs:
        after.postgresMs === null || before.postgresMs === null
          ? null
          : after.postgresMs - before.postgresMs,
    };
  }

  async #readCosts(server: ChildProcess): Promise<Pick<Sent, "serverMs" | "postgresMs">> {
    server.send("cpu");
    const serverMs = Number(await hear(server));
    return { serverMs, postgresMs: await readPostgresCpuMs(this.#dataDir) };
  }
}

async function hear(child: ChildProcess): Promise<unknown> {
  const heard = new AbortController();
  const { signal } = heard;
  const ended = once(child, "exit", { signal }).then(() => {
    throw new Error("A process of the benchmark ended");
  });
  try {
    const [message]: unknown[] = await Promise.race([once(child, "message", { signal }), ended]);
    return message;
  } finally {
    ended.catch(() => undefined);
    heard.abort();
  }
}

interface Kept {
  readonly accepted: number;
  readonly hinted: number;
}

/** Throws where a delivery that was answered with 202 is not there, or a hint has no job. */
async function checkKept(url: string, steps: readonly Step[]): Promise<Kept> {
  const accepted = steps.flatMap(({ own }) => own.accepted);
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<{ kept: number; hinted: number; lost: number }>(
      `select
        (select count(*)::int from smallbatch.delivery where guid = any($1)) as kept,
        (select count(*)::int from smallbatch.repository where generation > served) as hinted,
        (select count(*)::int from smallbatch.repository r
          where generation > served and not exists (
            select from graphile_worker.jobs j where j.key = 'repository:' || r.id)) as lost`,
      [accepted],
    );
    const [row] = rows;
    if (row === undefined || row.kept !== accepted.length || row.lost > 0) {
      throw new Error(`Of ${accepted.length} accepted deliveries: ${JSON.stringify(row)}`);
    }
    return { accepted: accepted.length, hinted: row.hinted };
  } finally {
    await client.end();
  }
}

function describe(steps: readonly Step[], kept: Kept): Table {
  return {
    title: "ingest: deliveries a second, durably acknowledged",
    note:
      "Open loop; the last row is the overload. Milliseconds from the intended time to the 202, " +
      "beside a bare node:http server that verifies and discards, in the same run. Bodies are " +
      `GitHub's published examples, for ${REPOSITORIES} repositories; fsync on; no passes run. ` +
      `Afterwards all ${kept.accepted} deliveries answered with 202 were in the inbox once each, ` +
      `and each of the ${kept.hinted} hinted repositories was queued. Aim: 2,000 a second, p99 ` +
      "under 100 ms; overload answers 503.",
    columns: ["rate", "202/s", "202", "503", "none", "p50", "p99", "bare p50", "bare p99"],
    rows: steps.map(({ rate, own, bare }) => [
      `${rate}`,
      countAccepted(own) / own.seconds,
      countAccepted(own),
      own.answers[503] ?? 0,
      own.answers[0] ?? 0,
      percentile(own.latencies, 0.5),
      percentile(own.latencies, 0.99),
      percentile(bare.latencies, 0.5),
      percentile(bare.latencies, 0.99),
    ]),
  };
}

/** Microseconds of one delivery that was accepted. */
function perDelivery(ms: number, sent: Sent): number {
  return (ms * 1_000) / Math.max(1, countAccepted(sent));
}

/** What does not depend on who else uses the machine. */
function describeCosts(steps: readonly Step[]): Table {
  return {
    title: "ingest: CPU time of one delivery, in microseconds",
    note:
      `${Math.round(steps[0]?.own.bytes ?? 0)} bytes on average. Ratio: server and PostgreSQL to ` +
      "the bare server. The generator shares the machine, too.",
    columns: ["rate", "server", "PostgreSQL", "bare", "ratio", "generator"],
    rows: steps.map(({ rate, own, bare }) => [
      `${rate}`,
      perDelivery(own.serverMs, own),
      own.postgresMs === null ? "unknown" : perDelivery(own.postgresMs, own),
      perDelivery(bare.serverMs, bare),
      perDelivery(own.serverMs + (own.postgresMs ?? 0), own) / perDelivery(bare.serverMs, bare),
      (own.cpuMs * 1_000) / own.sent,
    ]),
  };
}

function countAccepted({ answers }: LoadResult): number {
  return answers[202] ?? 0;
}

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}
