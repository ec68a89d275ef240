import { describe, expect, it } from "@jest/globals";
import { HOUR_MS, useStage } from "../support/stage.ts";

const stage = useStage();
const started = { isStartForced: true };

describe("a repository that the operator started", () => {
  it("gets its release, and no comment on what was merged before", async () => {
    const scenario = await stage.open({ policy: null });
    const before = await scenario.mergeGreen("fix: merged before");
    stage.clock.advance(HOUR_MS);
    await scenario.look(started);
    const { tags, releases } = await scenario.world();
    expect(tags["v1.4.3"]).toBe(before.sha);
    expect(releases[0]?.body).toContain(`(#${before.number})`);
    stage.clock.advance(HOUR_MS);
    const after = await scenario.mergeGreen("fix: merged after");
    await scenario.look(started);
    stage.clock.advance(HOUR_MS);
    await scenario.look(started);
    expect(await scenario.comments(before.number)).toEqual([]);
    expect(await scenario.comments(after.number)).toHaveLength(1);
  });

  it("asks for a base instead of releasing more than 50 changes from before", async () => {
    const scenario = await stage.open({ policy: null });
    for (let index = 0; index < 51; index += 1) {
      await scenario.commit(`Old work ${index}`, { "old.txt": `${index}\n` });
    }
    stage.clock.advance(HOUR_MS);
    const { plan } = await scenario.look(started);
    expect(plan.reason.code).toBe("earlier-changes");
  });

  it("loses no merge where it has no tag yet", async () => {
    const scenario = await stage.open({ policy: null, release: null });
    await scenario.status(await scenario.head(), "pending");
    await scenario.look(started);
    const fix = await scenario.merge("fix: waits for its checks");
    await scenario.status(fix.sha, "pending");
    await scenario.look(started);
    const docs = await scenario.mergeGreen("docs: green before it");
    await scenario.look(started);
    const { tags, releases } = await scenario.world();
    expect(tags).toEqual({ "v0.1.0": docs.sha });
    for (const { number } of [fix, docs]) {
      expect(releases[0]?.body).toContain(`(#${number})`);
      expect(await scenario.comments(number)).toHaveLength(1);
    }
  });
});
