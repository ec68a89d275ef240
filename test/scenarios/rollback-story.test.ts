import { describe, expect, it } from "@jest/globals";
import { openHearing, say } from "../support/hearing.ts";
import { MINUTE_MS, useStage } from "../support/stage.ts";

const stage = useStage();

/** What the rollback issue tells beside the steps, as GitHub lists it. */

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
    const issue = stage.github.github.data.issues.find(
      ({ repositoryId, title }) =>
        repositoryId === scenario.repository.id && title === "Rollback of v1.4.3",
    );
    const body = issue?.body ?? "";
    expect(body).toContain("- **Database:** it changed 1 migration (`db/migrate/1.sql`).");
    expect(body).toContain(
      `- **Later work:** 1 file of its 3 (\`a.js\`) was changed again by [\`#${pulls[1]}\`](`,
    );
    expect(body).toContain("2 fixes among them");
    expect(body).toContain(
      "npm deprecate '@acme/w@1.4.3 || 1.4.4 || 1.4.5' 'This version was rolled back, use 1.4.2.'",
    );
  });
});
