import { describe, expect, it } from "@jest/globals";
import { EMPTY_DESK } from "../../src/core/desk/desk-memory.ts";
import type { DeskHeard } from "../../src/desk-port.ts";
import { useDatabase } from "../support/database.ts";
import { deliveryOf, INSTALLATION, repositoryLabel } from "../support/deliveries.ts";

const test = useDatabase();
const store = () => test.database.forInstallation(INSTALLATION);

const HEARD: DeskHeard = {
  nodeId: "I_1",
  action: "edited",
  actor: { id: 3, login: "mona", isBot: false },
  isOurs: false,
  at: 1_767_600_001_000,
  ticked: ["- [ ] one"],
  unticked: [],
};

async function hear(guid: string, desk: DeskHeard, id = 42): Promise<string> {
  const repository = repositoryLabel(id);
  return await test.database.inbox.recordDelivery(deliveryOf(guid, { repository, desk }));
}

describe("the desk of a repository", () => {
  it("is not known before something is kept, then merged and read back", async () => {
    await hear("d-1", HEARD);
    expect(await store().readDesk(42)).toBeNull();
    expect(await store().readDeskBody(42)).toBeNull();
    await store().writeDesk(42, { digest: "a" }, "text");
    await store().writeDesk(42, { raised: ["x"] });
    const row = await store().readDesk(42);
    expect(row?.memory).toEqual({ ...EMPTY_DESK, digest: "a", raised: ["x"] });
    expect(await store().readDeskBody(42)).toBe("text");
    expect(row?.edits).toEqual([{ id: expect.any(Number), ...HEARD }]);
  });

  it("hears each delivery once, in order, until it is closed", async () => {
    await hear("e-1", HEARD, 43);
    await hear("e-2", { ...HEARD, action: "closed", ticked: [] }, 43);
    expect(await hear("e-1", HEARD, 43)).toBe("duplicate");
    await store().writeDesk(43, {});
    const edits = (await store().readDesk(43))?.edits ?? [];
    expect(edits.map(({ action }) => action)).toEqual(["edited", "closed"]);
    await store().closeDeskEdits(43, [edits[0]?.id ?? 0]);
    await store().closeDeskEdits(43, []);
    await hear("e-1", HEARD, 43);
    expect((await store().readDesk(43))?.edits).toHaveLength(1);
  });

  it("has what was read of releases, which nobody else replaces", async () => {
    const own = {
      at: { bad: "a".repeat(40), before: null, good: null },
      batch: { paths: ["db/migrate/1.sql"], isComplete: true },
      packages: [],
      again: { "#44": { files: [0], isComplete: true } },
    };
    // Nothing is known of a desk yet.
    await store().writeDeskRisks(46, { "v1.4.3": own });
    expect(await store().readDesk(46)).toBeNull();
    await hear("r-1", HEARD, 46);
    await store().writeDesk(46, {});
    expect((await store().readDesk(46))?.risks).toEqual({});
    await store().writeDeskRisks(46, { "v1.4.3": own });
    await store().writeDesk(46, { digest: "a" }, "text");
    await test.database.forInstallation(INSTALLATION + 1).writeDeskRisks(46, {});
    expect((await store().readDesk(46))?.risks).toEqual({ "v1.4.3": own });
    await store().writeDeskRisks(46, {});
    expect((await store().readDesk(46))?.risks).toEqual({});
  });

  it("is of one installation", async () => {
    await hear("o-1", HEARD, 44);
    await store().writeDesk(44, { digest: "a" });
    const other = test.database.forInstallation(INSTALLATION + 1);
    expect(await other.readDesk(44)).toBeNull();
    await other.closeDeskEdits(44, [1, 2, 3, 4, 5, 6, 7, 8, 9]);
    await expect(other.writeDesk(44, { digest: "b" })).rejects.toThrow("it is not installation");
    expect((await store().readDesk(44))?.edits).toHaveLength(1);
  });

  it("is cut where somebody floods it with edits", async () => {
    await store()
      .writeDesk(45, {})
      .catch(() => undefined);
    for (let at = 0; at < 205; at += 1) await hear(`f-${at}`, HEARD, 45);
    await store().writeDesk(45, {});
    const { edits = [] } = (await store().readDesk(45)) ?? {};
    expect(edits).toHaveLength(50);
    await store().closeDeskEdits(
      45,
      Array.from({ length: 10_000 }, (_, at) => at),
    );
    expect((await store().readDesk(45))?.edits).toEqual([]);
  });
});
