import { setFlagsFromString } from "node:v8";
import { inflateRawSync } from "node:zlib";
import { afterEach, beforeAll, describe, expect, it } from "@jest/globals";
import { composePages } from "../src/compose-pages.ts";
import { PageThread } from "../src/page-thread.ts";
import { answerAsk } from "../src/web/clock-answer.ts";
import { askedOf } from "../src/web/clock-ask.ts";
import type { ClockAsk } from "../src/web/clock-ask.ts";
import { useDatabase } from "./support/database.ts";
import { eventually } from "./support/eventually.ts";

const test = useDatabase();
const INSTALLATION = 1;
const DAY = 86_400_000;
const NOW = Date.now();
const IDS = [10, 11, 12];

const undo: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const step of undo.splice(0).toReversed()) await step();
});

beforeAll(async () => {
  await test.query("insert into smallbatch.installation (id, account) values (1, 'acme')");
  await test.database.repositories.upsert(
    INSTALLATION,
    IDS.map((id) => ({
      id,
      nodeId: `R_${id}`,
      owner: "acme",
      name: `r${id}`,
      isPrivate: id === 12,
      defaultBranch: "main",
    })),
  );
  for (const id of IDS) {
    await merge(id, [1, 2, 3, 4, 5, 6], NOW - 5 * DAY);
  }
});

async function merge(id: number, numbers: readonly number[], at: number): Promise<void> {
  await test.database.clocksOf(INSTALLATION).keep(id, {
    pulls: numbers.map((number) => ({
      at,
      isWhole: true,
      record: {
        number,
        title: `feat: <i>thing</i> ${number}`,
        kind: "feature" as const,
        authorId: number,
        createdAt: at - number * 3_600_000,
        mergedAt: at,
        mergeSha: `${number}`.repeat(40).slice(0, 40),
        isReleasable: true,
      },
    })),
  });
}

async function askOf(ids: readonly number[], change: Partial<ClockAsk> = {}): Promise<ClockAsk> {
  const shown = askedOf(await test.database.viewed.listOf(INSTALLATION));
  return {
    installationId: INSTALLATION,
    repositories: shown.filter(({ id }) => ids.includes(id)),
    isOne: ids.length === 1,
    days: 28,
    serverUrl: "https://github.com",
    show: { kind: "page" },
    ...change,
  };
}

function startThread(url = test.url, memoryMb?: readonly number[]): PageThread {
  const thread = new PageThread(url, memoryMb);
  undo.push(() => thread.stop());
  return thread;
}

