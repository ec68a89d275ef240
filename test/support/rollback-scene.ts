import { readBanner } from "../../src/core/rollback/banner.ts";
import type { Issue } from "../../src/local-github/world.ts";
import type { Scenario, Stage } from "./scenario.ts";

/** What stands on the local GitHub of releases that were taken back. */

function rollbackIssuesOf({ github }: Stage, { repository }: Scenario): readonly Issue[] {
  return github.github.data.issues.filter(
    ({ repositoryId, title }) => repositoryId === repository.id && title.startsWith("Rollback of "),
  );
}

/** The only one. */
export function issueOf(stage: Stage, scenario: Scenario): Issue {
  const [issue, ...more] = rollbackIssuesOf(stage, scenario);
  if (issue === undefined || more.length > 0) throw new Error(`${more.length} more issues`);
  return issue;
}

/** Tag, and how people see it: `latest`, `prerelease`, `draft`, and what its banner says. */
export async function standingOf(scenario: Scenario): Promise<Readonly<Record<string, string>>> {
  const { releases } = await scenario.world();
  return Object.fromEntries(
    releases.map(({ tag, isLatest, isPrerelease, isDraft, body }) => {
      const marks = { latest: isLatest, prerelease: isPrerelease, draft: isDraft };
      const words = Object.entries(marks).flatMap(([word, isSet]) => (isSet ? [word] : []));
      return [tag, [...words, readBanner(body)?.as ?? ""].filter((word) => word !== "").join(" ")];
    }),
  );
}

/** Requests since then: method, and path in the repository. */
export function requestsSince({ github }: Stage): () => readonly string[] {
  const before = github.requests.length;
  return () =>
    github.requests
      .slice(before)
      .map(({ method, path }) => `${method} ${path.replace(/^\/repos\/[^/]+\/[^/]+/, "")}`);
}
