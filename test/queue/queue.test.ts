import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { fileURLToPath } from "node:url";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { AppError } from "../../src/errors.ts";
import type { Retry } from "../../src/errors.ts";
import type { Handler } from "../../src/queue/pass.ts";
import { startQueue } from "../../src/queue/queue.ts";
import type { Queue } from "../../src/queue/queue.ts";
import { useDatabase } from "../support/database.ts";
import { INSTALLATION, deliveryOf, repositoryLabel } from "../support/deliveries.ts";
import { eventually } from "../support/eventually.ts";

const test = useDatabase();
const queues: Queue[] = [];
const children: ChildProcess[] = [];
const quiet = { debug: ignore, info: ignore, warn: ignore, error: ignore };
const HOUR_MS = 3_600_000;
let nextRepository = 1_000;

function ignore(): void {}

afterEach(async () => {
  await Promise.all(queues.splice(0).map((queue) => queue.stop()));
  await test.query("delete from graphile_worker._private_jobs");
  await test.query("delete from smallbatch.repository");
  await test.query("delete from smallbatch.sweep");
});

afterAll(() => {
  for (const child of children) child.kill("SIGKILL");
});

/** A queue whose own sweep has just been done, so that it only does what a test asks for. */
async function begin(handler: Handler): Promise<Queue> {
  await test.database.sweeps.takeTurn("due", 0, Date.now());
  const queue = await startQueue({
    database: test.database,
    handler,
    concurrency: 4,
    sweepPeriodMs: HOUR_MS,
    clock: { now: () => Date.now() },
    logger: quiet,
  });
  queues.push(queue);
  return queue;
}

async function newRepository(): Promise<number> {
  nextRepository += 1;
  await test.database.repositories.upsert(INSTALLATION, [repositoryLabel(nextRepository)]);
  return nextRepository;
}

async function rowOf(repositoryId: number) {
  const rows = await test.query(
    `select generation::int, served::int, failures, retry_at, quiet_until
      from smallbatch.repository where id = $1`,
    [repositoryId],
  );
  return rows[0];
}

function isServed(repositoryId: number, generation: number) {
  return eventually(`generation ${generation} is served`, async () => {
    const row = await rowOf(repositoryId);
    return row?.["served"] === generation && row["generation"] === generation;
  });
}

/** The one job that is left for the repository; null where there is none. */
async function jobOf(repositoryId: number): Promise<Date | null> {
  const rows = await test.query("select run_at from graphile_worker.jobs where key = $1", [
    `repository:${repositoryId}`,
  ]);
  return (rows[0]?.["run_at"] as Date | undefined) ?? null;
}

/** Of this database: other tests have their own on this PostgreSQL. */
async function readLocks(): Promise<readonly unknown[]> {
  return test.query(
    `select 1 from pg_locks where locktype = 'advisory'
      and database = (select oid from pg_database where datname = current_database())`,
  );
}

/** A handler that waits to be let go, pass by pass. */
function gate() {
  const waiting: (() => void)[] = [];
  let began = 0;
  const handler: Handler = async () => {
    began += 1;
    await new Promise<void>((resolve) => waiting.push(resolve));
    return { wakeAt: null };
  };
  return {
    handler,
    began: (passes: number) => eventually(`${passes} passes began`, () => began >= passes),
    count: () => began,
    letGo: () => eventually("a pass waits", () => waiting.shift()).then((go) => go?.()),
  };
}

function failWith(retry: Retry): AppError {
  return new AppError("github/unavailable", "GET /repos/acme/widgets: 502", { retry });
}

