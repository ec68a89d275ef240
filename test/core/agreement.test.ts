import { describe, expect, it } from "@jest/globals";
import { compareTag } from "../../src/core/agreement.ts";
import type { Commit } from "../../src/core/state.ts";
import { commit, mainHistory, NOON, sha } from "../support/states.ts";

interface Made {
  readonly message: string;
  readonly tag?: string;
  /** Numbers of parents; the commit before without it. */
  readonly parents?: readonly number[];
}

/** `previous -> chosen (level, units)` of each tag; commits are 1, 2, 3 …, oldest first. */
function checkChosen(made: readonly Made[], expected: readonly (string | null)[]): void {
  const commits = made
    .map(({ message, parents }, at): Commit => {
      const own = parents ?? (at === 0 ? [] : [at]);
      return commit(at + 1, { message, parents: own.map((number) => sha(number)) });
    })
    .toReversed();
  const tags = made.flatMap(({ tag }, at) =>
    tag === undefined ? [] : [{ name: tag, sha: sha(at + 1), at: NOON }],
  );
  const history = mainHistory(commits, tags);
  const shown = history.tags.map((tag) => {
    const comparison = compareTag(history, tag);
    if (comparison === null) return null;
    const { previous, chosen, level, batch, difference } = comparison;
    const how = difference === null ? "" : `, ${difference}`;
    return `${previous} -> ${chosen} (${level}, ${batch.units.length}${how})`;
  });
  expect(shown).toEqual(expected);
}

const FIRST = { message: "Begin", tag: "v1.0.0" };

describe("the version chosen at a tag", () => {
  it.each<[string, readonly Made[], string]>([
    ["a fix", [{ message: "fix: a (#2)", tag: "v1.0.1" }], "v1.0.0 -> 1.0.1 (patch, 1)"],
    ["a feature", [{ message: "feat: a", tag: "v1.1.0" }], "v1.0.0 -> 1.1.0 (minor, 1)"],
    ["a breaking change", [{ message: "feat!: a", tag: "v2.0.0" }], "v1.0.0 -> 2.0.0 (major, 1)"],
    [
      "documentation, because somebody released it",
      [{ message: "docs: a", tag: "v1.0.1" }],
      "v1.0.0 -> 1.0.1 (patch, 1)",
    ],
    [
      "the commit of another release tool",
      [{ message: "feat: a (#2)" }, { message: "chore(main): release 1.1.0 (#3)", tag: "v1.1.0" }],
      "v1.0.0 -> 1.1.0 (minor, 2)",
    ],
    [
      "a merge commit, by its pull's title",
      [
        { message: "wip" },
        { message: "Merge pull request #4 from a/b\n\nfeat: a", parents: [1, 2], tag: "v1.1.0" },
      ],
      "v1.0.0 -> 1.1.0 (minor, 1)",
    ],
    [
      "a feature and its revert",
      [
        { message: "feat: a" },
        { message: `Revert "feat: a"\n\nThis reverts commit ${sha(2)}.`, tag: "v1.1.0" },
      ],
      "v1.0.0 -> 1.0.1 (patch, 2, further)",
    ],
    [
      "versions whose tags are missing",
      [
        { message: "feat: a" },
        { message: "1.1.0" },
        { message: "2.0.0-rc.1" },
        { message: "3.0.0" },
        { message: "0.9.0" },
        { message: "fix: b" },
        { message: "1.1.1", tag: "v1.1.1" },
      ],
      "1.1.0 -> 1.1.1 (patch, 5)",
    ],
  ])("follows %s", (_, made, expected) => {
    checkChosen([FIRST, ...made], [null, expected]);
  });

  it.each<[string, string, string]>([
    ["fix: a", "v1.1.0", "v1.0.0 -> 1.0.1 (patch, 1, further)"],
    ["fix: a", "v2.0.0", "v1.0.0 -> 1.0.1 (patch, 1, further)"],
    ["feat: a", "v1.0.1", "v1.0.0 -> 1.1.0 (minor, 1, less)"],
    ["fix: a", "v1.0.3", "v1.0.0 -> 1.0.1 (patch, 1, skipped)"],
    ["feat: a", "v1.2.1", "v1.0.0 -> 1.1.0 (minor, 1, skipped)"],
    ["fix: a", "v0.9.9", "v1.0.0 -> 1.0.1 (patch, 1, backwards)"],
  ])("differs: %s, tagged %s", (message, tag, expected) => {
    checkChosen([FIRST, { message, tag }], [null, expected]);
  });

  it("of a prerelease follows prereleases of its name and version", () => {
    checkChosen(
      [
        FIRST,
        { message: "feat!: a", tag: "v2.0.0-rc.1" },
        { message: "feat: b", tag: "v2.0.0-rc.2" },
        { message: "fix: c", tag: "v2.0.0-rc.4" },
        { message: "fix: d", tag: "v2.0.0" },
        { message: "fix: e", tag: "v2.0.1-rc.0" },
        { message: "feat: f", tag: "v2.0.1-rc.1" },
        { message: "fix: g", tag: "v3.0.0-alpha.1" },
        { message: "Bumped v3.0.0-alpha.2" },
        { message: "Bumped v3.0.0-aa.1" },
        { message: "fix: h", tag: "v3.0.0-alpha.3" },
        { message: "fix: i", tag: "v3.0.0-1" },
      ],
      [
        null,
        null,
        "v2.0.0-rc.1 -> 2.0.0-rc.2 (minor, 1)",
        "v2.0.0-rc.2 -> 2.0.0-rc.3 (patch, 1, skipped)",
        "v1.0.0 -> 2.0.0 (major, 4)",
        null,
        "v2.0.1-rc.0 -> 2.1.0-rc.1 (minor, 1, less)",
        null,
        "3.0.0-alpha.2 -> 3.0.0-alpha.3 (patch, 2)",
        null,
      ],
    );
  });

  it("of a prerelease may have a number alone, and be below 1.0.0", () => {
    checkChosen(
      [
        FIRST,
        { message: "fix: a", tag: "v1.0.1-0" },
        { message: "fix: b", tag: "v1.0.1-1" },
        { message: "feat: c", tag: "v1.1.0-1" },
      ],
      [null, null, "v1.0.1-0 -> 1.0.1-1 (patch, 1)", "v1.0.1-1 -> 1.1.0-1 (minor, 1)"],
    );
    checkChosen(
      [
        { message: "Begin", tag: "v0.1.0" },
        { message: "feat!: a", tag: "v0.2.0-rc.1" },
        { message: "feat!: b", tag: "v0.2.0-rc.2" },
      ],
      [null, null, "v0.2.0-rc.1 -> 0.2.0-rc.2 (major, 1)"],
    );
  });

  it("is none for the first tag", () => {
    checkChosen([FIRST], [null]);
  });
});
