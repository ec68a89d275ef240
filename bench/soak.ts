import { mkdtemp, readFile, rm } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { BenchmarkOptions } from "./benchmark.ts";
import { startFleet, type Fleet } from "./canned/fleet.ts";
import { recordAnswers } from "./canned/record.ts";
import { repositoryId } from "./canned/world.ts";
import { progress } from "./measure.ts";
import { startPostgres, type BenchPostgres } from "./postgres.ts";
import { Sender } from "./soak/deliveries.ts";
import type { Table } from "./table.ts";

const REPORTER = path.join(import.meta.dirname, "processes", "report-memory.ts");
const REPOSITORIES_PER_INSTALLATION = 5;
const RATE = 600;
const SAMPLES = 10;
const REST_MS = 3_000;
const REPORT_MS_MAX = 10_000;

/** Memory of the App with many repositories, at rest and over many deliveries. */
export async function run({ quick }: BenchmarkOptions): Promise<readonly Table[]> {
  const size = quick
    ? { installations: 10, deliveries: 1_000 }
    : { installations: 200, deliveries: 100_000 };
  const folder = await mkdtemp(path.join(os.tmpdir(), "smallbatch-bench-"));
  const postgres = await startPostgres();
  try {
    return await soak(postgres, { ...size, memoryFile: path.join(folder, "memory") });
  } finally {
    await postgres.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

interface Size {
  readonly installations: number;
  readonly deliveries: number;
  readonly memoryFile: string;
}

async function soak(postgres: BenchPostgres, size: Size): Promise<readonly Table[]> {
  const recording = await recordAnswers();
  const installations = Array.from({ length: size.installations }, (_, at) => ({
    id: at + 1,
    repositories: REPOSITORIES_PER_INSTALLATION,
  }));
  const fleet = await startFleet(
    postgres,
    { ...recording, installations },
    {
      replicas: 1,
      nodeOptions: ["--expose-gc", "--import", REPORTER],
      env: { BENCH_MEMORY_FILE: size.memoryFile },
    },
  );
  const sender = new Sender({
    url: fleet.replicas[0]?.url ?? "",
    secret: fleet.webhookSecret,
    deliveries: recording.deliveries,
    repositories: installations.flatMap(({ id, repositories }) =>
      Array.from({ length: repositories }, (_, at) => ({
        id: repositoryId(id, at),
        installationId: id,
      })),
    ),
  });
  try {
    await sleep(REST_MS);
    const rows = [await sample(fleet, size, 0)];
    const beganAt = performance.now();
    for (let part = 1; part <= SAMPLES; part += 1) {
      await sender.send(size.deliveries / SAMPLES, RATE);
      rows.push(await sample(fleet, size, (part * size.deliveries) / SAMPLES));
    }
    const seconds = (performance.now() - beganAt) / 1_000;
    await fleet.settle();
    await sleep(REST_MS);
    rows.push(await sample(fleet, size, "at rest"));
    await checkNothingLost(fleet, sender);
    return [describe(rows, { size, sender, seconds })];
  } finally {
    sender.close();
    await fleet.stop();
  }
}

type Row = readonly (string | number)[];

async function sample(
  { replicas, sql }: Fleet,
  { memoryFile }: Size,
  name: string | number,
): Promise<Row> {
  const pid = replicas[0]?.pid ?? 0;
  const status = await readFile(`/proc/${pid}/status`, "utf8");
  const rss = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) / 1_024;
  const heap = await readHeap(pid, memoryFile);
  const { rows } = await sql.query<{ mb: number }>(
    "select pg_database_size(current_database())::float8 / 1048576 as mb",
  );
  progress(
    `${typeof name === "number" ? `after ${name}` : name}: ${rss.toFixed(0)} MiB, heap ${heap.toFixed(0)} MiB`,
  );
  return [name, Math.round(rss), Math.round(heap), Math.round(rows[0]?.mb ?? 0)];
}

/** MiB of the heap after a collection of garbage. */
async function readHeap(pid: number, file: string): Promise<number> {
  const lines = async () => (await readFile(file, "utf8").catch(() => "")).trim().split("\n");
  const before = (await lines()).length;
  const isFirst = (await lines())[0] === "";
  process.kill(pid, "SIGUSR2");
  const deadline = performance.now() + REPORT_MS_MAX;
  for (;;) {
    const now = await lines();
    const last = now.at(-1) ?? "";
    if (last !== "" && (isFirst || now.length > before)) {
      return (JSON.parse(last) as { heapUsed: number }).heapUsed / 2 ** 20;
    }
    if (performance.now() > deadline) throw new Error("The App did not report its memory");
    await sleep(20);
  }
}

/** Throws unless each delivery stands once, and nobody is owed a look. */
async function checkNothingLost({ sql }: Fleet, { guids }: Sender): Promise<void> {
  const { rows } = await sql.query<{ kept: number; sent: number }>(
    `select count(*)::int as kept, (count(*) filter (where guid = any($1)))::int as sent
    from smallbatch.delivery`,
    [guids],
  );
  const { kept, sent } = rows[0] ?? {};
  if (sent !== guids.length || kept !== sent) {
    throw new Error(`${guids.length} deliveries were sent, ${sent} of them stand among ${kept}`);
  }
}

function describe(
  rows: readonly Row[],
  {
    size,
    sender,
    seconds,
  }: { readonly size: Size; readonly sender: Sender; readonly seconds: number },
): Table {
  const repositories = size.installations * REPOSITORIES_PER_INSTALLATION;
  return {
    title: `Memory of the App with ${repositories.toLocaleString("en-US")} repositories of ${size.installations} owners, in MiB`,
    note: `After so many deliveries, ${Math.round(size.deliveries / seconds)} a second on average, of at most ${RATE}; every delivery stands exactly once and every repository was served. ${sender.doubled} were sent twice, ${sender.refused} refused at first. Aim: less than 200 MB resident, flat.`,
    columns: ["deliveries", "resident", "heap after collection", "database"],
    rows,
  };
}
