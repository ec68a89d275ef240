import { beforeEach, describe, expect, it } from "@jest/globals";
import type { EvaluationCase } from "../../src/core/evidence/case.ts";
import { useDatabase } from "../support/database.ts";
import { deliveryOf, INSTALLATION, repositoryLabel } from "../support/deliveries.ts";

const test = useDatabase();

const AT = 1_767_600_000_000;
const DAY_MS = 24 * 60 * 60_000;

const CASE: EvaluationCase = {
  case: 1,
  kind: "notes",
  title: "Notes of v1.4.3, edited by mona: dropped",
  from: { by: "edit", repository: "acme/widgets", tag: "v1.4.3", at: null, editor: "mona" },
  sources: [
    {
      unit: "#1",
      pull: 1,
      title: "fix: one \u0000",
      body: "",
      labels: [],
      commits: [],
      files: [],
      isTruncated: true,
    },
  ],
  style: null,
  answer: null,
  recorded: null,
  published: "- one (#1)",
  edited: "",
  changes: [{ kind: "dropped", units: ["#1"], before: "one (#1)", after: null }],
  expected: {},
};

const NOTES = { kind: "notes", key: "v1.4.3" } as const;
const SAFE = {
  ...CASE,
  sources: CASE.sources.map((own) => ({ ...own, title: "fix: one \u{fffd}" })),
};

describe("evaluation cases in PostgreSQL", () => {
  beforeEach(async () => {
    const repository = repositoryLabel(42);
    await test.database.inbox.recordDelivery(deliveryOf(`d-${Math.random()}`, { repository }));
    await test.query("delete from smallbatch.evaluation_case");
  });

  it("are kept once for what they are about; the last one counts", async () => {
    const store = test.database.forInstallation(INSTALLATION);
    await store.keepCase(42, { ...NOTES, kept: { ...CASE, edited: "first" }, at: AT });
    await store.keepCase(42, { ...NOTES, kept: CASE, at: AT + 1 });
    await store.keepCase(42, { kind: "verifier", key: "#1", kept: CASE, at: AT - 1 });
    expect(await store.findCase(42, NOTES)).toEqual(SAFE);
    expect(await store.readCases(42)).toEqual([
      { kind: "verifier", key: "#1", kept: SAFE, at: AT - 1 },
      { ...NOTES, kept: SAFE, at: AT + 1 },
    ]);
    await store.dropCase(42, NOTES);
    expect(await store.findCase(42, NOTES)).toBeNull();
    expect(await store.readCases(42)).toHaveLength(1);
  });

  it("are not seen, written or dropped by another installation", async () => {
    const store = test.database.forInstallation(INSTALLATION);
    const other = test.database.forInstallation(INSTALLATION + 1);
    await store.keepCase(42, { ...NOTES, kept: CASE, at: AT });
    await expect(other.keepCase(42, { ...NOTES, kept: CASE, at: AT })).rejects.toMatchObject({
      code: "store/moved",
    });
    await other.dropCase(42, NOTES);
    expect(await other.readCases(42)).toEqual([]);
    expect(await store.readCases(42)).toHaveLength(1);
  });

  it("of a shape that is not known are left out", async () => {
    const store = test.database.forInstallation(INSTALLATION);
    await store.keepCase(42, { ...NOTES, kept: CASE, at: AT });
    await test.query(`update smallbatch.evaluation_case set kept = '{"case": 2}'`);
    expect(await store.findCase(42, NOTES)).toBeNull();
    expect(await store.readCases(42)).toEqual([]);
  });

  it("are at most a thousand of a repository: the oldest give way", async () => {
    const store = test.database.forInstallation(INSTALLATION);
    await test.query(
      `insert into smallbatch.evaluation_case (repository_id, installation_id, kind, key, kept, at)
      select 42, $1, 'notes', 'v' || n, $2, to_timestamp(n) from generate_series(1, 1000) n`,
      [INSTALLATION, JSON.stringify(SAFE)],
    );
    await store.keepCase(42, { ...NOTES, kept: CASE, at: AT });
    const keys = (await store.readCases(42)).map(({ key }) => key);
    expect([keys.length, keys[0], keys.at(-1)]).toEqual([1_000, "v2", "v1.4.3"]);
  });

  it("go with the installation", async () => {
    const store = test.database.forInstallation(INSTALLATION);
    await store.keepCase(42, { ...NOTES, kept: CASE, at: AT });
    await test.query("update smallbatch.installation set deleted_at = $1 where id = $2", [
      new Date(AT),
      INSTALLATION,
    ]);
    await test.database.inbox.purge(AT + 31 * DAY_MS);
    expect(await test.query("select * from smallbatch.evaluation_case")).toEqual([]);
  });
});
