import { describe, expect, it } from "@jest/globals";
import { findCases } from "../../../src/core/failure-cases/find-cases.ts";
import type { Commit } from "../../../src/core/state.ts";
import { commit, HOUR, mainHistory, NOON, sha } from "../../support/states.ts";

interface Made {
  readonly message: string;
  readonly tag?: string;
  /** Hours after the first commit; one more than the commit before without it. */
  readonly hour?: number;
  /** Numbers of parents; the commit before without it. */
  readonly parents?: readonly number[];
}

/** Commits are 1, 2, 3 …, oldest first. */
function find(made: readonly Made[], hotfixMs = 72 * HOUR) {
  let last = -1;
  const commits: Commit[] = [];
  const tags: { name: string; sha: string; at: number }[] = [];
  for (const [place, { message, tag, hour, parents }] of made.entries()) {
    last = hour ?? last + 1;
    const at = NOON + last * HOUR;
    const own = parents ?? (place === 0 ? [] : [place]);
    const change = { message, parents: own.map((number) => sha(number)), committedAt: at };
    commits.push(commit(place + 1, change));
    if (tag !== undefined) tags.push({ name: tag, sha: sha(place + 1), at });
  }
  const history = mainHistory(commits.toReversed(), tags);
  const { cases, suspects, releases } = findCases(history, { tagFormat: "v{version}", hotfixMs });
  return {
    cases: cases.map(({ kind, bad, fix, fixedIn, evidence }) => {
      const why = evidence.map(({ sure, by, what }) => `${sure} ${by} ${what}`).join(", ");
      return `${kind} of ${bad.tag?.version} by ${fix.title} in ${fixedIn.tag?.version ?? "none"}: ${why}`;
    }),
    suspects: suspects.map(({ bad, fix }) => `${bad.tag?.version}: ${fix.title}`),
    releases,
  };
}

const BEGIN: readonly Made[] = [
  { message: "Begin", tag: "v1.0.0" },
  { message: "feat: lists (#2)" },
  { message: "fix: sort (#3)", tag: "v1.1.0" },
];

describe("a revert of released work", () => {
  it.each<[string, Made, string]>([
    [
      "by its commit",
      { message: `Revert "feat: lists" (#4)\n\nThis reverts commit ${sha(2)}.` },
      'revert of 1.1.0 by Revert "feat: lists" in none: explicit reverted-commit #2',
    ],
    [
      "by its pull",
      { message: 'Revert "feat: lists" (#4)\n\nReverts #2' },
      'revert of 1.1.0 by Revert "feat: lists" in none: explicit reverted-pull #2',
    ],
    [
      "by the number in the title",
      { message: 'Revert "feat: lists (#2)" (#4)', tag: "v1.1.1" },
      'revert of 1.1.0 by Revert "feat: lists (#2)" in 1.1.1: inferred reverted-title #2',
    ],
    [
      "by its title, whatever its type",
      { message: "revert(core): sort (#4)" },
      "revert of 1.1.0 by revert(core): sort in none: inferred reverted-title #3",
    ],
    [
      "by its title where the number is another one",
      { message: 'fix: revert "feat: lists (#77)" (#4)\n\nReverts #77' },
      'revert of 1.1.0 by fix: revert "feat: lists (#77)" in none: inferred reverted-title #2',
    ],
  ])("is found %s", (_, revert, expected) => {
    expect(find([...BEGIN, revert]).cases).toEqual([expected]);
  });

  it("is of the release that was first where it takes back much", () => {
    const made = [
      ...BEGIN,
      { message: "feat: trees (#4)", tag: "v1.2.0" },
      { message: "Revert it all\n\nReverts #4\n\nReverts #2" },
    ];
    expect(find(made).cases).toEqual([
      "revert of 1.1.0 by Revert it all in none: explicit reverted-pull #4, explicit reverted-pull #2",
    ]);
  });

  it.each<[string, readonly Made[]]>([
    [
      "what was never released",
      [{ message: "feat: trees (#4)" }, { message: 'Revert "feat: trees"\n\nReverts #4' }],
    ],
    ["work that nobody knows", [{ message: "Revert it\n\nReverts #99" }]],
    [
      "digits that several commits begin with",
      [
        // Commits 4 to 32, so that digits of 16 to 31 are not those of the revert itself.
        ...Array.from({ length: 28 }, (_, part) => ({
          message: `feat: part ${part} (#${part + 10})`,
        })),
        { message: "feat: the last part (#50)", tag: "v1.2.0" },
        { message: `Revert it\n\nThis reverts commit ${sha(16).slice(0, 39)}.` },
      ],
    ],
    [
      "a commit that nobody knows",
      [{ message: `Revert it\n\nThis reverts commit ${"9".repeat(40)}.` }],
    ],
    [
      "a title that two have",
      [
        { message: "fix: sort (#5)", tag: "v1.1.1", hour: 500 },
        { message: 'Revert "fix: sort"', hour: 900 },
      ],
    ],
    [
      "one commit among all that a branch brought",
      [
        { message: `Revert "feat: lists"\n\nThis reverts commit ${sha(2)}.`, parents: [3] },
        { message: "feat: more", parents: [4] },
        { message: "Merge branch 'next'", parents: [3, 5] },
      ],
    ],
    ["the words alone", [{ message: "Revert" }]],
  ])("is none where it takes back %s", (_, more) => {
    expect(find([...BEGIN, ...more]).cases).toEqual([]);
  });
});

