import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { Pool } from "pg";
import { tryLock } from "../../src/queue/session-lock.ts";
import { useDatabase } from "../support/database.ts";

const test = useDatabase();
let pool: Pool;

beforeEach(() => {
  pool = new Pool({ connectionString: test.url, max: 2 });
});

afterEach(() => pool.end());

it("is held by one session at a time, and can be taken again", async () => {
  const lock = await tryLock(pool, "a");
  expect(lock?.isHeld()).toBe(true);
  expect(await tryLock(pool, "a")).toBeNull();
  expect((await (await tryLock(pool, "b"))?.release()) ?? "released").toBe("released");
  await lock?.release();
  const again = await tryLock(pool, "a");
  expect(again?.isHeld()).toBe(true);
  await again?.release();
});

it("makes PostgreSQL ask within half a minute whether the machine behind it is still there", async () => {
  const lock = await tryLock(pool, "c");
  await lock?.release();
  // On the connection that had it: the only one of the pool.
  const { rows } = await pool.query<{ name: string; setting: string }>(
    "select name, setting from pg_settings where name like 'tcp_keepalives%' order by name",
  );
  expect(rows.map(({ name, setting }) => [name, Number(setting)])).toEqual([
    ["tcp_keepalives_count", 3],
    ["tcp_keepalives_idle", 10],
    ["tcp_keepalives_interval", 5],
  ]);
});
