import { beforeAll, describe, expect, it } from "@jest/globals";
import { openPublicViewer } from "../../src/web/viewer.ts";
import type { Viewer } from "../../src/web/viewer.ts";
import { useDatabase } from "../support/database.ts";

const test = useDatabase();
const LABEL = { nodeId: "R_1", defaultBranch: "main" };
let nobody: Viewer;

beforeAll(async () => {
  nobody = openPublicViewer(test.database.viewed);
  await test.query(
    `insert into smallbatch.installation (id, account, suspended_at, deleted_at) values
      (1, 'acme', null, null), (2, 'asleep', now(), null), (3, 'gone', null, now())`,
  );
  for (const [installationId, owner, first] of [
    [1, "acme", 10],
    [2, "asleep", 20],
    [3, "gone", 30],
  ] as const) {
    await test.database.repositories.upsert(installationId, [
      { ...LABEL, id: first, owner, name: "widgets", isPrivate: false },
      { ...LABEL, id: first + 1, owner, name: "secrets", isPrivate: true },
      { ...LABEL, id: first + 2, owner, name: "Apples", isPrivate: false },
    ]);
  }
  await test.database.repositories.upsert(1, [
    { ...LABEL, id: 13, owner: "acme", name: "taken", isPrivate: false },
  ]);
  await test.query("update smallbatch.repository set removed_at = now() where id = 13");
});

describe("somebody who is not logged in", () => {
  it("sees public repositories by name and id, and may read there", async () => {
    expect(nobody).toMatchObject({ login: null, formToken: null });
    const widgets = {
      id: 10,
      installationId: 1,
      owner: "acme",
      name: "widgets",
      isPrivate: false,
      defaultBranch: "main",
      permission: "read",
    };
    expect(await nobody.find("ACME", "Widgets")).toEqual(widgets);
    expect(await nobody.findById(10)).toEqual(widgets);
    expect(await nobody.sees(10)).toBe(true);
    expect(await nobody.permissionOn(10)).toBe("read");
    expect(await nobody.permissionNow(10)).toBe("read");
  });

  it.each([
    ["a private repository", "acme", "secrets", 11],
    ["one that was taken from us", "acme", "taken", 13],
    ["one of a suspended installation", "asleep", "widgets", 20],
    ["one of an installation that is gone", "gone", "widgets", 30],
    ["a missing one", "acme", "nothing", 99],
  ])("sees nothing of %s", async (_case, owner, name, id) => {
    expect(await nobody.find(owner, name)).toBeNull();
    expect(await nobody.findById(id)).toBeNull();
    expect(await nobody.sees(id)).toBe(false);
    expect(await nobody.permissionOn(id)).toBe("none");
    expect(await nobody.permissionNow(id)).toBe("none");
  });

  it("is shown the public repositories of an installation that works, in order of name", async () => {
    expect((await nobody.list(1)).map(({ name }) => name)).toEqual(["Apples", "widgets"]);
    expect(await nobody.list(2)).toEqual([]);
    expect(await nobody.list(3)).toEqual([]);
    expect(await nobody.list(null)).toEqual([]);
  });
});
