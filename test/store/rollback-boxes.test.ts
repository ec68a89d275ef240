import { describe, expect, it } from "@jest/globals";
import type { RollbackBoxHeard } from "../../src/rollback-port.ts";
import { useDatabase } from "../support/database.ts";
import { deliveryOf, INSTALLATION, repositoryLabel } from "../support/deliveries.ts";

const test = useDatabase();
const store = () => test.database.forInstallation(INSTALLATION);

const HEARD: RollbackBoxHeard = {
  number: 17,
  actor: { id: 3, login: "mona", isBot: false },
  at: 1_767_600_001_000,
  ticked: [{ act: "agent", tag: "v1.4.3" }],
  unticked: [],
};

async function hear(guid: string, rollbackBoxes: RollbackBoxHeard, id: number): Promise<string> {
  const repository = repositoryLabel(id);
  return await test.database.inbox.recordDelivery(deliveryOf(guid, { repository, rollbackBoxes }));
}

describe("ticks in rollback issues", () => {
  it("are heard once each, in order, until they are closed, by one installation", async () => {
    await hear("r-1", HEARD, 52);
    await hear("r-2", { ...HEARD, ticked: [], unticked: HEARD.ticked }, 52);
    expect(await hear("r-1", HEARD, 52)).toBe("duplicate");
    const edits = await store().readRollbackEdits(52);
    expect(edits[0]).toEqual({ id: expect.any(Number), ...HEARD });
    expect(edits.map(({ unticked }) => unticked.length)).toEqual([0, 1]);
    expect(await store().readRollbackEdits(53)).toEqual([]);

    const other = test.database.forInstallation(INSTALLATION + 1);
    expect(await other.readRollbackEdits(52)).toEqual([]);
    await other.closeRollbackEdits(
      52,
      edits.map(({ id }) => id),
    );
    await store().closeRollbackEdits(52, []);
    await store().closeRollbackEdits(52, [edits[0]?.id ?? 0]);
    expect((await store().readRollbackEdits(52)).map(({ id }) => id)).toEqual([edits[1]?.id]);
  });

  it("are cut where somebody floods an issue with edits", async () => {
    for (let at = 0; at < 205; at += 1) await hear(`rf-${at}`, HEARD, 54);
    const first = await store().readRollbackEdits(54);
    expect(first).toHaveLength(50);
    let left = 0;
    for (let edits = first; edits.length > 0; edits = await store().readRollbackEdits(54)) {
      left += edits.length;
      await store().closeRollbackEdits(
        54,
        edits.map(({ id }) => id),
      );
    }
    expect(left).toBe(200);
  });
});
