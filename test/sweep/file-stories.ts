import { mergePull } from "../../src/local-github/person.ts";
import type { Scene } from "./scene.ts";
import type { Story } from "./stories.ts";

const FILES = { "package.json": '{ "version": "1.4.2" }\n', "CHANGELOG.md": "# Changes\n" };

/** Somebody with the right to merges the pull of ours that is open. */
export async function mergeOurPull({ scenario, stage }: Scene): Promise<void> {
  const { data } = stage.github.github;
  const open = data.issues.find(
    (issue) =>
      issue.repositoryId === scenario.repository.id &&
      issue.authorAppId === stage.app.id &&
      issue.state === "open",
  );
  if (open === undefined) throw new Error("No pull of ours is open");
  const sha = await mergePull(scenario.place, stage.people.mona, open.number);
  await scenario.status(sha, "success");
}

const COMPONENTS = `version: 1
files: { package: on, changelog: CHANGELOG.md }
components:
  - { name: core, path: packages/core, base: core-v1.0.0 }
  - { name: cli, path: packages/cli, base: cli-v1.0.0 }
`;

/** An npm workspace: `cli` asks for `core`, and one pull changes both. */
async function mergeInBoth({ scenario }: Scene): Promise<void> {
  await scenario.commit("chore: begin", {
    "package.json": '{ "private": true, "workspaces": ["packages/*"] }\n',
    "packages/core/package.json": '{ "name": "core", "version": "1.0.0" }\n',
    "packages/cli/package.json":
      '{ "name": "cli", "version": "1.0.0", "dependencies": { "core": "^1.0.0" } }\n',
  });
  await scenario.release("core-v1.0.0");
  await scenario.release("cli-v1.0.0");
  const { sha } = await scenario.mergeFiles("fix: in both", {
    "packages/core/a.js": "a\n",
    "packages/cli/b.js": "b\n",
  });
  await scenario.status(sha, "success");
}

export const STORIES_OF_FILES: readonly Story[] = [
  {
    name: "a commit with the version",
    options: { policy: "version: 1\nfiles: { package: on, changelog: CHANGELOG.md }\n" },
    play: async (scene) => {
      const { scenario } = scene;
      await scenario.commit("chore: begin", FILES);
      await scenario.mergeGreen("fix: in a file");
      await scene.rest();
    },
  },
  {
    name: "a release pull that follows the head",
    options: { policy: "version: 1\nfiles: { package: on, changelog: CHANGELOG.md, as: pull }\n" },
    play: async (scene) => {
      const { scenario } = scene;
      await scenario.commit("chore: begin", FILES);
      await scenario.mergeGreen("fix: in a file");
      await scene.rest();
      await scenario.mergeGreen("feat: as well");
      await scene.rest();
      await mergeOurPull(scene);
      await scene.rest();
    },
  },
  {
    name: "commits with the versions of two components",
    options: { policy: COMPONENTS },
    play: async (scene) => {
      await mergeInBoth(scene);
      await scene.rest();
    },
  },
  {
    name: "one commit with the version of linked components",
    options: { policy: `${COMPONENTS}linked: [[core, cli]]\n` },
    play: async (scene) => {
      await mergeInBoth(scene);
      await scene.rest();
    },
  },
];
