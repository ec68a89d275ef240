import { describe, expect, it } from "@jest/globals";
import { formatBanner } from "../../src/core/rollback/banner.ts";
import { DeskScene } from "../support/desk-scene.ts";
import { act, say } from "../support/hearing.ts";
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

  it("counts what people rolled back, lets a marked fix go, and is lifted by a comment", async () => {
    const scene = await openReleased();
    const { scenario } = scene;
    const { mona, wilma } = stage.people;
    const issue = await scenario.openIssue("Something burns");
    await say(scenario, wilma, issue, "/rollback v1.4.4\n/rollback v1.4.5");
    await scene.look();
    // As when the releases that carry the restored code are out.
    const { defaultBranch: branch, id: repositoryId } = scenario.repository;
    const line = { repositoryId, branch, component: "", channel: "stable" };
    await scenario.store.writeMemory(line, { hold: null });
    const tags = await scene.tags();
    await scenario.mergeGreen("fix: d");
    await scene.rest();
    expect(await scene.tags()).toEqual(tags);
    scenario.repository.squashMergeCommitMessage = "PR_BODY";
    await scenario.mergeGreen("fix: e", { body: "Regressed-in: v1.4.5" });
    await scene.rest();
    expect(await scene.tags()).toEqual([...tags, "v1.4.6"]);
    const held = await scenario.mergeGreen("fix: f");
    await scene.rest();
    expect(await scene.tags()).toEqual([...tags, "v1.4.6"]);
    stage.clock.advance(MINUTE_MS);
    await say(scenario, mona, held.number, "/resume it was the CDN");
    await scene.rest();
    expect(await scene.tags()).toEqual([...tags, "v1.4.6", "v1.4.7"]);
    const { releases } = await scenario.world();
    expect(releases.find(({ tag }) => tag === "v1.4.7")?.body).toContain("it was the CDN");
  });
});
