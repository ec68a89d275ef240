import { describe, expect, it } from "@jest/globals";
import { readStanding, renderStanding } from "../../src/cli/standing.ts";
import type { ReleaseCard } from "../../src/core/card.ts";
import type { LedgerRelease } from "../../src/ports.ts";
import { useDatabase } from "../support/database.ts";

const INSTALLATION = 11;
const AT = Date.UTC(2026, 10, 22, 12);
const test = useDatabase();

let repositories = 0;

/** A repository whose v1.4.4 is released and started these checks; its name. */
async function released(checks: LedgerRelease["publishChecks"]): Promise<string> {
  repositories += 1;
  const id = repositories;
  const name = `widgets-${id}`;
  const label = { id, nodeId: `R_${id}`, owner: "acme", name, isPrivate: false };
  await test.database.repositories.upsert(INSTALLATION, [{ ...label, defaultBranch: "trunk" }]);
  const store = test.database.forInstallation(INSTALLATION);
  const line = { repositoryId: id, branch: "trunk", component: "", channel: "stable" };
  const card = { card: 1, units: [{}] } as unknown as ReleaseCard;
  await store.recordIntent({ line, tag: "v1.4.4", sha: "a".repeat(40), card });
  await store.recordPublished(line, "v1.4.4", { url: "https://example.com/r", at: AT });
  if (checks.length > 0) await store.recordPublishChecks(line, "v1.4.4", checks);
  return name;
}

describe("what the App knows of a release", () => {
  const image = { name: "image", state: "green" } as const;

  it.each<[string, LedgerRelease["publishChecks"]]>([
    ["", []],
    [", image done", [image]],
    [", npm not done yet", [image, { name: "npm", state: "pending" }]],
    [
      ", npm failed: stands on GitHub only",
      [image, { name: "npm", state: "red" }, { name: "pages", state: "pending" }],
    ],
  ])("says how its publish checks stand%s", async (end, publishChecks) => {
    const standing = await readStanding(test.database, "acme", await released(publishChecks));
    if (standing === null) throw new Error("The database does not know the repository");
    expect(standing.releases).toMatchObject([{ tag: "v1.4.4", publishChecks }]);
    expect(renderStanding(standing).split("\n").at(-1)).toBe(
      `  release     v1.4.4, 2026-11-22 12:00 UTC, 1 unit${end}`,
    );
  });
});
