/**
 * The fault sweep, whole: `npm run sweep`. Every story is played once for every request and every
 * transaction with every fault, by a few processes that share a PostgreSQL, each on a GitHub of its own.
 */
import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import os from "node:os";
import { parseArgs } from "node:util";
import { Client } from "pg";
import { startLocalGitHub } from "../../src/local-github/server.ts";
import { openDatabase } from "../../src/store/database.ts";
import { databaseUrl, startBroker, TEMPLATE } from "../support/postgres-broker.ts";
import { buildStage, StageClock } from "../support/scenario.ts";
import { drawLots } from "../support/seed.ts";
import { choosePoints, formatPoint, listPoints } from "./faults.ts";
import { STORIES } from "./stories.ts";
import { formatFailure, joinParts, sweepStory, type Swept } from "./sweep.ts";
import { describeExchange, openLockPool, SWEEP_BEGINS_AT, type Asked } from "./troubled-house.ts";

const HELP = `npm run sweep -- [--story TEXT] [--point TEXT] [--gate [--seed N]]
                 [--workers N]

Plays every story of test/sweep/stories.ts again for each fault at each request to GitHub and each
transaction of the store, and compares its end with that of the story without a fault.

  --story TEXT   only stories whose name contains the text
  --point TEXT   only points that contain the text, e.g. "part 1, request 6: 502"
  --gate         what npm test tries: every answer lost and every worker killed after a
                 write, and seeded shares of the rest; several in one run, with rests between
  --workers N    processes; one more than there are cores when left out

Exits with 1 when a story ends in another way, or never came to a point.`;

/** So many tasks each story is cut into, so that no worker waits long in the end. */
const PARTS = 4;

/** A file system in memory, where there is one: repositories are thousands of small files. */
const MEMORY = "/dev/shm";

const { values } = parseArgs({
  options: {
    story: { type: "string", default: "" },
    point: { type: "string", default: "" },
    gate: { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    // One more than there are cores: a run waits for its timeouts at times.
    workers: { type: "string", default: String(os.availableParallelism() + 1) },
    help: { type: "boolean", default: false },
    // Of a worker: the URL of its own database.
    worker: { type: "string" },
  },
});

if (values.help) process.stdout.write(`${HELP}\n`);
else if (values.worker === undefined) await sweepAll();
else if (process.send === undefined) throw new Error("--worker is for the sweep's own processes.");
else await serveTasks(values.worker);

/** One in so many points of a story, beginning with the n-th from 0. */
interface Task {
  readonly story: string;
  readonly nth: number;
}

type Answer = { readonly swept: Swept } | { readonly error: string };

async function sweepAll(): Promise<void> {
  const stories = STORIES.filter(({ name }) => name.includes(values.story));
  if (stories.length === 0) {
    const names = STORIES.map(({ name }) => `  ${name}`);
    process.stderr.write(`No story contains "${values.story}". There are:\n${names.join("\n")}\n`);
    process.exitCode = 2;
    return;
  }
  const waiting = stories.flatMap(({ name }) =>
    Array.from({ length: PARTS }, (_, nth): Task => ({ story: name, nth })),
  );
  const parts: Swept[] = [];
  const broker = await startBroker();
  try {
    const server = await (await fetch(broker.url)).text();
    await Promise.all(
      Array.from({ length: Number(values.workers) }, async (_, worker) => {
        const url = await createDatabase(server, `sweep_${worker}`);
        await sweepInChild(url, waiting, (swept) => {
          parts.push(swept);
          const { story, tried, failures } = swept;
          process.stderr.write(`  ${story}: ${tried} tried, ${failures.length} failed\n`);
          for (const failure of swept.failures) {
            process.stdout.write(`\n${formatFailure(swept.story, failure)}\n`);
          }
        });
      }),
    );
  } finally {
    await broker.stop();
  }
  report(stories.map(({ name }) => joinParts(parts.filter(({ story }) => story === name))));
}

async function createDatabase(server: string, name: string): Promise<string> {
  const client = new Client({ connectionString: server });
  await client.connect();
  await client.query(`create database ${name} template ${TEMPLATE}`);
  await client.end();
  return databaseUrl(server, name);
}

/** Takes what waits, one after the other, until nothing does. */
async function sweepInChild(
  url: string,
  waiting: Task[],
  onSwept: (swept: Swept) => void,
): Promise<void> {
  const chosen = ["--point", values.point, "--seed", values.seed];
  const args = ["--worker", url, ...chosen, ...(values.gate ? ["--gate"] : [])];
  const env = existsSync(MEMORY) ? { TMPDIR: MEMORY, ...process.env } : process.env;
  const child = fork(import.meta.filename, args, { silent: true, env });
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
  try {
    for (let task = waiting.shift(); task !== undefined; task = waiting.shift()) {
      const answer = await ask(child, task);
      if (answer === null) throw new Error(`"${task.story}" did not come to its end:\n${said}`);
      if ("error" in answer) throw new Error(answer.error);
      onSwept(answer.swept);
    }
  } finally {
    const ended = child.exitCode === null ? once(child, "exit") : null;
    if (child.connected) child.disconnect();
    await ended;
  }
}

/** Null: it ended without an answer. */
function ask(child: ChildProcess, task: Task): Promise<Answer | null> {
  return new Promise((resolve) => {
    const onExit = (): void => resolve(null);
    child.once("exit", onExit);
    child.once("message", (message) => {
      child.off("exit", onExit);
      resolve(message as Answer);
    });
    child.send(task);
  });
}

function report(done: readonly Swept[]): void {
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

async function serveTasks(url: string): Promise<void> {
  const database = openDatabase(url);
  const clock = new StageClock(SWEEP_BEGINS_AT);
  const answered: Asked[] = [];
  const local = await startLocalGitHub({
    now: () => new Date(clock.now()),
    onExchange: (exchange) => answered.push(describeExchange(exchange)),
  });
  const stage = await buildStage(local, clock);
  const ground = { url, database, pool: openLockPool(url), answered };
  const sweep = async ({ story: name, nth }: Task): Promise<Answer> => {
    const story = STORIES.find((each) => each.name === name);
    if (story === undefined) return { error: `There is no story "${name}".` };
    try {
      const swept = await sweepStory(story, {
        stage,
        ground,
        isJoined: values.gate,
        choose: (steps) => {
          const points = listPoints(steps);
          const chosen = values.gate ? choosePoints(points, drawLots(Number(values.seed))) : points;
          return chosen
            .filter((point) => formatPoint(point).includes(values.point))
            .filter((_, index) => index % PARTS === nth);
        },
      });
      return { swept };
    } catch (error) {
      return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  };
  process.on("disconnect", () => {
    // Passes of killed replicas wait for ever.
    void Promise.allSettled([local.close(), database.close()]).then(() => process.exit());
  });
  process.on("message", (task: Task) => void sweep(task).then((answer) => process.send?.(answer)));
}
