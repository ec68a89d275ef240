import { mergeOurPull } from "./file-stories.ts";
import type { Story } from "./stories.ts";

/** Watched by an App that somebody installed on this repository alone. */
const CHOSEN = { policy: null, isSelected: true } as const;

export const STORIES_OF_PROPOSALS: readonly Story[] = [
  {
    name: "a proposal that is merged",
    options: CHOSEN,
    play: async (scene) => {
      const { scenario } = scene;
      await scenario.mergeGreen("fix: the first merge");
      await scene.rest();
      await mergeOurPull(scene);
      await scene.rest();
    },
  },
  {
    name: "a proposal that another policy file overtakes",
    options: CHOSEN,
    play: async (scene) => {
      const { scenario } = scene;
      await scenario.mergeGreen("fix: the first merge");
      await scene.rest();
      await scenario.mergeGreen("chore: start by ourselves", {
        path: ".github/smallbatch.yml",
        text: "version: 1\n",
      });
      await scene.rest();
    },
  },
];
