import { describe, expect, it } from "@jest/globals";
import { Client } from "pg";
import { openDatabase } from "../../src/store/database.ts";
import { useDatabase } from "../support/database.ts";
import { INSTALLATION, deliveryOf, factOf, repositoryLabel } from "../support/deliveries.ts";
import { eventually } from "../support/eventually.ts";

const test = useDatabase();
const DAY_MS = 86_400_000;
const NOW = 1_767_600_000_000;

/** Everything that a delivery may have changed. */
async function world() {
  const rows = await test.query(`select
    (select count(*)::int from smallbatch.delivery) as deliveries,
    (select count(*)::int from smallbatch.fact) as facts,
    (select count(*)::int from graphile_worker.jobs) as jobs,
    (select json_object_agg(id, generation) from smallbatch.repository) as generations`);
  return rows[0];
}

async function repositoryRow(id: number) {
  const rows = await test.query("select * from smallbatch.repository where id = $1", [id]);
  return rows[0];
}

function change(state: "created" | "deleted" | "suspended" | "unsuspended", ids: number[]) {
  return {
    lifecycle: {
      kind: "installation" as const,
      state,
      account: "acme",
      permissions: { contents: "write" },
      repositories: ids.map((id) => repositoryLabel(id, { defaultBranch: null })),
    },
  };
}

async function standstill(id: number) {
  return (await test.database.work.beginWork(id, NOW))?.standstill ?? null;
}

async function payloadOf(guid: string) {
  const rows = await test.query("select payload from smallbatch.delivery where guid = $1", [guid]);
  return rows[0] === undefined ? "gone" : rows[0]["payload"] === null ? "empty" : "kept";
}

describe("recordDelivery", () => {
  it("keeps delivery, label, fact and a queued hint together", async () => {
    expect(await test.database.inbox.recordDelivery(deliveryOf("a"))).toBe("recorded");
    expect(await world()).toEqual({ deliveries: 1, facts: 1, jobs: 1, generations: { 42: 1 } });
    expect(await test.database.repositories.find(42)).toEqual({
      ...repositoryLabel(42),
      installationId: INSTALLATION,
    });
  });

  it("changes nothing for a GUID that is here already", async () => {
    const before = await world();
    const again = deliveryOf("a", { repository: repositoryLabel(43) });
    expect(await test.database.inbox.recordDelivery(again)).toBe("duplicate");
    expect(await world()).toEqual(before);
  });

  it("keeps one of two that arrive at the same moment", async () => {
    const outcomes = await Promise.all(
      Array.from({ length: 8 }, () => test.database.inbox.recordDelivery(deliveryOf("twin"))),
    );
    expect(outcomes.toSorted()).toEqual([
      ...Array.from({ length: 7 }, () => "duplicate"),
      "recorded",
    ]);
  });

  it("raises the generation with every hint and keeps one job", async () => {
    const before = (await repositoryRow(42))?.["generation"];
    await Promise.all(
      ["b", "c", "d"].map((guid) => test.database.inbox.recordDelivery(deliveryOf(guid))),
    );
    expect(Number((await repositoryRow(42))?.["generation"])).toBe(Number(before) + 3);
    expect(await test.query("select 1 from graphile_worker.jobs")).toHaveLength(1);
  });

  it("takes what a bot made for news, unless the ledger says that it was us", async () => {
    const sha = "c".repeat(40);
    await test.query(
      `insert into smallbatch.release (repository_id, tag, installation_id, branch, component,
        channel, sha, state, card)
      values (42, 'v9.0.0', $1, 'main', '', 'stable', $2, 'intended', '{}')`,
      [INSTALLATION, sha],
    );
    const before = Number((await repositoryRow(42))?.["generation"]);
    for (const [guid, tag, commit] of [
      ["own-tag", "v9.0.0", sha],
      ["own-release", "v9.0.0", null],
    ] as const) {
      await test.database.inbox.recordDelivery(deliveryOf(guid, { echoOf: { tag, sha: commit } }));
    }
    expect(Number((await repositoryRow(42))?.["generation"])).toBe(before);
    for (const [guid, tag, commit] of [
      ["moved-tag", "v9.0.0", "d".repeat(40)],
      ["other-release", "v9.0.1", null],
    ] as const) {
      await test.database.inbox.recordDelivery(deliveryOf(guid, { echoOf: { tag, sha: commit } }));
    }
    expect(Number((await repositoryRow(42))?.["generation"])).toBe(before + 2);
  });

  it("keeps nothing at all where PostgreSQL breaks off in between", async () => {
    const before = await world();
    const blocker = new Client({ connectionString: test.url });
    await blocker.connect();
    await blocker.query("begin");
    await blocker.query("select 1 from smallbatch.repository where id = 42 for update");
    const recording = test.database.inbox.recordDelivery(deliveryOf("cut"));
    const failure = recording.then(
      () => null,
      (error: unknown) => error,
    );
    // It has inserted the delivery and waits for the repository's row.
    await eventually("the recording waits", async () => {
      const rows = await test.query(`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and wait_event_type = 'Lock'`);
      return rows.length > 0;
    });
    expect(await failure).toMatchObject({ code: "store/unavailable", retry: { kind: "backoff" } });
    await blocker.query("rollback");
    await blocker.end();
    expect(await world()).toEqual(before);
    expect(await test.database.inbox.recordDelivery(deliveryOf("cut"))).toBe("recorded");
  });

  it("keeps a payload as it came, escapes that jsonb refuses included", async () => {
    const rows = await test.query(
      "select payload::text as text from smallbatch.delivery where guid = 'a'",
    );
    expect(rows[0]?.["text"]).toBe(String.raw`{"zen":"a \u0000 b"}`);
  });

  it("follows a rename and a transfer, and forgets no default branch", async () => {
    const label = repositoryLabel(42, { owner: "other", name: "gears", defaultBranch: null });
    await test.database.inbox.recordDelivery(
      deliveryOf("moved", { installationId: 77, repository: label }),
    );
    expect(await test.database.repositories.find(42)).toEqual({
      ...label,
      defaultBranch: "main",
      installationId: 77,
    });
    await test.database.inbox.recordDelivery(deliveryOf("back"));
  });

  it("keeps a delivery about the App itself", async () => {
    const ping = deliveryOf("ping", {
      installationId: null,
      repository: null,
      facts: [],
      hint: false,
    });
    expect(await test.database.inbox.recordDelivery(ping)).toBe("recorded");
  });

  it("knows which deliveries arrived", async () => {
    expect(await test.database.inbox.findKnown(["a", "nope", "b"])).toEqual(new Set(["a", "b"]));
    expect(await test.database.inbox.readNewestAt()).toBe(NOW);
  });
});

