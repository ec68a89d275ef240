import { describe, expect, it } from "@jest/globals";
import { composeBudget } from "../src/compose.ts";
import { useDatabase } from "./support/database.ts";

const test = useDatabase();
const MINUTE_MS = 60_000;

async function takeTwoHundred(hasWriteLimits: boolean, installationId: number) {
  const budget = composeBudget({ hasWriteLimits }, test.database, installationId);
  const answers: unknown[] = [];
  for (let taken = 0; taken < 200; taken += 20) answers.push(await budget.take(20));
  return { budget, granted: answers.filter((answer) => answer === null).length };
}

describe("the budget of an installation", () => {
  it("lets 80 writes pass at once", async () => {
    expect((await takeTwoHundred(true, 1)).granted).toBe(4);
  });

  it("lets all pass where GitHub has no limits, until GitHub itself asks to wait", async () => {
    const { budget, granted } = await takeTwoHundred(false, 2);
    expect(granted).toBe(10);
    await budget.pause(Date.now() + MINUTE_MS);
    const { waitMs } = (await budget.take(1)) ?? { waitMs: 0 };
    expect(waitMs).toBeGreaterThan(MINUTE_MS / 2);
  });
});
