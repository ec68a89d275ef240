import { approvePull, labelPull, openPull, retitlePull } from "../../src/local-github/person.ts";
import { say } from "../support/hearing.ts";
import { tagRuleset } from "../support/rulesets.ts";
import { HOUR_MS, MINUTE_MS, type ScenarioOptions } from "../support/scenario.ts";
import { STORIES_OF_THE_DESK } from "./desk-stories.ts";
import { STORIES_OF_DOORS } from "./door-stories.ts";
import { STORIES_OF_DRAFTS } from "./draft-stories.ts";
import { STORIES_OF_FILES } from "./file-stories.ts";
import { STORIES_OF_POLICIES } from "./policy-stories.ts";
import { STORIES_OF_PROPOSALS } from "./proposal-stories.ts";
import { STORIES_OF_ROLLBACKS } from "./rollback-stories.ts";
import type { Scene } from "./scene.ts";
import { STORIES_OF_SIZES } from "./size-stories.ts";
import { STORIES_OF_PEOPLES_HOLDS } from "./stories-of-holds.ts";
import { STORIES_OF_LINES } from "./stories-of-lines.ts";
import { STORIES_OF_WEEKS } from "./weekly-stories.ts";

/** What people and continuous integration do, and when the App comes to rest in between. */
export interface Story {
  readonly name: string;
  readonly options?: ScenarioOptions;
  /** Who words the notes; nobody when left out. */
  readonly claude?: "drafts" | "fails";
  /** The gate has no time for it, unless it is named: the whole sweep tries it. */
  readonly isLong?: true;
  readonly play: (scene: Scene) => Promise<void>;
}

const STORIES_OF_RELEASES: readonly Story[] = [
  {
    name: "a fix with an issue",
    play: async (scene) => {
      const { scenario } = scene;
      const issue = await scenario.openIssue("Widgets shrink");
      await scenario.mergeGreen("fix: stop shrinking", { body: `Fixes #${issue}` });
      await scene.rest();
    },
  },
  {
    name: "two releases, one after the other",
    play: async (scene) => {
      await scene.scenario.mergeGreen("fix: the first");
      await scene.rest();
      await scene.scenario.mergeGreen("feat: the second");
      await scene.rest();
    },
  },
  {
    name: "a repository without checks",
    play: async (scene) => {
      await scene.scenario.merge("fix: nobody tests this");
      await scene.rest();
    },
  },
];

const STORIES_OF_THE_START: readonly Story[] = [
  {
    name: "watched, then started",
    options: { policy: null },
    play: async (scene) => {
      const { scenario } = scene;
      await scenario.mergeGreen("fix: merged while watched");
      await scene.rest();
      await scenario.mergeGreen("chore: start Smallbatch", {
        path: ".github/smallbatch.yml",
        text: "version: 1\n",
      });
      await scene.rest();
      await scenario.mergeGreen("fix: merged after the start");
      await scene.rest();
    },
  },
  {
    name: "the first version of a repository",
    options: { release: null },
    play: async (scene) => {
      await scene.scenario.mergeGreen("feat: first thing");
      await scene.rest();
      await scene.scenario.mergeGreen("fix: second thing");
      await scene.rest();
    },
  },
  {
    name: "a policy file that breaks",
    play: async (scene) => {
      const { scenario } = scene;
      await scenario.mergeGreen("chore: change the policy", {
        path: ".github/smallbatch.yml",
        text: "version: 1\nautoo: patch\n",
      });
      await scenario.mergeGreen("fix: still released");
      await scene.rest();
    },
  },
];

const STORIES_OF_HOLDS: readonly Story[] = [
  {
    name: "a breaking change that is prepared",
    play: async (scene) => {
      const { scenario } = scene;
      await scenario.mergeGreen("feat!: rename everything");
      await scene.rest();
      await scenario.mergeGreen("fix: waits behind it");
      await scene.rest();
    },
  },
  {
    name: "a ruleset that refuses the tag, and then lets us",
    play: async (scene) => {
      const { scenario } = scene;
      scenario.repository.rulesets.push(tagRuleset());
      await scenario.mergeGreen("fix: refused at first");
      await scene.rest();
      scenario.repository.rulesets.length = 0;
      await scene.rest(2 * HOUR_MS);
    },
  },
  {
    name: "somebody tags a commit of the batch by hand",
    play: async (scene) => {
      const { scenario } = scene;
      const first = await scenario.merge("fix: tagged by hand");
      await scenario.release("v1.4.3", first.sha);
      await scenario.mergeGreen("fix: after it");
      await scene.rest();
    },
  },
];

const STORIES_OF_CHECKS: readonly Story[] = [
  {
    name: "checks that come late and turn red",
    play: async (scene) => {
      const { scenario } = scene;
      const { sha } = await scenario.merge("fix: needs a green check");
      await scenario.status(sha, "pending");
      await scene.rest();
      await scenario.status(sha, "failure");
      await scene.rest();
      await scenario.status(sha, "success");
      await scene.rest();
    },
  },
  {
    name: "a burst with a feature that is taken back",
    play: async (scene) => {
      const { scenario } = scene;
      const fix = await scenario.merge("fix: stays");
      await scenario.status(fix.sha, "pending");
      await scene.rest();
      const feature = await scenario.merge("feat: goes", { path: "src/goes.js" });
      await scenario.merge("docs: explain");
      await scenario.status(fix.sha, "success");
      await scenario.mergeGreen('Revert "feat: goes"', {
        body: `Reverts acme/${scenario.repository.name}#${feature.number}`,
        path: "src/goes.js",
        text: "",
      });
      await scene.rest();
    },
  },
];

