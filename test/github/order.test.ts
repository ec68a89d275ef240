import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { orderNewestFirst } from "../../src/github/order.ts";
import { commit, NOON, sha } from "../support/states.ts";

/** `[number, parents, age]` of each commit. */
function order(rows: readonly (readonly [number, readonly number[], number])[], head: number) {
  const commits = rows.map(([number, parents, age]) =>
    commit(number, { parents: parents.map(sha), committedAt: NOON - age }),
  );
  const numbers = new Map(rows.map(([number]) => [sha(number), number]));
  return orderNewestFirst(commits, sha(head)).map((each) => numbers.get(each.sha));
}

describe("commits of a comparison", () => {
  it.each([
    [
      "a chain that came oldest first",
      [
        [1, [0], 3],
        [2, [1], 2],
        [3, [2], 1],
      ],
      3,
      [3, 2, 1],
    ],
    [
      "a chain whose dates lie",
      [
        [1, [0], 1],
        [2, [1], 9],
        [3, [2], 5],
      ],
      3,
      [3, 2, 1],
    ],
    [
      "a merge: the newer side first",
      [
        [1, [0], 9],
        [2, [0], 5],
        [3, [1, 2], 1],
      ],
      3,
      [3, 2, 1],
    ],
    [
      "the head before a loose newer commit",
      [
        [1, [0], 1],
        [2, [0], 5],
      ],
      2,
      [2, 1],
    ],
    ["nothing", [], 1, []],
  ] as const)("are ordered newest first: %s", (_, rows, head, expected) => {
    expect(order(rows, head)).toEqual(expected);
  });

  it("keep every commit once, children before parents, in any graph", () => {
    const graph = fc.array(fc.array(fc.nat(), { maxLength: 3 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(graph, fc.infiniteStream(fc.nat({ max: 100 })), (parents, ages) => {
        const rows = parents.map(
          (picked, at) =>
            [
              at + 1,
              at === 0 ? [] : [...new Set(picked.map((each) => (each % at) + 1))],
              ages.next().value as number,
            ] as const,
        );
        const ordered = order(rows, rows.length);
        expect(ordered).toHaveLength(rows.length);
        expect(new Set(ordered)).toEqual(new Set(rows.map(([number]) => number)));
        for (const [number, ownParents] of rows) {
          for (const parent of ownParents) {
            expect(ordered.indexOf(number)).toBeLessThan(ordered.indexOf(parent));
          }
        }
      }),
    );
  });
});
