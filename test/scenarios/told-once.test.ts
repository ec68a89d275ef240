import { describe, expect, it } from "@jest/globals";
import type { Action } from "../../src/core/action.ts";
import type { LineState } from "../../src/core/state.ts";
import type { Forge } from "../../src/ports.ts";
import { fleetingStore } from "../../src/reconcile/fleeting-store.ts";
import { reconcile } from "../../src/reconcile/reconcile.ts";
import { HOUR_MS, MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

describe("a pull whose release is still being published", () => {
  it("hears of it also where the next release is cut in the moment that ends", async () => {
    const scenario = await stage.open();
    const first = await scenario.mergeGreen("fix: publishes");
    await scenario.look();
    stage.clock.advance(5_000);
    await scenario.context(first.sha, "publish", "success");
    await scenario.lookFor(3 * MINUTE_MS);

    const second = await scenario.mergeGreen("fix: publishes for a while");
    await scenario.look();
    stage.clock.advance(5_000);
    await scenario.context(second.sha, "publish", "pending");
    const third = await scenario.mergeGreen("fix: waits for it");
    await scenario.look();
    expect((await scenario.world()).tags["v1.4.5"]).toBeUndefined();

    await scenario.context(second.sha, "publish", "success");
    await scenario.look();
    expect((await scenario.world()).tags["v1.4.5"]).toBe(third.sha);
    await scenario.lookFor(2 * HOUR_MS);
    for (const { number } of [first, second, third]) {
      expect(await scenario.comments(number)).toHaveLength(1);
    }
  });
});

describe("comments that GitHub refuses", () => {
  it("are tried once", async () => {
    const scenario = await stage.open();
    await scenario.mergeGreen("fix: on a locked pull");
    const forge = scenario.forge();
    let tries = 0;
    const refusing: Forge = {
      ...forge,
      apply: async (state: LineState, action: Action) => {
        if (action.kind !== "announce") return forge.apply(state, action);
        tries += 1;
        return { kind: "refused", message: "1 of 1 comments: #1 (locked)", url: null };
      },
    };
    for (let looks = 0; looks < 4; looks += 1) {
      await scenario.lookAs(scenario.place, refusing);
      stage.clock.advance(2 * MINUTE_MS);
    }
    expect(tries).toBe(1);
  });
});

describe("two runs at once that know nothing of each other", () => {
  it("make one release and one comment", async () => {
    const scenario = await stage.open();
    const pull = await scenario.mergeGreen("fix: raced");
    const { id } = scenario.repository;
    const { owner, name } = scenario.place;
    const run = () =>
      reconcile({
        forge: scenario.forge(),
        store: fleetingStore(),
        clock: stage.clock,
        repository: { id, owner, name },
        defaultBranch: "main",
      });
    await Promise.all([run(), run()]);
    const { releases } = await scenario.world();
    expect(releases.map(({ tag }) => tag)).toEqual(["v1.4.3", "v1.4.2"]);
    expect(await scenario.comments(pull.number)).toHaveLength(1);
  });
});
