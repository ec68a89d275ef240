import { setTimeout as sleep } from "node:timers/promises";
import type { KeptKinds, Seen } from "../src/core/clock-records/kept.ts";
import { openDatabase } from "../src/store/database.ts";
import type { Database } from "../src/store/database.ts";
import type { BenchmarkOptions } from "./benchmark.ts";
import { INSTALLATION, labelOf, sharesOf, sightingsOf } from "./clocks/company.ts";
import type { CompanySize } from "./clocks/company.ts";
import { measurePages } from "./clocks/pages.ts";
import { formatSpread, progress, quantile } from "./measure.ts";
import { query, startPostgres } from "./postgres.ts";
import type { Table } from "./table.ts";

const DAY_MS = 86_400_000;
/** Of pulls, in one transaction. */
const CHUNK = 500;

interface Size extends CompanySize {
  readonly rounds: number;
  readonly merges: number;
}

const FULL: Size = { repositories: 44, pulls: 100_000, rounds: 60, merges: 4 };
const QUICK: Size = { repositories: 4, pulls: 2_000, rounds: 5, merges: 1 };

/** The same newest days, without and with what is older: no window sees further back than 300. */
const AGES = [
  { data: "300 days", days: 300 },
  { data: "two years", days: 730 },
];

type Row = readonly (string | number)[];

/** What pages and ingestion cost of what the clocks read, with little and with much that is older. */
export async function run({ quick }: BenchmarkOptions): Promise<readonly Table[]> {
  const size = quick ? QUICK : FULL;
  const now = Date.now();
  const postgres = await startPostgres();
  const [rows, pages, beside, sizes]: [Row[], Row[], Row[], string[]] = [[], [], [], []];
  try {
    for (const { data, days } of AGES) {
      const url = await postgres.create(`clocks_${days}`);
      const database = openDatabase(url);
      try {
        await database.migrate();
        sizes.push(
          `${data}: ${await seed(database, url, size, { now, since: now - days * DAY_MS })}`,
        );
        progress(sizes.at(-1) ?? "");
        rows.push(...(await measureStore(database, url, { size, now, data })));
      } finally {
        await database.close();
      }
      const { repositories, merges } = size;
      const found = await measurePages({ url, repositories, data, merges });
      pages.push(...found.rows);
      beside.push(...found.beside);
    }
  } finally {
    await postgres.stop();
  }
  return describe({ rows, pages, beside, sizes: sizes.join("; ") });
}

function describe(found: {
  readonly rows: readonly Row[];
  readonly pages: readonly Row[];
  readonly beside: readonly Row[];
  readonly sizes: string;
}): readonly Table[] {
  return [
    {
      title: "Pages of the clocks, milliseconds until the last byte",
      note: `${found.sizes}. \`smallbatch serve\` as a process of its own, over HTTP, one request after the other; every page has windows of 28, 60 and 90 days. "First visit": nobody opened that page since the process started. "While merges come in": both pages of a merge, once a second until they show it. Rows of a number, and overviews of repositories that no one else sees, are computed when they are asked for. Aim: p95 below 100 ms for overview and repositories.`,
      columns: ["", "with", "n", "p50", "p95", "most"],
      rows: found.pages,
    },
    {
      title: "Beside them",
      note: "A merge is kept at once, and looked for once a second. /livez is asked all the time, also while pages are computed. Aims: a minute or so, and 300 MB.",
      columns: ["", "with", "p50", "p95", "most"],
      rows: found.beside,
    },
    {
      title: "What the clocks read, milliseconds",
      note: "Median (least..most) and p95. Reading includes what Node makes of the rows; keeping is a transaction with its way to the disk. Aim: 5 ms of the database for a merge, and no more with older data.",
      columns: ["", "with", "ms", "p95"],
      rows: found.rows,
    },
  ];
}

