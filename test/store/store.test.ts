import { beforeAll, describe, expect, it } from "@jest/globals";
import type { Plan } from "../../src/core/action.ts";
import type { ReleaseCard } from "../../src/core/card.ts";
import { EMPTY_MEMORY } from "../../src/core/memory.ts";
import type { Line } from "../../src/core/state.ts";
import type { Fact, LedgerRelease, Store, TakenCommand } from "../../src/ports.ts";
import { useDatabase } from "../support/database.ts";

const NOW = Date.UTC(2026, 0, 5, 12);
const test = useDatabase();
const OURS = 11;
const THEIRS = 22;

function label(id: number) {
  return {
    id,
    nodeId: `R_${id}`,
    owner: "acme",
    name: `r${id}`,
    isPrivate: true,
    defaultBranch: null,
  };
}

function lineOf(repositoryId: number): Line {
  return { repositoryId, branch: "main", component: "", channel: "stable" };
}

function cardOf(repositoryId: number, title = "fix: a \0 b \ud800"): ReleaseCard {
  return {
    card: 1,
    repository: { id: repositoryId, name: "acme/r" },
    line: { branch: "main", component: "", channel: "stable" },
    version: "1.4.3",
    tag: "v1.4.3",
    sha: "a".repeat(40),
    previousTag: "v1.4.2",
    level: "patch",
    decidedAt: new Date(NOW).toISOString(),
    units: [
      {
        pull: 7,
        sha: "a".repeat(40),
        title,
        level: "patch",
        levelFrom: "title",
        author: { id: 1, login: "ada", isBot: false },
        mergedBy: null,
        mergedAt: new Date(NOW).toISOString(),
        reviews: [],
        agents: [],
        closes: [],
        cancelledBy: null,
      },
    ],
    checks: [],
    rules: [],
    overrides: [],
    notes: { source: "deterministic", reason: null },
    policySha: null,
    rollbackTarget: "v1.4.2",
  };
}

function intent(repositoryId: number, tag = "v1.4.3", sha = "a".repeat(40)) {
  return { line: lineOf(repositoryId), tag, sha, card: cardOf(repositoryId) };
}

function fact(repositoryId: number, key: string): Fact {
  return {
    key,
    repositoryId,
    kind: "pull.merged",
    subject: "7",
    at: NOW,
    actorId: 1,
    data: { n: 1 },
  };
}

const PUBLISH_CHECKS: LedgerRelease["publishChecks"] = [
  { name: "image", state: "green" },
  { name: "npm", state: "red" },
];

const plan: Plan = {
  actions: [],
  reason: { state: "held", code: "checks-pending", text: "held", detail: null, blockedBy: ["ci"] },
  wakeAt: NOW + 60_000,
  version: "1.4.3",
  settledContexts: null,
  awaits: [],
  announcedTag: null,
  validPolicy: null,
  published: [{ tag: "v1.4.2", checks: [{ name: "npm", state: "green" }] }],
};

async function counts() {
  const rows = await test.query(`select
    (select count(*)::int from smallbatch.line) as lines,
    (select count(*)::int from smallbatch.release) as releases,
    (select count(*)::int from smallbatch.fact) as facts`);
  return rows[0];
}

/** As it is asked for; `isRead`: as it comes back, without the character that PostgreSQL refuses. */
function taken(key: string, at: number, isRead = false): TakenCommand {
  const byId = key === "tick:1" ? null : 21;
  const said = `/hold ${key} ${isRead ? "\ufffd" : "\u0000"}`;
  return { key, by: "mona", byId, said, number: 12, url: "https://example.com/c", at };
}