describe("quiet time", () => {
  it("keeps a job that comes early for its end, and ends with a hint by hand", async () => {
    const seen: number[] = [];
    const id = await newRepository();
    await test.query(
      "update smallbatch.repository set quiet_until = now() + interval '1 hour' where id = $1",
      [id],
    );
    const queue = await begin(async (repositoryId) => {
      seen.push(repositoryId);
      return { wakeAt: null };
    });
    await queue.hint(id, Date.now());
    await eventually("the job is put off", async () => {
      const at = await jobOf(id);
      return at !== null && at.getTime() > Date.now() + HOUR_MS / 2;
    });
    expect(seen).toEqual([]);
    await queue.hint(id);
    await isServed(id, 1);
    expect(seen).toEqual([id]);
  });

  it("begins with a pass that saw checks pending: hints during it are one look later", async () => {
    const { handler, began, count, letGo } = gate();
    const awaits = [{ sha: "a".repeat(40), contexts: ["ci/test"], isHead: true }];
    const queue = await begin(async (...args) => ({ ...(await handler(...args)), awaits }));
    const id = await newRepository();
    await queue.hint(id);
    await began(1);
    const delivery = deliveryOf(`quiet-${id}`, { repository: repositoryLabel(id), facts: [] });
    await test.database.inbox.recordDelivery(delivery);
    await letGo();
    await eventually("the pass is written down", async () => (await rowOf(id))?.["served"] === 1);
    expect(count()).toBe(1);
    const until = (await rowOf(id))?.["quiet_until"];
    if (!(until instanceof Date)) throw new Error("There is no quiet time");
    await began(2);
    expect(Date.now()).toBeGreaterThanOrEqual(until.getTime());
    await letGo();
  });
});

describe("a hint", () => {
  it("leads to one pass, for the installation that has the repository", async () => {
    const seen: unknown[] = [];
    const queue = await begin(async (repositoryId, installationId, isAlone) => {
      seen.push([repositoryId, installationId, isAlone()]);
      return { wakeAt: null };
    });
    const id = await newRepository();
    expect(await queue.hint(id)).toBe(true);
    await isServed(id, 1);
    expect(seen).toEqual([[id, INSTALLATION, true]]);
    // The job is removed a moment after the pass is written down.
    await eventually("no job is left", async () => (await jobOf(id)) === null);
  });

  it("of a repository nobody knows leads to nothing", async () => {
    const queue = await begin(async () => ({ wakeAt: null }));
    expect(await queue.hint(999_999)).toBe(false);
    expect(await queue.hint(999_999, Date.now() + 1)).toBe(false);
  });

  it("of a delivery is served too", async () => {
    await begin(async () => ({ wakeAt: null }));
    await test.database.inbox.recordDelivery(deliveryOf("queue-1"));
    expect(await isServed(42, 1)).toBe(true);
  });

  it("waits with others for one pass: a burst is seen once", async () => {
    const id = await newRepository();
    for (let n = 0; n < 20; n++) await test.database.work.hint(id, null);
    let passes = 0;
    await begin(async () => {
      passes += 1;
      return { wakeAt: null };
    });
    await isServed(id, 20);
    expect(passes).toBe(1);
  });

  it("that comes during a pass is never lost, and many lead to one more pass", async () => {
    const held = gate();
    const queue = await begin(held.handler);
    const id = await newRepository();
    await queue.hint(id);
    await held.began(1);
    await Promise.all(Array.from({ length: 10 }, () => queue.hint(id)));
    await held.letGo();
    await held.began(2);
    await held.letGo();
    await isServed(id, 11);
    expect(held.count()).toBe(2);
  });

  it("for later comes at its time, and an earlier one wins", async () => {
    const id = await newRepository();
    const soon = Date.now() + HOUR_MS;
    await test.database.work.hint(id, soon);
    await test.database.work.hint(id, soon + HOUR_MS);
    expect((await jobOf(id))?.getTime()).toBe(soon);
    await test.database.work.hint(id, soon - 1);
    expect((await jobOf(id))?.getTime()).toBe(soon - 1);
    let passes = 0;
    const queue = await begin(async () => {
      passes += 1;
      return { wakeAt: null };
    });
    await queue.hint(id, Date.now());
    await eventually("the pass", () => passes === 1);
  });
});

describe("wakeAt", () => {
  it("leads to the next pass", async () => {
    let passes = 0;
    const queue = await begin(async () => {
      passes += 1;
      return { wakeAt: passes === 1 ? Date.now() + 50 : null };
    });
    await queue.hint(await newRepository());
    expect(await eventually("the second pass", () => passes === 2)).toBe(true);
  });

  it("does not postpone a hint that came during the pass", async () => {
    const held = gate();
    const handler: Handler = async (...args) => {
      await held.handler(...args);
      return { wakeAt: Date.now() + HOUR_MS };
    };
    const queue = await begin(handler);
    const id = await newRepository();
    await queue.hint(id);
    await held.began(1);
    await queue.hint(id);
    await held.letGo();
    await held.began(2);
    await held.letGo();
    await isServed(id, 2);
    // The job that brought the second pass ends a moment after it.
    const isInAnHour = await eventually("the next look is in an hour", async () => {
      return ((await jobOf(id))?.getTime() ?? 0) > Date.now() + HOUR_MS / 2;
    });
    expect(isInAnHour).toBe(true);
  });
});

