import type { Story } from "./stories.ts";

const COMPONENTS = `version: 1
components:
  - { name: core, path: packages/core, base: core-v1.0.0 }
  - { name: cli, path: packages/cli, base: cli-v0.3.0 }
`;

/** A pull in two components, released in both and told once. */
const components: Story = {
  name: "a pull in two components",
  options: { policy: COMPONENTS },
  play: async (scene) => {
    const { scenario } = scene;
    await scenario.release("core-v1.0.0");
    await scenario.release("cli-v0.3.0");
    const { sha } = await scenario.mergeFiles("fix: in both", {
      "packages/core/a.js": "a\n",
      "packages/cli/b.js": "b\n",
    });
    await scenario.status(sha, "success");
    await scene.rest();
  },
};

/** One of them changed; both are released, under one version. */
const linked: Story = {
  name: "two components that are linked",
  options: { policy: `${COMPONENTS}linked: [[core, cli]]\n` },
  play: async (scene) => {
    const { scenario } = scene;
    await scenario.release("core-v1.0.0");
    await scenario.release("cli-v0.3.0");
    await scenario.mergeGreen("feat: turn", { path: "packages/cli/turn.js" });
    await scene.rest();
  },
};

const channel: Story = {
  name: "a channel, twice",
  options: { policy: "version: 1\nchannels: [next]\n" },
  play: async (scene) => {
    const { scenario } = scene;
    await scenario.branch("next");
    await scenario.mergeGreen("feat: turn widgets", { base: "next" });
    await scene.rest();
    await scenario.mergeGreen("fix: turn them back", { base: "next" });
    await scene.rest();
  },
};

const maintenance: Story = {
  name: "a maintenance branch beside the default one",
  options: { policy: "version: 1\nmaintenance: on\n" },
  play: async (scene) => {
    const { scenario } = scene;
    await scenario.branch("1.4.x");
    await scenario.mergeGreen("feat: a new one");
    await scenario.mergeGreen("fix: an old one", { base: "1.4.x" });
    await scene.rest();
  },
};

export const STORIES_OF_LINES: readonly Story[] = [linked, components, channel, maintenance];
