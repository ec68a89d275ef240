import { describe, expect, it } from "@jest/globals";
import { openHearing, say } from "../support/hearing.ts";
import { issueOf, requestsSince, standingOf } from "../support/rollback-scene.ts";
import { MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

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
