import { openPullOf } from "../../src/local-github/person.ts";
import { commitFiles } from "../../src/local-github/seed.ts";
import { say } from "../support/hearing.ts";
import { enqueue } from "../support/merge-queue.ts";
import type { Scene } from "./scene.ts";
import type { Story } from "./stories.ts";

const REQUIRED = {
  policy: "version: 1\nsize: { check: required, labels: on, limit: { lines: 30 } }\n",
};

export const STORIES_OF_SIZES: readonly Story[] = [
  {
    name: "a pull that is too large, shrinks and waits in the merge queue",
    options: REQUIRED,
    play: async (scene) => {
      const { scenario, stage } = scene;
      const number = await openLarge(scene);
      await scene.rest();
      await push(scene, "fix: less", 5);
      await enqueue(stage, scenario, number);
      await scene.rest();
    },
  },
  {
    name: "a pull that is let through, until the next push",
    options: REQUIRED,
    play: async (scene) => {
      const { scenario, stage } = scene;
      const number = await openLarge(scene);
      await scene.rest();
      await say(scenario, stage.people.mona, number, "/size-ok the client comes in one piece");
      await scene.rest();
      await push(scene, "feat: even more", 50);
      await scene.rest();
    },
  },
];

function push({ scenario, stage }: Scene, message: string, lines: number): Promise<string> {
  return commitFiles(stage.github.github, scenario.repository, {
    branch: "large",
    message,
    files: { "src/large.js": "line\n".repeat(lines) },
  });
}

/** Number of a pull over the limit, of which the App heard. */
async function openLarge(scene: Scene): Promise<number> {
  const { scenario, stage } = scene;
  scene.listen();
  await push(scene, "feat: too much", 40);
  const pull = { head: "large", base: scenario.repository.defaultBranch, title: "feat: large" };
  return openPullOf(scenario.place, stage.people.wilma, pull);
}
