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
import {
  choosePoints,
  formatPoint,
  joinPoints,
  listPoints,
  type Point,
  type Steps,
} from "./faults.ts";
import { STORIES } from "./stories.ts";
import { formatFailure, playReference, sweepRuns, type Failure, type Reference } from "./sweep.ts";
import { Tasks } from "./tasks.ts";
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

/** So many tasks the runs of a story are cut into, so that no worker waits long in the end. */
const SHARES = 4;

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

/** To play a story without a fault, or some of its runs with their points. */
type Task =
  | { readonly story: string; readonly runs: null }
  | {
      readonly story: string;
      readonly runs: readonly (readonly Point[])[];
      readonly reference: Reference;
    };

type Answer =
  | { readonly reference: Reference }
  | { readonly failures: readonly Failure[] }
  | { readonly error: string };

/** What came of a story. */
interface Swept {
  readonly story: string;
  readonly steps: Steps;
  readonly tried: number;
  readonly failures: Failure[];
}

async function sweepAll(): Promise<void> {
  const isAll = !values.gate || values.story !== "";
  const stories = STORIES.filter(
    ({ name, isLong }) => name.includes(values.story) && (isAll || isLong !== true),
  );
  if (stories.length === 0) {
    const names = STORIES.map(({ name }) => `  ${name}`);
    process.stderr.write(`No story contains "${values.story}". There are:\n${names.join("\n")}\n`);
    process.exitCode = 2;
    return;
  }
  const swept = new Map<string, Swept>();
  const tasks = new Tasks(stories.map(({ name }): Task => ({ story: name, runs: null })));
  const take = ({ story }: Task, answer: Answer): void => {
    if ("error" in answer) throw new Error(answer.error);
    if ("reference" in answer) {
      const { reference } = answer;
      const points = choose(reference.steps);
      swept.set(story, { story, steps: reference.steps, tried: points.length, failures: [] });
      tasks.add(share(points).map((runs) => ({ story, runs, reference })));
      return;
    }
    swept.get(story)?.failures.push(...answer.failures);
    process.stderr.write(`  ${story}: ${answer.failures.length} failed\n`);
    for (const failure of answer.failures) {
      process.stdout.write(`\n${formatFailure(story, failure)}\n`);
    }
  };
  const broker = await startBroker();
  try {
    const server = await (await fetch(broker.url)).text();
    await Promise.all(
      Array.from({ length: Number(values.workers) }, async (_, worker) => {
        await sweepInChild(await createDatabase(server, `sweep_${worker}`), tasks, take);
      }),
    );
  } finally {
    await broker.stop();
  }
  report([...swept.values()]);
}

function choose(steps: Steps): readonly Point[] {
  const points = listPoints(steps);
  const chosen = values.gate ? choosePoints(points, drawLots(Number(values.seed))) : points;
  return chosen.filter((point) => formatPoint(point).includes(values.point));
}

/** Dealt like cards. */
function share(points: readonly Point[]): (readonly Point[])[][] {
  const runs = values.gate ? joinPoints(points) : points.map((point) => [point]);
  return Array.from({ length: SHARES }, (_, nth) =>
    runs.filter((_run, index) => index % SHARES === nth),
  ).filter((some) => some.length > 0);
}

async function createDatabase(server: string, name: string): Promise<string> {
  const client = new Client({ connectionString: server });
  await client.connect();
  await client.query(`create database ${name} template ${TEMPLATE}`);
  await client.end();
  return databaseUrl(server, name);
}

/** Does one task after the other until there is none. */
async function sweepInChild(
  url: string,
  tasks: Tasks<Task>,
  take: (task: Task, answer: Answer) => void,
): Promise<void> {
  const args = ["--worker", url, ...(values.gate ? ["--gate"] : [])];
  const env = existsSync(MEMORY) ? { TMPDIR: MEMORY, ...process.env } : process.env;
  const options = { silent: true, env, serialization: "advanced" } as const;
  const child = fork(import.meta.filename, args, options);
  let said = "";
  child.stderr?.setEncoding("utf8").on("data", (text: string) => (said += text));
  try {
    await tasks.work(async (task) => {
      const answer = await ask(child, task);
      if (answer === null) throw new Error(`"${task.story}" did not come to its end:\n${said}`);
      take(task, answer);
    });
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
  const sum = (of: (swept: Swept) => number) => rows.reduce((total, swept) => total + of(swept), 0);
  const failed = sum(({ failures }) => failures.length);
  const tried = sum((swept) => swept.tried);
  const lines = [
    formatRow(["story", "requests", "transac.", "points", "passed"]),
    ...rows.map(({ story, steps: { requests, transactions }, tried: points, failures }) =>
      formatRow([
        story.slice(0, 45),
        requests.length,
        transactions.length,
        points,
        points - failures.length,
      ]),
    ),
    formatRow([
      "all",
      sum(({ steps }) => steps.requests.length),
      sum(({ steps }) => steps.transactions.length),
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
  const answer = async (task: Task): Promise<Answer> => {
    const story = STORIES.find(({ name }) => name === task.story);
    if (story === undefined) return { error: `There is no story "${task.story}".` };
    try {
      if (task.runs !== null) {
        return { failures: await sweepRuns(story, task.runs, task.reference, { stage, ground }) };
      }
      const mayBeOver = values.gate;
      return { reference: await playReference(story, { stage, ground, mayBeOver }) };
    } catch (error) {
      return { error: error instanceof Error ? (error.stack ?? error.message) : String(error) };
    }
  };
  process.on("disconnect", () => {
    // Passes of killed replicas wait for ever.
    void Promise.allSettled([local.close(), database.close()]).then(() => process.exit());
  });
  process.on("message", (task: Task) => void answer(task).then((said) => process.send?.(said)));
}