describe("a rollback", () => {
  it.each([
    ["fix: roll back v1.1.0 (#4)", "v1.1.0"],
    ["Rollback 1.1.0", "1.1.0"],
  ])("%j is one", (message, name) => {
    const [found] = find([...BEGIN, { message, tag: "v1.1.1" }]).cases;
    expect(found).toContain("rollback of 1.1.0 by ");
    expect(found).toContain(`in 1.1.1: explicit rollback-commit ${name}`);
  });

  it.each(["fix: roll back v9.9.9", "fix: roll back the menu", "docs: how to roll back v1.1.0"])(
    "%j is none",
    (message) => {
      expect(find([...BEGIN, { message }]).cases).toEqual([]);
    },
  );

  it("is none of the release that it is in", () => {
    expect(find([...BEGIN, { message: "fix: roll back v1.1.1", tag: "v1.1.1" }]).cases).toEqual([]);
  });
});

describe("a hotfix", () => {
  it.each([
    ["fix: crash (#4)\n\nA regression, introduced in #2.", "explicit named-pull #2"],
    [`fix: crash (#4)\n\nFixes: ${sha(2)}`, "explicit named-commit #2"],
    [`fix: crash (#4)\n\nThis broke in ${sha(2)}`, "explicit named-commit #2"],
    ["fix: regression since v1.1.0 (#4)", "explicit named-release v1.1.0"],
  ])("says so in its own words: %j", (message, why) => {
    const { cases, suspects } = find([...BEGIN, { message, tag: "v1.1.1" }]);
    expect(cases).toEqual([expect.stringContaining(`in 1.1.1: ${why}`)]);
    expect(suspects).toEqual([]);
  });

  it.each([
    "fix: crash (#4)\n\nIntroduced in #99.",
    "fix: crash (#4)\n\nbroken since v1.0.0",
    "fix: crash (#4)\n\nfollow-up of 1111111",
    "fix: see #2, as #3 says (#4)",
    "Fix the crash",
    "[`core`] fix lists (#4)",
    "Lists: no panic any more (#4)",
  ])("is only suspected where it says %j", (message) => {
    const { cases, suspects } = find([...BEGIN, { message, tag: "v1.1.1" }]);
    expect(cases).toEqual([]);
    expect(suspects).toHaveLength(1);
  });

  it.each<[string, Made]>([
    ["is no fix", { message: "feat: crash tests (#4)", tag: "v1.1.1" }],
    ["updates a dependency", { message: "fix(deps): update a to v2 (#4)", tag: "v1.1.1" }],
    ["is no fix, though it has the word", { message: "Add --show-fixes (#4)", tag: "v1.1.1" }],
    ["bumps", { message: "fix: update dependency a to v2 (#4)", tag: "v1.1.1" }],
    ["is no fix by its words", { message: "Sort lists", tag: "v1.1.1" }],
    ["only writes a version", { message: "chore: release 1.1.1 (#4)", tag: "v1.1.1" }],
    ["comes with more than a patch", { message: "fix: crash (#4)", tag: "v1.2.0" }],
    ["comes too late", { message: "fix: crash (#4)", tag: "v1.1.1", hour: 80 }],
    ["has a clock that is behind", { message: "fix: crash (#4)", tag: "v1.1.1", hour: -9 }],
    ["is not released", { message: "fix: crash (#4)" }],
    ["is a prerelease", { message: "fix: crash (#4)", tag: "v1.1.1-rc.0" }],
  ])("is none where it %s", (_, made) => {
    const { cases, suspects } = find([...BEGIN, made]);
    expect([cases, suspects]).toEqual([[], []]);
  });

  it("may be released up to the limit after, and no later", () => {
    const fix = { message: "fix: a", tag: "v1.1.1" };
    expect(find([...BEGIN, { ...fix, hour: 5 }], 3 * HOUR).suspects).toEqual(["1.1.0: fix: a"]);
    expect(find([...BEGIN, { ...fix, hour: 6 }], 3 * HOUR).suspects).toEqual([]);
  });
});

describe("a history", () => {
  it("counts its stable releases, and has no cases where it has none", () => {
    expect(find([...BEGIN, { message: "feat: x", tag: "v1.2.0-rc.0" }]).releases).toBe(2);
    const nothing = { cases: [], suspects: [], releases: 0 };
    expect(find([{ message: "Begin" }, { message: "fix: x" }])).toEqual(nothing);
  });

  it("gives a commit to the first release that holds it, also of a merged branch", () => {
    const made: readonly Made[] = [
      ...BEGIN,
      { message: "fix: old line (#4)", parents: [1], tag: "v1.0.1", hour: 6 },
      { message: "Merge branch '1.0'", parents: [3, 4], tag: "v1.1.1", hour: 500 },
      { message: 'Revert "fix: old line (#4)"', hour: 501 },
      { message: 'Revert "fix: old line"', hour: 502 },
    ];
    expect(find(made).cases.map((each) => each.split(" by ")[0])).toEqual([
      "revert of 1.0.1",
      "revert of 1.0.1",
    ]);
  });
});
