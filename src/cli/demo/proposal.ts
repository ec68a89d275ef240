import { findPull, mergePull, readText, until } from "../../local-github/person.ts";
import type { OpenPull } from "../../local-github/person.ts";
import type { Act } from "./acts.ts";
import { plain } from "./plain.ts";
import { ci, currentTag, merge, untilCheck, untilReleaseOrQuestion, type Stage } from "./stage.ts";

const BRANCH = "smallbatch/propose";
const POLICY = ".github/smallbatch.yml";

/** A repository without a tag, started by a change that rides along. */
const LATER = "later";

/** Questions that a repository's past may raise, one policy line each. */
const POLICY_LINES_MAX = 4;

/** The App was installed on this repository; nothing was merged since. */
export const proposed: Act = {
  name: "proposed",
  title: "Installed, and the first merge: nothing is released, one proposal comes",
  play: async (stage, say) => {
    const before = await currentTag(stage);
    const pull = await merge(stage, {
      title: "fix: draw the last corner",
      path: "src/last-corner.js",
      text: "export const corners = 4;\n",
    });
    say(`#${pull.number} merged by ${stage.users.maintain.login}`);
    await ci(stage, pull.sha, "success");
    const check = await untilCheck(stage, pull.sha, /^would/);
    say(`check on ${pull.sha.slice(0, 7)}: "${check.title}"`);
    const proposal = await untilProposal(stage);
    say(`#${proposal.number} opened by smallbatch[bot]: "${proposal.title}"`);
    for (const line of shownOf(proposal.body)) say(line);
    const after = await currentTag(stage);
    if (after !== before) throw new Error(`A watched repository released ${after}`);
  },
};

export const started: Act = {
  name: "started",
  title: "Started by merging the proposal",
  play: async (stage, say) => {
    const before = await currentTag(stage);
    const { number } = await untilProposal(stage);
    stage.lastPull = number;
    stage.proposal = number;
    stage.lastSha = await mergePull(stage.place, stage.users.maintain, number);
    say(`#${number} merged by ${stage.users.maintain.login}`);
    stage.policy = await readText(stage.place, stage.users.read, POLICY);
    for (let lines = 0; lines <= POLICY_LINES_MAX; lines += 1) {
      await ci(stage, stage.lastSha, "success");
      const next = await untilReleaseOrQuestion(stage, before, stage.lastSha);
      if (next === LATER) {
        say("nothing in it asks for a release: the first one comes with the next fix");
        return;
      }
      if (typeof next !== "string") {
        say(`released ${next.tag_name}, with what was merged before`);
        return;
      }
      say(`its past leaves something open, so it asks for a policy line: "${next}"`);
      stage.policy += `${next}\n`;
      await merge(stage, {
        title: "chore: answer Smallbatch",
        path: POLICY,
        text: stage.policy,
        by: stage.users.maintain,
      });
    }
    throw new Error("The repository asks for more than the demo can answer");
  },
};

function untilProposal({ place, users }: Stage): Promise<OpenPull> {
  return until("a proposal", () => findPull(place, users.read, BRANCH));
}

/** The first lines of its text, and what is folded, as they read rendered. */
function shownOf(body: string): readonly string[] {
  return body
    .replaceAll(/<summary>([^<]*)<\/summary>/g, "\n▸ $1\n")
    .replaceAll(/<!--[\s\S]*?-->|<\/?details>/g, "")
    .split("\n")
    .filter((line) => /^(?:\*\*|▸|The newest)/.test(line))
    .filter((line) => !line.includes("never does"))
    .map((line) => plain(line).replaceAll("**", ""));
}
