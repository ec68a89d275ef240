import { describe, expect, it } from "@jest/globals";
import type { Plan } from "../../src/core/action.ts";
import { planFailure } from "../../src/core/quiet-plan.ts";
import { useDatabase } from "../support/database.ts";
import { INSTALLATION, deliveryOf, repositoryLabel } from "../support/deliveries.ts";
import { policyFile } from "../support/states.ts";

const test = useDatabase();
const PLAN: Plan = planFailure("seen");

async function generationOf(id: number): Promise<number> {
  const rows = await test.query("select generation from smallbatch.repository where id = $1", [id]);
  return Number(rows[0]?.["generation"]);
}

/** Did a delivery about one branch beside the default one lead to a look? */
async function isHeard(id: number, branch: string): Promise<boolean> {
  const before = await generationOf(id);
  const repository = repositoryLabel(id);
  const ifLine = { branches: [branch], hint: true, check: null };
  const guid = `${id}-${branch}-${Math.random()}`;
  await test.database.inbox.recordDelivery(deliveryOf(guid, { repository, hint: false, ifLine }));
  return (await generationOf(id)) > before;
}

async function open(id: number, policy: string): Promise<void> {
  await test.database.repositories.upsert(INSTALLATION, [repositoryLabel(id)]);
  const store = test.database.forInstallation(INSTALLATION);
  const line = { repositoryId: id, branch: "main", component: "", channel: "stable" };
  await store.writeMemory(line, { lastGoodPolicy: policyFile(policy) });
}

describe("a delivery about another branch than the default one", () => {
  it("is heard where a line of this repository is on it", async () => {
    await open(201, "version: 1\nchannels: [next]\n");
    await open(202, "version: 1\n");
    expect(await isHeard(201, "next")).toBe(false);
    const line = { repositoryId: 201, branch: "next", component: "", channel: "next" };
    await test.database.forInstallation(INSTALLATION).recordPlan(line, PLAN, 1);
    expect(await isHeard(201, "next")).toBe(true);
    expect(await isHeard(201, "work")).toBe(false);
    expect(await isHeard(202, "next")).toBe(false);
  });

  it("is heard where a maintenance branch is new, and the policy has them on", async () => {
    await open(203, "version: 1\nmaintenance: on\n");
    await open(204, "version: 1\n");
    await open(205, "version: 1\nmaintenance: off\n");
    const heard = async (id: number) => [await isHeard(id, "1.x"), await isHeard(id, "1.2.x")];
    expect(await heard(203)).toEqual([true, true]);
    expect(await isHeard(203, "1.x-fix")).toBe(false);
    expect(await heard(204)).toEqual([false, false]);
    expect(await heard(205)).toEqual([false, false]);
  });

  it("brings its check along where it is heard", async () => {
    const check = { sha: "c".repeat(40), context: "ci", appId: null, id: 7, isFinished: true };
    const ifLine = { branches: ["next"], hint: false, check };
    const repository = repositoryLabel(201);
    const delivery = deliveryOf("with-check", { repository, hint: false, ifLine });
    await test.database.inbox.recordDelivery(delivery);
    const rows = await test.query("select context from smallbatch.heard_check");
    expect(rows).toMatchObject([{ context: "ci" }]);
  });
});

describe("the plans of a repository", () => {
  it("are kept for each of its lines", async () => {
    await open(206, "version: 1\n");
    const store = test.database.forInstallation(INSTALLATION);
    const lines = ["b", "a"].map((component) => ({
      repositoryId: 206,
      branch: "main",
      component,
      channel: "stable",
    }));
    for (const line of lines) await store.recordPlan(line, PLAN, 5);
    const kept = await store.readPlans(206);
    expect(kept.map(({ line }) => line.component)).toEqual(["a", "b"]);
    expect(kept[0]).toMatchObject({ at: 5, plan: { reason: { text: "held: seen" } } });
  });
});

describe("a change of an open pull into a branch without a line", () => {
  it("is heard where sizes are told", async () => {
    await open(211, "version: 1\n");
    await open(212, "version: 1\nsize: { check: off }\n");
    await test.database.repositories.upsert(INSTALLATION, [repositoryLabel(213)]);
    const heard = async (id: number): Promise<boolean> => {
      const before = await generationOf(id);
      const change = { repository: repositoryLabel(id), hint: false, hintIfSized: true };
      await test.database.inbox.recordDelivery(deliveryOf(`sized-${id}`, change));
      return (await generationOf(id)) > before;
    };
    expect([await heard(211), await heard(212), await heard(213)]).toEqual([true, false, false]);
  });
});
