import { mergePull } from "../../src/local-github/person.ts";
import type { Scene } from "./scene.ts";
import type { Story } from "./stories.ts";

/** Watched by an App that somebody installed on this repository alone. */
const CHOSEN = { policy: null, isSelected: true } as const;

async function mergeProposal({ scenario, stage }: Scene): Promise<void> {
  const { data } = stage.github.github;
  const open = data.issues.find(
    (issue) =>
      issue.repositoryId === scenario.repository.id &&
      issue.authorAppId === stage.app.id &&
      issue.state === "open",
  );
  if (open === undefined) throw new Error("No proposal is open");
  const sha = await mergePull(scenario.place, stage.people.mona, open.number);
  await scenario.status(sha, "success");
}

export const STORIES_OF_PROPOSALS: readonly Story[] = [
  {
    name: "a proposal that is merged",
    options: CHOSEN,
    play: async (scene) => {
      const { scenario } = scene;
      await scenario.mergeGreen("fix: the first merge");
      await scene.rest();
      await mergeProposal(scene);
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
