import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, it } from "@jest/globals";
import type { Interpretation } from "../../src/deliveries-port.ts";
import { useDatabase } from "../support/database.ts";
import { deliveryOf, INSTALLATION, repositoryLabel } from "../support/deliveries.ts";

const test = useDatabase();
const NOW = Date.UTC(2026, 10, 27, 12);
const HOUR = 3_600_000;
const LIMITS = { ageMsMax: 10 * HOUR, idleMsMax: 2 * HOUR };
const session = { userId: 7, login: "rita", tokens: Buffer.from("sealed"), createdAt: NOW };
let id = randomBytes(32);
let guids = 0;

beforeEach(async () => {
  await test.query("delete from smallbatch.web_session");
  id = randomBytes(32);
  await test.database.webSessions.create(id, session);
});

async function hear(event: string, changes: Partial<Interpretation>, payload: object = {}) {
  guids += 1;
  const delivery = deliveryOf(`${event}-${guids}`, { hint: false, facts: [], ...changes });
  const sent = { ...delivery, event, payload: Buffer.from(JSON.stringify(payload)) };
  return await test.database.inbox.recordDelivery(sent);
}

async function news(): Promise<number> {
  return (await test.database.viewed.readNews()).get(INSTALLATION) ?? 0;
}

describe("a session", () => {
  it("is found by its hash until it is idle or old", async () => {
    const { webSessions } = test.database;
    const find = (hash: Buffer, at: number) => webSessions.find(hash, at, LIMITS);
    expect(await find(id, NOW)).toEqual(session);
    expect(await find(randomBytes(32), NOW)).toBeNull();
    expect(await find(id, NOW + 2 * HOUR - 1)).toEqual(session);
    // That was a use.
    expect(await find(id, NOW + 4 * HOUR - 2)).toEqual(session);
    expect(await find(id, NOW + 6 * HOUR)).toBeNull();
    for (let hours = 4; hours < 10; hours += 1) await find(id, NOW + hours * HOUR - 2);
    expect(await find(id, NOW + 10 * HOUR)).toBeNull();
  });

  it("is renewed by one at a time", async () => {
    const { webSessions } = test.database;
    const claims = [1, 2, 3, 4].map(() => webSessions.claimRenewal(id, NOW, NOW + 1_000));
    expect((await Promise.all(claims)).filter(Boolean)).toHaveLength(1);
    expect(await webSessions.claimRenewal(id, NOW + 1_000, NOW + 2_000)).toBe(true);
    await webSessions.renew(id, Buffer.from("fresh"));
    expect(await webSessions.claimRenewal(id, NOW, NOW + 1_000)).toBe(true);
    expect(await webSessions.find(id, NOW, LIMITS)).toMatchObject({ tokens: Buffer.from("fresh") });
  });

  it("ends alone, with all of one person, or with time", async () => {
    const { webSessions } = test.database;
    const others = [randomBytes(32), randomBytes(32), randomBytes(32)] as const;
    await webSessions.create(others[0], session);
    await webSessions.create(others[1], { ...session, userId: 8 });
    await webSessions.create(others[2], { ...session, userId: 9, createdAt: NOW + 1 });
    const left = async () =>
      (await test.query("select user_id from smallbatch.web_session order by user_id")).map((row) =>
        Number(row["user_id"]),
      );
    await webSessions.end(id);
    expect(await left()).toEqual([7, 8, 9]);
    await webSessions.endAll(7);
    expect(await left()).toEqual([8, 9]);
    await webSessions.purge(NOW);
    expect(await left()).toEqual([9]);
  });
});

describe("a delivery", () => {
  it.each<[string, string | null, number]>([
    ["repository", "privatized", 1],
    ["repository", "publicized", 1],
    ["repository", "deleted", 1],
    ["repository", "transferred", 1],
    ["member", "removed", 1],
    ["organization", "member_removed", 1],
    ["installation_repositories", "removed", 1],
    ["repository", "edited", 0],
    ["push", null, 0],
    ["issues", "opened", 0],
  ])("of %s %s makes older answers worthless, or not", async (event, action, more) => {
    const before = await news();
    expect(await hear(event, { action })).toBe("recorded");
    expect(await news()).toBe(before + more);
  });

  it("counts once, however often and with how many others it comes", async () => {
    const before = await news();
    const other = INSTALLATION + 1;
    const gone = { action: "deleted", repository: repositoryLabel(42) };
    const sent = [1, 2, 3, 4, 5, 6].map((at) =>
      test.database.inbox.recordDelivery({
        ...deliveryOf(`twice-${at % 3}`, {
          ...gone,
          installationId: at % 3 === 0 ? other : INSTALLATION,
          repository: repositoryLabel(at % 3 === 0 ? 43 : 42),
        }),
        event: "repository",
      }),
    );
    await Promise.all(sent);
    const after = (await news()) - before;
    expect(after).toBeGreaterThanOrEqual(1);
    expect(after).toBeLessThanOrEqual(2);
  });

  it("ends all sessions of who took back what they allowed, and nobody else's", async () => {
    const other = randomBytes(32);
    await test.database.webSessions.create(other, { ...session, userId: 8 });
    const own = { action: "revoked", installationId: null, repository: null };
    const event = "github_app_authorization";
    await hear(event, own, { sender: { id: "7; drop table" } });
    await hear(event, own, {});
    await hear(event, { ...own, action: "granted" }, { sender: { id: 7 } });
    expect(await test.database.webSessions.find(id, NOW, LIMITS)).not.toBeNull();
    expect(await hear(event, own, { sender: { id: 7 } })).toBe("recorded");
    expect(await test.database.webSessions.find(id, NOW, LIMITS)).toBeNull();
    expect(await test.database.webSessions.find(other, NOW, LIMITS)).not.toBeNull();
  });
});
