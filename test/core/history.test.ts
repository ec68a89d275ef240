import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { chooseBase } from "../../src/core/base.ts";
import { buildGraph, readRange } from "../../src/core/graph.ts";
import { buildHistory } from "../../src/core/history.ts";
import type { HistoryRead } from "../../src/core/history.ts";
import { readMergedPull } from "../../src/core/merge-message.ts";
import { readReleaseCommit } from "../../src/core/release-commit.ts";
import type { Commit } from "../../src/core/state.ts";
import { joinUnits } from "../../src/core/units.ts";
import { ALICE, BOB, commit, mainHistory, NOON, sha } from "../support/states.ts";

/** Parents of commits 1, 2, 3 …: whoever is named is older. The newest comes first, as in git. */
function historyOf(parents: readonly (readonly number[])[]): Commit[] {
  return parents
    .map((own, at) => commit(at + 1, { parents: own.map((number) => sha(number)) }))
    .toReversed();
}

const anyHistory = fc
  .array(fc.array(fc.nat(), { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 30 })
  .map((rows) => rows.map((row, at) => (at === 0 ? [] : row.map((back) => (back % at) + 1))));

/** All ancestors of a commit and itself, found the slow way. */
function ancestors(parents: readonly (readonly number[])[], number: number): Set<number> {
  const found = new Set([number]);
  for (const each of found) for (const parent of parents[each - 1] ?? []) found.add(parent);
  return found;
}

function numberOf({ sha: name }: Commit): number {
  return Number.parseInt(name.slice(-6), 16);
}

describe("a range", () => {
  it("holds what one commit reaches and another does not, whatever the history", () => {
    fc.assert(
      fc.property(anyHistory, fc.nat(), fc.option(fc.nat()), (parents, one, other) => {
        const graph = buildGraph(historyOf(parents));
        const pick = (at: number) => (at % parents.length) + 1;
        const node = (number: number) => graph.nodes.find((own) => numberOf(own.commit) === number);
        const head = node(pick(one));
        const base = other === null ? null : (node(pick(other)) ?? null);
        const without = base === null ? new Set() : ancestors(parents, numberOf(base.commit));
        const expected = [...ancestors(parents, pick(one))]
          .filter((number) => !without.has(number))
          .toSorted((left, right) => right - left);
        const range = head === undefined ? [] : readRange(graph, head, base);
        expect(range.map((own) => numberOf(own.commit))).toEqual(expected);
      }),
    );
  });
});

it("a history ends where a parent is missing", () => {
  const graph = buildGraph([commit(2)]);
  expect(graph.nodes.map(({ parents }) => parents)).toEqual([[]]);
});

const LINEAR = historyOf([[], [1], [2], [3]]);

function checkTags(
  tags: Readonly<Record<string, number>>,
  expected: readonly string[],
  change: Partial<HistoryRead> = {},
): void {
  const read = Object.entries(tags).map(([name, number]) => ({ name, sha: sha(number), at: NOON }));
  const history = buildHistory({
    commits: LINEAR,
    tags: read,
    branch: "main",
    fullName: null,
    scope: null,
    tagFormat: "v{version}",
    ...change,
  });
  const shown = history.tags.map(
    ({ tag, previous }) => `${previous?.tag.name ?? "nothing"} ${tag.name}`,
  );
  expect(shown).toEqual(expected);
}

describe("version tags", () => {
  it("follow the highest below them, oldest commit first", () => {
    checkTags({ "v1.1.0": 3, "v1.0.0": 1, "v0.9.0": 2, "v1.2.0": 4 }, [
      "nothing v1.0.0",
      "v1.0.0 v0.9.0",
      "v1.0.0 v1.1.0",
      "v1.1.0 v1.2.0",
    ]);
  });

  it("on one commit follow each other", () => {
    checkTags({ "v1.1.0": 2, "v1.0.1": 2, "v1.0.0": 1 }, [
      "nothing v1.0.0",
      "v1.0.0 v1.0.1",
      "v1.0.1 v1.1.0",
    ]);
  });

  it("that are prereleases follow prereleases of their version, and stable ones stable ones", () => {
    checkTags({ "v1.0.0": 1, "v2.0.0-rc.1": 2, "v2.0.0-rc.2": 3, "v2.0.0": 4 }, [
      "nothing v1.0.0",
      "nothing v2.0.0-rc.1",
      "v2.0.0-rc.1 v2.0.0-rc.2",
      "v1.0.0 v2.0.0",
    ]);
  });

  it("are those of the form, on the branch, each version once where it was given first", () => {
    const tags = { "1.0.0": 2, "v1.0.0": 1, "pkg-v3.0.0": 2, latest: 3, "v9.0.0": 77 };
    checkTags(tags, ["nothing v1.0.0"]);
    checkTags(tags, ["nothing pkg-v3.0.0"], { tagFormat: "pkg-v{version}" });
    checkTags({ "v1.0.0": 1, "1.0.0": 2 }, ["nothing v1.0.0"]);
  });

  it("are what the App would take as a base at each of them", () => {
    const versions = fc.uniqueArray(
      fc.record({ minor: fc.nat(3), patch: fc.nat(3), at: fc.nat() }),
      { maxLength: 8, selector: ({ minor, patch }) => `${minor}.${patch}` },
    );
    fc.assert(
      fc.property(anyHistory, versions, (parents, given) => {
        const tags = given.map(({ minor, patch, at }) => ({
          name: `v1.${minor}.${patch}`,
          sha: sha((at % parents.length) + 1),
          at: NOON,
        }));
        const commits = historyOf(parents);
        const history = mainHistory(commits, tags);
        expect(history.tags).toHaveLength(tags.length);
        for (const { tag, previous, node } of history.tags) {
          const below = ancestors(parents, numberOf(node.commit));
          const known = tags
            // On one commit, the higher of two follows the lower.
            .filter(({ name, sha: own }) => own !== tag.sha || name < tag.name)
            // What is not below it did not exist, or is of another branch.
            .filter((own) => below.has(Number.parseInt(own.sha.slice(-6), 16)))
            .map((own) => ({ ...own, isAncestor: true }));
          const choice = chooseBase({ tags: known, policyTag: null, policyBase: null });
          expect(choice.kind === "base" ? choice.tag.name : null).toBe(previous?.tag.name ?? null);
        }
      }),
    );
  });
});

describe("a merged pull", () => {
  it.each([
    ["Merge pull request #12 from mona/x\n\nAdd x\n\nText.", 12, "Add x"],
    ["Merge pull request #12 from mona/x", 12, "Merge pull request #12 from mona/x"],
    ["fix: a thing (#7)\n\n* one", 7, "fix: a thing"],
    ['Revert "fix: a thing (#7)" (#8)', 8, 'Revert "fix: a thing (#7)"'],
  ])("is read from %j", (message, number, title) => {
    expect(readMergedPull(commit(9, { message }))).toEqual({ number, title });
  });

  it.each(["fix: a thing", "fix: a thing (#7) again", "(#7)", "See #7", "Merge branch 'x'"])(
    "is not in %j",
    (message) => {
      expect(readMergedPull(commit(9, { message }))).toBeNull();
    },
  );

  it("is not in a merge commit that only ends like a squash", () => {
    const merge = commit(9, { message: "Merge x (#7)", parents: [sha(1), sha(2)] });
    expect(readMergedPull(merge)).toBeNull();
  });
});

/** Pulls as `#number title, by author: sha`, oldest first. `commits` newest first. */
function checkPulls(commits: readonly Commit[], expected: readonly string[]): void {
  const { pulls } = buildHistory({
    commits,
    tags: [],
    branch: "main",
    fullName: null,
    scope: null,
    tagFormat: "v{version}",
  });
  const shown = [...pulls].map(
    ([node, { number, title, author, mergedBy }]) =>
      `${numberOf(node.commit)}: #${number} ${title}, ${author.login}, ${mergedBy?.login ?? "-"}`,
  );
  expect(shown).toEqual(expected);
}

const saying = (text: string, parents: readonly number[], author = ALICE) => ({
  message: text,
  parents: parents.map((number) => sha(number)),
  author,
});

describe("the pulls of a branch", () => {
  const merge = "Merge pull request #9 from bob/x\n\nAdd x";

  it("are those merged into it; the side of a merge is its own", () => {
    checkPulls(
      [
        commit(4, saying(merge, [2, 3])),
        commit(3, saying("feat: inner (#8)", [1], BOB)),
        commit(2, saying("fix: a (#7)", [1])),
        commit(1, saying("Begin", [])),
      ],
      ["2: #7 fix: a, alice, -", "4: #9 Add x, bob, alice"],
    );
  });

  it.each([
    "Merge branch 'main' of github.com:acme/widgets",
    "Merge branch 'main'",
    "Merge remote-tracking branch 'origin/main'",
  ])("are found behind %j, too", (text) => {
    checkPulls(
      [
        commit(4, saying(text, [2, 3])),
        commit(3, saying("feat: theirs (#8)", [1])),
        commit(2, saying("fix: ours", [1])),
        commit(1, saying("Begin", [])),
      ],
      ["3: #8 feat: theirs, alice, -"],
    );
  });

  it("do not come with another branch", () => {
    const texts = ["Merge branch 'next'", "Merge branch 'main' into next", "Merge x"];
    for (const text of texts) {
      checkPulls(
        [
          commit(4, saying(text, [2, 3])),
          commit(3, saying("feat: theirs (#8)", [1])),
          commit(2, saying("fix: ours", [1])),
          commit(1, saying("Begin", [])),
        ],
        [],
      );
    }
  });

  it("keep a number that is named again for the first of them", () => {
    checkPulls(
      [
        commit(3, saying("fix: b (#7)", [2])),
        commit(2, saying("fix: a (#7)", [1])),
        commit(1, saying("Begin", [])),
      ],
      ["2: #7 fix: a, alice, -"],
    );
  });

  it("of nothing are none", () => {
    checkPulls([], []);
  });
});

it("a unit is of the components that its files are in, or of none", () => {
  const paths = new Map([
    [sha(2), ["a/x", "b/x"]],
    [sha(3), ["a/x"]],
    [sha(4), ["y"]],
  ]);
  const components = ["a", "b"].map((name) => ({ name, path: name }));
  const ownIn = (component: string): number[] => {
    const scope = { component, components, paths };
    const read = { tags: [], branch: "main", fullName: null, tagFormat: "v{version}" };
    const history = buildHistory({ commits: LINEAR, ...read, scope });
    const pulls = [...history.pulls.values()];
    const own = joinUnits(LINEAR, pulls, "main").filter((unit) => history.isOwn(unit));
    return own.flatMap(({ commits }) => commits.map(numberOf));
  };
  expect(ownIn("a")).toEqual([2, 3]);
  expect(ownIn("b")).toEqual([2]);
  expect(ownIn("")).toEqual([1, 4]);
});

describe("a commit that only says a version", () => {
  it.each([
    ["1.2.3", "1.2.3"],
    ["v1.2.3", "1.2.3"],
    ["chore(main): release 1.2.3 (#12)", "1.2.3"],
    ["chore(release): 1.2.3 [skip ci]", "1.2.3"],
    ["chore: release v1.2.3 🎉", "1.2.3"],
    ["Bumped v6.0.0-alpha.2", "6.0.0-alpha.2"],
    ["Bump version from 1.2.3 to 1.2.4", "1.2.4"],
    ["Set version to 1.2.3-dev", "1.2.3-dev"],
    ["release: v1.2.3.", "1.2.3"],
    ["Version Packages (#33)", null],
    ["chore: version packages (beta)", null],
  ])("is %j", (message, version) => {
    expect(readReleaseCommit(`${message}\n\n* feat!: in its notes`)).toEqual({ version });
  });

  it.each([
    "Bump lodash to 4.17.21",
    "chore(deps): bump lodash from 4.17.20 to 4.17.21",
    "fix: release 1.2.3",
    "Update to 1.2.3",
    "Release 01.2.3",
    "Merge branch 'release/1.2.3'",
    "Support Node 24.1.0",
    `Release ${"the ".repeat(50)}1.2.3`,
  ])("is not %j", (message) => {
    expect(readReleaseCommit(message)).toBeNull();
  });
});