describe("a failure", () => {
  it("parks at once where repeating does not help, visibly, until a hint", async () => {
    let isBroken = true;
    const queue = await begin(async () => {
      if (isBroken) throw failWith({ kind: "never" });
      return { wakeAt: null };
    });
    const id = await newRepository();
    await queue.hint(id);
    await eventually("it is parked", async () => {
      return (await test.database.work.readParked()).length > 0;
    });
    expect((await test.database.work.readParked())[0]).toMatchObject({
      repositoryId: id,
      installationId: INSTALLATION,
      owner: "acme",
      code: "github/unavailable",
      message: "GET /repos/acme/widgets: 502",
    });
    isBroken = false;
    await queue.hint(id);
    await isServed(id, 2);
    expect(await test.database.work.readParked()).toEqual([]);
    expect(await rowOf(id)).toMatchObject({ failures: 0, retry_at: null });
  });

  it("is repeated with growing distance, and forgotten by a success", async () => {
    let attempts = 0;
    const queue = await begin(async () => {
      attempts += 1;
      if (attempts === 1) throw failWith({ kind: "backoff" });
      return { wakeAt: null };
    });
    const id = await newRepository();
    await queue.hint(id);
    await eventually("it has failed", async () => (await rowOf(id))?.["failures"] === 1);
    expect(await rowOf(id)).toMatchObject({ served: 0 });
    await isServed(id, 1);
    expect(await rowOf(id)).toMatchObject({ failures: 0, retry_at: null });
  });

  it("parks after twelve in a row, and the sweep looks again", async () => {
    const id = await newRepository();
    await test.query("update smallbatch.repository set failures = 11 where id = $1", [id]);
    let attempts = 0;
    await begin(async () => {
      attempts += 1;
      throw failWith({ kind: "backoff" });
    });
    await test.database.work.hint(id, null);
    await eventually(
      "it is parked",
      async () => (await test.database.work.readParked()).length > 0,
    );
    expect(attempts).toBe(1);
    expect(await test.database.work.enqueueDue(Date.now() + 14 * 60_000, HOUR_MS)).toBe(0);
    expect(await test.database.work.enqueueDue(Date.now() + 16 * 60_000, HOUR_MS)).toBe(1);
  });

  it("waits as long as told, also where hints come", async () => {
    let attempts = 0;
    const queue = await begin(async () => {
      attempts += 1;
      throw failWith({ kind: "after", waitMs: HOUR_MS });
    });
    const id = await newRepository();
    await queue.hint(id);
    await eventually("it waits", async () => (await rowOf(id))?.["retry_at"]);
    await queue.hint(id);
    expect((await jobOf(id))?.getTime()).toBeGreaterThan(Date.now() + HOUR_MS / 2);
    expect(attempts).toBe(1);
    expect(await rowOf(id)).toMatchObject({ failures: 0 });
  });

  it("that is a wait holds for a hint that came during the pass, also after failures", async () => {
    const held = gate();
    const queue = await begin(async (...args) => {
      await held.handler(...args);
      throw failWith({ kind: "after", waitMs: HOUR_MS });
    });
    const id = await newRepository();
    await test.query("update smallbatch.repository set failures = 3 where id = $1", [id]);
    await queue.hint(id);
    await held.began(1);
    await queue.hint(id);
    await held.letGo();
    const row = await eventually("it waits", async () => {
      const seen = await rowOf(id);
      return seen?.["retry_at"] ? seen : null;
    });
    expect(row).toMatchObject({ generation: 2, served: 0, failures: 0 });
    // Whoever met the lock makes sure, and finds that it has to wait as well.
    await test.query("update graphile_worker._private_jobs set run_at = now()");
    await eventually("nothing is due", async () => {
      const due =
        "select 1 from graphile_worker._private_jobs where run_at < now() + interval '1 m'";
      return (await test.query(due)).length === 0;
    });
    expect(held.count()).toBe(1);
    expect((await jobOf(id))?.getTime()).toBeGreaterThan(Date.now() + HOUR_MS / 2);
  });

  it("of one repository does not stop another", async () => {
    const [bad, good] = [await newRepository(), await newRepository()];
    const queue = await begin(async (repositoryId) => {
      if (repositoryId === bad) throw new TypeError("a bug");
      return { wakeAt: null };
    });
    await queue.hint(bad);
    await queue.hint(good);
    await isServed(good, 1);
    await eventually("the bug is shown", async () => {
      return (await test.database.work.readParked()).length > 0;
    });
    expect(await test.database.work.readParked()).toMatchObject([
      { repositoryId: bad, code: "bug", message: "a bug" },
    ]);
  });
});

