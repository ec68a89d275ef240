import { describe, expect, it } from "@jest/globals";
import { openHearing, say } from "../support/hearing.ts";
import type { Scenario } from "../support/scenario.ts";
import { MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

/** What the rollback issue tells beside the steps, as GitHub lists it. */

function issueOf({ repository }: Scenario): string {
  const [issue, ...more] = stage.github.github.data.issues.filter(
    ({ repositoryId, title }) => repositoryId === repository.id && title === "Rollback of v1.4.3",
  );
  expect(more).toEqual([]);
  return issue?.body ?? "";
}

describe("the issue of a rollback", () => {
  it("has the risk, and commands for who installed it, of the files that GitHub lists", async () => {
    const { scenario, look } = await openHearing(stage, { desk: true });
    const manifest = JSON.stringify({ name: "@acme/w", version: "1.4.3" });
    const pulls: number[] = [];
    for (const files of [
      { "package.json": manifest, "db/migrate/1.sql": "ALTER", "a.js": "1\n" },
      { "a.js": "1\n2\n" },
      { "other.js": "1\n" },
    ]) {
      const { number, sha } = await scenario.mergeFiles("fix: mend", files);
      pulls.push(number);
      await scenario.status(sha, "success");
      await look();
      await scenario.lookFor(5 * MINUTE_MS);
    }
    await say(scenario, stage.people.wilma, pulls[0] ?? 0, "/rollback v1.4.3");
    await look();
    const body = issueOf(scenario);
    expect(body).toContain("- **Database:** it changed 1 migration (`db/migrate/1.sql`).");
    expect(body).toContain(
      `- **Later work:** 1 file of its 3 (\`a.js\`) was changed again by [\`#${pulls[1]}\`](`,
    );
    expect(body).toContain("2 fixes among them");
    expect(body).toContain(
      "npm deprecate '@acme/w@1.4.3 || 1.4.4 || 1.4.5' 'This version was rolled back, use 1.4.2.'",
    );
  });

  it("opens without the risk that GitHub does not answer for, and reads it again", async () => {
    // Where a desk stands, it was read before.
    const policy = "version: 1\ndesk: off\n";
    const { scenario, look } = await openHearing(stage, { desk: true, policy });
    const { number } = await scenario.mergeGreen("fix: mend");
    await look();
    await scenario.lookFor(5 * MINUTE_MS);
    await say(scenario, stage.people.wilma, number, "/rollback v1.4.3");
    const fault = stage.github.faults.failRequest({
      match: { method: "GET", path: /\/compare\// },
      times: 50,
      when: "before",
      how: "502",
    });
    const { wakeAt } = await look();
    expect(issueOf(scenario)).toContain("Which files it changed is not read yet");
    expect(wakeAt).toBeLessThanOrEqual(stage.clock.now() + MINUTE_MS);
    fault.remove();
    await scenario.lookFor(2 * MINUTE_MS);
    expect(issueOf(scenario)).toContain("No migrations, workflow files or lock files");
  });

  it.each([
    ["once, where GitHub answers", 0, 1, "repository_dispatch` ("],
    ["once more, where the answer was lost", 1, 2, "; sent twice, because no answer came"],
    ["never a third time", 50, 2, "GitHub did not answer, so nobody knows"],
  ])("tells the repository's own workflows %s", async (_, lost, count, row) => {
    const policy = "version: 1\nrollback: { dispatch: on }\n";
    const { scenario, look } = await openHearing(stage, { desk: true, policy });
    const { github, faults } = stage.github;
    const told: unknown[] = [];
    github.onEvent(({ name, action, repositoryId, detail }) => {
      if (name !== "repository_dispatch" || repositoryId !== scenario.repository.id) return;
      told.push({ action, ...detail.clientPayload });
    });
    const { number } = await scenario.mergeGreen("fix: mend");
    await look();
    await scenario.lookFor(5 * MINUTE_MS);
    await say(scenario, stage.people.wilma, number, "/rollback v1.4.3 $(reboot)");
    const match = { method: "POST", path: /\/dispatches$/ };
    const fault =
      lost === 0 ? null : faults.failRequest({ match, times: lost, when: "after", how: "502" });
    await look();
    await scenario.lookFor(10 * MINUTE_MS);
    fault?.remove();
    expect(issueOf(scenario)).toContain(row);
    expect(told).toHaveLength(count);
    expect(new Set(told.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(told[0]).toMatchObject({
      action: "smallbatch-rollback",
      tag: "v1.4.3",
      good_tag: "v1.4.2",
      moves_latest: true,
      reason: "$(reboot)",
      by: "wilma",
    });
  });
});
