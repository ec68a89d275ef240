import { say } from "../support/hearing.ts";
import type { Story } from "./stories.ts";

/** A release that is taken back, and a person who lets releases go again. */
export const STORIES_OF_ROLLBACKS: readonly Story[] = [
  {
    name: "a release that is rolled back",
    // Its number would depend on when it is made: without a desk the checks keep what people hold.
    options: { desk: true, policy: "version: 1\ndesk: off\n" },
    play: async (scene) => {
      const { scenario, stage } = scene;
      const { wilma, mona } = stage.people;
      const { number } = await scenario.mergeGreen("fix: set it on fire");
      await scene.rest();
      scene.listen();
      await say(scenario, wilma, number, "/rollback v1.4.3 the API is on fire");
      await scene.rest();
      stage.clock.advance(1_000);
      await say(scenario, mona, number, "/resume");
      await scene.rest();
    },
  },
];
