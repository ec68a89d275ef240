import { beforeEach, describe, expect, it } from "@jest/globals";
import type { Awaited } from "../../src/core/action.ts";
import type { CheckNews, Interpretation } from "../../src/deliveries-port.ts";
import { useDatabase } from "../support/database.ts";
import { deliveryOf, repositoryLabel } from "../support/deliveries.ts";

const test = useDatabase();
const HEAD = "a".repeat(40);
const NEXT = "b".repeat(40);
const RELEASED = "c".repeat(40);
/** Far enough away that no test meets the end of a quiet time. */
const QUIET_MS = 3_600_000;
let deliveries = 0;
let repositoryId = 1_000;

beforeEach(() => {
  repositoryId += 1;
});

async function deliver(changes: Partial<Interpretation>): Promise<void> {
  deliveries += 1;
  await test.database.inbox.recordDelivery(
    deliveryOf(`d-${deliveries}`, {
      repository: repositoryLabel(repositoryId),
      facts: [],
      ...changes,
    }),
  );
}

/** `open` is no hint, as GitHub's `check_run.created` is none. */
async function hear(
  context: string,
  what: "open" | "finish",
  change: Partial<CheckNews> = {},
): Promise<void> {
  const isFinished = what === "finish";
  const check = { sha: HEAD, context, appId: 15_368, id: 1, isFinished, ...change };
  await deliver({ check, hint: isFinished });
}

async function begin(): Promise<number> {
  const row = await test.database.work.beginWork(repositoryId, Date.now());
  return row?.generation ?? 0;
}

async function end(
  generation: number,
  awaits: readonly Awaited[],
  wakeAt: number | null = null,
): Promise<string> {
  const now = Date.now();
  const quietUntil = awaits.length === 0 ? null : now + QUIET_MS;
  return await test.database.work.endWork({
    repositoryId,
    generation,
    end: { kind: "served", wakeAt, awaits, quietUntil },
    now,
  });
}

const awaited = (contexts: string[], change: Partial<Awaited> = {}): Awaited => ({
  sha: HEAD,
  contexts,
  isHead: true,
  ...change,
});

/** A look came to its end and awaits this; its job is done. */
async function looked(awaits: readonly Awaited[]): Promise<void> {
  await deliver({});
  await end(await begin(), awaits);
  await test.query("delete from graphile_worker._private_jobs");
}

/** When the next look is queued for. */
async function nextLook(): Promise<"none" | "now" | "later"> {
  const rows = await test.query(
    "select run_at <= now() as due from graphile_worker.jobs where key = $1",
    [`repository:${repositoryId}`],
  );
  return rows[0] === undefined ? "none" : rows[0]["due"] === true ? "now" : "later";
}

