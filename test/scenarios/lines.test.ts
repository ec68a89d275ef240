import { describe, expect, it } from "@jest/globals";
import { MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

describe("a channel", () => {
  it("counts prereleases, and its merge into main gives their version", async () => {
    const scenario = await stage.open({ policy: "version: 1\nchannels: [next]\n" });
    await scenario.branch("next");
    const feature = await scenario.mergeGreen("feat: turn widgets", { base: "next" });
    await scenario.lookFor(5 * MINUTE_MS);
    const fix = await scenario.mergeGreen("fix: turn them back", { base: "next" });
    await scenario.lookFor(5 * MINUTE_MS);
    const between = await scenario.world();
    expect(between.tags["v1.5.0-next.1"]).toBe(feature.sha);
    expect(between.tags["v1.5.0-next.2"]).toBe(fix.sha);
    expect(scenario.check(fix.sha, "next")?.title).toBe("released in v1.5.0-next.2");
    expect(scenario.check(feature.sha, "next")?.title).toBe("released in v1.5.0-next.1");
    const [second, first] = between.releases;
    expect(second).toMatchObject({ tag: "v1.5.0-next.2", isPrerelease: true, isLatest: false });
    expect(second?.body).toContain(`(#${fix.number})`);
    expect(second?.body).not.toContain(`(#${feature.number})`);
    expect(first?.tag).toBe("v1.5.0-next.1");
    expect(between.releases.find(({ isLatest }) => isLatest)?.tag).toBe("v1.4.2");
    expect(await scenario.comments(feature.number)).toEqual([]);

    const merge = await scenario.mergeBranch("next", "main", "Release what next has");
    await scenario.status(merge.sha, "success");
    await scenario.lookFor(5 * MINUTE_MS);
    const { tags, releases } = await scenario.world();
    expect(tags["v1.5.0"]).toBe(merge.sha);
    expect(releases[0]).toMatchObject({ tag: "v1.5.0", isPrerelease: false, isLatest: true });
    for (const { number } of [feature, fix]) {
      expect(releases[0]?.body).toContain(`(#${number})`);
      expect(await scenario.comments(number)).toHaveLength(1);
    }
    expect(releases).toHaveLength(4);
  });

  it("says so where its branch is not there, and disturbs nobody", async () => {
    const scenario = await stage.open({ policy: "version: 1\nchannels: [next]\n" });
    const fix = await scenario.mergeGreen("fix: on main");
    const { others, failures } = await scenario.look();
    expect((await scenario.world()).tags["v1.4.3"]).toBe(fix.sha);
    expect(others.map(({ plan }) => plan.reason.text)).toEqual(["there is no branch next"]);
    expect(failures).toEqual([]);
  });
});

describe("a maintenance branch", () => {
  it("releases in its range, never as Latest, and holds what leads out of it", async () => {
    const scenario = await stage.open({ policy: "version: 1\nauto: major\nmaintenance: on\n" });
    await scenario.branch("1.4.x");
    const breaking = await scenario.mergeGreen("feat!: new names");
    await scenario.lookFor(5 * MINUTE_MS);
    expect((await scenario.world()).tags["v2.0.0"]).toBe(breaking.sha);

    const fix = await scenario.mergeGreen("fix: an old one", { base: "1.4.x" });
    await scenario.lookFor(5 * MINUTE_MS);
    const world = await scenario.world();
    expect(world.tags["v1.4.3"]).toBe(fix.sha);
    expect(world.releases.find(({ isLatest }) => isLatest)?.tag).toBe("v2.0.0");
    expect(await scenario.comments(fix.number)).toHaveLength(1);

    const feature = await scenario.mergeGreen("feat: too much", { base: "1.4.x" });
    await scenario.lookFor(5 * MINUTE_MS);
    expect(scenario.check(feature.sha, "1.4.x")?.title).toBe(
      `held: 1.5.0, which #${feature.number} asks for, is not in 1.4.x`,
    );
    const next = await scenario.mergeGreen("fix: go on");
    await scenario.lookFor(5 * MINUTE_MS);
    const { tags } = await scenario.world();
    expect(tags["v2.0.1"]).toBe(next.sha);
    expect(Object.keys(tags)).not.toContain("v1.5.0");
  });
});

const COMPONENTS = `version: 1
components:
  - { name: core, path: packages/core, base: core-v1.0.0 }
  - { name: cli, path: packages/cli, base: cli-v0.3.0 }
`;

describe("components", () => {
  it("are released on their own, with what touched them, and told once", async () => {
    const scenario = await stage.open({ policy: COMPONENTS });
    await scenario.release("core-v1.0.0");
    await scenario.release("cli-v0.3.0");
    stage.clock.advance(MINUTE_MS);
    const core = await scenario.mergeGreen("feat: turn", { path: "packages/core/turn.js" });
    await scenario.lookFor(5 * MINUTE_MS);
    const root = await scenario.mergeGreen("fix: outside", { path: "scripts/build.js" });
    await scenario.lookFor(5 * MINUTE_MS);
    const world = await scenario.world();
    expect(world.tags).toMatchObject({ "core-v1.1.0": core.sha, "v1.4.3": root.sha });
    expect(Object.keys(world.tags)).toHaveLength(5);
    expect(scenario.check(core.sha, "core")?.title).toBe("released in core-v1.1.0");
    expect(world.releases.find(({ isLatest }) => isLatest)?.tag).toBe("v1.4.3");

    const both = await scenario.commit("fix: in both", {
      "packages/core/a.js": "a\n",
      "packages/cli/b.js": "b\n",
    });
    await scenario.status(both, "success");
    await scenario.lookFor(5 * MINUTE_MS);
    const after = await scenario.world();
    expect(after.tags).toMatchObject({ "core-v1.1.1": both, "cli-v0.3.1": both });
    expect(Object.keys(after.tags)).toHaveLength(7);
    expect(await scenario.comments(core.number)).toHaveLength(1);
  });

  it("that a moved file leaves and enters are both released, and the pull is told once", async () => {
    const scenario = await stage.open({ policy: COMPONENTS });
    await scenario.commit("Add", { "packages/core/a.js": "one\ntwo\nthree\n" });
    await scenario.release("core-v1.0.0");
    await scenario.release("cli-v0.3.0");
    stage.clock.advance(MINUTE_MS);
    const pull = await scenario.mergeFiles("fix: move it", {
      "packages/core/a.js": null,
      "packages/cli/a.js": "one\ntwo\nthree\n",
    });
    await scenario.status(pull.sha, "success");
    await scenario.lookFor(5 * MINUTE_MS);
    const { tags } = await scenario.world();
    expect(tags).toMatchObject({ "core-v1.0.1": pull.sha, "cli-v0.3.1": pull.sha });
    expect(Object.keys(tags)).not.toContain("v1.4.3");
    expect(await scenario.comments(pull.number)).toHaveLength(1);
  });

  it("that are linked have one version and are released together", async () => {
    const scenario = await stage.open({ policy: `${COMPONENTS}linked: [[core, cli]]\n` });
    await scenario.release("core-v1.0.0");
    await scenario.release("cli-v0.3.0");
    stage.clock.advance(MINUTE_MS);
    const pull = await scenario.mergeGreen("feat: turn", { path: "packages/cli/turn.js" });
    await scenario.lookFor(5 * MINUTE_MS);
    const { tags, releases } = await scenario.world();
    expect(tags).toMatchObject({ "core-v1.1.0": pull.sha, "cli-v1.1.0": pull.sha });
    expect(releases.find(({ tag }) => tag === "cli-v1.1.0")?.body).toContain(`(#${pull.number})`);
    expect(releases.find(({ tag }) => tag === "core-v1.1.0")?.body).not.toContain(
      `#${pull.number}`,
    );
    expect(Object.keys(tags)).toHaveLength(5);
  });
});

describe("where one line cannot be looked at", () => {
  it("the others are released, and its reason is kept", async () => {
    const scenario = await stage.open({ policy: "version: 1\nchannels: [next, beta]\n" });
    await scenario.branch("beta");
    const fix = await scenario.mergeGreen("fix: on main");
    const beta = await scenario.mergeGreen("feat: on beta", { base: "beta" });
    stage.github.faults.failRequest({
      match: { graphql: "ObserveLine" },
      // The default line's is the first.
      nth: 2,
      when: "before",
      how: "502",
    });
    const { failures, wakeAt } = await scenario.look();
    expect((await scenario.world()).tags).toMatchObject({
      "v1.4.3": fix.sha,
      "v1.5.0-beta.1": beta.sha,
    });
    expect(failures.map(({ line }) => line.channel)).toEqual(["next"]);
    expect(wakeAt).not.toBeNull();
    const { id: repositoryId } = scenario.repository;
    const line = { repositoryId, branch: "next", component: "", channel: "next" };
    const kept = await scenario.store.readPlan(line);
    expect(kept?.plan.reason.text).toMatch(/^held: .*502/);
  });
});
