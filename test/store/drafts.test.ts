import { beforeEach, describe, expect, it } from "@jest/globals";
import type { NotesStore } from "../../src/notes-port.ts";
import { fleetingDrafts } from "../../src/reconcile/fleeting-drafts.ts";
import { useDatabase } from "../support/database.ts";
import { deliveryOf, INSTALLATION, repositoryLabel } from "../support/deliveries.ts";
import { noteLine, USAGE } from "../support/unit-drafts.ts";

const test = useDatabase();

const AT = 1_767_600_000_000;

const LINE = noteLine({ units: ["#1"] });

const asked = (unit: string, contentKey: string, at = AT) => ({
  units: [{ unit, contentKey, seenKey: `seen ${contentKey}` }],
  purpose: "merge" as const,
  model: "claude-haiku-5-5",
  at,
});

const answered = (unit: string, contentKey: string, costUsd: number | null) => {
  const key = { unit, contentKey, at: AT + 2_000 };
  return { ...key, line: LINE, failure: null, usage: USAGE, costUsd };
};

/** The store that forgets is held to the same. */
describe.each<[string, () => Promise<NotesStore>]>([
  [
    "PostgreSQL",
    async () => {
      const repository = repositoryLabel(42);
      await test.database.inbox.recordDelivery(deliveryOf(`d-${Math.random()}`, { repository }));
      await test.query("delete from smallbatch.draft");
      return test.database.forInstallation(INSTALLATION);
    },
  ],
  ["the store that forgets", () => Promise.resolve(fleetingDrafts())],
])("drafts in %s", (_name, open) => {
  let store: NotesStore;
  beforeEach(async () => {
    store = await open();
  });

  it("are asked for once per content, and answered once", async () => {
    expect(await store.askDrafts(42, asked("#1", "a"))).toEqual(["#1"]);
    expect(await store.askDrafts(42, asked("#1", "a", AT + 1))).toEqual([]);
    const [row] = await store.readDrafts(42, ["#1", "#2"]);
    expect(row).toEqual({
      unit: "#1",
      contentKey: "a",
      seenKey: "seen a",
      purpose: "merge",
      model: "claude-haiku-5-5",
      askedAt: AT,
      answeredAt: null,
      line: null,
      failure: null,
      usage: null,
      costUsd: null,
    });
    await store.keepDrafts(42, [answered("#1", "a", 0.0004)]);
    const failure = { code: "overloaded", reason: "too late" };
    await store.keepDrafts(42, [{ ...answered("#1", "a", 9), line: null, failure }]);
    const [kept] = await store.readDrafts(42, ["#1"]);
    expect(kept).toEqual({
      ...row,
      answeredAt: AT + 2_000,
      line: LINE,
      usage: USAGE,
      costUsd: 0.0004,
    });
  });

  it("are kept for each content, and found by what was seen of them", async () => {
    await store.askDrafts(42, asked("#1", "a"));
    await store.askDrafts(42, asked("#1", "b", AT + 1));
    await store.seeDrafts(42, [{ unit: "#1", contentKey: "a", seenKey: "again" }]);
    const rows = await store.readDrafts(42, ["#1"]);
    expect(rows.map(({ contentKey, seenKey }) => [contentKey, seenKey])).toEqual([
      ["b", "seen b"],
      ["a", "again"],
    ]);
    expect(await store.readDrafts(42, [])).toEqual([]);
  });

  it("add up to what was spent since a moment", async () => {
    await store.askDrafts(42, asked("#1", "old", AT - 1));
    await store.keepDrafts(42, [answered("#1", "old", 5)]);
    for (const name of ["a", "b", "lost"]) await store.askDrafts(42, asked("#1", name));
    await store.keepDrafts(42, [answered("#1", "a", 0.5), answered("#1", "b", null)]);
    expect(await store.readSpent(AT, 0.01)).toBeCloseTo(0.52);
    expect(await store.readSpent(AT - 1, 0.01)).toBeCloseTo(5.52);
    expect(await store.readSpent(AT + 1, 0.01)).toBe(0);
  });

  it("stand beside a person's words, which are replaced and taken back", async () => {
    const words = { ...LINE, source: "person", by: "mona", grade: "B" } as const;
    await store.keepWording(42, { unit: "#1", seenKey: "s", line: LINE, at: AT });
    await store.keepWording(42, { unit: "#1", seenKey: "s", line: words, at: AT + 1 });
    const [row, ...others] = await store.readDrafts(42, ["#1"]);
    expect(row).toMatchObject({ contentKey: "", purpose: "person", line: words, costUsd: 0 });
    expect(others).toEqual([]);
    await store.keepWording(42, { unit: "#1", seenKey: "s", line: null, at: AT + 2 });
    expect((await store.readDrafts(42, ["#1"]))[0]?.line).toBeNull();
  });
});

describe("drafts of an installation", () => {
  it("are no other one's to read, to add up or to write", async () => {
    const repository = repositoryLabel(42);
    await test.database.inbox.recordDelivery(deliveryOf("d-other", { repository }));
    await test.query("delete from smallbatch.draft");
    const own = test.database.forInstallation(INSTALLATION);
    const other = test.database.forInstallation(INSTALLATION + 1);
    await own.askDrafts(42, asked("#1", "a"));
    expect(await other.askDrafts(42, asked("#1", "b"))).toEqual([]);
    expect(await other.readDrafts(42, ["#1"])).toEqual([]);
    expect(await other.readSpent(0, 1)).toBe(0);
    await other.keepDrafts(42, [answered("#1", "a", 1)]);
    await other.seeDrafts(42, [{ unit: "#1", contentKey: "a", seenKey: "x" }]);
    const words = { unit: "#1", seenKey: "s", line: LINE, at: AT };
    await expect(other.keepWording(42, words)).rejects.toMatchObject({ code: "store/moved" });
    const [row] = await own.readDrafts(42, ["#1"]);
    expect(row).toMatchObject({ answeredAt: null, seenKey: "seen a" });
  });
});
