import { describe, expect, it } from "@jest/globals";
import { DeskScene } from "../support/desk-scene.ts";
import { HOUR_MS, MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();
const DAY_MS = 24 * HOUR_MS;

describe("a desk", () => {
  it("is made after the first release, and pinned", async () => {
    const scene = await DeskScene.open(stage);
    await scene.scenario.mergeGreen("fix: small");
    await scene.look();
    expect(scene.desks()).toEqual([]);
    await scene.rest();
    expect(scene.desk()).toMatchObject({ title: "Release desk", state: "open", isPinned: true });
    expect(scene.body).toContain("**Nothing waits for a person.**");
    expect(scene.body).toMatch(
      /\[\*\*v1\.4\.3\*\*\].* · patch · 1 pull request · 1 check green · usable/,
    );
    expect(scene.acts()).toEqual(["hold"]);
  });

  it("is made at the first hold that needs a person", async () => {
    const scene = await DeskScene.openPrepared(stage);
    expect(scene.body).toContain("### v2.0.0 waits for you to publish it");
    expect(scene.acts()).toEqual(["publish", "hold"]);
  });

  it("costs nothing before a release is published, two requests after and what is read of it once, and none at rest", async () => {
    const scene = await DeskScene.open(stage);
    await scene.scenario.mergeGreen("fix: the first");
    await scene.rest();
    stage.clock.advance(DAY_MS);
    await scene.scenario.mergeGreen("fix: the second");
    const published = await scene.requestsOf(() => scene.look());
    expect(published.slice(0, 3)).toEqual(["graphql", "POST git/refs", "POST releases"]);
    expect(published.filter((name) => /issues\/\d+$/.test(name))).toEqual([]);
    stage.clock.advance(MINUTE_MS);
    const after = [...(await scene.requestsOf(() => scene.rest()))];
    const risk = after.splice(1, 3);
    expect(risk.map((name) => name.replaceAll(/[0-9a-f]{40}/g, "SHA"))).toEqual([
      "GET compare/SHA...SHA",
      "GET git/trees/SHA",
      // The files of its pull: of both releases the same.
      "graphql",
    ]);
    expect(after).toEqual(["graphql", "graphql", `PATCH issues/${scene.desk().number}`]);
    expect(scene.body).toContain("**v1.4.4**");
    stage.clock.advance(HOUR_MS);
    expect(await scene.requestsOf(() => scene.look())).toEqual(["graphql"]);
  });

  it("goes without a pin where three issues have one", async () => {
    const scene = await DeskScene.open(stage);
    for (const title of ["one", "two", "three"]) {
      const number = await scene.scenario.openIssue(title);
      const { id } = scene.scenario.repository;
      const issue = stage.github.github.issue(id, number);
      if (issue !== null) issue.isPinned = true;
    }
    await scene.scenario.mergeGreen("feat!: rename");
    await scene.rest();
    expect(scene.desk().isPinned ?? false).toBe(false);
    expect(scene.acts()).toContain("publish");
  });

  it("raises what waits for a day once, by a comment that mentions nobody", async () => {
    const scene = await DeskScene.openPrepared(stage);
    await scene.scenario.lookFor(3 * DAY_MS);
    const comments = await scene.scenario.comments(scene.desk().number);
    expect(comments).toHaveLength(1);
    expect(comments[0]).toContain("v2.0.0 is breaking");
    expect(comments[0]).not.toMatch(/(?<!`)@\w/);
    scene.forget();
    await scene.scenario.lookFor(2 * DAY_MS);
    expect(await scene.scenario.comments(scene.desk().number)).toHaveLength(1);
  });
});
