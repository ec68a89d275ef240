import { mergePull, openPull } from "../../src/local-github/person.ts";
import { say } from "../support/hearing.ts";
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
  {
    name: "a line that is drafted while its pull is open, and worded after the merge",
    options: { policy: "version: 1\nsize: { check: off }\n" },
    claude: "drafts",
    play: async (scene) => {
      const { scenario, stage } = scene;
      const { mona, wilma } = stage.people;
      scene.listen();
      const number = await openPull(scenario.place, wilma, {
        branch: "grow",
        path: "src/grow.js",
        text: "export const grow = 1;\n",
        title: "fix: grow widgets",
      });
      await scene.rest();
      await mergePull(scenario.place, mona, number);
      await say(scenario, wilma, number, "/notes Every widget grows.");
      await scene.rest();
    },
  },
];
