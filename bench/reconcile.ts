import type { BenchmarkOptions } from "./benchmark.ts";
import { startFleet } from "./canned/fleet.ts";
import type { Fleet } from "./canned/fleet.ts";
import { recordAnswers } from "./canned/record.ts";
import type { CannedWorld, Recording } from "./canned/world.ts";
import { formatSpread, progress } from "./measure.ts";
import { startPostgres } from "./postgres.ts";
import type { BenchPostgres } from "./postgres.ts";
import { measureFairness } from "./reconcile/fairness.ts";
import { measureEmptyJobs, measureRequests } from "./reconcile/floors.ts";
import type { Table } from "./table.ts";

const REPOSITORIES_PER_INSTALLATION = 5;
const ROUNDS = 3;

/** Repositories a second over replicas, and who waits while one installation floods. */
export async function run({ quick }: BenchmarkOptions): Promise<readonly Table[]> {
  const recording = await recordAnswers();
  const postgres = await startPostgres();
  try {
    const size = quick ? 50 : 1_000;
    const rows: (string | number)[][] = [];
    for (const replicas of quick ? [1] : [1, 2, 4]) {
      rows.push(await measureReplicas(postgres, recording, { replicas, size }));
    }
    const floors = [
      [
        "canned GitHub, bare loop",
        formatSpread(await measureRequests(recording, quick ? 200 : 3_000)),
      ],
      [
        "graphile-worker, empty jobs",
        formatSpread(await measureEmptyJobs(postgres, quick ? 200 : 3_000)),
      ],
    ];
    return [
      {
        title: `Repositories a second, ${size.toLocaleString("en-US")} hinted at once`,
        note: "One PostgreSQL; a GitHub that answers canned states; 5 repositories at the same time in each replica. Aim: 100 a second. Rounds after each other on the same processes.",
        columns: ["replicas", "nothing to do", "a release each"],
        rows,
      },
      {
        title: "Floors, a second",
        note: "Requests of the same look without anything around them, 10 at a time from one process; and jobs of the queue's engine that do nothing, 5 at a time in one process.",
        columns: ["", "a second"],
        rows: floors,
      },
      await measureFairness(postgres, recording, { repositories: quick ? 100 : 2_500 }),
    ];
  } finally {
    await postgres.stop();
  }
}

async function measureReplicas(
  postgres: BenchPostgres,
  recording: Recording,
  { replicas, size }: { readonly replicas: number; readonly size: number },
): Promise<(string | number)[]> {
  const fleet = await startFleet(postgres, worldOf(recording, size), { replicas });
  try {
    const row: (string | number)[] = [replicas];
    for (const state of ["idle", "due"] as const) {
      await fleet.setState(state);
      const rates: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) rates.push(await measureRound(fleet));
      progress(`${replicas} replicas, ${state}: ${formatSpread(rates)} a second`);
      row.push(formatSpread(rates));
    }
    return row;
  } finally {
    await fleet.stop();
  }
}

function worldOf(recording: Recording, size: number): CannedWorld {
  const count = Math.ceil(size / REPOSITORIES_PER_INSTALLATION);
  return {
    ...recording,
    installations: Array.from({ length: count }, (_, at) => ({
      id: at + 1,
      repositories: REPOSITORIES_PER_INSTALLATION,
    })),
  };
}

/** Hint at all of them at once: repositories a second until the last one is served. */
async function measureRound(fleet: Fleet): Promise<number> {
  // As if the round before were an hour ago: GitHub accepts 80 writes a minute.
  const { sql } = fleet;
  await sql.query("delete from smallbatch.write_budget");
  const beganAt = Date.now();
  const { rowCount } = await sql.query("select smallbatch.hint(id) from smallbatch.repository");
  await fleet.settle();
  const { rows } = await sql.query<{ at: Date }>(
    "select max(last_reconciled_at) as at from smallbatch.repository",
  );
  return (rowCount ?? 0) / (((rows[0]?.at.getTime() ?? 0) - beganAt) / 1_000);
}
