import { describe, expect, it } from "@jest/globals";
import { editIssue } from "../../src/local-github/issues.ts";
import type { Account } from "../../src/local-github/world.ts";
import { openHearing, say } from "../support/hearing.ts";
import { Restoring } from "../support/restoring.ts";
import { issueOf, requestsSince, standingOf } from "../support/rollback-scene.ts";
import { MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

/** Another App of the organisation. */
function createBot(): Account {
  const { data } = stage.github.github;
  const own = data.accounts.find(({ login }) => login === "smallbatch[bot]");
  if (own === undefined) throw new Error("The App has no bot");
  const bot = { ...own, id: own.id + 900_000, login: "stale[bot]", appId: stage.app.id + 900_000 };
  data.accounts.push(bot);
  return bot;
}

describe("a rollback that was asked for", () => {
  it("goes on when a bot writes over its issue, and when who asked leaves the organisation", async () => {
    const scene = await Restoring.open(stage);
    const { scenario } = scene;
    const { github } = stage.github;
    await scene.release("fix: set it on fire", { "src/fire.js": "burn();\n" });
    await scene.rollBack("v1.4.3");
    await scenario.lookFor(MINUTE_MS);
    const issue = issueOf(stage, scenario);
    const before = issue.body ?? "";
    const standing = await standingOf(scenario);
    const bot = createBot();
    const by = { accountId: bot.id, appId: bot.appId ?? 0 };
    editIssue(github, issue, by, { body: "- [x] resume\n/resume\n" });
    const wilma = github.accountByLogin("wilma");
    github.data.memberships = github.data.memberships.filter(({ userId }) => userId !== wilma?.id);
    delete scenario.repository.collaborators[wilma?.id ?? 0];
    await scene.look();
    expect(await standingOf(scenario)).toEqual(standing);
    expect(issue.body?.split("\n").slice(0, 3)).toEqual(before.split("\n").slice(0, 3));

    // All that was kept is in the issue again.
    scenario.forget();
    const [opened] = scene.pulls();
    await scenario.status(opened?.pull.headSha ?? "", "success");
    await scenario.lookFor(2 * MINUTE_MS);
    await scenario.status(await scenario.head(), "success");
    await scenario.lookFor(2 * MINUTE_MS);
    expect(await scene.git("rev-parse", "v1.4.4^{tree}")).toBe(
      await scene.git("rev-parse", "v1.4.2^{tree}"),
    );
    expect(issueOf(stage, scenario).state).toBe("closed");
    await scene.sayAgain("v1.4.4");
    expect(await standingOf(scenario)).toMatchObject({ "v1.4.4": "latest" });
  });
});

describe("a release that is not among the newest 20", () => {
  it("is found by its tag, with the good one before it, by one request more", async () => {
    const { scenario, look } = await openHearing(stage, { desk: true });
    for (let patch = 3; patch <= 26; patch += 1) {
      await scenario.commit(`fix: part ${patch}`, { "a.js": `${patch}\n` });
      await scenario.release(`v1.4.${patch}`);
      stage.clock.advance(MINUTE_MS);
    }
    await look();
    const issue = await scenario.openIssue("It burns since long");
    await say(scenario, stage.people.wilma, issue, "/rollback 1.4.4 since long");
    const requests = requestsSince(stage);
    await look();
    expect(requests().slice(0, 3)).toEqual([
      "POST /graphql",
      "GET /collaborators/wilma/permission",
      "POST /graphql",
    ]);
    const standing = await standingOf(scenario);
    expect(standing).toMatchObject({
      "v1.4.26": "affected",
      "v1.4.7": "affected",
      "v1.4.6": "",
      "v1.4.4": "prerelease rolled-back",
      "v1.4.3": "latest",
    });
    const { body } = issueOf(stage, scenario);
    expect(body).toContain("2 older ones may too, and nothing says so there");
    expect(body).toContain("/compare/v1.4.3...v1.4.4");

    const other = await say(scenario, stage.people.wilma, issue, "/rollback v1.3.9");
    await look();
    expect(await standingOf(scenario)).toEqual(standing);
    expect((await scenario.comments(issue)).at(-1)).toContain("there is no release `v1.3.9` here");
    expect(other).toBeGreaterThan(0);
  });
});

describe("a release that is drafted first", () => {
  it("is no release to take back, and the one that takes another back is out when it is published", async () => {
    const scene = await Restoring.open(stage, { policy: "version: 1\npublishWhen: [build]\n" });
    const { scenario } = scene;
    const build = async (): Promise<void> => {
      await scenario.context(await scenario.head(), "build", "success");
      await scenario.lookFor(2 * MINUTE_MS);
    };
    await scene.release("fix: set it on fire", { "src/fire.js": "burn();\n" });
    expect(await standingOf(scenario)).toEqual({ "v1.4.3": "draft", "v1.4.2": "latest" });
    await scene.rollBack("v1.4.3");
    expect(await standingOf(scenario)).toEqual({ "v1.4.3": "draft", "v1.4.2": "latest" });
    await build();
    expect(await standingOf(scenario)).toEqual({ "v1.4.3": "latest", "v1.4.2": "" });

    await scene.sayAgain("v1.4.3");
    const marked = { "v1.4.3": "prerelease rolled-back", "v1.4.2": "latest" };
    expect(await standingOf(scenario)).toEqual(marked);
    const { pull } = await scene.opened();
    await scenario.status(pull.headSha, "success");
    await scenario.context(pull.headSha, "build", "success");
    await scenario.lookFor(5 * MINUTE_MS);
    expect(pull.merged).toBe(true);
    await scenario.status(await scenario.head(), "success");
    await scenario.lookFor(5 * MINUTE_MS);
    expect(await standingOf(scenario)).toEqual({ ...marked, "v1.4.4": "draft" });
    expect(issueOf(stage, scenario).state).toBe("open");
    await build();
    expect(await standingOf(scenario)).toEqual({ ...marked, "v1.4.2": "", "v1.4.4": "latest" });
    expect(issueOf(stage, scenario).state).toBe("closed");
    expect(await scene.git("rev-parse", "v1.4.4^{tree}")).toBe(
      await scene.git("rev-parse", "v1.4.2^{tree}"),
    );
  });
});
