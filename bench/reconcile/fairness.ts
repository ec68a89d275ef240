import { setTimeout as sleep } from "node:timers/promises";
import { startFleet } from "../canned/fleet.ts";
import { repositoryId } from "../canned/world.ts";
import type { Recording } from "../canned/world.ts";
import { progress, quantile } from "../measure.ts";
import type { BenchPostgres } from "../postgres.ts";
import type { Table } from "../table.ts";

const FLOODING = 1;
/** Hints at each repository of who floods: a busy one sends many that change nothing. */
const HINTS_PER_REPOSITORY = 4;
const OTHERS = 50;
const REPOSITORIES_PER_OTHER = 4;
const REPLICAS = 2;
/** Between two hints of others: they come while the flood is being worked on. */
const PAUSE_MS = 50;

/** One installation hints at all of its repositories at once; others now and then at one. */
export async function measureFairness(
  postgres: BenchPostgres,
  recording: Recording,
  { repositories }: { readonly repositories: number },
): Promise<Table> {
  const others = Array.from({ length: OTHERS }, (_, at) => FLOODING + 1 + at);
  const installations = [
    { id: FLOODING, repositories },
    ...others.map((id) => ({ id, repositories: REPOSITORIES_PER_OTHER })),
  ];
  const fleet = await startFleet(postgres, { ...recording, installations }, { replicas: REPLICAS });
  try {
    const { sql } = fleet;
    await sql.query(
      `select smallbatch.hint(id) from smallbatch.repository, generate_series(1, $2)
      where installation_id = $1`,
      [FLOODING, HINTS_PER_REPOSITORY],
    );
    for (let index = 0; index < REPOSITORIES_PER_OTHER; index += 1) {
      for (const id of others) {
        await sql.query("select smallbatch.hint($1)", [repositoryId(id, index)]);
        await sleep(PAUSE_MS);
      }
    }
    await fleet.settle();
    progress("the flood is served");
    const { rows } = await sql.query<{ is_flood: boolean; ms: number }>(
      `select installation_id = $1 as is_flood,
        (1000 * extract(epoch from last_reconciled_at - hinted_at))::float8 as ms
      from smallbatch.repository`,
      [FLOODING],
    );
    const waits = (isFlood: boolean) =>
      rows.filter((row) => row.is_flood === isFlood).map(({ ms }) => Math.max(0, ms) / 1_000);
    return {
      title: "Seconds from a hint to the end of the look, while one installation floods",
      note: `${REPLICAS} replicas. The flood comes at once, ${HINTS_PER_REPOSITORY} hints at each of its repositories; the others' hints one by one, ${PAUSE_MS} ms apart, from then on.`,
      columns: ["", "repositories", "p50", "p99", "longest"],
      rows: [rowOf("who floods", waits(true)), rowOf(`${OTHERS} others`, waits(false))],
    };
  } finally {
    await fleet.stop();
  }
}

function rowOf(name: string, seconds: readonly number[]): (string | number)[] {
  return [name, seconds.length, ...[0.5, 0.99, 1].map((q) => quantile(seconds, q))];
}
