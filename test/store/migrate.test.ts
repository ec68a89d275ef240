import { readFile, readdir } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { openDatabase } from "../../src/store/database.ts";
import { useDatabase } from "../support/database.ts";

const fresh = useDatabase({ isMigrated: false });

/** What a replica of the version before would stumble over (docs/deploying.md). */
const BREAKING =
  /\bdrop\s+(table|column|view|type|schema)|\brename\s+(to|column)|\balter\s+column\s+\w+\s+(type|set\s+(data\s+type|not\s+null))|\badd\s+(column\s+)?\w+\s+(?![^,;]*\bdefault\b)[^,;]*\bnot\s+null/i;

describe("every migration", () => {
  it("only adds, so that the version before goes on while a deployment rolls", async () => {
    const folder = new URL("../../src/store/migrations/", import.meta.url);
    const names = (await readdir(folder)).toSorted();
    const texts = await Promise.all(names.map((name) => readFile(new URL(name, folder), "utf8")));
    expect(texts.length).toBeGreaterThan(2);
    expect(names.filter((_, at) => BREAKING.test(texts[at] ?? ""))).toEqual([]);
  });

  it("has a number of its own, without a gap", async () => {
    const names = await readdir(new URL("../../src/store/migrations/", import.meta.url));
    const numbers = names.map((name) => Number(name.slice(0, 4))).toSorted((a, b) => a - b);
    expect(numbers).toEqual(names.map((_, at) => at + 1));
  });

  it.each([
    "alter table smallbatch.line drop column plan;",
    "drop table smallbatch.fact;",
    "alter table smallbatch.line rename column plan to last_plan;",
    "alter table smallbatch.line alter column plan set not null;",
    "alter table smallbatch.line alter column plan type text;",
    "alter table smallbatch.line add column seen timestamptz not null;",
  ])("would be refused with %j", (text) => {
    expect(text).toMatch(BREAKING);
  });

  it.each([
    "alter table smallbatch.line add column seen timestamptz;",
    "alter table smallbatch.line add column seen timestamptz not null default now();",
    "create table smallbatch.other (id bigint primary key, name text not null);",
  ])("may say %j", (text) => {
    expect(text).not.toMatch(BREAKING);
  });
});

describe("migrate", () => {
  it("runs once where several replicas start at once, and changes nothing later", async () => {
    const replicas = [1, 2, 3].map(() => openDatabase(fresh.url));
    await Promise.all(replicas.map((replica) => replica.migrate()));
    const before = await fresh.query("select * from smallbatch.smallbatch_migration order by name");
    expect(before.map((row) => row["name"])).toEqual([
      "0001-tables.sql",
      "0002-hints.sql",
      "0003-publish-checks.sql",
      "0004-quiet.sql",
      "0005-ingest.sql",
      "0006-poll.sql",
      "0007-passes.sql",
      "0008-turns.sql",
      "0009-doors.sql",
      "0010-desk.sql",
      "0011-size-looks.sql",
      "0012-drafts.sql",
      "0013-cases.sql",
      "0014-drafted.sql",
      "0015-rollback-boxes.sql",
      "0016-issue-commands.sql",
      "0017-desk-risks.sql",
      "0018-web-sessions.sql",
      "0019-pages.sql",
      "0020-clock-records.sql",
      "0021-clock-news.sql",
      "0022-page-acts.sql",
      "0023-clock-facts.sql",
      "0024-api-tokens.sql",
      "0025-clock-changes.sql",
      "0026-clock-excepted.sql",
      "0027-clock-kind-by.sql",
      "0028-clock-production.sql",
      "0029-clock-redrafts.sql",
    ]);
    await fresh.database.migrate();
    expect(
      await fresh.query("select * from smallbatch.smallbatch_migration order by name"),
    ).toEqual(before);
    expect(await fresh.query("select 1 from graphile_worker.migrations limit 1")).toHaveLength(1);
    await Promise.all(replicas.map((replica) => replica.close()));
  });

  it("leaves a newer database alone, so that a deployment can go back", async () => {
    await fresh.query("insert into smallbatch.smallbatch_migration values ('9999-later.sql', 'x')");
    await fresh.database.migrate();
    expect(
      await fresh.query("select 1 from smallbatch.smallbatch_migration where name like '9999%'"),
    ).toHaveLength(1);
  });

  it("refuses a migration that was changed after it ran", async () => {
    await fresh.query(
      "update smallbatch.smallbatch_migration set digest = 'x' where name like '0001%'",
    );
    await expect(fresh.database.migrate()).rejects.toMatchObject({
      code: "store/migration-failed",
      message: expect.stringContaining("0001-tables.sql was changed after it ran"),
    });
  });

  it("says so where nobody answers", async () => {
    const nowhere = openDatabase("postgres://nobody:x@127.0.0.1:1/none");
    await expect(nowhere.migrate()).rejects.toMatchObject({
      code: "store/unavailable",
      retry: { kind: "backoff" },
    });
    await nowhere.close();
  });
});
