import { describe, expect, it } from "@jest/globals";
import { formatBanner } from "../../src/core/rollback/banner.ts";
import { DeskScene } from "../support/desk-scene.ts";
import { act, say } from "../support/hearing.ts";
import { Restoring } from "../support/restoring.ts";
import { MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

/** v1.4.3 to v1.4.5, one fix each. */
async function openReleased(): Promise<DeskScene> {
  // What a rollback's own release would change is left out.
  const policy = "version: 1\nrollback: { merge: manual }\n";
  const scene = await DeskScene.open(stage, { policy });
  for (const title of ["fix: a", "fix: b", "fix: c"]) {
    await scene.scenario.mergeGreen(title);
    await scene.look();
    await scene.scenario.lookFor(5 * MINUTE_MS);
  }
  return scene;
}

/** As GitHub shows it when everything about the rollback is forgotten. */
async function mark({ scenario }: DeskScene, tag: string): Promise<void> {
  const release = stage.github.github.data.releases.find(
    ({ repositoryId, tagName }) => repositoryId === scenario.repository.id && tagName === tag,
  );
  if (release === undefined) throw new Error(`No release ${tag}`);
  const at = stage.clock.now();
  const banner = formatBanner(
    { as: "rolled-back", tag },
    { at, good: null, releasesUrl: "https://x" },
  );
  const body = `${banner}\n\n${release.body ?? ""}`;
  await act(scenario, stage.people.mona, ["PATCH", `releases/${release.id}`], {
    body,
    prerelease: true,
  });
}

describe("the brake", () => {
  it("pauses after two rollbacks, also for a database that is new, until somebody ticks its box", async () => {
    const scene = await openReleased();
    const { scenario } = scene;
    await mark(scene, "v1.4.4");
    await mark(scene, "v1.4.5");
    scene.forget();
    const tags = await scene.tags();
    const held = await scenario.mergeGreen("fix: d");
    await scene.rest();
    expect(await scene.tags()).toEqual(tags);
    expect(scenario.check(held.sha)?.title).toBe(
      "held: 2 releases were rolled back within 7 days (v1.4.5, v1.4.4)",
    );
    expect(scene.body).toContain("so automatic releases pause until");
    expect(scene.acts()).toEqual(["resume", "hold"]);

    stage.clock.advance(MINUTE_MS);
    await scene.tick(stage.people.wilma, "resume");
    await scene.rest();
    expect(await scene.tags()).toEqual([...tags, "v1.4.6"]);
    expect(scene.body).toContain("`wilma` asked for `Resume releases`");

    // The word stands on the desk, signed.
    scene.forget();
    await scenario.mergeGreen("fix: e");
    await scene.rest();
    expect(await scene.tags()).toEqual([...tags, "v1.4.6", "v1.4.7"]);
  });

  it("lets rollbacks and marked fixes go, holds the rest, and is lifted by a comment", async () => {
    const scene = await Restoring.open(stage);
    const { scenario } = scene;
    const green = async (): Promise<void> => {
      await scenario.status(await scenario.head(), "success");
      await scene.look();
      await scenario.lookFor(2 * MINUTE_MS);
    };
    const tags = async (): Promise<readonly string[]> => Object.keys((await scenario.world()).tags);
    for (const [bad, nth] of [
      ["v1.4.3", 1],
      ["v1.4.5", 2],
    ] as const) {
      await scene.release("fix: set it on fire", { [`src/fire-${nth}.js`]: "burn();\n" });
      await scene.rollBack(bad);
      const open = scene.pulls().filter(({ state }) => state === "open");
      for (const { pull } of open) await scenario.status(pull.headSha, "success");
      await scenario.lookFor(2 * MINUTE_MS);
      await green();
    }
    const back = ["v1.4.2", "v1.4.3", "v1.4.4", "v1.4.5", "v1.4.6"];
    expect(await tags()).toEqual(back);

    const held = await scenario.mergeFiles("fix: b", { "src/b.js": "b();\n" });
    await green();
    expect(await tags()).toEqual(back);
    expect(scenario.check(held.sha)?.title).toMatch(/^held: 2 releases were rolled back within/);
    scenario.repository.squashMergeCommitMessage = "PR_BODY";
    await scenario.merge("fix: c", { body: "Regressed-in: v1.4.5" });
    await green();
    expect(await tags()).toEqual([...back, "v1.4.7"]);
    const { number } = await scenario.merge("fix: d");
    await green();
    expect(await tags()).toEqual([...back, "v1.4.7"]);
    stage.clock.advance(MINUTE_MS);
    await say(scenario, stage.people.mona, number, "/resume it was the CDN");
    await green();
    expect(await tags()).toEqual([...back, "v1.4.7", "v1.4.8"]);
    const { releases } = await scenario.world();
    expect(releases.find(({ tag }) => tag === "v1.4.8")?.body).toContain("it was the CDN");
  });
});
