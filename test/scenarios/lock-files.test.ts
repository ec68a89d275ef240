import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { expect, it } from "@jest/globals";
import { MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();
const run = promisify(execFile);

const POLICY = `version: 1
files: { package: on }
components:
  - { name: core, path: packages/core }
  - { name: cli, path: packages/cli }
`;

const manifest = (name: string, more: object): string => JSON.stringify({ name, ...more });

/** A workspace of three managers at once, as each of them writes it. */
const files = (core: string): Record<string, string> => ({
  "package.json": manifest("acme", { private: true, workspaces: ["packages/*"] }),
  "packages/core/package.json": manifest("@acme/core", { version: core }),
  "packages/cli/package.json": manifest("cli", {
    version: "0.3.0",
    dependencies: { "@acme/core": `^${core}` },
  }),
  "package-lock.json": JSON.stringify({
    name: "acme",
    lockfileVersion: 3,
    requires: true,
    packages: {
      "": { name: "acme", workspaces: ["packages/*"] },
      "node_modules/@acme/core": { resolved: "packages/core", link: true },
      "node_modules/cli": { resolved: "packages/cli", link: true },
      "packages/cli": { version: "0.3.0", dependencies: { "@acme/core": `^${core}` } },
      "packages/core": { name: "@acme/core", version: core },
    },
  }),
  "pnpm-lock.yaml": `lockfileVersion: '9.0'

importers:

  .: {}

  packages/cli:
    dependencies:
      '@acme/core':
        specifier: ^${core}
        version: link:../core

  packages/core: {}
`,
  "yarn.lock": `__metadata:
  version: 8

"@acme/core@npm:^${core}, @acme/core@workspace:packages/core":
  version: 0.0.0-use.local
  resolution: "@acme/core@workspace:packages/core"
  languageName: unknown
  linkType: soft

"cli@workspace:packages/cli":
  version: 0.0.0-use.local
  resolution: "cli@workspace:packages/cli"
  dependencies:
    "@acme/core": "npm:^${core}"
  languageName: unknown
  linkType: soft
`,
});

it("lock files of a workspace follow a release, and npm installs what was written", async () => {
  const scenario = await stage.open({ policy: POLICY, release: null });
  await scenario.commit("chore: begin", files("1.2.0"));
  await scenario.release("core-v1.2.0");
  stage.clock.advance(MINUTE_MS);
  await scenario.mergeGreen("feat: turn", { path: "packages/core/turn.js" });
  await scenario.look();
  const { tags } = await scenario.world();
  const sha = String(tags["core-v1.3.0"]);
  const git = (...args: string[]): Promise<string> =>
    stage.github.github.git.run(scenario.repository.id, args);
  const folder = await mkdtemp(join(tmpdir(), "smallbatch-locks-"));
  try {
    for (const [path, expected] of Object.entries(files("1.3.0"))) {
      const text = await git("show", `${sha}:${path}`);
      expect([path, text.trimEnd()]).toEqual([path, expected.trimEnd()]);
      await mkdir(dirname(join(folder, path)), { recursive: true });
      await writeFile(join(folder, path), text);
    }
    await run("npm", ["ci", "--offline", "--ignore-scripts", "--no-audit"], { cwd: folder });
    const { stdout } = await run("npm", ["ls", "--json", "--all"], { cwd: folder });
    expect(JSON.parse(stdout)).toMatchObject({
      dependencies: { cli: { dependencies: { "@acme/core": { version: "1.3.0" } } } },
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