describe("the sweep", () => {
  it("queues what was never looked at, and nothing that was a moment ago", async () => {
    const id = await newRepository();
    expect(await test.database.work.enqueueDue(Date.now(), HOUR_MS)).toBe(1);
    await begin(async () => ({ wakeAt: null }));
    await eventually("it is looked at", () => test.database.repositories.readReconciledAt(id));
    expect(await test.database.work.enqueueDue(Date.now(), HOUR_MS)).toBe(0);
    expect(await test.database.work.enqueueDue(Date.now() + 0.8 * HOUR_MS, HOUR_MS)).toBe(0);
    expect(await test.database.work.enqueueDue(Date.now() + 1.1 * HOUR_MS, HOUR_MS)).toBe(1);
  });

  it("queues a hint whose job was lost, after two minutes", async () => {
    const id = await newRepository();
    await test.database.work.hint(id, null);
    await test.query("delete from graphile_worker._private_jobs");
    expect(await test.database.work.enqueueDue(Date.now() + 110_000, HOUR_MS)).toBe(0);
    expect(await test.database.work.enqueueDue(Date.now() + 130_000, HOUR_MS)).toBe(1);
    expect(await jobOf(id)).not.toBeNull();
  });

  it("leaves out what is removed, suspended or told to wait", async () => {
    const [removed, suspended, waiting] = [
      await newRepository(),
      await newRepository(),
      await newRepository(),
    ];
    await test.query("update smallbatch.repository set removed_at = now() where id = $1", [
      removed,
    ]);
    await test.query("update smallbatch.repository set installation_id = 66 where id = $1", [
      suspended,
    ]);
    await test.query("insert into smallbatch.installation (id, suspended_at) values (66, now())");
    await test.query(
      "update smallbatch.repository set retry_at = now() + interval '1 hour' where id = $1",
      [waiting],
    );
    expect(await test.database.work.enqueueDue(Date.now(), HOUR_MS)).toBe(0);
  });

  it("runs in one replica per period, and remembers when it last came to its end", async () => {
    const turns: (number | null)[] = [];
    const duty = (fails: boolean) => ({
      name: "duty",
      periodMs: 400,
      run: async ({ previousAt }: { previousAt: number | null }) => {
        turns.push(previousAt);
        if (fails) throw new Error("not this time");
      },
    });
    const [one, two] = [
      await begin(async () => ({ wakeAt: null })),
      await begin(async () => ({ wakeAt: null })),
    ];
    one.addSweep(duty(true));
    await eventually("the first turn", () => turns.length === 1);
    two.addSweep(duty(false));
    await eventually("the second and the third turn", () => turns.length >= 3);
    expect(turns.slice(0, 2)).toEqual([null, null]);
    const rows = await test.query("select began_at from smallbatch.sweep where name = 'duty'");
    expect(rows).toHaveLength(1);
  });
});

/** Worker processes of their own, and the lines that they print, in order. */
function startWorker(concurrency: number, passMs: number) {
  const file = fileURLToPath(new URL("./worker-process.ts", import.meta.url));
  const args = [file, test.url, String(concurrency), String(passMs)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  children.push(child);
  const lines: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => lines.push(...chunk.toString().trim().split("\n")));
  const says = (line: string) => eventually(`a worker says ${line}`, () => lines.includes(line));
  const end = (signal: NodeJS.Signals) =>
    new Promise<number | null>((resolve) => {
      child.once("exit", resolve);
      child.kill(signal);
    });
  return { lines, says, end };
}

