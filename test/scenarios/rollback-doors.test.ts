import { describe, expect, it } from "@jest/globals";
import { DeskScene } from "../support/desk-scene.ts";
import { say } from "../support/hearing.ts";
import { MINUTE_MS, useStage } from "../support/stage.ts";

/** How a rollback is asked for; what comes of it then is `rollback.test.ts`. */

const stage = useStage();

/** Two fixes, each released, and a desk that has a box for both. */
async function openReleased(): Promise<DeskScene & { pull: number }> {
  const scene = await DeskScene.open(stage);
  const { scenario } = scene;
  let pull = 0;
  for (const title of ["fix: mend", "fix: mend more"]) {
    ({ number: pull } = await scenario.mergeGreen(title));
    await scene.look();
    await scenario.lookFor(5 * MINUTE_MS);
  }
  await scene.hear();
  return Object.assign(scene, { pull });
}

type Scene = Awaited<ReturnType<typeof openReleased>>;

const DOORS: readonly [door: string, knock: (scene: Scene) => Promise<unknown>][] = [
  [
    "a comment",
    ({ scenario, pull }) => say(scenario, stage.people.wilma, pull, "/rollback v1.4.4"),
  ],
  ["a box of the desk", (scene) => scene.tick(stage.people.wilma, "rollback")],
];

describe("from the click to Latest", () => {
  it.each(
    DOORS.flatMap(([door, knock]) => [
      { door, knock, isCold: false, most: 3 },
      { door, knock, isCold: true, most: 4 },
    ]),
  )("by $door takes $most requests, cold: $isCold", async ({ knock, isCold, most }) => {
    const scene = await openReleased();
    const { scenario } = scene;
    await knock(scene);
    const requests = await scene.requestsOf(() => scene.look({ isCold }));
    const { releases } = stage.github.github.data;
    const good = releases.find(
      ({ repositoryId, tagName }) =>
        repositoryId === scenario.repository.id && tagName === "v1.4.3",
    );
    // A token, where the process has none; the state with what was said; who may; Latest.
    expect(requests.slice(0, most)).toEqual([
      ...(isCold ? [`POST /app/installations/${stage.app.installationId}/access_tokens`] : []),
      "graphql",
      "GET collaborators/wilma/permission",
      `PATCH releases/${good?.id}`,
    ]);
    expect((await scenario.world()).releases.find(({ isLatest }) => isLatest)?.tag).toBe("v1.4.3");
  });
});
