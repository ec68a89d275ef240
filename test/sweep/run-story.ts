import type { Stage } from "../support/scenario.ts";
import { openClaude } from "./claude-of-run.ts";
import type { Point, Steps } from "./faults.ts";
import { takePicture, type Picture } from "./picture.ts";
import { Scene } from "./scene.ts";
import type { Story } from "./stories.ts";
import { TroubledHouse, type Ground } from "./troubled-house.ts";

export interface Run {
  readonly picture: Picture;
  readonly steps: Steps;
  /** By point; the story never came to those without. */
  readonly struck: ReadonlyMap<Point, string>;
}

interface RunOptions {
  readonly stage: Stage;
  readonly ground: Ground;
  /** One more rest in the end. */
  readonly isSettled: boolean;
}

/** Play a story from its beginning on a repository of its own. No points: all goes well. */
export async function runStory(
  story: Story,
  points: readonly Point[],
  { stage, ground, isSettled }: RunOptions,
): Promise<Run> {
  const scenario = await stage.open(story.options);
  const { id: repositoryId, defaultBranch } = scenario.repository;
  const { owner, name } = scenario.place;
  const label = { id: repositoryId, nodeId: `R_${repositoryId}`, owner, name, isPrivate: false };
  await ground.database.repositories.upsert(stage.app.installationId, [
    { ...label, defaultBranch },
  ]);
  const hasDesk = story.options?.desk === true;
  const claude = story.claude === undefined ? null : await openClaude(stage.clock, story.claude);
  const drafting = claude === null ? {} : { drafting: claude.drafting };
  const house = new TroubledHouse({ stage, ground, repositoryId, points, hasDesk, ...drafting });
  try {
    const scene = new Scene(stage, scenario, house);
    await story.play(scene);
    const { steps, struck } = house;
    if (isSettled) await scene.settle();
    return { picture: await takePicture(stage, scenario, ground.database, claude), steps, struck };
  } finally {
    await claude?.close();
    await scenario.discard();
  }
}
