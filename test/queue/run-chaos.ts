/** `npm run chaos`: the whole form of `chaos.test.ts`, on a PostgreSQL of its own. */
import { parseArgs } from "node:util";
import { Client } from "pg";
import { TEMPLATE, databaseUrl, startBroker } from "../support/postgres-broker.ts";
import { formatReplay, readSeed } from "../support/seed.ts";
import { runChaos } from "./chaos.ts";

const { values } = parseArgs({
  options: {
    seed: { type: "string" },
    hints: { type: "string", default: "6000" },
    repositories: { type: "string", default: "50" },
    workers: { type: "string", default: "4" },
    "kill-every-ms": { type: "string", default: "1200" },
  },
});
const seed = values.seed === undefined ? readSeed() : Number(values.seed);

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

const broker = await startBroker();
try {
  const server = await (await fetch(broker.url)).text();
  const client = new Client({ connectionString: server });
  await client.connect();
  await client.query(`create database chaos template ${TEMPLATE}`);
  await client.end();
  say(`Seed ${seed}: ${values.hints} hints, ${values.workers} processes. It takes some minutes.`);
  const report = await runChaos({
    url: databaseUrl(server, "chaos"),
    seed,
    workers: Number(values.workers),
    repositories: Number(values.repositories),
    hints: Number(values.hints),
    killEveryMs: Number(values["kill-every-ms"]),
  });
  const { overlaps, unserved, deaths } = report;
  const rows: [string, number | string][] = [
    ["hints", report.hints],
    ["rolled back", report.rolledBack],
    ["repositories", values.repositories],
    ["passes", report.passes],
    ["passes that failed", report.failures],
    ["processes killed", report.kills],
    ["parked, then hinted by hand", report.unparked],
    ["overlaps", overlaps.length],
    ["unserved", unserved.length],
    ["processes that died", deaths.length],
    ["seconds", report.seconds.toFixed(1)],
    ["seconds after the last hint", report.settleSeconds.toFixed(1)],
  ];
  for (const [what, value] of rows) say(`${what.padEnd(30)}${String(value).padStart(8)}`);
  const isIdle = report.kills === 0 || report.passes < report.hints / 20;
  const idle = isIdle ? ["too little was done or killed to say anything"] : [];
  const wrong = [...overlaps, ...unserved, ...deaths, ...idle];
  for (const line of wrong) say(`WRONG  ${line}`);
  if (wrong.length > 0) say(`Seed ${seed}: ${formatReplay(seed)}.`);
  process.exitCode = wrong.length > 0 ? 1 : 0;
} finally {
  await broker.stop();
}