describe("a hint of a delivery", () => {
  it("is at once where nothing is awaited", async () => {
    await looked([]);
    await deliver({});
    expect(await nextLook()).toBe("now");
  });

  it("is for later while checks are pending", async () => {
    await looked([awaited(["a", "b"])]);
    await deliver({});
    expect(await nextLook()).toBe("later");
    await hear("a", "finish");
    expect(await nextLook()).toBe("later");
  });

  it("is at once when the last pending check has ended, in whatever order", async () => {
    await looked([awaited(["a", "b"])]);
    await hear("b", "finish");
    await hear("a", "finish");
    expect(await nextLook()).toBe("now");
  });

  it("is for later where a check was opened that the look did not know", async () => {
    await looked([awaited(["a"])]);
    await hear("late", "open");
    await hear("a", "finish");
    expect(await nextLook()).toBe("later");
    await hear("late", "finish");
    expect(await nextLook()).toBe("now");
  });

  it("takes a check that began after its end, as heard, for ended", async () => {
    await looked([awaited(["a", "b"])]);
    await hear("a", "finish", { id: 7 });
    await hear("a", "open", { id: 7 });
    await hear("b", "finish", { id: 8 });
    expect(await nextLook()).toBe("now");
  });

  it("waits again for a check that is run again, and not for the end of its first run", async () => {
    await looked([awaited(["a", "b"])]);
    await hear("a", "finish", { id: 7 });
    await hear("a", "open", { id: 9 });
    await hear("a", "finish", { id: 7 });
    await hear("b", "finish", { id: 8 });
    expect(await nextLook()).toBe("later");
    await hear("a", "finish", { id: 9 });
    expect(await nextLook()).toBe("now");
  });

  it("knows checks of two Apps by one name apart", async () => {
    await looked([awaited(["a"])]);
    await hear("a", "open", { appId: 2 });
    await hear("a", "finish", { appId: 1 });
    expect(await nextLook()).toBe("later");
    await hear("a", "finish", { appId: 2 });
    expect(await nextLook()).toBe("now");
  });

  it("counts the first check to end, where any first one is awaited", async () => {
    await looked([awaited([])]);
    await deliver({});
    expect(await nextLook()).toBe("later");
    await hear("whatever", "finish", { appId: null });
    expect(await nextLook()).toBe("now");
  });

  it("does not count checks of another commit", async () => {
    await looked([awaited(["a"])]);
    await hear("a", "finish", { sha: NEXT });
    expect(await nextLook()).toBe("later");
  });

  it("is at once only when each of several commits is done", async () => {
    await looked([awaited(["a"]), awaited(["npm"], { sha: RELEASED, isHead: false })]);
    await hear("a", "finish");
    expect(await nextLook()).toBe("later");
    await hear("npm", "finish", { sha: RELEASED });
    expect(await nextLook()).toBe("now");
  });

  it("awaits the same on a new head, of which checks may have been heard before", async () => {
    await looked([awaited(["a", "b"]), awaited(["npm"], { sha: RELEASED, isHead: false })]);
    await hear("a", "finish", { sha: NEXT });
    await deliver({ push: { before: HEAD, after: NEXT } });
    await hear("npm", "finish", { sha: RELEASED });
    await hear("b", "finish", { sha: HEAD });
    expect(await nextLook()).toBe("later");
    await hear("b", "finish", { sha: NEXT });
    expect(await nextLook()).toBe("now");
  });

  it("stays with the head where another branch is pushed", async () => {
    await looked([awaited(["a"])]);
    await deliver({ push: { before: RELEASED, after: NEXT } });
    await hear("a", "finish");
    expect(await nextLook()).toBe("now");
  });

  it("by hand is at once, whatever is pending", async () => {
    await looked([awaited(["a"])]);
    await test.database.work.hint(repositoryId, null);
    expect(await nextLook()).toBe("now");
  });
});

describe("the end of a look", () => {
  it("looks again at once where its checks ended meanwhile", async () => {
    const generation = await begin();
    await hear("a", "finish");
    expect(await end(generation, [awaited(["a"])])).toBe("again");
  });

  it("keeps quiet where some of its checks ended meanwhile, and knows them later", async () => {
    await deliver({});
    const generation = await begin();
    await hear("a", "finish");
    await test.query("delete from graphile_worker._private_jobs");
    expect(await end(generation, [awaited(["a", "b"])])).toBe("done");
    expect(await nextLook()).toBe("later");
    await hear("b", "finish");
    expect(await nextLook()).toBe("now");
  });

  it("does not take for news what was heard before it began", async () => {
    await hear("a", "finish");
    const generation = await begin();
    // Run again, and its delivery is lost: GitHub says pending.
    expect(await end(generation, [awaited(["a"])])).toBe("done");
    await test.query("delete from graphile_worker._private_jobs");
    await deliver({});
    expect(await nextLook()).toBe("later");
  });

  it("forgets what it has seen", async () => {
    await hear("a", "finish");
    await end(await begin(), []);
    const rows = await test.query("select 1 from smallbatch.heard_check where repository_id = $1", [
      repositoryId,
    ]);
    expect(rows).toEqual([]);
  });

  it("looks again at once after a hint, where nothing is pending", async () => {
    const generation = await begin();
    await deliver({});
    expect(await end(generation, [])).toBe("again");
  });

  it("wakes no earlier than the quiet time lasts", async () => {
    await deliver({});
    await test.query("delete from graphile_worker._private_jobs");
    await end(await begin(), [awaited(["a"])], Date.now());
    expect(await nextLook()).toBe("later");
  });
});
