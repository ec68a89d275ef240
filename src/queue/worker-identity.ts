import { makeWorkerUtils } from "graphile-worker";
import type pg from "pg";
import { tryLock } from "./session-lock.ts";
import type { HeldLock } from "./session-lock.ts";

/**
 * Shows the other replicas that this process lives: a lock that ends with its connection. A job of
 * a process without such a lock is free again; graphile-worker alone would wait for 4 hours.
 * Freeing the job of a live process, whose connection just broke, does no harm: the repository's
 * own lock keeps others out.
 */
export class WorkerIdentity {
  readonly #pool: pg.Pool;
  /** As graphile-worker writes it into `locked_by`. */
  readonly #id: string;
  #lock: HeldLock | null = null;

  constructor(pool: pg.Pool, id: string) {
    this.#pool = pool;
    this.#id = id;
  }

  async hold(): Promise<void> {
    if (this.#lock?.isHeld() === true) return;
    await this.release();
    this.#lock = await tryLock(this.#pool, lockName(this.#id));
  }

  async release(): Promise<void> {
    const lock = this.#lock;
    this.#lock = null;
    await lock?.release();
  }

  /** Renew our own sign of life, free the jobs of the dead and remove what nobody can run. */
  async tend(): Promise<void> {
    await this.hold();
    const { rows } = await this.#pool.query<{ locked_by: string }>(
      "select distinct locked_by from graphile_worker.jobs where locked_by is not null",
    );
    const dead: string[] = [];
    for (const { locked_by: id } of rows) {
      if (id !== this.#id && !(await isAlive(this.#pool, id))) dead.push(id);
    }
    if (dead.length === 0) return;
    const queue = await makeWorkerUtils({ pgPool: this.#pool });
    try {
      await queue.forceUnlockWorkers(dead);
      // A hint replaced them while they ran: what is left cannot run and has no key.
      await queue.cleanup({ tasks: ["DELETE_PERMAFAILED_JOBS"] });
    } finally {
      await queue.release();
    }
  }
}

function lockName(id: string): string {
  return `smallbatch:worker:${id}`;
}

async function isAlive(pool: pg.Pool, id: string): Promise<boolean> {
  const lock = await tryLock(pool, lockName(id));
  await lock?.release();
  return lock === null;
}
