import { openPullOf } from "../../src/local-github/person.ts";
import { commitFiles } from "../../src/local-github/seed.ts";
import { enqueue } from "../support/merge-queue.ts";
import type { Story } from "./stories.ts";

export const STORIES_OF_SIZES: readonly Story[] = [
  {
    name: "a pull that is too large, shrinks and waits in the merge queue",
    options: {
      policy: "version: 1\nsize: { check: required, labels: on, limit: { lines: 30 } }\n",
    },
    play: async (scene) => {
      const { scenario, stage } = scene;
      scene.listen();
      const push = (message: string, lines: number): Promise<string> =>
        commitFiles(stage.github.github, scenario.repository, {
          branch: "large",
          message,
          files: { "src/large.js": "line\n".repeat(lines) },
        });
      await push("feat: too much", 40);
      const pull = { head: "large", base: scenario.repository.defaultBranch, title: "feat: large" };
      const number = await openPullOf(scenario.place, stage.people.wilma, pull);
      await scene.rest();
      await push("fix: less", 5);
      await enqueue(stage, scenario, number);
      await scene.rest();
    },
  },
];
