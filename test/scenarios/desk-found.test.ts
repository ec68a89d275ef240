import { describe, expect, it } from "@jest/globals";
import { readBoxes } from "../../src/core/desk/desk-box.ts";
import { install, uninstall } from "../../src/local-github/seed-app.ts";
import { DeskScene } from "../support/desk-scene.ts";
import { addNewer, addOlder } from "../support/our-issues.ts";
import { HOUR_MS, MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

/** A hold that a person ticked, and a commit that waits for it. */
async function openHeld(): Promise<DeskScene> {
  const scene = await DeskScene.openPrepared(stage, { policy: "version: 1\nauto: major\n" });
  await scene.scenario.mergeGreen("fix: released");
  await scene.rest();
  await scene.tick(stage.people.wilma, "hold");
  await scene.rest();
  await scene.scenario.mergeGreen("fix: held");
  return scene;
}

describe("a database that is new", () => {
  it("finds the desk again, with what a person held", async () => {
    const scene = await openHeld();
    await scene.rest();
    const tags = await scene.tags();
    scene.forget();
    await scene.rest();
    expect(await scene.tags()).toEqual(tags);
    expect(scene.desks()).toHaveLength(1);
    expect(scene.acts()).toEqual(["resume"]);
    stage.clock.advance(MINUTE_MS);
    await scene.tick(stage.people.wilma, "resume");
    await scene.rest();
    expect((await scene.tags()).length).toBe(tags.length + 1);
  });

  it("finds it among any number of issues of ours, by a request for each 50", async () => {
    const scene = await openHeld();
    await scene.rest();
    const tags = await scene.tags();
    const desk = scene.desk();
    const findAgain = async (): Promise<number> => {
      scene.forget();
      return (await scene.requestsOf(() => scene.rest())).length;
    };
    const first = await findAgain();
    const { github } = stage.github;
    addNewer(github, desk, 60);
    expect((await findAgain()) - first).toBe(0);
    addOlder(github, desk, 20);
    // A page, and the desk on it.
    expect((await findAgain()) - first).toBe(2);
    addNewer(github, { ...desk, number: desk.number + 5_000 }, 100);
    expect((await findAgain()) - first).toBe(4);
    expect(await scene.tags()).toEqual(tags);
    const standing = scene.desks().filter(({ title }) => title === desk.title);
    expect(standing.map(({ number }) => number)).toEqual([desk.number]);
    expect(readBoxes(desk.body ?? "").map(({ act }) => act)).toContain("resume");
  });

  it("that comes with a new installation makes no second desk, and holds what was held", async () => {
    const scene = await DeskScene.openPrepared(stage, { policy: "version: 1\nauto: major\n" });
    await scene.scenario.mergeGreen("fix: released");
    await scene.rest();
    await scene.tick(stage.people.wilma, "hold");
    await scene.rest();
    const tags = await scene.tags();
    const { github } = stage.github;
    const [installation] = github.data.installations;
    const [app] = github.data.apps;
    if (installation === undefined || app === undefined) throw new Error("Nothing is installed");
    uninstall(github, installation);
    stage.clock.advance(HOUR_MS);
    install(github, app, "acme", { repositories: "all" });
    scene.forget();
    await scene.scenario.mergeGreen("fix: held");
    await scene.rest();
    expect(scene.desks()).toHaveLength(1);
    expect(await scene.tags()).toEqual(tags);
    expect(scene.acts()).toEqual(["resume"]);
  });

  it("hears a tick that was made meanwhile, by whom GitHub says", async () => {
    const scene = await DeskScene.openPrepared(stage);
    await scene.scenario.mergeGreen("fix: more");
    await scene.rest();
    await scene.tick(stage.people.mona, "publish");
    await scene.hearing.take();
    scene.forget();
    await scene.scenario.lookFor(5 * MINUTE_MS);
    await scene.rest();
    expect(await scene.tags()).toContain("v2.0.0");
    expect(scene.ticked()).toEqual([]);
  });

  it("hears nothing twice that it is told again", async () => {
    const scene = await DeskScene.openPrepared(stage);
    await scene.tick(stage.people.wilma, "hold");
    await scene.rest();
    stage.clock.advance(MINUTE_MS);
    await scene.tick(stage.people.mona, "resume");
    await scene.rest();
    stage.clock.advance(MINUTE_MS);
    scene.forget();
    await scene.look();
    scene.hearAgain();
    await scene.rest();
    expect((await scene.scenario.look()).plan.reason.code).toBe("level");
    expect(scene.acts()).toEqual(["publish", "hold"]);
  });

  it("believes no state that was changed or is another repository's", async () => {
    const scene = await DeskScene.openPrepared(stage, { policy: "version: 1\nauto: major\n" });
    await scene.rest();
    await scene.tick(stage.people.wilma, "hold");
    await scene.rest();
    const other = await DeskScene.openPrepared(stage, { policy: "version: 1\nauto: major\n" });
    await other.rest();
    const [state = ""] = /<!-- smallbatch:desk-state .*/.exec(scene.body) ?? [];
    const [own = ""] = /<!-- smallbatch:desk-state .*/.exec(other.body) ?? [];
    for (const forged of [state, own.replace('"lines":[', '"lines":[ ')]) {
      await other.edit(stage.people.wilma, other.body.replace(own, forged));
      other.forget();
      expect((await other.look()).plan.reason.code).not.toBe("hold-person");
    }
  });
});
