import { describe, expect, it } from "@jest/globals";
import { readBanner } from "../../src/core/rollback/banner.ts";
import type { Issue } from "../../src/local-github/world.ts";
import type { FleetingStore } from "../../src/reconcile/fleeting-store.ts";
import { DeskScene } from "../support/desk-scene.ts";
import { openHearing, reactionsOn, say } from "../support/hearing.ts";
import { addNewer } from "../support/our-issues.ts";
import type { Scenario, ScenarioOptions } from "../support/scenario.ts";
import { MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

/** The line stays held: nothing restores the code by itself. */
const BY_PEOPLE = "version: 1\nrollback: { merge: manual }\n";

/** A repository with a desk, where `count` fixes were released one by one after v1.4.2. */
async function openReleased(count: number, options: ScenarioOptions = {}) {
  const opened = await openHearing(stage, { desk: true, ...options });
  const { scenario, look } = opened;
  const pulls: { number: number; sha: string }[] = [];
  for (let at = 0; at < count; at += 1) {
    pulls.push(await scenario.mergeGreen(`fix: mend part ${at + 1}`));
    await look();
    await scenario.lookFor(5 * MINUTE_MS);
  }
  const pull = pulls.at(-1)?.number ?? 0;
  return { ...opened, pull };
}

function rollbackIssues({ repository }: Scenario): readonly Issue[] {
  return stage.github.github.data.issues.filter(
    ({ repositoryId, title }) => repositoryId === repository.id && title.startsWith("Rollback of "),
  );
}

function issueOf(scenario: Scenario): Issue {
  const [issue, ...more] = rollbackIssues(scenario);
  if (issue === undefined || more.length > 0) throw new Error(`${more.length} more issues`);
  return issue;
}

/** Tag, and how people see it. */
async function standing(scenario: Scenario): Promise<Readonly<Record<string, string>>> {
  const { releases } = await scenario.world();
  return Object.fromEntries(
    releases.map(({ tag, isLatest, isPrerelease, body }) => [
      tag,
      [isLatest ? "latest" : "", isPrerelease ? "prerelease" : "", readBanner(body)?.as ?? ""]
        .filter((word) => word !== "")
        .join(" "),
    ]),
  );
}

const MARKED = {
  "v1.4.4": "prerelease rolled-back",
  "v1.4.3": "latest",
  "v1.4.2": "",
};

describe("/rollback", () => {
  it("moves Latest back, marks the release, holds the line and opens one issue; /resume ends it", async () => {
    const { scenario, look, pull } = await openReleased(2);
    const { tags } = await scenario.world();
    const comment = await say(scenario, stage.people.wilma, pull, "/rollback v1.4.4 it burns");
    await look();
    expect(await standing(scenario)).toEqual(MARKED);
    expect((await scenario.world()).tags).toEqual(tags);
    expect(reactionsOn(stage, comment)).toEqual(["rocket"]);
    const issue = issueOf(scenario);
    expect(issue.body).toContain("**[v1.4.4](");
    expect(issue.body).toContain("- [x] Make [v1.4.3](");
    expect((await scenario.comments(pull)).at(-1)).toContain(`/issues/${issue.number})`);

    const next = await scenario.mergeGreen("fix: something else");
    await look();
    expect((await scenario.world()).tags).toEqual(tags);
    expect(scenario.check(next.sha)?.title).toContain("v1.4.4 is rolled back: it burns");

    await say(scenario, stage.people.mona, issue.number, "/resume");
    await look();
    await scenario.lookFor(5 * MINUTE_MS);
    expect(await standing(scenario)).toEqual({ ...MARKED, "v1.4.3": "", "v1.4.5": "latest" });
    expect(issueOf(scenario)).toMatchObject({ state: "closed", stateReason: "completed" });
    expect(issueOf(scenario).body).toContain("- [x] **Let releases go again**");

    const again = await say(scenario, stage.people.wilma, pull, "/rollback v1.4.4");
    await look();
    expect(reactionsOn(stage, again)).toEqual(["confused"]);
    expect((await scenario.comments(pull)).at(-1)).toContain("was rolled back already");
    expect(rollbackIssues(scenario)).toHaveLength(1);
  });

  it("of an older release marks the later ones too, and several go on side by side", async () => {
    const { scenario, look, pull } = await openReleased(3);
    await say(scenario, stage.people.mona, pull, "/rollback 1.4.4");
    await look();
    expect(await standing(scenario)).toEqual({
      "v1.4.5": "affected",
      "v1.4.4": "prerelease rolled-back",
      "v1.4.3": "latest",
      "v1.4.2": "",
    });
    await say(scenario, stage.people.mona, pull, "/rollback v1.4.3\n/rollback v1.4.5");
    await look();
    expect(await standing(scenario)).toEqual({
      "v1.4.5": "prerelease rolled-back",
      "v1.4.4": "prerelease rolled-back",
      "v1.4.3": "prerelease rolled-back",
      "v1.4.2": "latest",
    });
    expect(rollbackIssues(scenario).map(({ title }) => title)).toEqual([
      "Rollback of v1.4.4",
      "Rollback of v1.4.3",
      "Rollback of v1.4.5",
    ]);
  });

  it("by somebody who may not changes nothing, and is answered once", async () => {
    const { scenario, look, pull } = await openReleased(1);
    const before = await standing(scenario);
    const comment = await say(scenario, stage.people.otto, pull, "/rollback v1.4.3 I want to");
    await look();
    await look();
    expect(await standing(scenario)).toEqual(before);
    expect(rollbackIssues(scenario)).toEqual([]);
    expect(reactionsOn(stage, comment)).toEqual(["confused"]);
    expect((await scenario.comments(pull)).at(-1)).toContain("this needs the permission write");
    await scenario.mergeGreen("fix: goes on");
    await look();
    expect(await standing(scenario)).toHaveProperty(["v1.4.4"]);
  });

  it.each([0, 60])(
    "is known again when the database is lost, behind %d newer issues of ours",
    async (newer) => {
      const { scenario, look, pull, hearing } = await openReleased(2, { policy: BY_PEOPLE });
      await say(scenario, stage.people.wilma, pull, "/rollback v1.4.4 it burns");
      await look();
      addNewer(stage.github.github, issueOf(scenario), newer);
      await scenario.mergeGreen("fix: something else");
      scenario.forget();
      const store = scenario.store as FleetingStore;
      for (const { interpretation } of hearing.all) store.hear(interpretation);
      await scenario.look();
      await scenario.lookFor(5 * MINUTE_MS);
      expect(await standing(scenario)).toEqual(MARKED);
      expect(issueOf(scenario).state).toBe("open");
      await say(scenario, stage.people.mona, issueOf(scenario).number, "/resume");
      for (const { interpretation } of await hearing.take()) store.hear(interpretation);
      await scenario.look();
      expect(issueOf(scenario).state).toBe("closed");
      expect(await standing(scenario)).toHaveProperty(["v1.4.5"], "latest");
    },
  );

  it("says what an immutable release does not take, and does the rest", async () => {
    const opened = await openHearing(stage, { desk: true });
    const { scenario, look } = opened;
    const { data } = stage.github.github;
    const repository = data.repositories.find(({ id }) => id === scenario.repository.id);
    if (repository !== undefined) repository.immutableReleases = true;
    const { number } = await scenario.mergeGreen("fix: mend");
    await look();
    await scenario.lookFor(5 * MINUTE_MS);
    await say(scenario, stage.people.wilma, number, "/rollback v1.4.3");
    await look();
    expect(await standing(scenario)).toEqual({ "v1.4.3": "rolled-back", "v1.4.2": "latest" });
    const told = "its notes say it, and it is no prerelease";
    expect(issueOf(scenario).body).toContain(`**GitHub refused**, ${told}`);
    expect((await scenario.comments(number)).at(-1)).toContain("**GitHub refused 1 step.**");
  });

  it("without issues is told in the comment alone", async () => {
    const { scenario, look, pull } = await openReleased(1);
    const { data } = stage.github.github;
    const repository = data.repositories.find(({ id }) => id === scenario.repository.id);
    if (repository !== undefined) repository.hasIssues = false;
    await say(scenario, stage.people.wilma, pull, "/rollback v1.4.3");
    await look();
    expect(await standing(scenario)).toEqual({
      "v1.4.3": "prerelease rolled-back",
      "v1.4.2": "latest",
    });
    expect((await scenario.comments(pull)).at(-1)).toContain("GitHub refused to open an issue");
  });

  it("of a component touches that one alone", async () => {
    const policy = `${BY_PEOPLE}components: [{ name: web, path: web }, { name: api, path: api }]\n`;
    const { scenario, look } = await openHearing(stage, { desk: true, policy });
    await scenario.release("web-v1.0.0");
    await scenario.release("api-v1.0.0");
    stage.clock.advance(MINUTE_MS);
    await scenario.mergeGreen("fix: in web", { path: "web/a.js" });
    await look();
    await scenario.lookFor(5 * MINUTE_MS);
    const issue = await scenario.openIssue("The web burns");
    await say(scenario, stage.people.wilma, issue, "/rollback web-v1.0.1");
    await look();
    expect(await standing(scenario)).toMatchObject({
      "web-v1.0.1": "prerelease rolled-back",
      "web-v1.0.0": "",
      // Where it was before.
      "api-v1.0.0": "latest",
    });
    await scenario.mergeGreen("fix: in web again", { path: "web/b.js" });
    await scenario.mergeGreen("fix: in api", { path: "api/b.js" });
    await look();
    await scenario.lookFor(5 * MINUTE_MS);
    const { tags } = await scenario.world();
    expect(Object.keys(tags)).toContain("api-v1.0.1");
    expect(Object.keys(tags)).not.toContain("web-v1.0.2");
  });

  it("reaches a maintenance branch from the desk", async () => {
    const policy = "version: 1\nauto: major\nmaintenance: on\n";
    const { scenario, look } = await openHearing(stage, { desk: true, policy });
    await scenario.branch("1.x");
    await scenario.mergeGreen("feat!: two");
    await look();
    await scenario.lookFor(5 * MINUTE_MS);
    const { sha } = await scenario.merge("fix: for one", { base: "1.x" });
    await scenario.status(sha, "success");
    await look();
    await scenario.lookFor(5 * MINUTE_MS);
    const issue = await scenario.openIssue("One burns");
    await say(scenario, stage.people.wilma, issue, "/rollback v1.4.3");
    await look();
    expect(await standing(scenario)).toEqual({
      "v2.0.0": "latest",
      "v1.4.3": "prerelease rolled-back",
      "v1.4.2": "",
    });
    expect(issueOf(scenario).body).toContain("Latest stays where it is");
    expect(issueOf(scenario).body).toContain("into `1.x`");
  });
});

describe("a box of the desk", () => {
  it("says what would go with the release, and takes it back by one tick", async () => {
    const scene = await DeskScene.open(stage, { policy: BY_PEOPLE });
    const { scenario } = scene;
    for (const title of ["fix: mend", "fix: mend more"]) {
      await scenario.mergeGreen(title);
      await scene.look();
      await scenario.lookFor(5 * MINUTE_MS);
    }
    const rows = scene.body.split("\n").filter((line) => line.includes("Roll back"));
    expect(rows.map((row) => /\*\*(.+?)\*\*/.exec(row)?.[1])).toEqual([
      "Roll back v1.4.4",
      "Roll back v1.4.3",
      "Roll back v1.4.2",
    ]);
    expect(scene.body).toContain("  Latest goes to v1.4.3; 1 pull request goes with it.");
    expect(scene.body).toContain(
      "  Latest goes to v1.4.2; 2 pull requests go with it; 1 later release holds it too.",
    );
    await scene.tick(stage.people.wilma, "rollback");
    await scene.look();
    expect(await standing(scenario)).toEqual(MARKED);
    expect(issueOf(scenario).body).toContain("`wilma` [asked for it](");
    await scenario.lookFor(5 * MINUTE_MS);
    const desk = scene.desks()[0]?.body ?? "";
    expect(desk).toContain("`wilma` asked for `Roll back v1.4.4`");
    expect(desk).toMatch(/Rolled back: \[v1\.4\.4\]\(\S+\/issues\/\d+\)\./);
    expect(desk).not.toContain("[x]");
    expect(desk).not.toContain("**Roll back v1.4.4**");
    expect(desk).toContain("v1.4.4 is rolled back");
  });

  it("does nothing for somebody who may not", async () => {
    const scene = await DeskScene.open(stage);
    const { scenario } = scene;
    await scenario.mergeGreen("fix: mend");
    await scene.look();
    await scenario.lookFor(5 * MINUTE_MS);
    const before = await standing(scenario);
    // GitHub lets nobody without write edit it, but the permission may be gone by now.
    await scene.tick(stage.people.wilma, "rollback");
    const wilma = stage.github.github.accountByLogin("wilma");
    scenario.repository.collaborators[wilma?.id ?? 0] = "read";
    await scene.look();
    await scenario.lookFor(5 * MINUTE_MS);
    expect(await standing(scenario)).toEqual(before);
    expect(rollbackIssues(scenario)).toEqual([]);
    expect(scene.body).toContain("nothing was done: this needs the permission write");
  });
});
