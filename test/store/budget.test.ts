import { describe, expect, it } from "@jest/globals";
import { useDatabase } from "../support/database.ts";

const test = useDatabase();
const NOW = Date.UTC(2026, 0, 5, 12);
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
let installations = 0;

/** The budget of an installation that has written nothing yet. */
function budget() {
  installations += 1;
  return test.database.budget(installations);
}

describe("the write budget", () => {
  it("gives 80 writes in any 60 s and not one more", async () => {
    const own = budget();
    expect(await own.takeWrites(79, NOW)).toEqual({ kind: "ok" });
    expect(await own.takeWrites(2, NOW + 5)).toEqual({ kind: "wait", until: NOW + MINUTE_MS });
    expect(await own.takeWrites(1, NOW + 5)).toEqual({ kind: "ok" });
    expect(await own.takeWrites(1, NOW + MINUTE_MS - 1)).toEqual({
      kind: "wait",
      until: NOW + MINUTE_MS,
    });
    expect(await own.takeWrites(79, NOW + MINUTE_MS)).toEqual({ kind: "ok" });
    expect(await own.takeWrites(1, NOW + MINUTE_MS)).toEqual({
      kind: "wait",
      until: NOW + 5 + MINUTE_MS,
    });
  });

  it("gives 500 writes in any hour and not one more", async () => {
    const own = budget();
    for (let n = 0; n < 6; n++) {
      expect(await own.takeWrites(80, NOW + n * MINUTE_MS)).toEqual({ kind: "ok" });
    }
    const later = NOW + 10 * MINUTE_MS;
    expect(await own.takeWrites(21, later)).toEqual({ kind: "wait", until: NOW + HOUR_MS });
    expect(await own.takeWrites(20, later)).toEqual({ kind: "ok" });
    expect(await own.takeWrites(1, NOW + HOUR_MS - 1)).toEqual({
      kind: "wait",
      until: NOW + HOUR_MS,
    });
    expect(await own.takeWrites(80, NOW + HOUR_MS)).toEqual({ kind: "ok" });
  });

  it("leaves room for releases where somebody can wait", async () => {
    const own = budget();
    const left = { minute: 30, hour: 150 };
    expect(await own.takeWrites(50, NOW, left)).toEqual({ kind: "ok" });
    const wait = { kind: "wait", until: NOW + MINUTE_MS };
    expect(await own.takeWrites(1, NOW + 5, left)).toEqual(wait);
    expect(await own.takeWrites(30, NOW + 5)).toEqual({ kind: "ok" });
    for (let n = 2; n <= 5; n++) await own.takeWrites(70, NOW + n * MINUTE_MS);
    const later = NOW + 10 * MINUTE_MS;
    expect(await own.takeWrites(1, later, left)).toEqual({ kind: "wait", until: NOW + HOUR_MS });
    expect(await own.takeWrites(80, later)).toEqual({ kind: "ok" });
  });

  it("waits as long as GitHub asked, and no longer", async () => {
    const own = budget();
    await own.pauseUntil(NOW + 500);
    await own.pauseUntil(NOW + 100);
    expect(await own.pausedUntil()).toBe(NOW + 500);
    expect(await budget().pausedUntil()).toBe(0);
    expect(await own.takeWrites(1, NOW + 499)).toEqual({ kind: "wait", until: NOW + 500 });
    expect(await own.takeWrites(1, NOW + 500)).toEqual({ kind: "ok" });
  });

  it("is one per installation", async () => {
    const own = budget();
    const other = budget();
    await own.takeWrites(80, NOW);
    expect(await other.takeWrites(80, NOW)).toEqual({ kind: "ok" });
  });

  it("is not overdrawn by replicas that take at the same moment", async () => {
    const own = budget();
    const takes = await Promise.all(Array.from({ length: 30 }, () => own.takeWrites(4, NOW)));
    expect(takes.filter((take) => take.kind === "ok")).toHaveLength(20);
  });

  it.each([0, 81, 1.5])("has no answer to a request for %s writes", async (writes) => {
    await expect(budget().takeWrites(writes, NOW)).rejects.toThrow("1 to 80 writes");
  });
});
