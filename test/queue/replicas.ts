import { Pool } from "pg";
import { AppError } from "../../src/errors.ts";
import type { PassContext } from "../../src/queue/pass.ts";
import { reconcile } from "../../src/queue/queue.ts";
import { WorkerIdentity } from "../../src/queue/worker-identity.ts";
import type { useDatabase } from "../support/database.ts";
import { INSTALLATION, repositoryLabel } from "../support/deliveries.ts";
import { eventually } from "../support/eventually.ts";

const REPOSITORIES = [1, 2] as const;
const REPLICAS = 3;
const CONNECTIONS_MAX = 90;
const HOUR_MS = 3_600_000;
const WAIT_MS = 30_000;
/** Jobs that one convergence may take; a loop that never ends is a finding. */
const ROUNDS_MAX = 200;

export type End = "served" | "wake" | "wait" | "failed" | "parked";

interface Replica {
  readonly id: string;
  readonly identity: WorkerIdentity;
  isStopping: boolean;
}

/** One job that a replica has taken. */
interface Execution {
  readonly replica: Replica;
  readonly repositoryId: number;
  /** Of the pass that runs: when it began, by the counter of events. Null: between passes. */
  beganAt: number | null;
  endPass: (end: End) => void;
  /** False after its connection was lost: somebody else may hold the lock. */
  isHolding: boolean;
  /** Its process was killed. */
  isDead: boolean;
  isFinished: boolean;
  finished: Promise<void>;
  /** Happens once, after the end of a pass is written down and before its lock is given back. */
  beforeRelease: (() => Promise<void>) | null;
}

const ignore = (): void => undefined;
const quiet = { debug: ignore, info: ignore, warn: ignore, error: ignore };

/**
 * Replicas of the worker on one database, whose passes begin and end when they are told. In place
 * of graphile-worker's loop they take and finish its jobs one by one.
 */
export class Replicas {
  readonly #wrong: string[] = [];
  readonly #test: ReturnType<typeof useDatabase>;
  readonly #pool: Pool;
  readonly #ended = new Set<number>();
  #replicas: Replica[] = [];
  #executions: Execution[] = [];
  /** Kept until `close`: what a killed process would have gone on with never happens. */
  readonly #abandoned: Execution[] = [];
  #clockMs = 0;
  #events = 0;
  #names = 0;
  /** By repository: when it was hinted last, and when the newest pass that served began. */
  readonly #hintedAt = new Map<number, number>();
  readonly #servedAt = new Map<number, number>();
  /** When the pass began that parked it. */
  readonly #parkedAt = new Map<number, number>();
  /** When a look was asked for last, and when a pass came to its end last. */
  readonly #askedAt = new Map<number, number>();
  readonly #endedAt = new Map<number, number>();
  /** No pass may begin before: GitHub asked for it. */
  readonly #waitUntil = new Map<number, number>();
  /** Repositories that something happened to after which a hint may have to wait. */
  readonly #delayed = new Set<number>();

