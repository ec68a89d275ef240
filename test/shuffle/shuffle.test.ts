import { afterAll, beforeAll, expect, it } from "@jest/globals";
import { check } from "fast-check";
import { useDatabase } from "../support/database.ts";
import { useLocalGitHub } from "../support/local-github.ts";
import { buildStage, StageClock } from "../support/scenario.ts";
import { readSeed } from "../support/seed.ts";
import { openLockPool, SWEEP_BEGINS_AT } from "../sweep/troubled-house.ts";
import { shuffleProperty } from "./shuffle.ts";
import { formatFailure } from "./steps.ts";
import { layTable, type Table } from "./table.ts";
import { WORLDS } from "./worlds.ts";

/** Of each world. */
const RUNS = 4;
/** On a busy machine fewer of them must do. */
const RUNS_MS_MAX = 5_000;

const clock = new StageClock(SWEEP_BEGINS_AT);
const github = useLocalGitHub({ now: () => new Date(clock.now()) });
const test = useDatabase();
let table: Table;

beforeAll(async () => {
  const pool = openLockPool(test.url);
  const laid = await layTable(await buildStage(github, clock), test.database, pool);
  table = laid;
});

afterAll(async () => {
  await table.close();
  await table.pool.end();
});

it.each(WORLDS.map(({ name }) => name))(
  "releases every unit once, whatever becomes of the deliveries: %s",
  async (world) => {
    const seed = readSeed();
    const { runs, releases } = table.tally;
    const property = shuffleProperty(() => table, world, Date.now() + RUNS_MS_MAX);
    const details = await check(property, { seed, numRuns: RUNS });
    expect(details.failed ? formatFailure(details, { seed, world }) : "").toBe("");
    expect(table.tally.runs).toBeGreaterThan(runs);
    expect(table.tally.releases).toBeGreaterThan(releases);
  },
  300_000,
);
