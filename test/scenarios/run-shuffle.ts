/** `npm run shuffle`: more of `hint-shuffle.test.ts`, on a PostgreSQL of its own. */
import { parseArgs } from "node:util";
import { check } from "fast-check";
import { startLocalGitHub } from "../../src/local-github/server.ts";
import { openDatabase } from "../../src/store/database.ts";
import { startBroker } from "../support/postgres-broker.ts";
import { buildStage, StageClock } from "../support/scenario.ts";
import { readSeed } from "../support/seed.ts";
import { openLockPool, SWEEP_BEGINS_AT } from "../sweep/troubled-house.ts";
import { formatFailure, layTable, shuffleProperty } from "./shuffle.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    runs: { type: "string", default: "200" },
    path: { type: "string" },
  },
});
const seed = values.seed === undefined ? readSeed() : Number(values.seed);

function say(text: string): void {
  process.stdout.write(`${text}\n`);
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
  say(`Seed ${seed}: ${values.runs} runs.`);
  const began = performance.now();
  const details = await check(
    shuffleProperty(() => table),
    {
      seed,
      numRuns: Number(values.runs),
      ...(values.path === undefined ? {} : { path: values.path }),
    },
  );
  const { tally, mailbox } = table;
  const rows: [string, number][] = [
    ["runs", details.numRuns],
    ["units merged or pushed", tally.units],
    ["releases", tally.releases],
    ["deliveries sent", mailbox.tally.sent],
    ["deliveries that arrived", mailbox.tally.carried],
    ["looks after the sweep", tally.looks],
    ["runs that went wrong", details.failed ? 1 : 0],
    ["seconds", Math.round((performance.now() - began) / 1_000)],
  ];
  for (const [what, value] of rows) say(`${what.padEnd(30)}${String(value).padStart(8)}`);
  if (details.failed) say(`\n${formatFailure(details, seed)}`);
  process.exitCode = details.failed ? 1 : 0;
  await table.close();
} finally {
  await local.close();
  await pool.end();
  await database.close();
  await broker.stop();
}
