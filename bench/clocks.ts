import { setTimeout as sleep } from "node:timers/promises";
import type { KeptKinds, Seen } from "../src/core/clock-records/kept.ts";
import { openDatabase } from "../src/store/database.ts";
import type { Database } from "../src/store/database.ts";
import type { BenchmarkOptions } from "./benchmark.ts";
import { formatSpread, progress, quantile } from "./measure.ts";
import { query, startPostgres } from "./postgres.ts";
import type { Table } from "./table.ts";

const DAY_MS = 86_400_000;
const NOW = Date.UTC(2026, 10, 1);
const INSTALLATION = 1;
const CHUNK = 500;
/** Every third or fourth pull is released with the ones before it. */
const PULLS_A_RELEASE = 10 / 3;

interface Size {
  readonly repositories: number;
  readonly pulls: number;
  readonly rounds: number;
}

const FULL: Size = { repositories: 40, pulls: 100_000, rounds: 60 };
const QUICK: Size = { repositories: 4, pulls: 2_000, rounds: 5 };

/** What pages and ingestion cost of what the clocks read, with little and with much that is older. */
export async function run({ quick }: BenchmarkOptions): Promise<readonly Table[]> {
  const size = quick ? QUICK : FULL;
  const postgres = await startPostgres();
  const url = await postgres.create("clocks");
  const database = openDatabase(url);
  try {
    await database.migrate();
    const ids = Array.from({ length: size.repositories }, (_, at) => at + 1);
    await database.repositories.upsert(INSTALLATION, ids.map(labelOf));
    const rows: (string | number)[][] = [];
    // The newest half year first, then the year and a half before it.
    const parts = [
      { months: 6, from: 0.75, to: 1 },
      { months: 24, from: 0, to: 0.75 },
    ];
    for (const { months, from, to } of parts) {
      for (const id of ids) await seed(database, id, size, { from, to });
      await query(url, "vacuum analyze");
      progress(`${months} months of data`);
      rows.push(...(await measure(database, url, { ids, size, months })));
    }
    return [
      {
        title: "What the clocks read, milliseconds",
        note: `${size.repositories} repositories, ${size.pulls.toLocaleString("en-US")} pulls and ${Math.round(size.pulls / PULLS_A_RELEASE).toLocaleString("en-US")} releases in two years; median (least..most) and the 95th of 100. Reading includes what Node makes of the rows; keeping is a transaction with its way to the disk. Aim: 5 ms for a merge, and no more with older data.`,
        columns: ["", "with", "ms", "p95"],
        rows,
      },
    ];
  } finally {
    await database.close();
    await postgres.stop();
  }
}

function labelOf(id: number) {
  const name = `widgets-${id}`;
  return { id, nodeId: `R_${id}`, owner: "acme", name, isPrivate: false, defaultBranch: "main" };
}

const shaOf = (id: number, number: number): string =>
  `${id.toString(16).padStart(8, "0")}${number.toString(16).padStart(32, "0")}`;

/** Pulls of a repository, evenly over two years. */
function pullOf(id: number, number: number, each: number): Seen<KeptKinds["pull"]> {
  const createdAt = NOW - 730 * DAY_MS * (1 - number / each);
  const isOpen = number > each * 0.998;
  const mergedAt = isOpen ? null : createdAt + (1 + (number % 40)) * 3_600_000;
  return {
    at: NOW,
    isWhole: true,
    record: {
      number,
      title: `feat: something that is said in a line of usual length, ${number}`,
      kind: number % 3 === 0 ? "fix" : "feature",
      authorId: number % 60,
      agents:
        number % 2 === 0
          ? [{ agent: "Claude", role: "coauthor", from: "trailer", evidence: "Co-authored-by: x" }]
          : [],
      createdAt,
      firstAuthoredAt: createdAt - 3_600_000,
      readyAt: createdAt,
      firstReviewAt: createdAt + 1_800_000,
      approvedAt: createdAt + 1_900_000,
      mergedAt,
      mergeSha: isOpen ? null : shaOf(id, number),
      reviewerIds: [(number + 1) % 60],
      additions: 40,
      deletions: 12,
      revertsPulls: number % 100 === 0 ? [number - 7] : [],
    },
  };
}

