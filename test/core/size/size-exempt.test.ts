import { describe, expect, it } from "@jest/globals";
import { exemptionOf, readRevert } from "../../../src/core/size/size-exempt.ts";
import type { RevertedPull } from "../../../src/core/size/size-exempt.ts";
import { commit, DAY, NOON, openPull, sha } from "../../support/states.ts";

const BOT = { id: 15, login: "renovate[bot]", isBot: true };

function exempt(
  pull: Parameters<typeof openPull>[0],
  {
    changed = { additions: 2, deletions: 900, files: 12 },
    reverted = [],
    bots = [],
  }: {
    changed?: Parameters<typeof exemptionOf>[0]["changed"];
    reverted?: readonly RevertedPull[];
    bots?: readonly string[];
  } = {},
) {
  return exemptionOf({ pull: openPull(pull), changed, reverted, now: NOON }, bots);
}

describe("bots that the policy names", () => {
  const work = [commit(77, { author: BOT })];

  it("are exempt, with or without the suffix", () => {
    const words =
      "`renovate[bot]` is named under `size.exempt` in the policy, and nobody else worked on it";
    for (const bots of [["renovate"], ["Renovate[bot]"], ["dependabot", "renovate"]]) {
      expect(exempt({ author: BOT, commits: work }, { bots })).toBe(words);
    }
  });

  it("are not where they are not named, are people, or people worked on it", () => {
    const bots = ["renovate"];
    expect(exempt({ author: BOT, commits: work }, { bots: [] })).toBeNull();
    const person = { id: 16, login: "renovate", isBot: false };
    expect(exempt({ author: person, commits: work }, { bots })).toBeNull();
    expect(exempt({ author: BOT, commits: [...work, commit(78)] }, { bots })).toBeNull();
    expect(exempt({ author: BOT, commits: work, commitCount: 51 }, { bots })).toBeNull();
  });
});

const FOUR: RevertedPull = {
  number: 4,
  baseBranch: "main",
  mergedAt: NOON - DAY,
  additions: 900,
  deletions: 2,
  files: 12,
};

describe("a revert", () => {
  it("is read from what it names", () => {
    const byButton = openPull({ title: 'Revert "feat: x"', body: "Reverts acme/widgets#4" });
    expect(readRevert(byButton, "acme/widgets")).toMatchObject({ pulls: [4], shas: [] });
    const message = `Revert "feat: x"\n\nThis reverts commit ${sha(4)}.`;
    const byGit = openPull({ title: "go back", commits: [commit(77, { message })] });
    expect(readRevert(byGit, "acme/widgets")).toMatchObject({ pulls: [], shas: [sha(4)] });
  });

  it("is none where it names nothing, names elsewhere, names all, or brings back", () => {
    const title = 'Revert "feat: x"';
    const read = (change: Parameters<typeof openPull>[0]) =>
      readRevert(openPull({ title, ...change }), "acme/widgets");
    expect(read({})).toBeNull();
    expect(read({ title: "feat: x", body: "It reverts a lot" })).toBeNull();
    expect(read({ body: "Reverts acme/gadgets#4" })).toBeNull();
    const body = Array.from({ length: 11 }, (_, at) => `Reverts #${at + 1}`).join("\n");
    expect(read({ body })).toBeNull();
    expect(read({ title: `Revert "Revert "feat: x""`, body: "Reverts #4" })).toBeNull();
    expect(read({ title: `Reapply "feat: x"`, body: "Reverts #4" })).toBeNull();
  });

  it("is exempt where it changes nothing besides", () => {
    expect(exempt({}, { reverted: [FOUR] })).toBe("it does nothing but take back #4");
    const both = [FOUR, { ...FOUR, number: 5 }];
    const changed = { additions: 4, deletions: 1_800, files: 24 };
    expect(exempt({}, { reverted: both, changed })).toMatch(/take back #4, #5$/);
  });

  it.each([
    ["brings lines", { additions: 3, deletions: 900, files: 12 }],
    ["takes more lines", { additions: 2, deletions: 901, files: 12 }],
    ["touches more files", { additions: 2, deletions: 900, files: 13 }],
  ])("is not where it %s", (_, changed) => {
    expect(exempt({}, { reverted: [FOUR], changed })).toBeNull();
  });

  it("is not of old work, of another branch, or of nothing that was merged", () => {
    expect(exempt({}, { reverted: [{ ...FOUR, mergedAt: NOON - 91 * DAY }] })).toBeNull();
    expect(exempt({}, { reverted: [{ ...FOUR, baseBranch: "1.x" }] })).toBeNull();
    expect(exempt({}, { reverted: [] })).toBeNull();
  });
});
