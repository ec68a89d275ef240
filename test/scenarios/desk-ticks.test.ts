import { describe, expect, it } from "@jest/globals";
import { parseCard } from "../../src/core/card-text.ts";
import { readBoxes, tickBoxes } from "../../src/core/desk/desk-box.ts";
import { DeskScene } from "../support/desk-scene.ts";
import { act } from "../support/hearing.ts";
import { HOUR_MS, MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

describe("a tick", () => {
  it("publishes what is prepared, once, and the card says who asked", async () => {
    const scene = await DeskScene.openPrepared(stage);
    await scene.tick(stage.people.mona, "publish");
    await scene.look();
    expect(await scene.tags()).toContain("v2.0.0");
    // The next look sees the release, and takes the tick away at once.
    await scene.look();
    expect(scene.ticked()).toEqual([]);
    await scene.rest();
    expect(scene.acts()).toEqual(["hold"]);
    expect(scene.body).toMatch(/`mona` asked for `Publish v2\.0\.0`\n/);
    const [release] = (await scene.scenario.world()).releases;
    const why = expect.stringContaining(`/issues/${scene.desk().number}`);
    expect(parseCard(release?.body ?? "")?.overrides).toMatchObject([
      { rule: "level", by: "mona", why },
    ]);
    await scene.scenario.mergeGreen("feat!: not asked for");
    await scene.rest();
    expect(await scene.tags()).not.toContain("v3.0.0");
    expect(await scene.scenario.comments(scene.desk().number)).toEqual([]);
  });

  it("of somebody who may not is taken away, with one sentence and no mention", async () => {
    const scene = await DeskScene.openPrepared(stage);
    await scene.tick(stage.people.wilma, "publish");
    await scene.rest();
    expect(await scene.tags()).toEqual(["v1.4.2"]);
    expect(scene.ticked()).toEqual([]);
    expect(scene.body).toMatch(
      /`wilma` asked for `Publish v2\.0\.0`, and nothing was done: this needs the permission maintain/,
    );
    expect(await scene.scenario.comments(scene.desk().number)).toEqual([]);
  });

  it("holds the line, and another one lets it go", async () => {
    const scene = await DeskScene.openPrepared(stage);
    await scene.tick(stage.people.wilma, "hold");
    await scene.rest();
    expect(scene.body).toContain("### Releases are on hold");
    expect(scene.acts()).toEqual(["resume"]);
    expect((await scene.scenario.look()).plan.reason.code).toBe("hold-person");
    stage.clock.advance(MINUTE_MS);
    await scene.tick(stage.people.mona, "resume");
    await scene.rest();
    expect(scene.acts()).toEqual(["publish", "hold"]);
  });

  it("of two people within a second is two", async () => {
    const scene = await DeskScene.openPrepared(stage);
    await scene.tick(stage.people.mona, "publish");
    await scene.tick(stage.people.wilma, "hold");
    await scene.rest();
    // What mona asked for came first; a hold holds what comes next.
    expect(scene.body).toMatch(/`mona` asked for `Publish v2\.0\.0`/);
    expect(scene.body).toMatch(/`wilma` asked for `Hold releases`/);
    expect(scene.acts()).toEqual(["resume"]);
    expect(scene.ticked()).toEqual([]);
  });

  it("while we write is not lost", async () => {
    const scene = await DeskScene.openPrepared(stage);
    const before = scene.body;
    await scene.tick(stage.people.mona, "publish");
    // We read the text before the tick and wrote it over.
    const { github } = stage.github;
    const token = scene.scenario.forge().desk;
    expect(token).toBeDefined();
    const bot = github.data.accounts.find(({ login }) => login === "smallbatch[bot]");
    expect(bot).toBeDefined();
    const { editIssue } = await import("../../src/local-github/issues.ts");
    editIssue(
      github,
      scene.desk(),
      { accountId: bot?.id ?? 0, appId: stage.app.id },
      { body: before },
    );
    await scene.rest();
    expect(await scene.tags()).toContain("v2.0.0");
  });

  it("that was taken back is none", async () => {
    const scene = await DeskScene.openPrepared(stage);
    const before = scene.body;
    await scene.tick(stage.people.mona, "publish");
    await scene.edit(stage.people.mona, before);
    await scene.rest();
    expect(await scene.tags()).toEqual(["v1.4.2"]);
    expect(scene.body).not.toContain("asked for");
  });

  it("without a delivery is proven by the list of edits", async () => {
    const scene = await DeskScene.openPrepared(stage);
    await scene.tick(stage.people.mona, "publish");
    await scene.hearing.take();
    await scene.scenario.mergeGreen("fix: something to say");
    await scene.rest();
    await scene.scenario.lookFor(5 * MINUTE_MS);
    await scene.rest();
    expect(await scene.tags()).toContain("v2.0.0");
    expect(scene.body).toMatch(/`mona` asked for `Publish v2\.0\.0`/);
  });

  it("without a delivery is found by the sweep, and is one when the delivery comes after all", async () => {
    const scene = await DeskScene.openPrepared(stage);
    await scene.tick(stage.people.mona, "publish");
    await scene.hearing.take();
    // The next sweep: nothing else happened.
    stage.clock.advance(HOUR_MS);
    await scene.look();
    await scene.rest();
    expect(await scene.tags()).toContain("v2.0.0");
    const asked = /`mona` asked for .*/g;
    expect(scene.body.match(asked)).toEqual(["`mona` asked for `Publish v2.0.0`"]);
    scene.hearAgain();
    await scene.scenario.mergeGreen("feat!: not asked for");
    await scene.rest();
    expect(scene.body.match(asked)).toEqual(["`mona` asked for `Publish v2.0.0`"]);
    expect((await scene.tags()).toSorted()).toEqual(["v1.4.2", "v2.0.0"]);
  });

  it("without a delivery waits a minute for it, and other words are read once", async () => {
    const scene = await DeskScene.openPrepared(stage);
    await scene.tick(stage.people.mona, "hold");
    await scene.hearing.take();
    await scene.scenario.look();
    expect((await scene.scenario.store.readTaken(scene.scenario.repository.id, 5)).length).toBe(0);
    stage.clock.advance(MINUTE_MS);
    await scene.scenario.look();
    expect((await scene.scenario.look()).plan.reason.code).toBe("hold-person");
    await scene.rest();
    await scene.edit(stage.people.wilma, `${scene.body}\nHello!`);
    await scene.hearing.take();
    const first = await scene.requestsOf(() => scene.look());
    expect(await scene.requestsOf(() => scene.look())).toHaveLength(first.length - 1);
  });

  it("without a delivery and without a list is asked for again", async () => {
    const scene = await DeskScene.openPrepared(stage);
    await scene.tick(stage.people.mona, "hold");
    await scene.hearing.take();
    delete scene.desk().edits;
    await scene.scenario.mergeGreen("docs: something to say");
    await scene.rest();
    await scene.scenario.lookFor(5 * MINUTE_MS);
    expect(scene.ticked()).toEqual([]);
    expect(scene.body).toContain("GitHub does not say who ticked it. Tick it again.");
    expect((await scene.scenario.look()).plan.reason.code).not.toBe("hold-person");
  });

  it("on an old text is told that it is old", async () => {
    const scene = await DeskScene.openPrepared(stage);
    const old = scene.body;
    await scene.scenario.mergeGreen("feat!: breaks more");
    await scene.rest();
    const [box] = readBoxes(old);
    await scene.edit(stage.people.mona, tickBoxes(old, [box?.source ?? ""]));
    await scene.rest();
    expect(await scene.tags()).toEqual(["v1.4.2"]);
    expect(scene.body).toContain("has changed since. Look at the desk again.");
  });

  it("on a box that somebody worded otherwise, or made up, does nothing", async () => {
    const scene = await DeskScene.openPrepared(stage);
    const lured = scene.body.replace("**Publish v2.0.0**", "**Have a biscuit**");
    await scene.edit(stage.people.wilma, lured);
    await scene.tick(stage.people.mona, "publish");
    await scene.rest();
    expect(await scene.tags()).toEqual(["v1.4.2"]);
    expect(scene.body).toContain("`mona` asked for `Have a biscuit`, and nothing was done");
    expect(scene.body).toContain("**Publish v2.0.0** with");
  });

  it("on a desk that a person made is nothing at all", async () => {
    const scene = await DeskScene.openPrepared(stage);
    const copy = await act(scene.scenario, stage.people.wilma, ["POST", "issues"], {
      title: "Release desk",
      body: scene.body,
    });
    const [box] = readBoxes(scene.body);
    const path = `issues/${String(copy["number"])}`;
    await act(scene.scenario, stage.people.mona, ["PATCH", path], {
      body: tickBoxes(scene.body, [box?.source ?? ""]),
    });
    await scene.rest();
    expect(await scene.tags()).toEqual(["v1.4.2"]);
    expect(scene.desks()).toHaveLength(1);
  });

  it("is heard again after a crash, and done once", async () => {
    const scene = await DeskScene.openPrepared(stage);
    await scene.tick(stage.people.mona, "publish");
    await scene.hear();
    let left = 2;
    // The lock is lost in the middle of it: what was heard stays.
    await expect(scene.scenario.look({ isAlone: () => (left -= 1) >= 0 })).rejects.toThrow(
      "the lock on it was lost",
    );
    await scene.rest();
    expect((await scene.tags()).filter((tag) => tag !== "v1.4.2")).toEqual(["v2.0.0"]);
    expect(scene.ticked()).toEqual([]);
    stage.clock.advance(HOUR_MS);
    await scene.scenario.mergeGreen("feat!: breaks again");
    await scene.rest();
    expect(await scene.tags()).not.toContain("v3.0.0");
  });
});
