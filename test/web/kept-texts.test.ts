import { describe, expect, it } from "@jest/globals";
import type { ClockAsk } from "../../src/web/clock-ask.ts";
import { askedOf, keyOfAsk } from "../../src/web/clock-ask.ts";
import { KeptTexts, packText, TooManyAsks } from "../../src/web/kept-texts.ts";
import type { AnswerAsk } from "../../src/web/kept-texts.ts";

const MINUTE = 60_000;
const T0 = Date.UTC(2026, 10, 28, 12);

const repository = (id: number) => {
  return { id, owner: "acme", name: `r${id}`, isPrivate: false, defaultBranch: "main" };
};

function ask(ids: readonly number[], change: Partial<ClockAsk> = {}): ClockAsk {
  return {
    installationId: 1,
    repositories: askedOf(ids.map(repository)),
    isOne: false,
    days: 28,
    serverUrl: "https://github.com",
    show: { kind: "page" },
    ...change,
  };
}

function comparisons(): ClockAsk[] {
  const asked = {
    before: { from: 10, to: 20 },
    now: { from: 20, to: 30 },
    limits: { earliest: 5, ended: 40, isWhereRecordsBegin: true },
    startedAt: null,
  };
  const { before, now, limits } = asked;
  return [
    asked,
    { ...asked, before: { ...before, from: 9 } },
    { ...asked, before: { ...before, to: 19 } },
    { ...asked, now: { ...now, from: 21 } },
    { ...asked, now: { ...now, to: 31 } },
    { ...asked, limits: { ...limits, earliest: 6 } },
    { ...asked, limits: { ...limits, ended: 41 } },
    { ...asked, limits: { ...limits, isWhereRecordsBegin: false } },
    { ...asked, startedAt: 20 },
  ].map((each) => ask([1], { show: { kind: "comparison", asked: each } }));
}

/** Each text says how many were computed before it, and as of when. */
function world() {
  const time = { now: T0 };
  const made: string[] = [];
  let fails = false;
  const answer: AnswerAsk = async ({ repositories }, asOf, urgency) => {
    await Promise.resolve();
    if (fails) throw new Error("no database");
    const name = `${repositories.map(({ id }) => id).join("+")} ${(asOf - T0) / 1_000} ${urgency}`;
    made.push(name);
    return packText(`é ${name}`);
  };
  const texts = new KeptTexts(answer, () => time.now);
  return {
    time,
    made,
    texts,
    failing: (is: boolean) => {
      fails = is;
    },
  };
}

