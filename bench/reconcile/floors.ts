import { Agent, request } from "node:http";
import { Logger, makeWorkerUtils, run } from "graphile-worker";
import { OBSERVE_LINE } from "../../src/github/documents.ts";
import { startCannedGitHub } from "../canned/github.ts";
import { labelOf, repositoryId } from "../canned/world.ts";
import type { Recording } from "../canned/world.ts";
import type { BenchPostgres } from "../postgres.ts";

const ROUNDS = 3;
const AT_ONCE = 10;
const CONCURRENCY = 5;
const LOOPS_PER_JOB_CHECK_MS = 10;

/** The same request as a look makes, in a bare loop: requests a second. */
export async function measureRequests(recording: Recording, count: number): Promise<number[]> {
  const installations = [{ id: 1, repositories: count }];
  const github = await startCannedGitHub({ ...recording, installations });
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  try {
    const rates: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      let next = 0;
      const work = async (): Promise<void> => {
        while (next < count) {
          const id = repositoryId(1, next);
          next += 1;
          const variables = { ...labelOf(id), isBaseKnown: true };
          await post(`${github.url}/graphql`, agent, { query: OBSERVE_LINE, variables });
        }
      };
      const beganAt = performance.now();
      await Promise.all(Array.from({ length: AT_ONCE }, work));
      rates.push(count / ((performance.now() - beganAt) / 1_000));
    }
    return rates;
  } finally {
    agent.destroy();
    await github.stop();
  }
}

function post(url: string, agent: Agent, body: object): Promise<void> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { method: "POST", agent }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
      response.on("end", () => {
        if (response.statusCode === 200 && JSON.parse(text) !== null) resolve();
        else reject(new Error(`The canned GitHub answered ${response.statusCode}`));
      });
    });
    asked.once("error", reject);
    asked.end(JSON.stringify(body));
  });
}

/** graphile-worker with a task that does nothing, one process: jobs a second. */
export async function measureEmptyJobs(postgres: BenchPostgres, count: number): Promise<number[]> {
  const connectionString = await postgres.create("empty_jobs");
  const utils = await makeWorkerUtils({ connectionString, logger: silent });
  try {
    await utils.migrate();
    const rates: number[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      await utils.addJobs(
        Array.from({ length: count }, (_, at) => ({
          identifier: "empty",
          payload: { at },
          jobKey: `empty:${at}`,
        })),
      );
      rates.push(await measureRound(connectionString, count));
    }
    return rates;
  } finally {
    await utils.release();
  }
}

async function measureRound(connectionString: string, count: number): Promise<number> {
  const { promise: done, resolve } = Promise.withResolvers<void>();
  let left = count;
  const beganAt = performance.now();
  const runner = await run({
    connectionString,
    concurrency: CONCURRENCY,
    noHandleSignals: true,
    pollInterval: LOOPS_PER_JOB_CHECK_MS,
    logger: silent,
    taskList: {
      empty: () => {
        left -= 1;
        if (left === 0) resolve();
      },
    },
  });
  await done;
  const rate = count / ((performance.now() - beganAt) / 1_000);
  await runner.stop();
  return rate;
}

const silent = new Logger(() => () => undefined);
