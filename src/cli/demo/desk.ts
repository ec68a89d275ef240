import { readBoxes, tickBoxes } from "../../core/desk/desk-box.ts";
import type { BoxSeen } from "../../core/desk/desk-box.ts";
import { DESK_TITLE } from "../../core/desk/desk.ts";
import { editIssue, findIssue, until, type Issue } from "../../local-github/person.ts";
import type { Act } from "./acts.ts";
import { currentTag, untilRelease, type Stage } from "./stage.ts";

/** A breaking change waits, and a person lets it go from the one issue that says what to press. */
export const desk: Act = {
  name: "desk",
  title: "The release desk: a breaking change waits for one click",
  play: async (stage, say) => {
    const before = await currentTag(stage);
    const { maintain } = stage.users;
    // An earlier text of it, made while the burst went on, is written over at any moment.
    const shown = await untilDesk(
      stage,
      "a box to publish what was merged",
      ({ body }) => findPublish(body)?.batch?.sha === stage.lastSha,
    );
    stage.desk = shown.number;
    const body = shown.body ?? "";
    const [heading = ""] = body.split("\n").filter((line) => line.startsWith("### "));
    say(`issue #${shown.number} "${shown.title}": "${heading.slice(4)}"`);
    const box = findPublish(body);
    if (box === undefined) throw new Error("The desk has no box to publish");
    await editIssue(stage.place, maintain, {
      number: shown.number,
      body: tickBoxes(body, [box.source]),
    });
    const release = await untilRelease(stage, before);
    const missing = stage.waiting.filter((each) => !(release.body ?? "").includes(`(#${each})`));
    if (missing.length > 0) throw new Error(`#${missing[0]} is not in the notes`);
    say(
      `${maintain.login} ticks "Publish": released ${release.tag_name}, with all ${stage.waiting.length} of them`,
    );
    const after = await untilDesk(stage, "the tick taken away", (each) =>
      (each.body ?? "").includes(`\`${maintain.login}\` asked for`),
    );
    const news = (after.body ?? "").split("\n").find((line) => line.includes("asked for")) ?? "";
    say(`the desk takes the tick away and says who asked: "${news.replace(/^- |`/g, "")}"`);
  },
};

function findPublish(body: string | null): BoxSeen | undefined {
  return readBoxes(body ?? "").find(({ act }) => act === "publish");
}

function untilDesk(stage: Stage, what: string, isSo: (issue: Issue) => boolean): Promise<Issue> {
  return until(`a desk with ${what}`, async () => {
    const found = await findIssue(stage.place, stage.users.read, DESK_TITLE);
    return found !== null && isSo(found) ? found : null;
  });
}