describe("what is kept of a page", () => {
  it("is computed once for all who see the same repositories, in whatever order", async () => {
    const { texts, made } = world();
    const all = await Promise.all([texts.read(ask([1, 2])), texts.read(ask([2, 1]))]);
    expect(all.map(({ text }) => text)).toEqual(["é 1+2 0 person", "é 1+2 0 person"]);
    await texts.read(ask([2, 1]));
    expect(made).toEqual(["1+2 0 person"]);
  });

  it("is never given to somebody who sees others", async () => {
    const { texts } = world();
    await texts.read(ask([1, 2]));
    expect((await texts.read(ask([1]))).text).toBe("é 1 0 person");
  });

  it("differs with everything that stands in it", () => {
    const [one] = ask([1]).repositories;
    const asks = [
      ask([1]),
      ask([1], { isOne: true }),
      ask([1], { days: 60 }),
      ask([1], { installationId: 2 }),
      ask([1], { serverUrl: "https://ghe.example.com" }),
      ask([1], { show: { kind: "number", number: "release" } }),
      ask([1], { show: { kind: "rows", number: "release" } }),
      ask([1], { show: { kind: "rows", number: "capability" } }),
      ask([1], { show: { kind: "list", number: "capability" } }),
      ask([1], { show: { kind: "report" } }),
      ask([1], { show: { kind: "badge", badge: "cadence" } }),
      ask([1], { show: { kind: "badge", badge: "released-by" } }),
      ask([1], { show: { kind: "compared", before: { from: 1, to: 2 }, now: { from: 2, to: 3 } } }),
      ask([1], { show: { kind: "compared", before: { from: 1, to: 2 }, now: { from: 2, to: 4 } } }),
      ...comparisons(),
      ask([1], { repositories: [{ ...repository(1), name: "renamed" }] }),
      ask([1], { repositories: [{ ...repository(1), isPrivate: true }] }),
      ask([1], { repositories: [{ ...repository(1), defaultBranch: null }] }),
    ];
    expect(one).not.toHaveProperty("permission");
    expect(new Set(asks.map(keyOfAsk)).size).toBe(asks.length);
  });

  it("is believed within its minute where nobody tells of changes", async () => {
    const { texts, time } = world();
    await texts.read(ask([1]));
    time.now += MINUTE - 1;
    expect((await texts.read(ask([1]))).asOf).toBe(T0);
    time.now += 1;
    expect((await texts.read(ask([1]))).asOf).toBe(T0 + MINUTE);
  });

  it("is as of the beginning of the minute for programs, whose answers have to fit", async () => {
    const { texts, time } = world();
    texts.watch();
    time.now += 20_500;
    const { asOf } = await texts.read(ask([1], { show: { kind: "report" } }));
    time.now += 20_000;
    const rows = await texts.read(ask([1], { show: { kind: "list", number: "release" } }));
    expect([asOf, rows.asOf]).toEqual([T0, T0]);
    const page = await texts.read(ask([1], { show: { kind: "number", number: "release" } }));
    expect(page.asOf).toBe(T0 + 41_000);
    time.now = T0 + MINUTE;
    expect((await texts.read(ask([1], { show: { kind: "report" } }))).asOf).toBe(time.now);
  });

  it("stays until its records change, and not for long then", async () => {
    const { texts, time } = world();
    texts.watch();
    await texts.read(ask([1, 2]));
    await texts.read(ask([3]));
    time.now += 20 * MINUTE;
    texts.noteChanges(new Set([2]));
    time.now += MINUTE - 1;
    expect((await texts.read(ask([1, 2]))).asOf).toBe(T0);
    time.now += 1;
    expect((await texts.read(ask([1, 2]))).asOf).toBe(time.now);
    expect((await texts.read(ask([3]))).asOf).toBe(T0);
    time.now += 40 * MINUTE;
    expect((await texts.read(ask([3]))).asOf).toBe(time.now);
  });

  it("is as of no instant before now, and computed once more after a change", async () => {
    const { texts, time } = world();
    texts.watch();
    time.now += 700;
    const first = await texts.renew(ask([1]));
    expect([first.asOf, first.againAt]).toEqual([T0 + 1_000, null]);
    texts.noteChanges(new Set([1]));
    const changed = await texts.renew(ask([1]));
    // A merge of this second, or of a clock that is ahead of ours, may be missing until then.
    expect([changed.changedAt, changed.againAt]).toEqual([null, time.now + MINUTE]);
    time.now += MINUTE;
    expect((await texts.renew(ask([1]))).againAt).toBeNull();
  });

  it("is old at once where records changed while it was computed", async () => {
    const { time } = world();
    let open: ((body: Uint8Array<ArrayBuffer>) => void) | null = null;
    const texts = new KeptTexts(
      () =>
        new Promise((resolve) => {
          open = resolve;
        }),
      () => time.now,
    );
    texts.watch();
    const reading = texts.renew(ask([1]));
    texts.noteChanges(new Set([1]));
    (open as ((body: Uint8Array<ArrayBuffer>) => void) | null)?.(packText("before"));
    expect((await reading).changedAt).toBe(T0);
  });

  it("is asked for again where it could not be computed", async () => {
    const { texts, failing } = world();
    failing(true);
    await expect(texts.read(ask([1]))).rejects.toThrow("no database");
    expect(texts.list()[0]?.failedAt).toBe(T0);
    failing(false);
    expect((await texts.read(ask([1]))).text).toBe("é 1 0 person");
  });

  it("keeps no more people waiting than are served soon", async () => {
    let done: (() => void) | null = null;
    const gate = new Promise<void>((resolve) => {
      done = resolve;
    });
    const texts = new KeptTexts(
      async () => {
        await gate;
        return packText("late");
      },
      () => T0,
    );
    const waiting = Array.from({ length: 32 }, (_, at) => texts.read(ask([at + 1])));
    await expect(texts.read(ask([99]))).rejects.toThrow(TooManyAsks);
    (done as (() => void) | null)?.();
    expect((await Promise.all(waiting)).map(({ text }) => text)).toContain("late");
    expect((await texts.read(ask([99]))).text).toBe("late");
  });

  it("holds no more than its share of memory: what nobody asks for goes first", async () => {
    const texts = new KeptTexts(
      () => Promise.resolve(new Uint8Array(2 ** 20)),
      () => T0,
    );
    for (let id = 1; id <= 40; id += 1) await texts.renew(ask([id]));
    const kept = texts.list().map(({ ask: { repositories } }) => repositories[0]?.id);
    expect(kept.at(-1)).toBe(40);
    expect(kept.length).toBeGreaterThan(25);
    expect(kept.length).toBeLessThan(32);
    expect(kept).not.toContain(1);
  });
});
