import { MINUTE_MS } from "../support/scenario.ts";
import { tick } from "./desk-stories.ts";
import type { Story } from "./stories.ts";

/** How a rollback is asked for beside a comment: by who may, and by who may not. */
export const STORIES_OF_DOORS: readonly Story[] = [
  {
    name: "a box and an issue that ask for a rollback",
    options: { desk: true },
    play: async (scene) => {
      const { scenario, stage } = scene;
      const { otto, wilma } = stage.people;
      await scenario.commit("fix: set it on fire", { "src/fire.js": "1\n" });
      await scenario.release("v1.4.3");
      stage.clock.advance(MINUTE_MS);
      await scenario.mergeGreen("feat!: rename everything");
      scene.listen();
      await scene.rest();
      await tick(scene, wilma, "rollback");
      await scenario.openIssue("Roll back v1.4.2", "/rollback v1.4.2", otto);
      await scene.rest();
    },
  },
];
