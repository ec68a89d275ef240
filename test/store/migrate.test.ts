import { describe, expect, it } from "@jest/globals";
import { openDatabase } from "../../src/store/database.ts";
import { useDatabase } from "../support/database.ts";

const fresh = useDatabase({ isMigrated: false });

describe("migrate", () => {
  it("runs once where several replicas start at once, and changes nothing later", async () => {
    const replicas = [1, 2, 3].map(() => openDatabase(fresh.url));
    await Promise.all(replicas.map((replica) => replica.migrate()));
    const before = await fresh.query("select * from smallbatch.smallbatch_migration order by name");
    expect(before.map((row) => row["name"])).toEqual([
      "0001-tables.sql",
      "0002-hints.sql",
      "0003-publish-checks.sql",
      "0006-poll.sql",
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