describe("several processes", () => {
  beforeAll(async () => {
    await test.query("create table pass (repository_id bigint primary key)");
    await test.query("create table overlap (repository_id bigint)");
  });

  it("never work on one repository at the same time, and lose no hint", async () => {
    const workers = [startWorker(3, 15), startWorker(3, 15)];
    await Promise.all(workers.map((worker) => worker.says("ready")));
    const ids = [await newRepository(), await newRepository(), await newRepository()];
    for (let n = 0; n < 40; n++) {
      await Promise.all(ids.map((id) => test.database.work.hint(id, null)));
    }
    await Promise.all(ids.map((id) => isServed(id, 40)));
    expect(await Promise.all(workers.map((worker) => worker.end("SIGTERM")))).toEqual([0, 0]);
    expect(await test.query("select * from overlap")).toEqual([]);
    const passes = workers.flatMap((worker) => worker.lines).filter((line) => line !== "ready");
    expect(passes.length).toBeGreaterThan(ids.length);
    expect(passes.length).toBeLessThan(ids.length * 40);
  }, 60_000);

  it("take up what a killed one was at", async () => {
    const victim = startWorker(1, 600_000);
    await victim.says("ready");
    const id = await newRepository();
    await test.database.work.hint(id, null);
    await victim.says(`begin ${id}`);
    await victim.end("SIGKILL");
    await begin(async () => ({ wakeAt: null }));
    await isServed(id, 1);
    // The job itself ends after what it did is written down.
    const isDone = await eventually("no job is left", async () => {
      return (await test.query("select 1 from graphile_worker.jobs")).length === 0;
    });
    expect(isDone).toBe(true);
  }, 60_000);

  it("take it up also where a sweep met its lock before, and nobody hints", async () => {
    const victim = startWorker(1, 600_000);
    await victim.says("ready");
    const id = await newRepository();
    await test.database.work.enqueueDue(Date.now(), HOUR_MS);
    await victim.says(`begin ${id}`);
    let passes = 0;
    await begin(async () => {
      passes += 1;
      return { wakeAt: null };
    });
    await test.database.work.enqueueDue(Date.now(), HOUR_MS);
    await eventually("it was found busy", async () => {
      const rows = await test.query("select 1 from graphile_worker.jobs where key = $1", [
        `busy:${id}`,
      ]);
      return rows.length > 0;
    });
    await victim.end("SIGKILL");
    expect(await eventually("another pass", () => passes === 1)).toBe(true);
  }, 60_000);

  it("leave the jobs of a living one alone", async () => {
    const worker = startWorker(1, 600_000);
    await worker.says("ready");
    const id = await newRepository();
    await test.database.work.hint(id, null);
    await worker.says(`begin ${id}`);
    let passes = 0;
    const queue = await begin(async () => {
      passes += 1;
      return { wakeAt: null };
    });
    await queue.hint(id);
    await eventually("it was found busy", async () => {
      const rows = await test.query("select 1 from graphile_worker.jobs where key = $1", [
        `busy:${id}`,
      ]);
      return rows.length > 0;
    });
    expect(passes).toBe(0);
    expect(await rowOf(id)).toMatchObject({ served: 0 });
    await worker.end("SIGKILL");
  }, 60_000);
});

describe("stop", () => {
  it("lets the pass in flight end, begins none, and gives the lock back", async () => {
    // PostgreSQL sees a moment later that the worker of the test before was killed.
    await eventually("nobody holds a lock", async () => (await readLocks()).length === 0);
    const held = gate();
    const queue = await begin(held.handler);
    const id = await newRepository();
    await queue.hint(id);
    await held.began(1);
    await queue.hint(id);
    const stopping = queue.stop();
    queues.splice(0);
    const early = await Promise.race([stopping.then(() => "stopped"), Promise.resolve("waiting")]);
    expect(early).toBe("waiting");
    await held.letGo();
    await stopping;
    expect(held.count()).toBe(1);
    expect(await rowOf(id)).toMatchObject({ generation: 2, served: 1 });
    expect(await readLocks()).toEqual([]);
    await begin(async () => ({ wakeAt: null }));
    await isServed(id, 2);
  });
});
