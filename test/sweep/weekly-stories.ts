import { HOUR_MS } from "../support/scenario.ts";
import type { Scene } from "./scene.ts";
import type { Story } from "./stories.ts";

const DAY_MS = 24 * HOUR_MS;
/** 1 January 1970 was a Thursday. */
const SUNDAY_NOON_MS = 3.5 * DAY_MS;

/** Every run begins at another moment of the week: from now on it is Sunday, 12:00 UTC. */
function waitForSunday({ stage: { clock } }: Scene): void {
  clock.advance(7 * DAY_MS - ((clock.now() - SUNDAY_NOON_MS) % (7 * DAY_MS)));
}

export const STORIES_OF_WEEKS: readonly Story[] = [
  {
    name: "reports of two weeks",
    isLong: true,
    options: { policy: null, release: null, desk: true },
    play: async (scene) => {
      waitForSunday(scene);
      await scene.scenario.mergeGreen("chore: start Smallbatch", {
        path: ".github/smallbatch.yml",
        text: "version: 1\nweekly: {}\n",
      });
      await scene.rest();
      // Monday in a week, after 08:00.
      await scene.rest(8 * DAY_MS);
      await scene.rest(7 * DAY_MS);
    },
  },
];
