import type { Story } from "./stories.ts";

export const STORIES_OF_DRAFTS: readonly Story[] = [
  {
    // Nothing checks it, so that it is released a minute later.
    name: "a pull that Claude words while it waits",
    claude: "drafts",
    play: async (scene) => {
      await scene.scenario.merge("fix: close widgets without a pause");
      await scene.rest();
    },
  },
  {
    name: "a pull that waits for Claude, who fails",
    claude: "fails",
    play: async (scene) => {
      await scene.scenario.mergeGreen("fix: open widgets at once");
      await scene.rest();
    },
  },
];
