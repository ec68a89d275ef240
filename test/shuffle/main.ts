/** `npm run shuffle`: more of `shuffle.test.ts`, on a PostgreSQL of its own. */
import { parseArgs } from "node:util";
import { check } from "fast-check";
import { startLocalGitHub } from "../../src/local-github/server.ts";
import { openDatabase } from "../../src/store/database.ts";
import { startBroker } from "../support/postgres-broker.ts";
import { buildStage, StageClock } from "../support/scenario.ts";
import { readSeed } from "../support/seed.ts";
import { openLockPool, SWEEP_BEGINS_AT } from "../sweep/troubled-house.ts";
import { replayShuffle, shuffleProperty } from "./shuffle.ts";
import { formatFailure } from "./steps.ts";
import { layTable, type Table } from "./table.ts";
import { findWorld, WORLDS } from "./worlds.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    /** Of each world. */
    runs: { type: "string", default: "30" },
    world: { type: "string" },
    path: { type: "string" },
  },
});
const seed = values.seed === undefined ? readSeed() : Number(values.seed);
const numRuns = Number(values.runs);
const worlds = values.world === undefined ? WORLDS : [findWorld(values.world)];
const { path } = values;

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function sayRow(what: string, value: number): void {
  say(`${what.padEnd(44)}${String(value).padStart(8)}`);
}

/** How many worlds went wrong. */
async function shuffleAll(table: Table): Promise<number> {
  let failed = 0;
  for (const { name: world } of worlds) {
    const outcome =
      path === undefined ? await shuffle(table, world) : await replay(table, world, path);
    say(`${world}: ${outcome.said}`);
    if (outcome.isWrong) failed += 1;
  }
  return failed;
}

interface Outcome {
  readonly isWrong: boolean;
  readonly said: string;
}

async function shuffle(table: Table, world: string): Promise<Outcome> {
  const details = await check(
    shuffleProperty(() => table, world),
    { seed, numRuns },
  );
  const { failed: isWrong } = details;
  return {
    isWrong,
    said: isWrong
      ? `went wrong\n\n${formatFailure(details, { seed, world })}\n`
      : `${details.numRuns} runs`,
  };
}

async function replay(table: Table, world: string, at: string): Promise<Outcome> {
  try {
    await replayShuffle(table, world, { seed, path: at });
    return { isWrong: false, said: "1 run" };
  } catch (error) {
    return { isWrong: true, said: `went wrong\n\n${String(error)}\n` };
  }
}

const broker = await startBroker();
const clock = new StageClock(SWEEP_BEGINS_AT);
const local = await startLocalGitHub({ now: () => new Date(clock.now()) });
const url = await (await fetch(broker.url)).text();
const database = openDatabase(url);
const pool = openLockPool(url);
try {
  await database.migrate();
  const table = await layTable(await buildStage(local, clock), database, pool);
  say(`Seed ${seed}: ${path === undefined ? `${numRuns} runs` : `path ${path}`} of each world.`);
  const began = performance.now();
  const failed = await shuffleAll(table);
  const { tally, mailbox } = table;
  sayRow("runs", tally.runs);
  sayRow("units merged or pushed", tally.units);
  sayRow("releases", tally.releases);
  for (const [deed, times] of tally.deeds) sayRow(`  ${deed}`, times);
  sayRow("deliveries sent", mailbox.tally.sent);
  sayRow("deliveries that arrived", mailbox.tally.carried);
  sayRow("looks after the sweep", tally.looks);
  sayRow("worlds that went wrong", failed);
  sayRow("seconds", Math.round((performance.now() - began) / 1_000));
  process.exitCode = failed > 0 ? 1 : 0;
  await table.close();
} finally {
  await local.close();
  await pool.end();
  await database.close();
  await broker.stop();
}