function other(id: number, guid: string, changes: Parameters<typeof deliveryOf>[1] = {}) {
  return deliveryOf(guid, { repository: repositoryLabel(id), facts: [], ...changes });
}

describe("deliveries that arrive together", () => {
  it("are kept in few transactions, each with its payload", async () => {
    const guids = Array.from({ length: 100 }, (_, at) => `together-${at}`);
    const outcomes = await Promise.all(
      guids.map((guid, at) =>
        test.database.inbox.recordDelivery({
          ...other(700 + (at % 7), guid),
          payload: Buffer.from(JSON.stringify({ at, text: "ä€".repeat(at) })),
        }),
      ),
    );
    expect(new Set(outcomes)).toEqual(new Set(["recorded"]));
    const rows = await test.query(
      `select count(distinct xmin::text)::int as transactions,
        json_agg(payload->>'text' order by received_at, (payload->>'at')::int) as texts
      from smallbatch.delivery where guid like 'together-%'`,
    );
    expect(rows[0]?.["texts"]).toEqual(guids.map((_, at) => "ä€".repeat(at)));
    expect(rows[0]?.["transactions"]).toBeLessThan(10);
    expect(Number((await repositoryRow(700))?.["generation"])).toBe(15);
  });

  it("are kept without the one among them that PostgreSQL cannot digest", async () => {
    // JSON.parse takes it; PostgreSQL's stack does not.
    const deep = `${"[".repeat(100_000)}${"]".repeat(100_000)}`;
    const good = ["good-1", "good-2", "good-3"].map((guid) => other(710, guid));
    const bad = { ...other(710, "bad"), payload: Buffer.from(deep) };
    const [first, second, ...rest] = good;
    const settled = await Promise.allSettled(
      [first, bad, second, ...rest].map((delivery) =>
        test.database.inbox.recordDelivery(delivery ?? bad),
      ),
    );
    expect(settled.map(({ status }) => status)).toEqual([
      "fulfilled",
      "rejected",
      "fulfilled",
      "fulfilled",
    ]);
    expect(await test.database.inbox.findKnown(["good-1", "good-2", "good-3", "bad"])).toEqual(
      new Set(["good-1", "good-2", "good-3"]),
    );
  });

  it("are each kept once where replicas get the same ones in other orders", async () => {
    const replicas = [test.database, openDatabase(test.url), openDatabase(test.url)];
    const all = Array.from({ length: 60 }, (_, at) =>
      other(720 + (at % 5), `crossed-${at}`, {
        repository: repositoryLabel(720 + (at % 5), { owner: at % 2 === 0 ? "acme" : "other" }),
        facts: [{ ...factOf(`crossed-${at % 9}`), repositoryId: 720 + (at % 5) }],
      }),
    );
    const outcomes = await Promise.all(
      replicas.flatMap((replica, turn) =>
        all
          .toSorted((a, b) => (turn === 0 ? 1 : -1) * a.guid.localeCompare(b.guid))
          .map((delivery) => replica.inbox.recordDelivery(delivery)),
      ),
    );
    for (const replica of replicas.slice(1)) await replica.close();
    expect(outcomes.filter((outcome) => outcome === "recorded")).toHaveLength(60);
    expect(outcomes).toHaveLength(180);
  });

  it("follow a transfer among them, and know who it belonged to before", async () => {
    const [before, after] = ["before", "after"].map((guid) => ({
      ...factOf(guid),
      repositoryId: 730,
    }));
    await Promise.all([
      test.database.inbox.recordDelivery(other(730, "t-1", { facts: before ? [before] : [] })),
      test.database.inbox.recordDelivery(
        other(730, "t-2", { facts: after ? [after] : [], installationId: 77 }),
      ),
    ]);
    expect((await test.database.repositories.find(730))?.installationId).toBe(77);
    const rows = await test.query(
      "select key, installation_id::int, repository_id::int from smallbatch.fact where key in ('before', 'after') order by key",
    );
    expect(rows).toEqual([
      { key: "after", installation_id: 77, repository_id: 730 },
      { key: "before", installation_id: INSTALLATION, repository_id: null },
    ]);
  });
});

