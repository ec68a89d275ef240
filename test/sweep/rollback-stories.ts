import type { RollbackAct } from "../../src/core/rollback/rollback-box.ts";
import { labelPull, mergePull, type Person } from "../../src/local-github/person.ts";
import { act, say } from "../support/hearing.ts";
import { HOUR_MS, MINUTE_MS } from "../support/scenario.ts";
import type { Scene } from "./scene.ts";
import type { Story } from "./stories.ts";

/** As a browser does it: the whole text, with one more tick. */
async function tick({ scenario, stage }: Scene, by: Person, what: RollbackAct): Promise<void> {
  const issue = stage.github.github.data.issues.find(
    ({ repositoryId, title }) =>
      repositoryId === scenario.repository.id && title.startsWith("Rollback of "),
  );
  const [before, after] = ["[ ]", "[x]"].map(
    (mark) => `- ${mark} <!-- smallbatch:rollback-box v1 ${what}`,
  );
  const body = issue?.body ?? "";
  if (issue === undefined || !body.includes(before ?? "")) {
    throw new Error(`There is no box for ${what} in ${body}`);
  }
  const edited = body.replace(before ?? "", after ?? "");
  await act(scenario, by, ["PATCH", `issues/${issue.number}`], { body: edited });
}

/** Nobody merges the pull that restores the code. */
const BY_PEOPLE = "version: 1\ndesk: off\nrollback: { merge: manual, dispatch: on }\n";

/** Somebody merges the pull that restores the code, and it is green. */
async function mergeOurs({ scenario, stage }: Scene, by: Person): Promise<void> {
  const ours = stage.github.github.data.issues.find(
    ({ repositoryId, title }) =>
      repositoryId === scenario.repository.id && title.startsWith("fix: roll back "),
  );
  const sha = await mergePull(scenario.place, by, ours?.number ?? 0);
  await scenario.status(sha, "success");
}

/** A release that is taken back, and a person who lets releases go again. */
export const STORIES_OF_ROLLBACKS: readonly Story[] = [
  {
    name: "a release that is rolled back",
    // Its number would depend on when it is made: without a desk the checks keep what people hold.
    options: { desk: true, policy: BY_PEOPLE },
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
  {
    name: "code that comes back",
    options: { desk: true, policy: "version: 1\ndesk: off\n" },
    play: async (scene) => {
      const { scenario, stage } = scene;
      // People made the release: the points of the story are those of its rollback.
      const { number } = await scenario.merge("fix: set it on fire");
      await scenario.release("v1.4.3");
      scene.listen();
      await say(scenario, stage.people.wilma, number, "/rollback v1.4.3");
      await scene.rest();
    },
  },
  {
    name: "an agent that is asked for a fix",
    // The first release of all: there is no code to restore, which has a story of its own.
    options: {
      desk: true,
      release: null,
      policy:
        "version: 1\ndesk: off\n" +
        'rollback: { merge: manual, agent: "@my-agent fix {sha}, see {issue}" }\n',
    },
    play: async (scene) => {
      const { scenario, stage } = scene;
      const { wilma } = stage.people;
      const { number } = await scenario.merge("fix: set it on fire");
      await scenario.release("v1.4.3");
      scene.listen();
      await say(scenario, wilma, number, "/rollback v1.4.3");
      await scene.rest();
      await tick(scene, wilma, "agent");
      await scene.rest();
    },
  },
  {
    name: "a rollback that rolls forward, and is brought back",
    isLong: true,
    options: { desk: true, policy: "version: 1\ndesk: off\nrollback: { merge: manual }\n" },
    play: async (scene) => {
      const { scenario, stage } = scene;
      const { wilma, mona } = stage.people;
      const { number } = await scenario.mergeGreen("fix: set it on fire");
      await scene.rest();
      scene.listen();
      await say(scenario, wilma, number, "/rollback v1.4.3 the API is on fire");
      await scene.rest();
      // A lost database forgets when to look again, and the sweep comes by at the end of a rest.
      await scene.rest();
      await mergeOurs(scene, mona);
      await scene.rest();
      await scene.rest();
      await tick(scene, mona, "reland");
      await scene.rest();
    },
  },
  {
    name: "a report by which the policy itself rolls back",
    isLong: true,
    options: {
      desk: true,
      policy: "version: 1\ndesk: off\nrollback: { merge: manual, onSignal: { bug: rollback } }\n",
    },
    play: async (scene) => {
      const { scenario, stage } = scene;
      const { mona, otto, wilma } = stage.people;
      await scenario.merge("fix: set it on fire");
      await scenario.release("v1.4.3");
      stage.clock.advance(MINUTE_MS);
      scene.listen();
      await scene.rest();
      // A stranger's word is not enough, and does not hide that of somebody who may.
      for (const by of [otto, wilma]) {
        const number = await scenario.openIssue("v1.4.3 burns", "It burns", by);
        await labelPull(scenario.place, mona, number, "bug");
      }
      // A new database asks GitHub after half an hour, or three hours after it asked last.
      await scene.rest(4 * HOUR_MS);
      await scene.rest(4 * HOUR_MS);
    },
  },
];
