import { EventEmitter } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { Logger as WorkerLogger, run } from "graphile-worker";
import type { JobHelpers, Runner, WorkerEvents } from "graphile-worker";
import type pg from "pg";
import type { Logger } from "../ports.ts";
import { WorkerIdentity } from "./worker-identity.ts";

/** For jobs with a time: those without are announced by NOTIFY and start at once. */
const POLL_MS = 1_000;
/** After the worker ended by itself: PostgreSQL is restarting, or fails over. */
const RESTART_MS = 2_000;

/**
 * graphile-worker, begun again whenever it ends by itself. It gives up after PostgreSQL was away for
 * a while, and a process without a worker would look alive and do nothing.
 */
export class SteadyWorker {
  readonly #pool: pg.Pool;
  readonly #concurrency: number;
  readonly #drainMsMax: number;
  readonly #logger: Logger;
  readonly #task: (payload: unknown, helpers: JobHelpers) => Promise<void>;
  #runner: Runner | null = null;
  #identity: WorkerIdentity | null = null;
  #isStopping = false;
  #restarting: Promise<void> = Promise.resolve();

  constructor(options: {
    readonly pool: pg.Pool;
    readonly concurrency: number;
    /** How long jobs in flight may take to end. */
    readonly drainMsMax: number;
    readonly logger: Logger;
    /** The task `reconcile`. */
    readonly task: (payload: unknown, helpers: JobHelpers) => Promise<void>;
  }) {
    this.#pool = options.pool;
    this.#concurrency = options.concurrency;
    this.#drainMsMax = options.drainMsMax;
    this.#logger = options.logger;
    this.#task = options.task;
  }

  /** Throws where PostgreSQL does not answer; later ends are made up for by themselves. */
  async begin(): Promise<void> {
    const events: WorkerEvents = new EventEmitter();
    const identity = new Promise<string>((resolve) => {
      events.once("pool:create", ({ workerPool }) => resolve(workerPool.id));
    });
    const runner = await run({
      pgPool: this.#pool,
      concurrency: this.#concurrency,
      events,
      pollInterval: POLL_MS,
      noHandleSignals: true,
      logger: new WorkerLogger(() => (level, message) => passOn(this.#logger, level, message)),
      gracefulShutdownAbortTimeout: this.#drainMsMax,
      // A job's end is written with retries then. Without a batch nobody hears where that fails:
      // a rejection without a handler, which ends the process (graphile-worker 0.18, `failJob`).
      preset: { worker: { completeJobBatchDelay: 0, failJobBatchDelay: 0 } },
      taskList: { reconcile: this.#task },
    });
    this.#runner = runner;
    this.#identity = new WorkerIdentity(this.#pool, await identity);
    runner.promise.then(
      () => this.#restart(null),
      (error: unknown) => this.#restart(error),
    );
    // Without it others may free our jobs, which does no harm; the next `tend` holds it.
    await this.#identity.hold().catch((error: unknown) => {
      this.#logger.warn({ err: error }, "No sign of life could be given yet.");
    });
  }

  /** Renew our sign of life and take up what the dead left. */
  async tend(): Promise<void> {
    await this.#identity?.tend();
  }

  /** Jobs in flight come to their end; none begins. */
  async stop(): Promise<void> {
    this.#isStopping = true;
    await this.#restarting;
    await this.#runner?.stop();
    await this.#identity?.release();
  }

  /** Give up what is in flight: another process takes it up. */
  async kill(): Promise<void> {
    this.#isStopping = true;
    await this.#runner?.kill();
  }

  #restart(error: unknown): void {
    if (this.#isStopping) return;
    this.#logger.error({ err: error }, "The queue's worker ended by itself and begins again.");
    this.#runner = null;
    this.#restarting = this.#beginAgain();
  }

  async #beginAgain(): Promise<void> {
    await this.#identity?.release();
    this.#identity = null;
    while (!this.#isStopping) {
      await sleep(RESTART_MS);
      if (this.#isStopping) return;
      try {
        await this.begin();
        return;
      } catch (error) {
        this.#logger.warn({ err: error }, "The queue's worker could not begin yet.");
      }
    }
  }
}

function passOn(logger: Logger, level: string, message: string): void {
  if (level === "error" || level === "warning") logger.warn({ queue: level }, message);
  else logger.debug({ queue: level }, message);
}
