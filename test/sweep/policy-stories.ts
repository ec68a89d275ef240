import { openPullOf } from "../../src/local-github/person.ts";
import { commitFiles } from "../../src/local-github/seed.ts";
import type { Story } from "./stories.ts";

export const STORIES_OF_POLICIES: readonly Story[] = [
  {
    name: "a pull that breaks the policy, and is mended",
    options: { policy: "version: 1\nauto: patch\n" },
    play: async (scene) => {
      const { scenario, stage } = scene;
      scene.listen();
      await scenario.mergeGreen("feat: waits for a person");
      const branch = "policy";
      const push = (message: string, text: string): Promise<string> =>
        commitFiles(stage.github.github, scenario.repository, {
          branch,
          message,
          files: { ".github/smallbatch.yml": text },
        });
      await push("chore: break the policy", "version: 1\nautoo: minor\n");
      const title = "chore: let features go";
      const pull = { head: branch, base: scenario.repository.defaultBranch, title };
      await openPullOf(scenario.place, stage.people.wilma, pull);
      await scene.rest();
      await push("chore: mend the policy", "version: 1\n");
      await scene.rest();
    },
  },
];
