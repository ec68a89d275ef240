import { describe, expect, it } from "@jest/globals";
import { PROPOSAL_BRANCH } from "../../src/core/proposal/proposal.ts";
import { mergePull, openPull } from "../../src/local-github/person.ts";
import { install, uninstall } from "../../src/local-github/seed-app.ts";
import { commitFiles } from "../../src/local-github/seed.ts";
import type { Scenario } from "../support/scenario.ts";
import { HOUR_MS, MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

const PATH = ".github/smallbatch.yml";
const selected = { policy: null, isSelected: true } as const;

interface Proposal {
  readonly number: number;
  readonly state: string;
  readonly title: string;
  readonly body: string;
  readonly isMerged: boolean;
}

/** Pulls that our App opened, oldest first. */
function proposals(scenario: Scenario): readonly Proposal[] {
  return stage.github.github.data.issues
    .filter(
      ({ repositoryId, authorAppId, pull }) =>
        repositoryId === scenario.repository.id && authorAppId === stage.app.id && pull,
    )
    .map(({ number, state, title, body, pull }) => {
      return { number, state, title, body: body ?? "", isMerged: pull?.merged === true };
    });
}

function proposal(scenario: Scenario): Proposal {
  const [only, ...others] = proposals(scenario);
  if (only === undefined || others.length > 0) throw new Error("There is not one proposal");
  return only;
}

function git(scenario: Scenario, ...args: string[]): Promise<string> {
  return stage.github.github.git.run(scenario.repository.id, args);
}

function fileOn(scenario: Scenario, branch: string): Promise<string> {
  return git(scenario, "show", `refs/heads/${branch}:${PATH}`);
}

async function change(scenario: Scenario, number: number, body: object): Promise<void> {
  const { apiUrl, owner, name } = scenario.place;
  const answer = await fetch(`${apiUrl}/repos/${owner}/${name}/pulls/${number}`, {
    method: "PATCH",
    headers: { authorization: `Bearer ${stage.people.mona.token}` },
    body: JSON.stringify(body),
  });
  if (answer.status !== 200)
    throw new Error(`PATCH pulls: ${answer.status} ${await answer.text()}`);
}

/** The App is uninstalled, and an hour later it is there again under another installation. */
function reinstall({ repository }: Scenario): void {
  const { github } = stage.github;
  const [installation] = github.data.installations;
  const [app] = github.data.apps;
  if (installation === undefined || app === undefined) throw new Error("Nothing is installed");
  uninstall(github, installation);
  stage.clock.advance(HOUR_MS);
  install(github, app, "acme", { repositories: [repository.name] });
}

/** Watched, with one merge since the installation, which was seen. */
async function propose(): Promise<Scenario> {
  const scenario = await stage.open(selected);
  await scenario.mergeGreen("fix: keep the colour of labels");
  await scenario.look();
  return scenario;
}

describe("a repository that somebody chose", () => {
  it("gets one proposal at its first merge, which says what would happen", async () => {
    const scenario = await stage.open(selected);
    await scenario.look();
    expect(proposals(scenario)).toEqual([]);
    const { number } = await scenario.mergeGreen("fix: keep the colour of labels");
    const { proposal: look } = await scenario.look();
    const { number: own, title, body, state } = proposal(scenario);
    expect(look?.standing).toEqual({
      state: "proposed",
      pull: {
        number: own,
        url: `${stage.github.url}/acme/${scenario.repository.name}/pull/${own}`,
      },
      note: null,
    });
    expect({ title, state }).toEqual({
      title: "chore: start releasing with Smallbatch",
      state: "open",
    });
    expect(body).toContain(`**First release:** \`v1.4.3\` after \`v1.4.2\`, with \`#${number}\`.`);
    expect(await fileOn(scenario, PROPOSAL_BRANCH)).toMatch(/^version: 1$/m);
    const { releases } = await scenario.world();
    expect(releases.map(({ tag }) => tag)).toEqual(["v1.4.2"]);
  });

  it("hears what is special about it, and what of that the file answers", async () => {
    const scenario = await stage.open(selected);
    await scenario.commit("chore: begin", {
      "package.json": '{ "name": "widgets", "version": "1.4.2" }\n',
      ".release-it.json": "{}\n",
    });
    await scenario.mergeGreen("fix: keep the colour of labels");
    await scenario.look();
    const { body } = proposal(scenario);
    expect(body).toMatch(
      /\*\*Before you merge:\*\*\n(?:- .*\n)*- Versions are given by release-it/,
    );
    expect(body).not.toMatch(/^- `package\.json` says/m);
    expect(body).toContain("- **version files**, done by the file here: ");
    expect(await fileOn(scenario, PROPOSAL_BRANCH)).toMatch(
      /\n# package\.json says 1\.4\.2, .*\nfiles:\n {2}package: on/,
    );
  });

  it("hears nothing more, however often it is looked at", async () => {
    const scenario = await propose();
    const before = proposal(scenario);
    for (let looks = 0; looks < 3; looks += 1) {
      stage.clock.advance(20 * MINUTE_MS);
      await scenario.look();
    }
    scenario.forget();
    await scenario.look();
    expect(proposal(scenario)).toEqual(before);
  });

  it("is started by the merge, and nobody is told of what was merged before", async () => {
    const scenario = await propose();
    const issue = await scenario.openIssue("Labels lose their colour");
    stage.clock.advance(HOUR_MS);
    const before = await scenario.mergeGreen("fix: merged while it was open", {
      body: `Fixes #${issue}`,
    });
    await scenario.look();
    stage.clock.advance(HOUR_MS);
    const { number } = proposal(scenario);
    const sha = await mergePull(scenario.place, stage.people.mona, number);
    await scenario.status(sha, "success");
    const { proposal: look } = await scenario.look();
    stage.clock.advance(HOUR_MS);
    await scenario.look();
    const { releases, tags } = await scenario.world();
    expect(tags["v1.4.3"]).toBe(sha);
    expect(releases[0]?.body).toContain(`(#${before.number})`);
    expect(look?.standing.state).toBe("started");
    for (let each = 1; each <= number; each += 1) expect(await scenario.comments(each)).toEqual([]);
    const after = await scenario.mergeGreen("fix: merged after the start");
    await scenario.look();
    stage.clock.advance(HOUR_MS);
    await scenario.look();
    expect(await scenario.comments(after.number)).toHaveLength(1);
  });

  it("said no for good by closing it, also to a new database and a new installation", async () => {
    const scenario = await propose();
    await change(scenario, proposal(scenario).number, { state: "closed" });
    stage.clock.advance(2 * HOUR_MS);
    await scenario.mergeGreen("fix: another one");
    const { proposal: look } = await scenario.look();
    expect(look?.standing.state).toBe("declined");
    scenario.forget();
    await git(scenario, "update-ref", "-d", `refs/heads/${PROPOSAL_BRANCH}`);
    await scenario.mergeGreen("fix: after the database was lost");
    await scenario.look();
    reinstall(scenario);
    await scenario.mergeGreen("fix: after the App came back");
    scenario.forget();
    const { proposal: again } = await scenario.look();
    expect(again?.standing.state).toBe("declined");
    expect(proposal(scenario)).toMatchObject({ state: "closed", isMerged: false });
  });

  it("gets no second one where the App comes back while it is open, or after it was merged", async () => {
    const scenario = await propose();
    const { number } = proposal(scenario);
    reinstall(scenario);
    scenario.forget();
    await scenario.mergeGreen("feat: after the App came back");
    stage.clock.advance(7 * HOUR_MS);
    await scenario.look();
    expect(proposal(scenario)).toMatchObject({ number, state: "open" });
    expect(proposal(scenario).body).toContain("`v1.5.0`");
    await mergePull(scenario.place, stage.people.mona, number);
    reinstall(scenario);
    scenario.forget();
    await scenario.mergeGreen("fix: after it came back once more");
    await scenario.look();
    expect(proposal(scenario)).toMatchObject({ number, isMerged: true });
  });

  it("keeps its proposal through a rename", async () => {
    const scenario = await propose();
    const { number } = proposal(scenario);
    const former = scenario.place;
    const { apiUrl, owner, name } = former;
    await fetch(`${apiUrl}/repos/${owner}/${name}`, {
      method: "PATCH",
      headers: { authorization: `Bearer ${stage.people.ada.token}` },
      body: JSON.stringify({ name: `${name}-renamed` }),
    });
    scenario.forget();
    stage.clock.advance(7 * HOUR_MS);
    await scenario.mergeGreen("feat: after the rename");
    await scenario.lookAs(former, scenario.forge());
    expect(proposal(scenario).number).toBe(number);
    expect(proposal(scenario).body).toContain("`v1.5.0`");
  });
});

describe("a proposal that stays open", () => {
  it("is renewed when its content changes, and at most every six hours", async () => {
    const scenario = await propose();
    const first = proposal(scenario).body;
    stage.clock.advance(HOUR_MS);
    await scenario.mergeGreen("feat: print labels");
    await scenario.look();
    expect(proposal(scenario).body).toBe(first);
    stage.clock.advance(6 * HOUR_MS);
    await scenario.look();
    const second = proposal(scenario).body;
    expect(second).toContain("**First release:** `v1.5.0`");
    stage.clock.advance(24 * HOUR_MS);
    await scenario.look();
    expect(proposal(scenario).body).toBe(second);
  });

  it("leaves a file that its maintainer changed, and says what that would do", async () => {
    const scenario = await propose();
    const { number } = proposal(scenario);
    const text = "version: 1\nauto: none\n";
    await commitFiles(stage.github.github, scenario.repository, {
      branch: PROPOSAL_BRANCH,
      message: "chore: ask me first",
      files: { [PATH]: text },
      author: "mona",
    });
    stage.clock.advance(7 * HOUR_MS);
    await scenario.mergeGreen("fix: moves the head");
    await scenario.look();
    const { body } = proposal(scenario);
    expect(body).toContain("**First release:** prepared for a person to publish: ");
    expect(body).toContain("The file has changes by others and stays as they made it");
    expect(await fileOn(scenario, PROPOSAL_BRANCH)).toBe(text);
    const sha = await mergePull(scenario.place, stage.people.mona, number);
    await scenario.status(sha, "success");
    const { plan } = await scenario.look();
    expect(plan.reason.state).toBe("prepared");
  });

  it("says why a changed file would not be taken", async () => {
    const scenario = await propose();
    await commitFiles(stage.github.github, scenario.repository, {
      branch: PROPOSAL_BRANCH,
      message: "chore: ask me first",
      files: { [PATH]: "version: 1\nautoo: none\n" },
      author: "mona",
    });
    stage.clock.advance(7 * HOUR_MS);
    await scenario.mergeGreen("fix: moves the head");
    await scenario.look();
    expect(proposal(scenario).body).toMatch(/not valid yet:\*\*\n- `.*autoo.*auto/);
  });

  it("leaves a text whose marker was taken out", async () => {
    const scenario = await propose();
    const { number } = proposal(scenario);
    await change(scenario, number, { body: "Let us talk about this on Monday." });
    stage.clock.advance(7 * HOUR_MS);
    await scenario.mergeGreen("feat: moves the head");
    await scenario.look();
    expect(proposal(scenario)).toMatchObject({
      number,
      state: "open",
      body: "Let us talk about this on Monday.",
    });
  });

  it("is closed when a policy file comes by another way", async () => {
    const scenario = await propose();
    const { sha } = await scenario.mergeFiles("chore: start by ourselves", {
      [PATH]: "version: 1\n",
    });
    await scenario.status(sha, "success");
    await scenario.look();
    expect(proposal(scenario)).toMatchObject({ state: "closed", isMerged: false });
    const { tags } = await scenario.world();
    expect(tags["v1.4.3"]).toBe(sha);
  });
});

describe("no proposal", () => {
  it("for an App on all repositories", async () => {
    const scenario = await stage.open({ policy: null });
    await scenario.mergeGreen("fix: nobody asked");
    const { proposal: look } = await scenario.look();
    expect(look).toBeNull();
    expect(proposals(scenario)).toEqual([]);
  });

  it("where somebody opened a pull with a policy file", async () => {
    const scenario = await stage.open(selected);
    const number = await openPull(scenario.place, stage.people.wilma, {
      branch: "own",
      path: PATH,
      text: "version: 1\nauto: none\n",
      title: "chore: start Smallbatch",
    });
    await scenario.mergeGreen("fix: first merge");
    const { proposal: look } = await scenario.look();
    expect(look?.standing).toMatchObject({
      state: "answered",
      note: `#${number} of somebody else stands in its place`,
    });
    expect(proposals(scenario)).toEqual([]);
  });

  it("where somebody opened a pull from its branch", async () => {
    const scenario = await stage.open(selected);
    const number = await openPull(scenario.place, stage.people.wilma, {
      branch: PROPOSAL_BRANCH,
      path: "src/other.js",
      text: "export const other = true;\n",
      title: "feat: something else",
    });
    await scenario.mergeGreen("fix: first merge");
    const { proposal: look, wakeAt } = await scenario.look();
    expect(look?.standing).toMatchObject({ state: "answered", pull: { number } });
    expect(wakeAt).toBeNull();
    expect(proposals(scenario)).toEqual([]);
  });

  it("for work that was merged before the installation", async () => {
    const scenario = await stage.open(selected);
    await scenario.mergeGreen("fix: before it");
    const [installation] = stage.github.github.data.installations;
    if (installation === undefined) throw new Error("Nothing is installed");
    const { createdAt } = installation;
    stage.clock.advance(MINUTE_MS);
    installation.createdAt = new Date(stage.clock.now()).toISOString();
    await scenario.look();
    installation.createdAt = createdAt;
    expect(proposals(scenario)).toEqual([]);
  });

  it("where the branch is somebody else's, and says so", async () => {
    const scenario = await stage.open(selected);
    await commitFiles(stage.github.github, scenario.repository, {
      branch: PROPOSAL_BRANCH,
      message: "feat: something else",
      files: { "other.txt": "other\n" },
      author: "mona",
    });
    await scenario.mergeGreen("fix: first merge");
    const { proposal: look } = await scenario.look();
    expect(look?.standing).toMatchObject({
      state: "cannot",
      note: "branch smallbatch/propose is somebody else's: rename or delete it",
    });
    expect(proposals(scenario)).toEqual([]);
  });

  it("where a ruleset forbids the branch, and says it in GitHub's words", async () => {
    const scenario = await stage.open(selected);
    scenario.repository.rulesets.push({
      id: 8,
      name: "branches",
      target: "branch",
      enforcement: "active",
      include: ["refs/heads/smallbatch/**"],
      rules: [{ type: "creation" }],
      bypassAppIds: [],
    });
    await scenario.mergeGreen("fix: first merge");
    const { proposal: look } = await scenario.look();
    expect(look?.standing.note).toMatch(/^GitHub refused it: .*rule/i);
    expect(proposals(scenario)).toEqual([]);
  });
});