/** How much it was. */
async function seed(
  database: Database,
  url: string,
  size: Size,
  { now, since }: { readonly now: number; readonly since: number },
): Promise<string> {
  const shares = sharesOf(size);
  await query(url, "insert into smallbatch.installation (id, account) values ($1, 'acme')", [
    INSTALLATION,
  ]);
  const labels = shares.map((_, at) => labelOf(at + 1));
  await database.repositories.upsert(INSTALLATION, labels);
  const store = database.clocksOf(INSTALLATION);
  for (const [at, pulls] of shares.entries()) {
    for (const [place, part] of [
      ...sightingsOf(at + 1, { pulls, now, since, size: CHUNK }),
    ].entries()) {
      await store.keep(at + 1, part);
      // What PostgreSQL knows of its tables has nothing of a repository that is this new: without it
      // the next parts take up to a minute each.
      if (place === 0) await query(url, "analyze");
    }
    await store.keepReading(at + 1, { knownSince: since, readAt: now });
  }
  await query(url, "vacuum analyze");
  const [row] = await query(
    url,
    `select (select count(*) from smallbatch.clock_pull)::int as pulls,
      (select count(*) from smallbatch.clock_release)::int as releases,
      (select count(*) from smallbatch.clock_feedback)::int as feedback`,
  );
  const say = (name: string): string => `${Number(row?.[name]).toLocaleString("en-US")} ${name}`;
  return [say("pulls"), say("releases"), say("feedback")].join(", ");
}

/** What reading and keeping take without a page. */
async function measureStore(
  database: Database,
  url: string,
  { size, now, data }: { readonly size: Size; readonly now: number; readonly data: string },
): Promise<readonly Row[]> {
  const store = database.clocksOf(INSTALLATION);
  const window = { from: now - 90 * DAY_MS, to: now };
  const ids = Array.from({ length: size.repositories }, (_, at) => at + 1);
  const times = async (work: (round: number) => Promise<unknown>): Promise<number[]> => {
    const taken: number[] = [];
    for (let round = 0; round < size.rounds; round += 1) {
      const began = performance.now();
      await work(round);
      taken.push(performance.now() - began);
    }
    return taken;
  };
  const row = (name: string, taken: readonly number[]): Row => [
    name,
    data,
    formatSpread(taken, 1),
    quantile(taken, 0.95).toFixed(1),
  ];
  const reads = [
    row(
      "read 90 days of the largest repository",
      await times(() => store.readRecords([1], window)),
    ),
    row("read 90 days of the installation", await times(() => store.readRecords(ids, window))),
  ];
  const before = await statementsMs(url);
  const merges = await times((round) => store.keep(1, { pulls: [mergeOf(round, now)] }));
  const spent = (await statementsMs(url)) - before;
  const releases = await times((round) => store.keep(1, { releases: [releaseOf(round, now)] }));
  return [
    ...reads,
    row("keep a merge", merges),
    ["  in PostgreSQL, on average", data, (spent / size.rounds).toFixed(1), ""],
    row("keep a release", releases),
  ];
}

const FRESH = 800_000;

const shaOf = (round: number): string => (FRESH + round).toString(16).padStart(40, "0");

function mergeOf(round: number, now: number): Seen<KeptKinds["pull"]> {
  return {
    at: now,
    isWhole: true,
    record: {
      number: FRESH + round,
      title: "feat: something that is said in a line of usual length",
      kind: "feature",
      authorId: 7,
      createdAt: now - 3_600_000,
      mergedAt: now,
      mergeSha: shaOf(round),
      reviewerIds: [8],
      additions: 40,
      deletions: 12,
    },
  };
}

function releaseOf(round: number, now: number): Seen<KeptKinds["release"]> {
  return {
    at: now,
    isWhole: true,
    record: {
      tag: `v2.${round}.0`,
      sha: shaOf(round),
      isPrerelease: false,
      publishedAt: now,
      carries: [{ pull: FRESH + round, sha: shaOf(round), how: "ancestry" }],
    },
  };
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
