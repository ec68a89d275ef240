import { describe, expect, it } from "@jest/globals";
import type { Action } from "../../src/core/action.ts";
import { mergePull } from "../../src/local-github/person.ts";
import type { Forge } from "../../src/ports.ts";
import type { Scenario } from "../support/scenario.ts";
import { MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

const COMPONENTS = `version: 1
files: { package: on, changelog: CHANGELOG.md, marker: [packages/core/README.md] }
components:
  - { name: core, path: packages/core }
  - { name: cli, path: packages/cli }
`;

const CORE = "packages/core/package.json";
const CLI = "packages/cli/package.json";
const LOCK = "package-lock.json";

const manifest = (name: string, version: string, core?: string): string =>
  JSON.stringify({ name, version, ...(core && { dependencies: { "@acme/core": core } }) });

type Changes = Extract<Action, { kind: "commitFiles" }>["changes"];

/** With a script that nobody reviewed. */
const EVIL = JSON.stringify({ name: "@acme/core", version: "1.0.1", scripts: { install: "./x" } });

/** What npm would write for these versions. */
const lock = (core: string, cli: string): string =>
  JSON.stringify({
    name: "acme",
    lockfileVersion: 3,
    packages: {
      "": { name: "acme", workspaces: ["packages/*"] },
      "node_modules/@acme/core": { resolved: "packages/core", link: true },
      "packages/cli": { version: cli, dependencies: { "@acme/core": `^${core}` } },
      "packages/core": { name: "@acme/core", version: core },
    },
  });

const files = (core: string, cli: string): Record<string, string> => ({
  "package.json": JSON.stringify({ name: "acme", private: true, workspaces: ["packages/*"] }),
  [CORE]: manifest("@acme/core", core),
  [CLI]: manifest("cli", cli, `^${core}`),
  [LOCK]: lock(core, cli),
});

/** An npm workspace with two components; `cli` asks for `core`. */
async function open(policy: string, core = "1.0.0", cli = "0.3.0"): Promise<Scenario> {
  const scenario = await stage.open({ policy, release: null });
  await scenario.commit("chore: begin", {
    ...files(core, cli),
    "packages/core/README.md": `core@${core} <!-- x-release-version -->\n`,
  });
  await scenario.release(`core-v${core}`);
  await scenario.release(`cli-v${cli}`);
  stage.clock.advance(MINUTE_MS);
  return scenario;
}

function git(scenario: Scenario, ...args: string[]): Promise<string> {
  return stage.github.github.git.run(scenario.repository.id, args);
}

async function expectFiles(scenario: Scenario, at: string, core: string, cli: string) {
  for (const [path, text] of Object.entries(files(core, cli))) {
    expect([path, await git(scenario, "show", `${at}:${path}`)]).toEqual([path, text]);
  }
}

async function changedBy(scenario: Scenario, sha: string): Promise<readonly string[]> {
  const names = await git(scenario, "diff", "--name-only", `${sha}^`, sha);
  return names.trim().split("\n");
}

async function parentOf(scenario: Scenario, sha: string): Promise<string> {
  return (await git(scenario, "rev-parse", `${sha}^`)).trim();
}

async function touchBoth(scenario: Scenario, title: string, word: string): Promise<string> {
  const { sha } = await scenario.mergeFiles(title, {
    "packages/core/a.js": `${word}\n`,
    "packages/cli/b.js": `${word}\n`,
  });
  await scenario.status(sha, "success");
  return sha;
}

describe("components whose files say their version", () => {
  it("are written alone, with the ranges of who asks for them", async () => {
    const scenario = await open(COMPONENTS);
    const core = await scenario.mergeGreen("feat: turn", { path: "packages/core/turn.js" });
    await scenario.look();
    const first = String((await scenario.world()).tags["core-v1.1.0"]);
    expect(await parentOf(scenario, first)).toBe(core.sha);
    expect(await changedBy(scenario, first)).toEqual([
      LOCK,
      CLI,
      "packages/core/CHANGELOG.md",
      "packages/core/README.md",
      CORE,
    ]);
    await expectFiles(scenario, first, "1.1.0", "0.3.0");
    expect(await git(scenario, "show", `${first}:packages/core/README.md`)).toContain("core@1.1.0");
    expect(await git(scenario, "show", `${first}:packages/core/CHANGELOG.md`)).toContain("turn");
    expect(scenario.check(core.sha, "core")?.title).toBe("released in core-v1.1.0");

    // Its commit changed a file of cli, and is no change of cli.
    await scenario.lookFor(10 * MINUTE_MS);
    expect(Object.keys((await scenario.world()).tags)).toHaveLength(3);

    const cli = await scenario.mergeGreen("fix: say it", { path: "packages/cli/say.js" });
    await scenario.look();
    const { tags, releases } = await scenario.world();
    const second = String(tags["cli-v0.3.1"]);
    expect(await parentOf(scenario, second)).toBe(cli.sha);
    expect(await changedBy(scenario, second)).toEqual([LOCK, "packages/cli/CHANGELOG.md", CLI]);
    await expectFiles(scenario, second, "1.1.0", "0.3.1");
    expect(releases[0]?.body).toContain(`(#${cli.number})`);
    expect(releases[0]?.body).not.toContain("chore(release)");
  });

  it("follow each other in one look, the second on the commit of the first", async () => {
    const scenario = await open(COMPONENTS);
    const sha = await touchBoth(scenario, "fix: in both", "one");
    await scenario.look();
    const { tags } = await scenario.world();
    const core = String(tags["core-v1.0.1"]);
    const cli = String(tags["cli-v0.3.1"]);
    expect([await parentOf(scenario, core), await parentOf(scenario, cli)]).toEqual([sha, core]);
    expect(await scenario.head()).toBe(cli);
    await expectFiles(scenario, cli, "1.0.1", "0.3.1");
    expect(scenario.check(sha, "core")?.title).toBe("released in core-v1.0.1");
    expect(scenario.check(sha, "cli")?.title).toBe("released in cli-v0.3.1");
    await scenario.lookFor(10 * MINUTE_MS);
    expect(Object.keys((await scenario.world()).tags)).toHaveLength(4);
  });

  it.each<[string, (planned: Changes) => Changes]>([
    [
      "has one file more",
      (planned) => [...planned, { path: "packages/core/evil.js", text: "1\n" }],
    ],
    ["has one file less", (planned) => planned.filter(({ path }) => path !== LOCK)],
    [
      "says something else in one",
      (planned) => planned.map((each) => (each.path === CORE ? { ...each, text: EVIL } : each)),
    ],
  ])("are not taken for green where the commit with them %s", async (_, change) => {
    const scenario = await open(COMPONENTS);
    const { sha } = await scenario.mergeGreen("fix: turn", { path: "packages/core/turn.js" });
    const forge = scenario.forge();
    const apply: Forge["apply"] = async (state, action) =>
      forge.apply(
        state,
        action.kind === "commitFiles" ? { ...action, changes: change(action.changes) } : action,
      );
    await scenario.lookAs(scenario.place, { ...forge, apply });
    const made = await scenario.head();
    expect([await parentOf(scenario, made), made === sha]).toEqual([sha, false]);
    await scenario.status(made, "failure");
    await scenario.look();
    expect(Object.keys((await scenario.world()).tags)).toEqual(["cli-v0.3.0", "core-v1.0.0"]);
  });

  it("that are linked share one commit, each with its own changelog", async () => {
    const scenario = await open(`${COMPONENTS}linked: [[core, cli]]\n`, "1.0.0", "1.0.0");
    const { sha } = await scenario.mergeGreen("feat: turn", { path: "packages/cli/turn.js" });
    await scenario.look();
    const { tags } = await scenario.world();
    const both = String(tags["core-v1.1.0"]);
    expect(tags["cli-v1.1.0"]).toBe(both);
    expect([await parentOf(scenario, both), await scenario.head()]).toEqual([sha, both]);
    await expectFiles(scenario, both, "1.1.0", "1.1.0");
    const changelog = await git(scenario, "show", `${both}:packages/cli/CHANGELOG.md`);
    expect(changelog).toContain("turn");
    expect(await git(scenario, "show", `${both}:packages/core/CHANGELOG.md`)).toContain("1.1.0");
    await scenario.lookFor(10 * MINUTE_MS);
    expect(Object.keys((await scenario.world()).tags)).toHaveLength(4);
  });

  it("that are linked share one release pull", async () => {
    const policy = COMPONENTS.replace("changelog", "as: pull, changelog");
    const scenario = await open(`${policy}linked: [[core, cli]]\n`, "1.0.0", "1.0.0");
    await touchBoth(scenario, "feat: turn", "one");
    await scenario.lookFor(5 * MINUTE_MS);
    const opened = stage.github.github.data.issues.filter(
      ({ repositoryId, authorAppId }) =>
        repositoryId === scenario.repository.id && authorAppId === stage.app.id,
    );
    expect(opened.map(({ title }) => title)).toEqual(["chore(release): core-v1.1.0, cli-v1.1.0"]);
    const number = opened[0]?.number ?? 0;
    const merge = await mergePull(scenario.place, stage.people.mona, number);
    await scenario.status(merge, "success");
    await scenario.lookFor(5 * MINUTE_MS);
    const { tags } = await scenario.world();
    expect([tags["core-v1.1.0"], tags["cli-v1.1.0"]]).toEqual([merge, merge]);
    await expectFiles(scenario, merge, "1.1.0", "1.1.0");
  });
});
