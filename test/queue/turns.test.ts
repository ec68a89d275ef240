import { expect, it } from "@jest/globals";
import { startQueue } from "../../src/queue/queue.ts";
import { useDatabase } from "../support/database.ts";
import { repositoryLabel } from "../support/deliveries.ts";
import { eventually } from "../support/eventually.ts";

const test = useDatabase();
const HOUR_MS = 3_600_000;
const FLOODING = 1;
const OTHER = 2;
const FLOOD = 150;
const ignore = () => {};

/** Ids count up, so that by id, as by time, the flood would be served first. */
async function add(installationId: number, from: number, count: number): Promise<number[]> {
  const ids = Array.from({ length: count }, (_, at) => from + at);
  await test.query("insert into smallbatch.installation (id) values ($1) on conflict do nothing", [
    installationId,
  ]);
  await test.database.repositories.upsert(
    installationId,
    ids.map((id) => repositoryLabel(id)),
  );
  return ids;
}

async function serveAll(): Promise<number[]> {
  const order: number[] = [];
  // The queue's own sweep has just been done: it only serves what is queued.
  await test.database.sweeps.takeTurn("due", 0, Date.now());
  const rows = await test.query("select count(*)::int as jobs from graphile_worker.jobs");
  const queue = await startQueue({
    database: test.database,
    handler: (id) => {
      order.push(id);
      return Promise.resolve({ wakeAt: null });
    },
    concurrency: 1,
    sweepPeriodMs: HOUR_MS,
    clock: { now: () => Date.now() },
    logger: { debug: ignore, info: ignore, warn: ignore, error: ignore },
  });
  await eventually("all is served", () => Promise.resolve(order.length === rows[0]?.["jobs"]));
  await queue.stop();
  return order;
}

it("lets who asks for little go before a flood, and hints before routine looks", async () => {
  const routine = await add(OTHER, 100, 5);
  await test.database.work.enqueueDue(Date.now(), HOUR_MS);
  const flood = await add(FLOODING, 1_000, FLOOD);
  for (const id of flood) await test.database.work.hint(id, null);
  const late = await add(OTHER, 5_000, 3);
  for (const id of [...late, routine[4] ?? 0]) await test.database.work.hint(id, null);

  const order = await serveAll();
  expect(order).toHaveLength(routine.length + FLOOD + late.length);
  // The first of the flood asked for as little as they did, and came earlier.
  const others = [...late, routine[4]].map((id) => order.indexOf(id ?? 0));
  expect(Math.max(...others)).toBeLessThan(10);
  expect(order.slice(-4)).toEqual(routine.slice(0, 4));
  const seen = order.filter((id) => id >= 1_000 && id < 5_000);
  expect(seen).toEqual(flood);
});

it("lets a hint that waited for minutes go first, whoever else asks", async () => {
  const flood = await add(FLOODING, 10_000, FLOOD);
  for (const id of flood) await test.database.work.hint(id, null);
  const last = flood.at(-1) ?? 0;
  await test.query(
    "update smallbatch.repository set hinted_at = now() - interval '3 minutes' where id = $1",
    [last],
  );
  await test.database.work.enqueueDue(Date.now(), HOUR_MS);
  expect((await serveAll())[0]).toBe(last);
});