const STORIES_OF_PUBLISHING: readonly Story[] = [
  {
    name: "publish checks that run after the release",
    play: async (scene) => {
      const { scenario, stage } = scene;
      const first = await scenario.mergeGreen("fix: publishes well");
      await scene.rest();
      await scenario.context(first.sha, "publish", "success");
      await scene.rest();
      const second = await scenario.mergeGreen("fix: publishes badly");
      await scene.rest();
      // A lost database tells pulls again ten minutes late: all is said before publishing begins.
      await scene.rest(10 * MINUTE_MS);
      stage.clock.advance(5_000);
      await scenario.context(second.sha, "publish", "pending");
      await scenario.mergeGreen("fix: waits for it");
      // Far from the hour after which publishing counts as ended.
      await scene.rest(10 * MINUTE_MS);
      await scenario.context(second.sha, "publish", "failure");
      await scene.rest();
    },
  },
];

const STORIES_OF_GATES: readonly Story[] = [
  {
    name: "a gate that a review after the merge opens",
    options: { policy: "version: 1\ngates: { agents: human-review, paths: { src/: [ada] } }\n" },
    play: async (scene) => {
      const { scenario, stage } = scene;
      const body = "🤖 Generated with [Claude Code](https://claude.com/claude-code)";
      const { number } = await scenario.mergeGreen("fix: written by an agent", { body });
      await scene.rest();
      await approvePull(scenario.place, stage.people.ada, number);
      await scene.rest();
    },
  },
];

const STORIES_OF_MISSING: readonly Story[] = [
  {
    name: "a merge that a forced push lost and somebody lets go",
    play: async (scene) => {
      const { scenario, stage } = scene;
      const { git } = stage.github.github;
      const base = await scenario.head();
      const lost = await scenario.merge("fix: lost by force");
      await git.run(scenario.repository.id, ["update-ref", "refs/heads/main", base]);
      // So that the picture finds its name.
      await git.run(scenario.repository.id, ["update-ref", "refs/heads/kept", lost.sha]);
      await scenario.merge("feat: undone later", { path: "src/undone.js" });
      await scenario.commit("docs: take it away", { "src/undone.js": null });
      await scenario.mergeGreen("fix: stands");
      await scene.rest();
      await labelPull(scenario.place, stage.people.mona, lost.number, "release:skip");
      await labelPull(scenario.place, stage.people.mona, lost.number + 1, "release:skip");
      await scene.rest();
    },
  },
];

const STORIES_OF_MOMENTS: readonly Story[] = [
  {
    name: "a draft that is published when its build is green",
    options: { policy: "version: 1\npublishWhen: [build]\n" },
    play: async (scene) => {
      const { scenario } = scene;
      const { sha } = await scenario.mergeGreen("fix: built before it is out");
      await scene.rest();
      await scenario.context(sha, "build", "success");
      await scene.rest();
    },
  },
  {
    name: "the newest green commit below a red head",
    options: { policy: "version: 1\nhead: newest-green\n" },
    play: async (scene) => {
      const { scenario } = scene;
      await scenario.mergeGreen("fix: green");
      const { sha } = await scenario.merge("fix: red on top", { by: scene.stage.people.mona });
      await scenario.status(sha, "failure");
      await scene.rest();
    },
  },
];

const STORIES_OF_COMMANDS: readonly Story[] = [
  {
    name: "a release under a version that somebody names",
    play: async (scene) => {
      const { scenario, stage } = scene;
      scene.listen();
      const { number } = await scenario.mergeGreen("feat!: it is time");
      await scene.rest();
      await say(scenario, stage.people.wilma, number, "/release");
      await say(scenario, stage.people.mona, number, "/release as 3.0.0");
      await scene.rest();
    },
  },
  {
    name: "an open pull that is previewed",
    options: { policy: "version: 1\npreview: on\n" },
    play: async (scene) => {
      const { scenario, stage } = scene;
      scene.listen();
      const number = await openPull(scenario.place, stage.people.wilma, {
        branch: "open",
        path: "src/open.js",
        text: "export const open = true;\n",
        title: "fix: try it first",
      });
      await say(scenario, stage.people.wilma, number, "/preview");
      await scene.rest();
      await retitlePull(scenario.place, stage.people.wilma, number, "feat: try it first");
      await scene.rest();
    },
  },
];

/** A later feature adds its stories here. The longest go first, so that no core waits in the end. */
export const STORIES: readonly Story[] = [
  ...STORIES_OF_LINES,
  ...STORIES_OF_PUBLISHING,
  ...STORIES_OF_CHECKS,
  ...STORIES_OF_THE_START,
  ...STORIES_OF_HOLDS,
  ...STORIES_OF_MOMENTS,
  ...STORIES_OF_DRAFTS,
  ...STORIES_OF_FILES,
  ...STORIES_OF_COMMANDS,
  ...STORIES_OF_POLICIES,
  ...STORIES_OF_SIZES,
  ...STORIES_OF_WEEKS,
  ...STORIES_OF_PEOPLES_HOLDS,
  ...STORIES_OF_ROLLBACKS,
  ...STORIES_OF_DOORS,
  ...STORIES_OF_PROPOSALS,
  ...STORIES_OF_THE_DESK,
  ...STORIES_OF_GATES,
  ...STORIES_OF_MISSING,
  ...STORIES_OF_RELEASES,
];
