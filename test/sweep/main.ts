/**
 * The fault sweep, whole: `npm run sweep`. Every story is played once for every request and every
 * transaction with every fault, one process a story, as many at once as there are cores.
 */
import { fork } from "node:child_process";
import os from "node:os";
import { parseArgs } from "node:util";
import { startLocalGitHub } from "../../src/local-github/server.ts";
import { openDatabase } from "../../src/store/database.ts";
import { startBroker } from "../support/postgres-broker.ts";
import { buildStage, StageClock } from "../support/scenario.ts";
import { drawLots } from "../support/seed.ts";
import { choosePoints, formatPoint, listPoints, type Step } from "./faults.ts";
import { STORIES } from "./stories.ts";
import { formatFailure, sweepStory, type Swept } from "./sweep.ts";
import { describeExchange, openLockPool, SWEEP_BEGINS_AT } from "./troubled-house.ts";

const HELP = `npm run sweep -- [--story TEXT] [--point TEXT] [--gate [--seed N]]

Plays every story of test/sweep/stories.ts again for each fault at each request to GitHub and each
transaction of the store, and compares its end with that of the story without a fault.

  --story TEXT   only stories whose name contains the text
  --point TEXT   only points that contain the text, e.g. "request 6: 502 before"
  --gate         what npm test tries: two faults at every request and every transaction
                 that writes, and a seeded eighth of the other points

Exits with 1 when a story ends in another way, or never came to a point.`;

const { values } = parseArgs({
  options: {
    story: { type: "string", default: "" },
    point: { type: "string", default: "" },
    gate: { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    help: { type: "boolean", default: false },
    // Of a child: the one story to play.
    only: { type: "string" },
  },
});

if (values.help) process.stdout.write(`${HELP}\n`);
else if (values.only === undefined) await sweepAll();
else if (process.send === undefined) throw new Error("--only is for the sweep's own processes.");
else await sweepOne(values.only);

async function sweepAll(): Promise<void> {
  const waiting = STORIES.filter(({ name }) => name.includes(values.story));
  const done: (Swept & { readonly seconds: number })[] = [];
  const work = async (): Promise<void> => {
    for (let story = waiting.shift(); story !== undefined; story = waiting.shift()) {
      const began = Date.now();
      process.stderr.write(`  ${story.name} ...\n`);
      const swept = await sweepInChild(story.name);
      done.push({ ...swept, seconds: Math.round((Date.now() - began) / 1_000) });
      for (const failure of swept.failures) {
        process.stdout.write(`\n${formatFailure(story.name, failure)}\n`);
      }
    }
  };
  await Promise.all(Array.from({ length: os.availableParallelism() }, work));
  report(done);
}

function sweepInChild(name: string): Promise<Swept> {
  return new Promise((resolve, reject) => {
    const chosen = ["--point", values.point, "--seed", values.seed];
    const args = ["--only", name, ...chosen, ...(values.gate ? ["--gate"] : [])];
    const child = fork(import.meta.filename, args, { silent: true });
    let swept: Swept | null = null;
    let said = "";
    child.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
    child.on("message", (message) => {
      swept = message as Swept;
    });
    child.on("close", () => {
      if (swept === null) reject(new Error(`"${name}" did not come to its end:\n${said}`));
      else resolve(swept);
    });
  });
}

function report(done: readonly (Swept & { readonly seconds: number })[]): void {
  const rows = done.toSorted((left, right) => left.story.localeCompare(right.story));
  const sum = (of: (swept: (typeof rows)[number]) => number) =>
    rows.reduce((total, swept) => total + of(swept), 0);
  const failed = sum(({ failures }) => failures.length);
  const tried = sum((swept) => swept.tried);
  const lines = [
    formatRow(["story", "requests", "transac.", "points", "passed"]),
    ...rows.map(({ story, requests, transactions, tried: points, failures }) =>
      formatRow([story.slice(0, 45), requests, transactions, points, points - failures.length]),
    ),
    formatRow([
      "all",
      sum(({ requests }) => requests),
      sum(({ transactions }) => transactions),
      tried,
      tried - failed,
    ]),
  ];
  const ofSeed = values.gate ? ` (seed ${values.seed})` : "";
  process.stdout.write(`\n${lines.join("\n")}\n\n`);
  process.stdout.write(
    failed === 0
      ? `${tried} points tried, all ended as without the fault${ofSeed}.\n`
      : `${tried} points tried, ${failed} ended in another way${ofSeed}: see above.\n`,
  );
  if (failed > 0 || tried === 0) process.exitCode = 1;
}

/** 78 columns. */
function formatRow(cells: readonly (string | number)[]): string {
  return cells
    .map((cell, index) => (index === 0 ? String(cell).padEnd(46) : String(cell).padStart(8)))
    .join("");
}

async function sweepOne(name: string): Promise<void> {
  const story = STORIES.find((each) => each.name === name);
  if (story === undefined) throw new Error(`There is no story "${name}".`);
  const broker = await startBroker();
  const url = await (await fetch(broker.url)).text();
  const database = openDatabase(url);
  await database.migrate();
  const clock = new StageClock(SWEEP_BEGINS_AT);
  const answered: Step[] = [];
  const local = await startLocalGitHub({
    now: () => new Date(clock.now()),
    onExchange: (exchange) => answered.push(describeExchange(exchange)),
  });
  try {
    const stage = await buildStage(local, clock);
    const ground = { url, database, pool: openLockPool(url), answered };
    const swept = await sweepStory(story, {
      stage,
      ground,
      choose: (steps) => {
        const points = listPoints(steps);
        const chosen = values.gate ? choosePoints(points, drawLots(Number(values.seed))) : points;
        return chosen.filter((point) => formatPoint(point).includes(values.point));
      },
    });
    await new Promise((resolve) => process.send?.(swept, resolve));
  } finally {
    await local.close();
    await database.close();
    await broker.stop();
  }
  // Passes of killed replicas wait for ever.
  process.exit();
}
