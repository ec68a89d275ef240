import { beforeEach, describe, expect, it } from "@jest/globals";
import { useDatabase } from "../support/database.ts";
import { INSTALLATION, repositoryLabel } from "../support/deliveries.ts";

const test = useDatabase();
const NOW = Date.UTC(2026, 10, 27, 12);
const MINUTE = 60_000;
const IDS = [1, 2, 3, 4, 5, 6];

beforeEach(async () => {
  await test.query("truncate smallbatch.repository cascade");
  await test.database.repositories.upsert(
    INSTALLATION,
    IDS.map((id) => repositoryLabel(id)),
  );
});

async function take(count: number, now: number, except: number[] = []): Promise<number[]> {
  const turns = await test.database.polls.takeTurns(INSTALLATION, { count, except, now });
  return turns.map(({ id }) => id).toSorted((a, b) => a - b);
}

describe("turns of the poll", () => {
  it("go round: whoever waited longest is next", async () => {
    expect(await take(4, NOW)).toEqual([1, 2, 3, 4]);
    expect(await take(4, NOW + MINUTE)).toEqual([1, 2, 5, 6]);
    expect(await take(4, NOW + 2 * MINUTE)).toEqual([1, 2, 3, 4]);
  });

  it("go first to what was pushed to, and then to what was hinted, but not all of them", async () => {
    await take(6, NOW - 10 * MINUTE);
    await test.query(
      "update smallbatch.repository set hinted_at = $1, polled_at = $1 where id in (1, 2, 3, 4)",
      [new Date(NOW - MINUTE)],
    );
    await test.database.polls.keepList(INSTALLATION, [], [6]);
    // 6 was pushed to; 1 to 3 are three quarters of four; 5 waited longest.
    expect(await take(1, NOW)).toEqual([6]);
    expect(await take(4, NOW)).toEqual([1, 2, 3, 5]);
  });

  it("go often to what waits, however long ago it was hinted", async () => {
    await take(6, NOW - 10 * MINUTE);
    await test.query(
      `insert into smallbatch.line
        (repository_id, branch, component, channel, installation_id, plan)
      values (5, 'main', '', 'stable', $1, '{"reason": {"state": "held"}}')`,
      [INSTALLATION],
    );
    expect(await take(1, NOW)).toEqual([5]);
    expect(await take(1, NOW + MINUTE)).toEqual([5]);
    expect(await take(2, NOW + 2 * MINUTE)).toEqual([1, 5]);
  });

  it("leave out what cannot change", async () => {
    expect(await take(6, NOW, [2, 5])).toEqual([1, 3, 4, 6]);
  });

  it("carry what was kept, and a change hints", async () => {
    const readings = new Map([["status", { etag: 'W/"1"', digest: "a" }]]);
    await test.database.polls.keep(INSTALLATION, 1, { readings, isChanged: true });
    await test.database.polls.keep(INSTALLATION, 2, { readings, isChanged: false });
    const turns = await test.database.polls.takeTurns(INSTALLATION, {
      count: 3,
      except: [],
      now: NOW,
    });
    const kept = new Map(turns.map((turn) => [turn.id, [...turn.kept]]));
    expect(kept.get(1)).toEqual([["status", { etag: 'W/"1"', digest: "a" }]]);
    expect(kept.get(3)).toEqual([]);
    const rows = await test.query(
      "select id, generation from smallbatch.repository where generation > 0",
    );
    expect(rows).toEqual([{ id: "1", generation: "1" }]);
  });
});
