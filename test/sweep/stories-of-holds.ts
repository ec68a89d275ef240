import { say } from "../support/hearing.ts";
import type { Story } from "./stories.ts";

/** What people say is heard again where the database was lost: each of them once, in their order. */
export const STORIES_OF_PEOPLES_HOLDS: readonly Story[] = [
  {
    name: "releases that somebody holds and resumes",
    play: async (scene) => {
      const { scenario, stage } = scene;
      const { wilma, mona } = stage.people;
      scene.listen();
      const issue = await scenario.openIssue("The API is on fire");
      await say(scenario, wilma, issue, "/hold the API is on fire");
      const { number } = await scenario.mergeGreen("fix: put it out");
      await say(scenario, mona, number, "/release now");
      await scene.rest();
      stage.clock.advance(1_000);
      await say(scenario, wilma, issue, "/resume\n/why");
      await scene.rest();
    },
  },
];
