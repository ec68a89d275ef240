import { describe, expect, it } from "@jest/globals";
import { openClockForge } from "../../src/github/clock-reading.ts";
import { listRecent, readNews } from "../../src/reconcile/clock-news.ts";
import { readPast } from "../../src/reconcile/clocks.ts";
import { DAY_MS, MINUTE_MS, useBench } from "../github/bench.ts";
import type { Subject } from "../github/bench.ts";
import { useDatabase } from "../support/database.ts";
import { deliveryOf, INSTALLATION } from "../support/deliveries.ts";

const bench = useBench();
const test = useDatabase();

const ALWAYS = { from: 0, to: 9_000_000_000_000 };
const clocks = () => test.database.clocksOf(INSTALLATION);
const clock = { now: () => bench.time.now };
const silent = (): undefined => undefined;

/** Known, and read once. */
async function enter(subject: Subject): Promise<void> {
  const { id, owner, name } = subject.ref;
  const label = { id, owner, name, nodeId: `R_${id}`, isPrivate: false, defaultBranch: "main" };
  await test.database.inbox.recordDelivery(deliveryOf(`d-${id}`, { repository: label }));
  await readPast({
    forge: openClockForge(bench.client()),
    store: clocks(),
    clock,
    repository: subject.ref,
    branches: ["main"],
    pagesMax: 100,
  });
}

let facts = 0;

/** As a delivery would. */
async function tell(subject: Subject, kind: string): Promise<void> {
  facts += 1;
  const fact = { key: `n-${facts}`, repositoryId: subject.ref.id, kind, subject: "1", at: 0 };
  const store = test.database.forInstallation(INSTALLATION);
  await store.recordFacts([{ ...fact, actorId: null, data: {} }]);
}

const turn = (
  more: Partial<Pick<Parameters<typeof readNews>[0], "forgeOf" | "signal">> = {},
  warn: (fields: object) => void = silent,
): Promise<void> =>
  readNews({
    database: test.database,
    forgeOf: () => openClockForge(bench.client()),
    clock,
    logger: { debug: silent, info: silent, warn, error: silent },
    signal: new AbortController().signal,
    ...more,
  });

const records = ({ ref }: Subject) => clocks().readRecords([ref.id], ALWAYS);

describe("what the clocks are told of", () => {
  it("is on record after one request, and nothing is asked where nothing was told", async () => {
    const subject = await bench.open({ release: "v1.0.0" });
    await enter(subject);
    const { number } = await subject.merge("feat: x");
    expect(await subject.requestsOf(() => turn())).toEqual([]);
    await tell(subject, "check.completed");
    expect(await subject.requestsOf(() => turn())).toEqual([]);
    await tell(subject, "pull.merged");
    await tell(subject, "review.submitted");
    expect(await subject.requestsOf(() => turn())).toEqual(["POST /graphql"]);
    expect((await records(subject)).pulls).toMatchObject([{ number, mergedAt: bench.time.now }]);
    await subject.release("v1.1.0");
    await tell(subject, "release.published");
    await turn();
    expect((await records(subject)).releases).toMatchObject([
      { tag: "v1.0.0" },
      { tag: "v1.1.0", carries: [{ pull: number }] },
    ]);
  });

  it("is read together where it is told again and again", async () => {
    const subject = await bench.open();
    await enter(subject);
    await tell(subject, "issue.opened");
    expect(await subject.requestsOf(() => turn())).toHaveLength(1);
    await tell(subject, "issue.labeled");
    await tell(subject, "issue.labeled");
    expect(await subject.requestsOf(() => turn())).toHaveLength(0);
    bench.time.now += MINUTE_MS;
    expect(await subject.requestsOf(() => turn())).toHaveLength(1);
    expect(await subject.requestsOf(() => turn())).toHaveLength(0);
  });

  it("waits for the first reading, which finds all of it", async () => {
    const subject = await bench.open();
    const { id, owner, name } = subject.ref;
    const label = { id, owner, name, nodeId: `R_${id}`, isPrivate: false, defaultBranch: "main" };
    await test.database.inbox.recordDelivery(deliveryOf(`d-${id}`, { repository: label }));
    await tell(subject, "pull.merged");
    expect(await subject.requestsOf(() => turn())).toEqual([]);
  });

  it("is left to the sweep where GitHub does not answer, and hides no other", async () => {
    const [bad, good] = [await bench.open(), await bench.open()];
    for (const subject of [bad, good]) {
      await enter(subject);
      await subject.merge("feat: x");
      await tell(subject, "pull.merged");
    }
    const warnings: object[] = [];
    const forge = openClockForge(bench.client());
    const forgeOf = () => ({
      ...forge,
      readPulls: (...asked: Parameters<typeof forge.readPulls>) =>
        asked[0].id === bad.ref.id ? Promise.reject(new Error("gone")) : forge.readPulls(...asked),
    });
    await turn({ forgeOf }, (fields) => void warnings.push(fields));
    expect(warnings).toMatchObject([{ repositoryId: bad.ref.id, part: "pulls" }]);
    expect((await records(good)).pulls).toHaveLength(1);
    expect((await records(bad)).pulls).toEqual([]);
    bench.time.now += MINUTE_MS;
    await test.query("update smallbatch.repository set last_reconciled_at = to_timestamp(0)");
    expect(
      (await test.database.listClockDuties(bench.time.now, 100)).map(({ id }) => id),
    ).toContain(bad.ref.id);
  });

  it("is taken by one replica, and given back by one that died", async () => {
    const subject = await bench.open();
    await enter(subject);
    await tell(subject, "pull.merged");
    const take = () => test.database.takeClockNews(bench.time.now, 10);
    const both = (await Promise.all([take(), take()])).flat();
    expect(both).toMatchObject([{ id: subject.ref.id, told: [{ part: "pulls", asks: 1 }] }]);
    bench.time.now += MINUTE_MS;
    expect(await take()).toHaveLength(1);
    await turn({ signal: AbortSignal.abort() });
    bench.time.now += MINUTE_MS;
    await turn();
    bench.time.now += MINUTE_MS;
    expect(await take()).toEqual([]);
  });

  it("is what a look saw, where no delivery came", async () => {
    const subject = await bench.open({ release: "v1.0.0" });
    await enter(subject);
    const { number } = await subject.merge("feat: x");
    await subject.release("v1.1.0");
    const state = await subject.observe();
    const seen = listRecent([{ state }], bench.time.now);
    expect(seen).toEqual({
      merged: [number],
      releases: [
        { tag: "v1.1.0", checks: "none" },
        { tag: "v1.0.0", checks: "none" },
      ],
    });
    const nothing = { merged: [], releases: [] };
    expect(listRecent([{ state }], bench.time.now + 2 * DAY_MS)).toEqual(nothing);
    await clocks().tellLook(subject.ref.id, seen);
    await turn();
    expect((await records(subject)).releases).toHaveLength(2);
    bench.time.now += MINUTE_MS;
    await clocks().tellLook(subject.ref.id, seen);
    await clocks().tellLook(subject.ref.id, nothing);
    expect(await subject.requestsOf(() => turn())).toEqual([]);
    // What its publishing started is done since.
    const green = [{ tag: "v1.1.0", checks: "green" }];
    await clocks().tellLook(subject.ref.id, { merged: [], releases: green });
    expect(await subject.requestsOf(() => turn())).toHaveLength(1);
  });
});
