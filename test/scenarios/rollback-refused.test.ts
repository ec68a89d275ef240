import { describe, expect, it } from "@jest/globals";
import { openHearing, say } from "../support/hearing.ts";
import { Restoring } from "../support/restoring.ts";
import { issueOf, standingOf } from "../support/rollback-scene.ts";
import { MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

const FIRE = { "src/fire.js": "burn();\n" };
/** Restoring is a story of its own. */
const BY_PEOPLE = "version: 1\nrollback: { merge: manual }\n";

/** What the App may do here, in place of what was granted. */
function grant(change: Readonly<Record<string, string>>): void {
  const { installations } = stage.github.github.data;
  const own = installations.find(({ id }) => id === stage.app.installationId);
  Object.assign(own?.permissions ?? {}, change);
}

describe("a rollback that GitHub does not let finish", () => {
  it("of pulls that changed workflows tells what it may not, and what to type instead", async () => {
    const scene = await Restoring.open(stage, { release: null });
    const { scenario } = scene;
    await scenario.commit("CI", { ".github/workflows/ci.yml": "on: push\n" });
    await scenario.release("v1.4.2");
    stage.clock.advance(MINUTE_MS);
    await scene.release("fix: set it on fire", {
      ...FIRE,
      ".github/workflows/ci.yml": "on: [push, release]\n",
    });
    const { tags } = await scenario.world();
    await scene.rollBack("v1.4.3");
    await scenario.lookFor(5 * MINUTE_MS);
    // GitHub finds the good release for nobody who may not write workflows; Latest goes there by
    // itself, because the bad one is none for people any more.
    expect(await standingOf(scenario)).toEqual({
      "v1.4.3": "prerelease rolled-back",
      "v1.4.2": "latest",
    });
    const issue = issueOf(stage, scenario);
    expect(issue.body).toContain("gh release edit v1.4.2 --latest");
    expect(issue.body).toContain(".github/workflows");
    expect(issue.body).toContain("git restore --source=refs/tags/v1.4.2");
    expect(issue.state).toBe("open");
    expect(scene.pulls()).toEqual([]);
    expect((await scene.restoration()).state).toBe("refused");
    expect((await scenario.world()).tags).toEqual(tags);
    await scenario.mergeGreen("fix: goes on");
    await scenario.lookFor(5 * MINUTE_MS);
    expect((await scenario.world()).tags).toEqual(tags);

    grant({ workflows: "write" });
    await scene.sayAgain("v1.4.3");
    const { pull } = await scene.opened();
    const wanted = await scene.mergedTree(pull.headSha);
    await scenario.lookFor(5 * MINUTE_MS);
    grant({ workflows: "none" });
    expect(issueOf(stage, scenario).body).not.toContain("GitHub refused");
    expect(pull.merged).toBe(true);
    expect(await scene.git("rev-parse", "main^{tree}")).toBe(wanted);
    expect(await scene.git("show", "main:.github/workflows/ci.yml")).toBe("on: push");
  });

  it("because the App's permission is withdrawn in the middle goes on where it stopped", async () => {
    const { scenario, look } = await openHearing(stage, { desk: true, policy: BY_PEOPLE });
    const pull = await scenario.mergeGreen("fix: set it on fire");
    await look();
    await scenario.lookFor(5 * MINUTE_MS);
    const { tags } = await scenario.world();
    await say(scenario, stage.people.wilma, pull.number, "/rollback v1.4.3");
    let edits = 0;
    stage.github.github.onEvent(({ name, action, repositoryId }) => {
      if (repositoryId !== scenario.repository.id || name !== "release") return;
      // Latest was moved, and then somebody takes the App's right to write.
      if (action === "edited" && (edits += 1) === 1) grant({ contents: "read" });
    });
    await look();
    await look();
    grant({ contents: "write" });
    expect(await standingOf(scenario)).toEqual({ "v1.4.3": "", "v1.4.2": "latest" });
    expect(issueOf(stage, scenario).body).toContain("**GitHub refused**");
    await say(scenario, stage.people.wilma, pull.number, "/rollback v1.4.3");
    await look();
    await scenario.lookFor(MINUTE_MS);
    expect(await standingOf(scenario)).toEqual({
      "v1.4.3": "prerelease rolled-back",
      "v1.4.2": "latest",
    });
    expect(issueOf(stage, scenario).body).not.toContain("**GitHub refused**");
    expect((await scenario.world()).tags).toEqual(tags);
  });

  it("is whole for an immutable release where GitHub takes its marks", async () => {
    const { scenario, look } = await openHearing(stage, { desk: true, policy: BY_PEOPLE });
    const { repositories } = stage.github.github.data;
    const repository = repositories.find(({ id }) => id === scenario.repository.id);
    Object.assign(repository ?? {}, { immutableReleases: true, immutableTakesMarks: true });
    const pull = await scenario.mergeGreen("fix: set it on fire");
    await look();
    await scenario.lookFor(5 * MINUTE_MS);
    await say(scenario, stage.people.wilma, pull.number, "/rollback v1.4.3");
    await look();
    expect(await standingOf(scenario)).toEqual({
      "v1.4.3": "prerelease rolled-back",
      "v1.4.2": "latest",
    });
    expect(issueOf(stage, scenario).body).not.toContain("GitHub refused");
  });
});

describe("a rollback on another line", () => {
  it("of a channel's prerelease leaves Latest and the stable releases alone", async () => {
    const policy = `${BY_PEOPLE}channels: [next]\n`;
    const { scenario, look } = await openHearing(stage, { desk: true, policy });
    await scenario.branch("next");
    for (const title of ["feat: turn widgets", "fix: turn them back"]) {
      await scenario.mergeGreen(title, { base: "next" });
      await look();
      await scenario.lookFor(5 * MINUTE_MS);
    }
    const issue = await scenario.openIssue("The next one burns");
    await say(scenario, stage.people.wilma, issue, "/rollback v1.5.0-next.2");
    await look();
    expect(await standingOf(scenario)).toEqual({
      "v1.5.0-next.2": "prerelease rolled-back",
      "v1.5.0-next.1": "prerelease",
      "v1.4.2": "latest",
    });
    expect(issueOf(stage, scenario).body).toContain("/compare/v1.5.0-next.1...v1.5.0-next.2)");
    await scenario.mergeGreen("fix: on next", { base: "next" });
    await scenario.mergeGreen("fix: on main");
    await look();
    await scenario.lookFor(5 * MINUTE_MS);
    const tags = Object.keys((await scenario.world()).tags);
    expect(tags).toContain("v1.4.3");
    expect(tags).not.toContain("v1.5.0-next.3");
  });

  it("of a linked component takes that one back, and the others wait with it", async () => {
    const parts = "components: [{ name: web, path: web }, { name: api, path: api }]\n";
    const policy = `${BY_PEOPLE}${parts}linked: [[web, api]]\n`;
    const { github } = stage.github;
    const { scenario, look } = await openHearing(stage, { desk: true, policy });
    await scenario.release("web-v1.0.0");
    await scenario.release("api-v1.0.0");
    stage.clock.advance(MINUTE_MS);
    await scenario.mergeGreen("fix: in web", { path: "web/a.js" });
    await look();
    await scenario.lookFor(5 * MINUTE_MS);
    const [before, stood] = [await scenario.world(), await standingOf(scenario)];
    expect(Object.keys(before.tags)).toEqual(expect.arrayContaining(["web-v1.0.1", "api-v1.0.1"]));
    const issue = await scenario.openIssue("The web burns");
    await say(scenario, stage.people.wilma, issue, "/rollback web-v1.0.1");
    await look();
    expect(await standingOf(scenario)).toEqual({
      ...stood,
      "web-v1.0.1": "prerelease rolled-back",
    });
    const restored = await github.git.run(scenario.repository.id, [
      "diff",
      "--name-status",
      "web-v1.0.1",
      "smallbatch/rollback-web-v1.0.1",
    ]);
    expect(restored).toBe("D\tweb/a.js\n");
    const next = await scenario.mergeGreen("fix: in api", { path: "api/b.js" });
    await look();
    await scenario.lookFor(5 * MINUTE_MS);
    expect((await scenario.world()).tags).toEqual(before.tags);
    expect(scenario.check(next.sha, "api")?.title).toContain("web");
  });
});
