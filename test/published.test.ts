import { describe, expect, it } from "@jest/globals";
import type { Action } from "../src/core/action.ts";
import type { CheckSeen } from "../src/core/state.ts";
import type { Forge, Outcome } from "../src/ports.ts";
import { noticePublished, type Published } from "../src/published.ts";
import { MINUTE, NOON, SECOND, check, head, lineState, sha } from "./support/states.ts";

const made: Outcome = { kind: "done", url: null, how: "made" };
const found: Outcome = { kind: "done", url: null, how: "found" };
const refused: Outcome = { kind: "refused", message: "no", url: null };

async function noticed(
  kind: Action["kind"],
  outcome: Outcome,
  checks: readonly CheckSeen[] = [],
): Promise<Published[]> {
  const published: Published[] = [];
  const plain = { apply: () => Promise.resolve(outcome) } as Partial<Forge> as Forge;
  const forge = noticePublished(plain, { now: () => NOON }, (each) => published.push(each));
  const action = { kind, tag: "v1.4.3", sha: sha(7) } as Action;
  const state = lineState({ head: head({ sha: sha(7), checks }) });
  expect(await forge.apply(state, action)).toBe(outcome);
  return published;
}

describe("what is noticed as published", () => {
  it.each([
    ["publishRelease", made, 1],
    ["publishDraft", made, 1],
    ["draftRelease", made, 0],
    ["createTag", made, 0],
    ["publishRelease", found, 0],
    ["publishDraft", refused, 0],
  ] as const)("%s that ends as %j: %i", async (kind, outcome, count) => {
    expect(await noticed(kind, outcome)).toHaveLength(count);
  });

  it("is green since the last check of its commit ended", async () => {
    const checks = [
      check("lint", { endedAt: NOON - MINUTE }),
      check("test", { endedAt: NOON - 5 * SECOND }),
      check("old", { endedAt: null }),
    ];
    expect(await noticed("publishRelease", made, checks)).toEqual([
      { at: NOON, greenAt: NOON - 5 * SECOND },
    ]);
    expect(await noticed("publishRelease", made, [])).toEqual([{ at: NOON, greenAt: null }]);
  });
});
