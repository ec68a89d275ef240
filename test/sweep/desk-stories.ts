import { readBoxes, tickBoxes } from "../../src/core/desk/desk-box.ts";
import type { DeskAct } from "../../src/core/desk/desk-box.ts";
import { DESK_TITLE } from "../../src/core/desk/desk.ts";
import type { Person } from "../../src/local-github/person.ts";
import { act } from "../support/hearing.ts";
import type { Scene } from "./scene.ts";
import type { Story } from "./stories.ts";

/** As a browser does it: the whole text, with one more tick. */
export async function tick({ scenario, stage }: Scene, by: Person, wanted: DeskAct): Promise<void> {
  const desk = stage.github.github.data.issues.find(
    ({ repositoryId, title }) => repositoryId === scenario.repository.id && title === DESK_TITLE,
  );
  const body = desk?.body ?? "";
  const box = readBoxes(body).find((each) => each.act === wanted);
  if (desk === undefined || box === undefined) throw new Error(`There is no box to ${wanted}`);
  const text = tickBoxes(body, [box.source]);
  await act(scenario, by, ["PATCH", `issues/${desk.number}`], { body: text });
}

export const STORIES_OF_THE_DESK: readonly Story[] = [
  {
    name: "a desk that is made, ticked and obeyed",
    options: { desk: true },
    play: async (scene) => {
      const { scenario, stage } = scene;
      scene.listen();
      await scenario.mergeGreen("feat!: rename everything");
      await scene.rest();
      await tick(scene, stage.people.mona, "publish");
      await scene.rest();
    },
  },
];
