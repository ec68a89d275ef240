import { setTimeout as sleep } from "node:timers/promises";
import type { JobHelpers } from "graphile-worker";
import { Pool } from "pg";
import { z } from "zod";
import type { Instant } from "../core/state.ts";
import type { Clock, Logger } from "../ports.ts";
import { runPasses } from "./pass.ts";
import type { Handler, OnPass, PassContext } from "./pass.ts";
import { SteadyWorker } from "./steady-worker.ts";
import { Sweeps } from "./sweeps.ts";
import type { Sweep } from "./sweeps.ts";
import type { QueueDatabase } from "./work-rows.ts";

export interface QueueOptions {
  readonly database: QueueDatabase;
  readonly handler: Handler;
  /** Repositories at the same time in this process. */
  readonly concurrency: number;
  /** A repository without hints is looked at this often. */
  readonly sweepPeriodMs: number;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly onPass?: OnPass;
}

export interface Queue {
  /** Look at it when a worker is free, or at a later time. False where it is not known. */
  hint(repositoryId: number, at?: Instant): Promise<boolean>;
  /** Do something periodically, in one replica at a time. */
  addSweep(sweep: Sweep): void;
  /** Let passes in flight end, at most 25 s; give locks back. */
  stop(): Promise<void>;
}

/** Kubernetes and systemd kill after 30 s and more; the rest is for closing connections. */
const DRAIN_MS_MAX = 25_000;
/**
 * Who finds a repository busy comes back once, in case the other one dies: after a kill nobody else
 * may know that a hint is owed. A round costs one statement, so it need not be rare.
 */
const BUSY_MS = 5_000;
/** How long the work of a killed process may lie; a look for it costs one statement too. */
const TEND_MS = 5_000;

const payloadSchema = z.object({
  repositoryId: z.number().int(),
  /** Of a job that makes sure, see `Errand`; null or missing: a look. */
  passes: z.number().int().nullish(),
});

/** Serve hints from the database until stopped. The tables must be up to date. */
export async function startQueue(options: QueueOptions): Promise<Queue> {
  const { database, concurrency, clock, logger } = options;
  // Each pass holds its lock's connection; graphile-worker needs one to listen and a few to work.
  const pool = openQueuePool(database.url, concurrency * 2 + 4);
  let isStopping = false;
  const context: PassContext = {
    pool,
    work: database.work,
    handler: options.handler,
    clock,
    logger,
    spread: Math.random,
    isStopping: () => isStopping,
    ...(options.onPass === undefined ? {} : { onPass: options.onPass }),
  };
  const worker = new SteadyWorker({
    pool,
    concurrency,
    drainMsMax: DRAIN_MS_MAX,
    logger,
    task: (payload, helpers) => reconcile(context, payload, helpers),
  });
  await worker.begin();
  const sweeps = new Sweeps({ turns: database.sweeps, clock, logger });
  // What a killed process was at is taken up by whoever notices first: no turns here.
  sweeps.every(TEND_MS, () => worker.tend());
  sweeps.add({
    name: "due",
    periodMs: Math.max(1_000, Math.round(options.sweepPeriodMs / 10)),
    run: async ({ now }) => {
      const queued = await database.work.enqueueDue(now, options.sweepPeriodMs);
      if (queued > 0) logger.info({ queued }, "The sweep queued repositories.");
    },
  });
  return {
    hint: (repositoryId, at) => database.work.hint(repositoryId, at ?? null),
    addSweep: (sweep) => sweeps.add(sweep),
    stop: async () => {
      isStopping = true;
      const isDrained = await Promise.race([
        Promise.all([sweeps.stop(), worker.stop()]).then(() => true),
        sleep(DRAIN_MS_MAX, false, { ref: false }),
      ]);
      if (isDrained) {
        await pool.end();
        return;
      }
      logger.warn({}, "Passes did not end in time; another process takes them up.");
      await worker.kill();
    },
  };
}

function openQueuePool(url: string, connectionsMax: number): Pool {
  const pool = new Pool({
    connectionString: url,
    max: connectionsMax,
    keepAlive: true,
    application_name: "smallbatch queue",
  });
  // A connection that breaks is replaced by the pool; without listeners Node would end.
  pool.on("error", ignoreBreak);
  pool.on("connect", (client) => client.on("error", ignoreBreak));
  return pool;
}

function ignoreBreak(): void {}

/** One job of graphile-worker. */
export async function reconcile(
  context: PassContext,
  payload: unknown,
  helpers: Pick<JobHelpers, "addJob">,
): Promise<void> {
  const { repositoryId, passes = null } = payloadSchema.parse(payload);
  const errand =
    passes === null ? { kind: "look" as const } : { kind: "make-sure" as const, passes };
  const result = await runPasses(context, repositoryId, errand);
  if (result.kind === "done") return;
  // A key of its own: the repository's key belongs to hints and wake-ups.
  await helpers.addJob(
    "reconcile",
    { repositoryId, passes: result.passes },
    { jobKey: `busy:${repositoryId}`, runAt: new Date(context.clock.now() + BUSY_MS) },
  );
}