function releaseOf(
  id: number,
  number: number,
  pulls: readonly number[],
  each: number,
): Seen<KeptKinds["release"]> {
  const last = pullOf(id, pulls.at(-1) ?? 1, each).record.mergedAt ?? NOW;
  const publishedAt = last + 40 * 3_600_000;
  return {
    at: NOW,
    isWhole: true,
    record: {
      tag: `v1.${number}.0`,
      sha: shaOf(id, pulls.at(-1) ?? 1),
      isPrerelease: false,
      publishedAt,
      carries: pulls.map((pull) => ({ pull, sha: shaOf(id, pull), how: "ancestry" })),
    },
  };
}

async function seed(
  database: Database,
  id: number,
  { repositories, pulls }: Size,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<void> {
  const store = database.clocksOf(INSTALLATION);
  const each = pulls / repositories;
  const first = Math.floor(each * from) + 1;
  const last = Math.floor(each * to);
  for (let start = first; start <= last; start += CHUNK) {
    const end = Math.min(start + CHUNK - 1, last);
    const numbers = Array.from({ length: end - start + 1 }, (_, at) => start + at);
    const seen = numbers.map((number) => pullOf(id, number, each));
    const batches = Map.groupBy(
      seen.flatMap(({ record }) => (record.mergedAt ? [record.number ?? 0] : [])),
      (number) => Math.floor(number / PULLS_A_RELEASE),
    );
    const releases = [...batches].map(([number, own]) => releaseOf(id, number, own, each));
    const feedback = numbers
      .filter((number) => number % 10 === 0)
      .map((number): Seen<KeptKinds["feedback"]> => {
        const openedAt = NOW - 730 * DAY_MS * (1 - number / each);
        const closedAt = openedAt + DAY_MS;
        const said = { kind: "bug", reporter: "external", resolution: "fixed" } as const;
        const record = { key: `issue/${number}`, openedAt, closedAt, fixPulls: [number], ...said };
        return { at: NOW, isWhole: true, record };
      });
    await store.keep(id, { pulls: seen, releases, feedback });
  }
}

async function measure(
  database: Database,
  url: string,
  asked: { readonly ids: readonly number[]; readonly size: Size; readonly months: number },
): Promise<readonly (string | number)[][]> {
  const { ids, size, months } = asked;
  const store = database.clocksOf(INSTALLATION);
  const window = { from: NOW - 90 * DAY_MS, to: NOW };
  const whose = `${months} months`;
  const times = async (work: (round: number) => Promise<unknown>): Promise<number[]> => {
    const taken: number[] = [];
    for (let round = 0; round < size.rounds; round += 1) {
      const began = performance.now();
      await work(round);
      taken.push(performance.now() - began);
    }
    return taken;
  };
  const row = (name: string, taken: readonly number[]): (string | number)[] => [
    name,
    whose,
    formatSpread(taken, 1),
    quantile(taken, 0.95).toFixed(1),
  ];
  const each = size.pulls / size.repositories;
  const [first = 1] = ids;
  const fresh = (round: number): number => each + months * 1_000 + round;
  const merged = (number: number): Seen<KeptKinds["pull"]> => ({
    at: NOW + number,
    isWhole: true,
    record: {
      ...pullOf(first, 1, each).record,
      number,
      createdAt: NOW,
      mergedAt: NOW + number,
      mergeSha: shaOf(first, number),
    },
  });
  const reads = [
    row("read 90 days of one repository", await times(() => store.readRecords([first], window))),
    row("read 90 days of the installation", await times(() => store.readRecords(ids, window))),
  ];
  const before = await statementsMs(url);
  const merges = await times((round) => store.keep(first, { pulls: [merged(fresh(round))] }));
  const spent = (await statementsMs(url)) - before;
  const releases = await times((round) =>
    store.keep(first, {
      releases: [releaseOf(first, fresh(round), [fresh(round)], each)],
    }),
  );
  return [
    ...reads,
    row("keep a merge", merges),
    ["  in PostgreSQL, on average", whose, (spent / size.rounds).toFixed(1), ""],
    row("keep a release", releases),
  ];
}

/** A connection that does nothing tells its counts after ten seconds. */
const TOLD_MS = 11_000;

/** What statements took in PostgreSQL so far, without the way to it and back. */
async function statementsMs(url: string): Promise<number> {
  await sleep(TOLD_MS);
  const statement =
    "select active_time as ms from pg_stat_database where datname = current_database()";
  const [row] = await query(url, statement);
  return Number(row?.["ms"]);
}