describe("the store of one installation", () => {
  let ours: Store;
  let theirs: Store;
  beforeAll(async () => {
    ours = test.database.forInstallation(OURS);
    theirs = test.database.forInstallation(THEIRS);
    await test.database.repositories.upsert(OURS, [label(1), label(2)]);
    await test.database.repositories.upsert(THEIRS, [label(3)]);
  });

  it("remembers a line, each field until it is changed", async () => {
    expect(await ours.readMemory(lineOf(1))).toEqual(EMPTY_MEMORY);
    await ours.writeMemory(lineOf(1), { startedAt: NOW, settledContexts: ["ci"] });
    await ours.writeMemory(lineOf(1), { announcedTag: "v1", settledContexts: null });
    expect(await ours.readMemory(lineOf(1))).toEqual({
      ...EMPTY_MEMORY,
      startedAt: NOW,
      announcedTag: "v1",
    });
    expect(await ours.readMemory({ ...lineOf(1), channel: "beta" })).toEqual(EMPTY_MEMORY);
  });

  it("keeps the newest plan of a line", async () => {
    expect(await ours.readPlan(lineOf(2))).toBeNull();
    await ours.recordPlan(lineOf(2), { ...plan, version: null }, NOW - 1);
    await ours.recordPlan(lineOf(2), plan, NOW);
    expect(await ours.readPlan(lineOf(2))).toEqual({ plan, at: NOW });
  });

  it("keeps a release from intent to published, hostile titles included", async () => {
    await ours.recordIntent(intent(1, "v1.4.3", "b".repeat(40)));
    await ours.recordIntent(intent(1));
    expect(await ours.findRelease(1, "v1.4.3")).toMatchObject({
      state: "intended",
      sha: "a".repeat(40),
      publishedAt: null,
      publishChecks: [],
    });
    await ours.recordPublished(lineOf(1), "v1.4.3", { url: "https://example.com/r", at: NOW });
    await ours.recordPublished(lineOf(1), "v1.4.3", { url: null, at: NOW + 1 });
    await ours.recordPublishChecks(lineOf(1), "v1.4.3", [{ name: "npm", state: "pending" }]);
    await ours.recordPublishChecks(lineOf(1), "v1.4.3", PUBLISH_CHECKS);
    await ours.recordIntent(intent(1, "v1.4.3", "c".repeat(40)));
    expect(await ours.findRelease(1, "v1.4.3")).toEqual({
      ...intent(1),
      card: cardOf(1, "fix: a \ufffd b \ufffd"),
      state: "published",
      url: "https://example.com/r",
      publishedAt: NOW,
      publishChecks: PUBLISH_CHECKS,
    });
  });

  it("lists the ledger of a line, intents first, then newest first", async () => {
    for (const [index, tag] of ["v1.4.1", "v1.4.0"].entries()) {
      await ours.recordIntent(intent(1, tag));
      await ours.recordPublished(lineOf(1), tag, { url: null, at: NOW - 10 * (index + 1) });
    }
    await ours.recordIntent(intent(1, "v1.4.4"));
    const tags = async (limit: number) =>
      (await ours.readReleases(lineOf(1), limit)).map((release) => release.tag);
    expect(await tags(10)).toEqual(["v1.4.4", "v1.4.3", "v1.4.1", "v1.4.0"]);
    expect(await tags(2)).toEqual(["v1.4.4", "v1.4.3"]);
  });

  it("keeps a fact once", async () => {
    await ours.recordFacts([fact(1, "a"), fact(1, "b"), fact(1, "a"), fact(0, "a"), fact(0, "a")]);
    await ours.recordFacts([fact(1, "b")]);
    expect(await test.query("select repository_id, key from smallbatch.fact order by id")).toEqual([
      { repository_id: "1", key: "a" },
      { repository_id: "1", key: "b" },
      { repository_id: null, key: "a" },
    ]);
  });

  it("tells the newest fact that may speak against a release", async () => {
    const since = NOW - 60_000;
    const signal = (key: string, change: Partial<Fact> = {}): Fact => {
      return { ...fact(1, key), kind: "issue.labeled", at: NOW, data: { signal: true }, ...change };
    };
    const old = signal("old", { at: since - 1 });
    const others = [fact(1, "push"), signal("none", { data: {} }), signal("?", { kind: "push" })];
    await ours.recordFacts([old, ...others]);
    expect(await ours.readSignalFact(1, since)).toBeNull();
    await ours.recordFacts([signal("one")]);
    const first = await ours.readSignalFact(1, since);
    expect(first).toMatch(/^\d+$/);
    await ours.recordFacts([signal("one"), ...others]);
    expect(await ours.readSignalFact(1, since)).toBe(first);
    await ours.recordFacts([signal("two", { kind: "deployment.status", at: NOW - 1 })]);
    expect(await ours.readSignalFact(1, since)).not.toBe(first);
    expect(await theirs.readSignalFact(1, since)).toBeNull();
  });

  it("tells what people asked for, once, the newest first", async () => {
    const first = taken("comment:7:0", NOW);
    for (const each of [first, taken("tick:1", NOW + 1), first]) await ours.recordTaken(1, each);
    await theirs.recordTaken(1, taken("forged", NOW + 2));
    expect(await ours.readTaken(1, 10)).toEqual([
      taken("tick:1", NOW + 1, true),
      taken("comment:7:0", NOW, true),
    ]);
    expect(await ours.readTaken(1, 1)).toHaveLength(1);
    expect(await theirs.readTaken(1, 10)).toEqual([]);
  });

  it.each([
    ["memory", (store: Store) => store.writeMemory(lineOf(1), { announcedTag: "evil" })],
    ["a plan", (store: Store) => store.recordPlan(lineOf(1), plan, NOW)],
    ["an intent", (store: Store) => store.recordIntent(intent(1))],
    ["a new intent", (store: Store) => store.recordIntent(intent(1, "v9.9.9"))],
    [
      "a publication",
      (store: Store) => store.recordPublished(lineOf(1), "v1.4.3", { url: "x", at: 0 }),
    ],
    [
      "what a release started",
      (store: Store) => store.recordPublishChecks(lineOf(1), "v1.4.3", []),
    ],
    ["memory of a repository nobody knows", (store: Store) => store.writeMemory(lineOf(99), {})],
  ])("refuses another installation's hand on %s", async (_what, write) => {
    const before = await counts();
    await expect(write(theirs)).rejects.toMatchObject({ code: "store/moved" });
    expect(await counts()).toEqual(before);
    expect((await ours.readMemory(lineOf(1))).announcedTag).toBe("v1");
    expect(await ours.findRelease(1, "v1.4.3")).toMatchObject({
      url: "https://example.com/r",
      publishChecks: PUBLISH_CHECKS,
    });
  });

  it("shows another installation nothing", async () => {
    expect(await theirs.readMemory(lineOf(1))).toEqual(EMPTY_MEMORY);
    expect(await theirs.readPlan(lineOf(2))).toBeNull();
    expect(await theirs.findRelease(1, "v1.4.3")).toBeNull();
    expect(await theirs.readReleases(lineOf(1), 10)).toEqual([]);
  });

  it("keeps another installation's fact away from the repository", async () => {
    await theirs.recordFacts([fact(1, "forged")]);
    expect(
      await test.query(
        "select installation_id, repository_id from smallbatch.fact where key = 'forged'",
      ),
    ).toEqual([{ installation_id: String(THEIRS), repository_id: null }]);
  });

  it("moves all of a transferred repository at once, and its old owner has nothing left", async () => {
    const moved = await ours.findRelease(1, "v1.4.3");
    await test.database.repositories.upsert(THEIRS, [{ ...label(1), owner: "other" }]);
    expect(await theirs.findRelease(1, "v1.4.3")).toEqual(moved);
    expect((await theirs.readMemory(lineOf(1))).announcedTag).toBe("v1");
    expect(await ours.findRelease(1, "v1.4.3")).toBeNull();
    await expect(ours.writeMemory(lineOf(1), {})).rejects.toMatchObject({ code: "store/moved" });
    const rows = await test.query(
      "select distinct installation_id from smallbatch.fact where repository_id = 1",
    );
    expect(rows).toEqual([{ installation_id: String(THEIRS) }]);
    expect(await test.database.repositories.findByName("Other", "R1")).toMatchObject({
      id: 1,
      installationId: THEIRS,
    });
    expect(await test.database.repositories.findByName("acme", "r1")).toBeNull();
  });

  it("carries the installation in every row of every table that belongs to one", async () => {
    const rows = await test.query(`select table_name from information_schema.tables t
      where table_schema = 'smallbatch' and not exists (
        select 1 from information_schema.columns c where c.table_schema = 'smallbatch'
          and c.table_name = t.table_name and c.column_name = 'installation_id')
      order by 1`);
    expect(rows.map((row) => row["table_name"])).toEqual([
      "installation",
      // Of a person, and gone with the longest session.
      "page_act",
      "smallbatch_migration",
      "sweep",
      // Of a person, who may see several installations.
      "web_session",
    ]);
  });
});