  constructor(test: ReturnType<typeof useDatabase>) {
    this.#test = test;
    this.#pool = new Pool({ connectionString: test.url, max: CONNECTIONS_MAX });
    this.#pool.on("error", ignore);
    this.#pool.on("connect", (client) => {
      const { processID } = client as unknown as { processID: number };
      client.on("error", ignore);
      client.once("end", () => this.#ended.add(processID));
    });
  }

  /** Fresh replicas, and a look at each repository queued, as when a service starts. */
  async reset(): Promise<void> {
    await this.#abandonAll();
    await this.#pool.query("delete from graphile_worker._private_jobs");
    await this.#pool.query("delete from smallbatch.repository");
    await this.#test.database.repositories.upsert(
      INSTALLATION,
      REPOSITORIES.map((id) => repositoryLabel(id)),
    );
    this.#wrong.length = 0;
    this.#clockMs = 0;
    this.#hintedAt.clear();
    this.#servedAt.clear();
    this.#delayed.clear();
    this.#parkedAt.clear();
    this.#waitUntil.clear();
    this.#askedAt.clear();
    this.#endedAt.clear();
    for (let n = 0; n < REPLICAS; n++) this.#replicas.push(await this.#start());
    await this.sweep();
  }

  /** Throws with what went wrong so far. */
  assertRight(): void {
    if (this.#wrong.length > 0) throw new Error(this.#wrong.join("; "));
  }

  async close(): Promise<void> {
    await this.#abandonAll();
    await this.#pool.end();
  }

  async hint(pick: number): Promise<void> {
    const id = choose(REPOSITORIES, pick);
    if (id === undefined) return;
    await this.#test.database.work.hint(id, null);
    this.#hintedAt.set(id, this.#next());
  }

  async hintLater(pick: number): Promise<void> {
    const id = choose(REPOSITORIES, pick);
    if (id === undefined) return;
    await this.#test.database.work.hint(id, this.#now() + 2_000);
    await this.#noteQueued();
  }

  /** The oldest job that is due, by one of the replicas. False where none is. */
  async takeJob(pick: number): Promise<void> {
    const replica = choose(
      this.#replicas.filter((each) => !each.isStopping),
      pick,
    );
    if (replica !== undefined) await this.#takeDue(replica);
  }

  async endPass(pick: number, end: End): Promise<void> {
    const execution = choose(this.#running(), pick);
    if (execution === undefined) return;
    if (end === "failed" || end === "wait") this.#delayed.add(execution.repositoryId);
    await this.#end(execution, end);
  }

  /** A hint comes, and its job meets the lock, right after the end of a pass is written down. */
  async hintAtTheEnd(pick: number): Promise<void> {
    const execution = choose(this.#running(), pick);
    if (execution === undefined) return;
    execution.beforeRelease = async () => {
      await this.hint(REPOSITORIES.findIndex((id) => id === execution.repositoryId));
      await this.takeJob(pick);
    };
    await this.#end(execution, "served");
  }

  /** Of a pass that runs: PostgreSQL gives its lock back, and the pass goes on as a zombie. */
  async loseConnection(pick: number): Promise<void> {
    const execution = choose(
      this.#running().filter((each) => each.isHolding),
      pick,
    );
    if (execution !== undefined) await this.#breakLock(execution);
  }

  /** SIGKILL: its connections end, its jobs stay locked, another process takes its place. */
  async kill(pick: number): Promise<void> {
    const replica = choose(this.#replicas, pick);
    if (replica === undefined) return;
    for (const execution of this.#running().filter((each) => each.replica === replica)) {
      execution.isDead = true;
      this.#delayed.add(execution.repositoryId);
      if (execution.isHolding) await this.#breakLock(execution);
      this.#abandoned.push(execution);
    }
    this.#executions = this.#executions.filter((each) => each.replica !== replica);
    await replica.identity.release();
    this.#replicas.splice(this.#replicas.indexOf(replica), 1, await this.#start());
  }

  /** The same after another replica has met the lock of one of its passes. */
  async killAfterMeeting(pick: number): Promise<void> {
    const execution = choose(
      this.#running().filter((each) => each.isHolding),
      pick,
    );
    const other = this.#replicas.find((each) => !each.isStopping && each !== execution?.replica);
    if (execution === undefined || other === undefined) return;
    await this.#test.database.work.hint(execution.repositoryId, this.#now());
    await this.#noteQueued();
    await this.#takeDue(other);
    await this.kill(this.#replicas.indexOf(execution.replica));
  }

  /** SIGTERM: what runs comes to its end, nothing begins; another process takes its place. */
  async stop(pick: number): Promise<void> {
    const replica = choose(this.#replicas, pick);
    if (replica === undefined || replica.isStopping) return;
    replica.isStopping = true;
    this.#replicas.push(await this.#start());
  }

  async tend(pick: number): Promise<void> {
    await choose(this.#replicas, pick)?.identity.tend();
  }

  async advance(ms: number): Promise<void> {
    this.#clockMs += ms;
  }

  async sweep(): Promise<void> {
    await this.#test.database.work.enqueueDue(this.#now(), HOUR_MS);
    await this.#noteQueued();
  }

  /** Everything that runs serves, and jobs are done as they become due, until nothing is left. */
  async converge(): Promise<void> {
    const living = this.#replicas.find((each) => !each.isStopping);
    if (living === undefined) throw new Error("Somebody always lives.");
    for (const { repositoryId } of await this.#test.database.work.readParked()) {
      const isOld =
        (this.#parkedAt.get(repositoryId) ?? 0) < (this.#hintedAt.get(repositoryId) ?? 0);
      if (isOld) this.#wrong.push(`Repository ${repositoryId}: parked in spite of a newer hint`);
      await this.hint(REPOSITORIES.findIndex((id) => id === repositoryId));
    }
    let hasWaited = false;
    for (let round = 0; round < ROUNDS_MAX; round++) {
      const [running] = this.#running();
      if (running !== undefined) await this.#end(running, "served");
      else if (!(await this.#takeDue(living))) {
        if (!hasWaited) await this.#checkServed(this.#delayed);
        hasWaited = true;
        await living.identity.tend();
        if (!(await this.#waitForJob())) {
          this.#checkEnded();
          return this.#checkServed(new Set());
        }
      }
    }
    this.#wrong.push(`There was no end after ${ROUNDS_MAX} jobs`);
  }

  async #checkServed(delayed: ReadonlySet<number>): Promise<void> {
    const { rows } = await this.#pool.query<{ id: number; generation: number; served: number }>(
      "select id::int, generation::int, served::int from smallbatch.repository order by id",
    );
    for (const { id, generation, served } of rows.filter((row) => !delayed.has(row.id))) {
      const hinted = this.#hintedAt.get(id) ?? 0;
      const seen = this.#servedAt.get(id) ?? 0;
      if (seen < hinted) this.#wrong.push(`Repository ${id}: no pass began after the last hint`);
      if (served !== generation) this.#wrong.push(`Repository ${id}: ${served} of ${generation}`);
    }
  }

  #checkEnded(): void {
    for (const [id, askedAt] of this.#askedAt) {
      const isForgotten = (this.#endedAt.get(id) ?? 0) < askedAt;
      if (isForgotten) this.#wrong.push(`Repository ${id}: no pass ended since it was queued`);
    }
  }

  /** A look is asked for where a job waits now, hint or not. */
  async #noteQueued(): Promise<void> {
    const { rows } = await this.#pool.query<{ key: string }>(
      "select key from graphile_worker._private_jobs where is_available",
    );
    const keys = new Set(rows.map(({ key }) => key));
    for (const id of REPOSITORIES) {
      if (keys.has(`repository:${id}`)) this.#askedAt.set(id, this.#next());
    }
  }

  /** Let the clock go on to the next job; false where there is none. */
  async #waitForJob(): Promise<boolean> {
    const { rows } = await this.#pool.query<{ at: Date | null }>(
      "select min(run_at) as at from graphile_worker._private_jobs where is_available",
    );
    const at = rows[0]?.at ?? null;
    if (at !== null) this.#clockMs += Math.max(0, at.getTime() + 1 - this.#now());
    return at !== null;
  }

  async #takeDue(replica: Replica): Promise<boolean> {
    const { rows } = await this.#pool.query<{ id: string; payload: { repositoryId: number } }>(
      `update graphile_worker._private_jobs set locked_at = now(), locked_by = $1,
        attempts = attempts + 1
      where id = (select id from graphile_worker._private_jobs where is_available and run_at <= $2
        order by run_at, id limit 1) returning id, payload`,
      // PostgreSQL's clock is finer than ours.
      [replica.id, new Date(this.#now() + 1)],
    );
    const job = rows[0];
    if (job === undefined) return false;
    const execution: Execution = {
      replica,
      repositoryId: job.payload.repositoryId,
      beganAt: null,
      endPass: ignore,
      isHolding: true,
      isDead: false,
      isFinished: false,
      finished: Promise.resolve(),
      beforeRelease: null,
    };
    this.#executions.push(execution);
    execution.finished = this.#execute(execution, job);
    await this.#quiet(execution);
    return true;
  }

  async #execute(execution: Execution, job: { id: string; payload: unknown }): Promise<void> {
    const { replica } = execution;
    try {
      await reconcile(this.#contextOf(execution), job.payload, {
        addJob: async (task, payload, { jobKey, runAt } = {}) => {
          const { rows } = await this.#pool.query(
            "select * from graphile_worker.add_job($1, $2, job_key := $3, run_at := $4)",
            [task, JSON.stringify(payload), jobKey, runAt],
          );
          return rows[0];
        },
      });
      await this.#pool.query(
        "delete from graphile_worker._private_jobs where id = $1 and locked_by = $2",
        [job.id, replica.id],
      );
    } catch (error) {
      if (!execution.isDead) this.#wrong.push(`A job failed: ${String(error)}`);
    } finally {
      execution.isFinished = true;
      this.#executions = this.#executions.filter((each) => each !== execution);
    }
  }

  #contextOf(execution: Execution): PassContext {
    return {
      pool: this.#pool,
      work: this.#workOf(execution),
      clock: { now: () => this.#now() },
      logger: quiet,
      spread: () => 0.5,
      isStopping: () => execution.replica.isStopping || execution.isDead,
      handler: async (repositoryId) => {
        const other = this.#running().find(
          (each) => each.repositoryId === repositoryId && each.isHolding && each !== execution,
        );
        if (other !== undefined) this.#wrong.push(`Two passes at once on ${repositoryId}`);
        if (this.#now() < (this.#waitUntil.get(repositoryId) ?? 0)) {
          this.#wrong.push(`A pass on ${repositoryId} did not wait as told`);
        }
        execution.isHolding = true;
        execution.beganAt = this.#next();
        const end = await new Promise<End>((resolve) => (execution.endPass = resolve));
        return this.#conclude(execution, execution.beganAt, end);
      },
    };
  }

  #workOf(execution: Execution): PassContext["work"] {
    const { work } = this.#test.database;
    return {
      hint: (id, at) => work.hint(id, at),
      beginWork: (id, now) => work.beginWork(id, now),
      enqueueDue: (now, periodMs) => work.enqueueDue(now, periodMs),
      endWork: async (request) => {
        const next = await work.endWork(request);
        const act = execution.beforeRelease;
        execution.beforeRelease = null;
        if (next === "done") await act?.();
        return next;
      },
    };
  }

  #conclude(execution: Execution, beganAt: number, end: End): { wakeAt: number | null } {
    const { repositoryId, isHolding } = execution;
    execution.beganAt = null;
    if (isHolding) this.#endedAt.set(repositoryId, this.#next());
    if (end === "failed") throw failure({ kind: "backoff" });
    if (end === "wait") {
      if (isHolding) this.#waitUntil.set(repositoryId, this.#now() + WAIT_MS);
      throw failure({ kind: "after", waitMs: WAIT_MS });
    }
    if (end === "parked") {
      this.#parkedAt.set(repositoryId, beganAt);
      throw failure({ kind: "never" });
    }
    const before = this.#servedAt.get(repositoryId) ?? 0;
    if (isHolding) this.#servedAt.set(repositoryId, Math.max(before, beganAt));
    return { wakeAt: end === "wake" ? this.#now() + 1_000 : null };
  }

  async #end(execution: Execution, end: End): Promise<void> {
    execution.endPass(end);
    await Promise.resolve();
    await this.#quiet(execution);
  }

  /** Until its next pass runs or the job is done. */
  async #quiet(execution: Execution): Promise<void> {
    await eventually("a pass begins or the job is done", () => {
      return execution.isFinished || execution.beganAt !== null;
    });
  }

  async #breakLock(execution: Execution): Promise<void> {
    execution.isHolding = false;
    this.#delayed.add(execution.repositoryId);
    const { rows } = await this.#pool.query<{ pid: number }>(
      `select pid, pg_terminate_backend(pid) from pg_locks
      where locktype = 'advisory' and objsubid = 1
        and database = (select oid from pg_database where datname = current_database())
        and (classid::bigint << 32) | objid::bigint = hashtextextended($1, 0)`,
      [`smallbatch:repository:${execution.repositoryId}`],
    );
    for (const { pid } of rows) await eventually("it is noticed", () => this.#ended.has(pid));
  }

  #running(): Execution[] {
    return this.#executions.filter((each) => each.beganAt !== null);
  }

  async #start(): Promise<Replica> {
    this.#names += 1;
    const id = `worker-${this.#names}`;
    const identity = new WorkerIdentity(this.#pool, id);
    await identity.hold();
    return { id, identity, isStopping: false };
  }

  async #abandonAll(): Promise<void> {
    const left = [...this.#abandoned.splice(0), ...this.#executions.splice(0)];
    for (const execution of left) {
      execution.isDead = true;
      execution.endPass("served");
    }
    await Promise.all(left.map(({ finished }) => finished));
    for (const { identity } of this.#replicas.splice(0)) await identity.release();
  }

  #now(): number {
    return Date.now() + this.#clockMs;
  }

  #next(): number {
    this.#events += 1;
    return this.#events;
  }
}

function failure(retry: AppError["retry"]): AppError {
  return new AppError("github/unavailable", "As told", { retry });
}

function choose<T>(from: readonly T[], pick: number): T | undefined {
  return from[pick % from.length];
}
