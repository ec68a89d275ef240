import { beforeAll } from "@jest/globals";
import { useLocalGitHub } from "./local-github.ts";
import { buildStage, StageClock, type Stage } from "./scenario.ts";

export { HOUR_MS, MINUTE_MS } from "./scenario.ts";

/** A local GitHub with the App installed, and a loop on a test clock. Call it at the top of a file. */
export function useStage(): Stage {
  const clock = new StageClock();
  const github = useLocalGitHub({ now: () => new Date(clock.now()) });
  let stage: Stage | null = null;
  const built = (): Stage => {
    if (stage === null) throw new Error("The stage stands from beforeAll on");
    return stage;
  };
  beforeAll(async () => {
    stage = await buildStage(github, clock);
  });
  return {
    github,
    clock,
    get people() {
      return built().people;
    },
    get app() {
      return built().app;
    },
    open: (options) => built().open(options),
  };
}
