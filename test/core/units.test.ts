import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import type { Pull } from "../../src/core/pull.ts";
import type { Commit } from "../../src/core/state.ts";
import { joinUnits, workOf } from "../../src/core/units.ts";
import { commit, NOON, pull, sha } from "../support/states.ts";

/** Units as `kind #pull: commits`, oldest first. `commits` are given newest first. */
function checkJoin(commits: readonly Commit[], pulls: readonly Pull[], expected: string[]): void {
  const numbers = new Map(commits.map((own) => [own.sha, Number.parseInt(own.sha.slice(-3), 16)]));
  const shown = joinUnits(commits, pulls, "main").map((unit) => {
    const name = unit.pull === null ? "" : ` #${unit.pull.number}`;
    return `${unit.kind}${name}: ${unit.commits.map((own) => numbers.get(own.sha)).join(" ")}`;
  });
  expect(shown).toEqual(expected);
}

describe("units", () => {
  it("are squashed pulls and pushed commits, oldest first", () => {
    checkJoin(
      [commit(4, { pulls: [4] }), commit(3), commit(2, { pulls: [2] })],
      [pull(4), pull(2)],
      ["squash #2: 2", "push: 3", "squash #4: 4"],
    );
  });

  it("are joined by the merge commit where GitHub's index lags", () => {
    checkJoin([commit(3), commit(2)], [pull(3), pull(2)], ["squash #2: 2", "squash #3: 3"]);
  });

  it("leave out pulls that were merged into another branch", () => {
    checkJoin([commit(2, { pulls: [2] })], [pull(2, { baseBranch: "next" })], ["push: 2"]);
  });

  it("leave out pulls whose commits are not in the batch", () => {
    checkJoin([commit(2)], [pull(9)], ["push: 2"]);
  });

  it("hold a merge commit with the commits of its side", () => {
    const merge = commit(5, { parents: [sha(2), sha(4)], message: "Merge pull request #5" });
    const side = [commit(4, { parents: [sha(3)] }), commit(3, { parents: [sha(1)] })];
    checkJoin([merge, ...side, commit(2)], [pull(5)], ["push: 2", "merge #5: 3 4 5"]);
  });

  it("leave the side of an older merge with that merge", () => {
    const older = commit(4, { parents: [sha(1), sha(3)] });
    const newer = commit(6, { parents: [sha(4), sha(5)] });
    const fromOlder = commit(5, { parents: [sha(3)] });
    const first = commit(3, { parents: [sha(1)] });
    checkJoin(
      [newer, fromOlder, older, first],
      [pull(4), pull(6)],
      ["merge #4: 3 4", "merge #6: 5 6"],
    );
  });

  it("keep other merged pulls on the side of a pushed merge", () => {
    const merge = commit(5, { parents: [sha(2), sha(4)], message: "Merge branch 'main'" });
    const remote = [commit(4, { parents: [sha(3)] }), commit(3, { parents: [sha(1)] })];
    checkJoin(
      [merge, ...remote, commit(2)],
      [pull(4), pull(3)],
      ["push: 2", "squash #3: 3", "squash #4: 4", "merge: 5"],
    );
    expect(
      joinUnits([merge, ...remote, commit(2)], [pull(4), pull(3)], "main").map(
        (unit) => workOf(unit).length,
      ),
    ).toEqual([1, 1, 1, 0]);
  });

  it("take a side commit back from another pull's index entry, but not its merge commit", () => {
    const merge = commit(5, { parents: [sha(1), sha(4)] });
    const shared = commit(4, { parents: [sha(3)], pulls: [7, 5] });
    const other = commit(3, { parents: [sha(1)], pulls: [3, 5] });
    checkJoin(
      [merge, shared, other],
      [pull(5), pull(7, { mergeSha: sha(90), mergedAt: NOON - 9_999_999 }), pull(3)],
      ["squash #3: 3", "merge #5: 4 5"],
    );
  });

  it("hold the commits of a rebase merge that the index knows", () => {
    const commits = [4, 3, 2].map((number) => commit(number, { pulls: [4] }));
    checkJoin(commits, [pull(4, { commitCount: 3 })], ["rebase #4: 2 3 4"]);
  });

  it.each([
    ["the same", "last work"],
    ["one that GitHub cut", "last wo…"],
  ])("hold the commits of a rebase merge before the index knows: headline %s", (_, headline) => {
    const commits = [commit(4, { message: "last work\n\nbody" }), commit(3), commit(2)];
    const merged = pull(4, { commitCount: 2, lastCommitHeadline: headline });
    checkJoin(commits, [merged], ["push: 2", "rebase #4: 3 4"]);
  });

  it("take no commit of others into a rebase merge", () => {
    const commits = [commit(4, { message: "last" }), commit(3), commit(2)];
    const merged = pull(4, { commitCount: 9, lastCommitHeadline: "last" });
    checkJoin(commits, [merged, pull(3)], ["push: 2", "squash #3: 3", "squash #4: 4"]);
  });

  it("take a rebase merge no further than a merge commit or the end of the batch", () => {
    const last = commit(4, { message: "last" });
    const rebased = pull(4, { commitCount: 9, lastCommitHeadline: "last" });
    const merge = commit(3, { parents: [sha(1), sha(2)], message: "Merge branch 'x'" });
    const side = commit(2, { parents: [sha(1)] });
    checkJoin([last, merge, side], [rebased], ["merge: 2 3", "squash #4: 4"]);
    checkJoin([last, commit(3)], [rebased], ["rebase #4: 3 4"]);
    checkJoin(
      [last, commit(3, { parents: [] })],
      [rebased],
      ["squash #4: 4", "push: 3"].toReversed(),
    );
  });

  it("do not mistake a squash of several commits for a rebase merge", () => {
    checkJoin([commit(3), commit(2)], [pull(3, { commitCount: 2 })], ["push: 2", "squash #3: 3"]);
  });

  it("are brought by their merge commit, also where the index ties a later one to the pull", () => {
    const commits = [commit(3, { pulls: [2] }), commit(2, { pulls: [2] })];
    const [unit, ...more] = joinUnits(commits, [pull(2)], "main");
    expect(more).toEqual([]);
    expect(unit).toMatchObject({ sha: sha(2), commits: [{ sha: sha(2) }, { sha: sha(3) }] });
  });

  it("keep commits that no parent of the head leads to", () => {
    checkJoin([commit(9, { parents: [] }), commit(2)], [], ["push: 2", "push: 9"]);
  });

  it("hold every commit exactly once, whatever the history", () => {
    const history = fc.array(
      fc.record({ merge: fc.boolean(), back: fc.nat(4), pulls: fc.array(fc.nat(12)) }),
      { maxLength: 12 },
    );
    const merged = fc.uniqueArray(
      fc.record({ number: fc.nat(12), merge: fc.nat(14), count: fc.nat(4) }),
      { selector: (own) => own.number, maxLength: 6 },
    );
    fc.assert(
      fc.property(history, merged, (rows, pulls) => {
        const commits = rows
          .map(({ merge, back, pulls: tied }, at) => {
            const parents = [sha(at), ...(merge ? [sha(Math.max(0, at - back))] : [])];
            return commit(at + 1, { message: "last", parents, pulls: tied });
          })
          .toReversed();
        const units = joinUnits(
          commits,
          pulls.map(({ number, merge, count }) =>
            pull(number, { mergeSha: sha(merge), commitCount: count, lastCommitHeadline: "last" }),
          ),
          "main",
        );
        const held = units.flatMap((unit) => unit.commits.map((own) => own.sha));
        expect(held.toSorted()).toEqual(commits.map((own) => own.sha).toSorted());
        const numbers = units.flatMap((unit) => unit.pull?.number ?? []);
        expect(new Set(numbers).size).toBe(numbers.length);
      }),
      { numRuns: 500 },
    );
  });
});