describe("the life of an installation", () => {
  const quiet = { repository: null, facts: [], hint: false };
  const record = (guid: string, lifecycle: Parameters<typeof deliveryOf>[1]) =>
    test.database.inbox.recordDelivery(
      deliveryOf(guid, { ...quiet, installationId: 500, ...lifecycle }),
    );

  it("begins with a look at each of its repositories", async () => {
    await record("i1", change("created", [501, 502]));
    expect((await repositoryRow(501))?.["generation"]).toBe("1");
    expect((await repositoryRow(502))?.["generation"]).toBe("1");
    expect(await standstill(501)).toBeNull();
  });

  it("stands still while suspended, and goes on with a look", async () => {
    await record("i2", change("suspended", []));
    expect(await standstill(501)).toBe("suspended");
    await record("i3", change("unsuspended", []));
    expect(await standstill(501)).toBeNull();
    expect((await repositoryRow(501))?.["generation"]).toBe("2");
  });

  it("adds and removes repositories, but none that moved on", async () => {
    await record("i4", {
      lifecycle: { kind: "repositories", added: [repositoryLabel(503)], removed: [502, 42] },
    });
    expect((await repositoryRow(503))?.["generation"]).toBe("1");
    expect(await standstill(502)).toBe("removed");
    expect(await test.database.repositories.find(502)).toBeNull();
    expect(await test.database.repositories.find(42)).not.toBeNull();
  });

  it("ends with the deletion of all its data, 30 days later and not before", async () => {
    await record("i5", change("deleted", []));
    expect(await standstill(501)).toBe("installation-gone");
    await test.database.inbox.purge(NOW + 30 * DAY_MS);
    expect(await repositoryRow(501)).toBeDefined();
    await test.database.inbox.purge(NOW + 30 * DAY_MS + 1);
    expect(await repositoryRow(501)).toBeUndefined();
    expect(await repositoryRow(42)).toBeDefined();
    expect(
      await test.query("select 1 from smallbatch.delivery where installation_id = 500"),
    ).toEqual([]);
  });
});

describe("the sweep of installations", () => {
  const listed = {
    id: 600,
    account: "acme",
    isSuspended: false,
    permissions: { contents: "read" },
    repositories: [repositoryLabel(601), repositoryLabel(602)],
  };

  it("finds what no webhook told: new, removed, suspended, deleted", async () => {
    const { installations } = test.database;
    const later = Date.now() + DAY_MS;
    await installations.align(listed, later);
    expect(await standstill(602)).toBeNull();
    await installations.align({ ...listed, repositories: [repositoryLabel(601)] }, later);
    expect(await standstill(602)).toBe("removed");
    await installations.align({ ...listed, isSuspended: true, repositories: null }, later);
    expect(await standstill(601)).toBe("suspended");
    await installations.align(listed, later);
    expect([await standstill(601), await standstill(602)]).toEqual([null, null]);
    await installations.closeOthers([INSTALLATION], later);
    expect(await standstill(601)).toBe("installation-gone");
    await installations.align(listed, later);
    expect(await standstill(601)).toBeNull();
  });

  it("leaves alone what came after its list was read", async () => {
    const before = Date.now() - DAY_MS;
    await test.database.work.hint(602, null);
    await test.database.installations.align({ ...listed, repositories: [] }, before);
    expect(await standstill(602)).toBeNull();
    await test.database.installations.closeOthers([], before);
    expect(await standstill(602)).toBeNull();
  });
});

describe("purge", () => {
  it.each([
    [14 * DAY_MS, "kept"],
    [14 * DAY_MS + 1, "empty"],
    [90 * DAY_MS, "empty"],
    [90 * DAY_MS + 1, "gone"],
  ])("finds a delivery %d ms old %s", async (ageMs, expected) => {
    const guid = `old-${ageMs}`;
    const start = NOW + 365 * DAY_MS;
    await test.database.inbox.recordDelivery({ ...deliveryOf(guid), receivedAt: start });
    await test.database.inbox.purge(start + ageMs);
    expect(await payloadOf(guid)).toBe(expected);
  });
});