describe("the thread that computes pages", () => {
  it("writes what this process would write, of real rows", async () => {
    const thread = startThread();
    const store = test.database.clocksOf(INSTALLATION);
    for (const ask of [
      await askOf([10]),
      await askOf([10, 11], { days: 60 }),
      await askOf([10], { show: { kind: "number", number: "release" } }),
      await askOf([10], { show: { kind: "rows", number: "capability" } }),
      await askOf([10, 11], { show: { kind: "list", number: "capability" } }),
    ]) {
      const body = await thread.answer(ask, NOW, "person");
      const text = inflateRawSync(body).toString("utf8");
      expect(text).toBe(await answerAsk(store, ask, NOW));
      expect(text).toContain("thing");
    }
    const report = await askOf([10, 11], { show: { kind: "report" } });
    const badge = await askOf([10], { show: { kind: "badge", badge: "cadence" } });
    for (const [ask, said] of [
      [report, '"sentence":"12 pulls merged"'],
      [badge, "null"],
    ] as const) {
      const text = inflateRawSync(await thread.answer(ask, NOW, "person")).toString("utf8");
      expect(text).toBe(await answerAsk(store, ask, NOW));
      expect(text).toContain(said);
    }
  });

  it("writes what this process would write of two windows", async () => {
    const thread = startThread();
    const ended = Math.floor(NOW / DAY) * DAY;
    const middle = ended - 30 * DAY;
    const asked = {
      before: { from: middle - 30 * DAY, to: middle },
      now: { from: middle, to: ended },
      limits: { earliest: ended - 400 * DAY, ended, isWhereRecordsBegin: true },
      startedAt: null,
    };
    const ask = await askOf([10], { days: 30, show: { kind: "comparison", asked } });
    const text = inflateRawSync(await thread.answer(ask, NOW, "person")).toString("utf8");
    const store = test.database.clocksOf(INSTALLATION);
    expect(text).toBe(await answerAsk(store, ask, NOW));
    expect(text).toContain("Work start to merged");
  });

  it("does what somebody waits for first", async () => {
    const thread = startThread();
    const ended: string[] = [];
    const note = (name: string) => () => {
      ended.push(name);
    };
    const ask = await askOf([10]);
    await Promise.all([
      thread.answer(ask, NOW, "ahead").then(note("running")),
      thread.answer(ask, NOW, "ahead").then(note("ahead")),
      thread.answer(ask, NOW, "person").then(note("person")),
    ]);
    expect(ended).toEqual(["running", "person", "ahead"]);
  });

  it("says what failed with its code, and goes on", async () => {
    const thread = startThread("postgres://nobody@127.0.0.1:1/nothing");
    const ask = await askOf([10]);
    await expect(thread.answer(ask, NOW, "person")).rejects.toMatchObject({
      code: "store/unavailable",
    });
    await expect(thread.answer(ask, NOW, "person")).rejects.toMatchObject({
      code: "store/unavailable",
    });
  });

  it("takes more memory for a task that needs it, and no more than it may", async () => {
    // What the process was started with is not the thread's.
    setFlagsFromString("--max-old-space-size=1024");
    const ask = await askOf([10]);
    const small = startThread(test.url, [4]);
    await expect(small.answer(ask, NOW, "person")).rejects.toMatchObject({
      code: "ERR_WORKER_OUT_OF_MEMORY",
    });
    const growing = startThread(test.url, [4, 64]);
    const text = inflateRawSync(await growing.answer(ask, NOW, "person")).toString("utf8");
    expect(text).toBe(await answerAsk(test.database.clocksOf(INSTALLATION), ask, NOW));
  });

  it("gives up what waits when the process stops", async () => {
    const thread = startThread();
    const ask = await askOf([10]);
    const waiting = [thread.answer(ask, NOW, "person"), thread.answer(ask, NOW, "person")];
    const ends = Promise.allSettled(waiting);
    await thread.stop();
    expect((await ends).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    await expect(thread.answer(ask, NOW, "person")).rejects.toThrow("stops");
  });
});

/**
 * Beyond any pace: a text is computed again only after 20 times of what it took, and the first one
 * took the thread's start, too.
 */
const PACED_MS = 60_000;

let aheadMs = 0;
afterEach(() => {
  aheadMs = 0;
});

const open = () =>
  composePages(
    { serverUrl: "https://github.com" },
    {
      database: test.database,
      clock: { now: () => Date.now() + aheadMs },
      logger: { warn: (fields) => expect(fields).toEqual({}) },
      lookMs: 20,
      undo,
    },
  );

describe("pages that are kept ready", () => {
  it("are computed before anybody asks: of each repository, of all, and of the public ones", async () => {
    const texts = open();
    const ready = await eventually("all pages are ready", () => {
      const kept = texts.list();
      return kept.length === 15 && kept.every(({ body }) => body !== null) ? kept : null;
    });
    const sets = (ready ?? []).map(({ ask: { repositories, days } }) => {
      return `${repositories.map(({ id }) => id).join("+")} ${days}`;
    });
    expect(sets.filter((set) => set.endsWith(" 28")).toSorted()).toEqual(
      ["10 28", "11 28", "12 28", "10+11 28", "10+11+12 28"].toSorted(),
    );
  });

  it("show what was recorded meanwhile, and only where it belongs", async () => {
    const texts = open();
    const count = async (ids: readonly number[]): Promise<number> => {
      const { text } = await texts.read(await askOf(ids));
      const [, merged = "-1"] = /Merged pulls<\/a>\s*<\/th>\s*<td[^>]*>\s*(\d+)/.exec(text) ?? [];
      return Number(merged);
    };
    expect(await count([10])).toBe(6);
    expect(await count([11])).toBe(6);
    await merge(10, [7, 8], Date.now() - 1_000);
    aheadMs += PACED_MS;
    await eventually("the merges are on its page", async () => (await count([10])) === 8);
    await eventually("and on that of all", async () => (await count([10, 11, 12])) === 20);
    expect(await count([11])).toBe(6);
  });

  it("are forgotten when the repository may not be shown any more", async () => {
    const texts = open();
    const holds = (id: number) => () =>
      texts
        .list()
        .some(({ ask, body }) => body !== null && ask.repositories.some((one) => one.id === id));
    await eventually("it is ready", holds(11));
    await test.query("update smallbatch.repository set removed_at = now() where id = 11");
    await merge(10, [9], Date.now() - 1_000);
    await merge(11, [9], Date.now() - 1_000);
    texts.noteChanges(new Set([11]));
    aheadMs += PACED_MS;
    await eventually("it is forgotten", () => !holds(11)());
    expect(holds(10)()).toBe(true);
  });
});
