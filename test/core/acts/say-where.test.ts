import { describe, expect, it } from "@jest/globals";
import { chooseWhere } from "../../../src/core/acts/say-where.ts";
import type { DeskMemory } from "../../../src/core/desk/desk-memory.ts";
import { lineState, MINUTE, NOON, pull, release } from "../../support/states.ts";

const issue = { number: 5, nodeId: "I_5", url: "https://github.com/acme/widgets/issues/5" };
const off = (why: NonNullable<DeskMemory["off"]>["why"]) => ({ why, by: null, at: NOON });
const DESK = { number: 5, url: issue.url, isDesk: true };
const onPull = (number: number) => ({
  number,
  url: `https://github.com/acme/widgets/pull/${number}`,
  isDesk: false,
});

const state = lineState({
  pulls: [
    pull(7, { mergedAt: NOON - 2 * MINUTE }),
    pull(8),
    pull(9, { baseBranch: "1.x", mergedAt: NOON }),
    pull(10, { isOpen: true, mergedAt: NOON }),
  ],
});

describe("where somebody says it", () => {
  it("is the release desk, also where it was closed", () => {
    expect(chooseWhere([state], { issue, off: null }, "main")).toEqual(DESK);
    for (const why of ["closed", "policy"] as const) {
      expect(chooseWhere([state], { issue, off: off(why) }, "main")).toEqual(DESK);
    }
  });

  it("is the pull that was merged last where there is no desk any more, or none yet", () => {
    for (const why of ["gone", "disabled"] as const) {
      expect(chooseWhere([state], { issue, off: off(why) }, "main")).toEqual(onPull(8));
    }
    expect(chooseWhere([state], { issue: null, off: null }, "main")).toEqual(onPull(8));
    expect(chooseWhere([state], null, null)).toEqual(onPull(8));
  });

  it("is a pull into another branch, for what is about that one", () => {
    expect(chooseWhere([state], { issue, off: null }, "1.x")).toEqual(onPull(9));
    expect(chooseWhere([state], { issue, off: null }, "2.x")).toBeNull();
    expect(chooseWhere([state], { issue, off: null }, null)).toEqual(DESK);
  });

  it("is a pull of a release where nothing was merged since", () => {
    const idle = lineState({
      pulls: [],
      releases: [release("v1.4.2", { cardPulls: [3, 4] }), release("v1.4.1", { cardPulls: null })],
    });
    expect(chooseWhere([idle], null, "main")).toEqual(onPull(4));
    const bare = lineState({ pulls: [], releases: [] });
    expect(chooseWhere([bare], null, "main")).toBeNull();
    expect(chooseWhere([], null, "main")).toBeNull();
  });
});
