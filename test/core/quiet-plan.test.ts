import { describe, expect, it } from "@jest/globals";
import { plan } from "../../src/core/plan.ts";
import { planFailure } from "../../src/core/quiet-plan.ts";
import { lineState, NOON } from "../support/states.ts";

describe("a line that nothing can be done for", () => {
  it("says whether its branch is empty or missing", () => {
    const { line } = lineState();
    expect(plan(lineState({ head: null }), NOON)).toMatchObject({
      actions: [],
      reason: { state: "idle", code: "empty" },
    });
    const gone = lineState({ head: null, line: { ...line, branch: "next", channel: "next" } });
    expect(plan(gone, NOON)).toMatchObject({
      actions: [],
      reason: { code: "branch-missing", text: "there is no branch next" },
    });
  });

  it("is held where it could not be looked at, and writes nothing", () => {
    expect(planFailure("GitHub answered 502")).toMatchObject({
      actions: [],
      reason: { state: "held", code: "look-failed", text: "held: GitHub answered 502" },
      version: null,
    });
  });
});

describe("the card of a release", () => {
  it("keeps who asked for previews of its pulls, and what people thought of them", () => {
    const comments = [{ url: "https://github.com/acme/widgets/pull/2#c", reactions: { "+1": 3 } }];
    const previews = [{ pull: 2, tags: ["preview/pr-2/1.4.3-pr.2.1.ga0a0a0a"], comments }];
    const made = plan(lineState({ previews }), NOON).actions.find(
      (action) => action.kind === "publishRelease",
    );
    expect(made?.card.previews).toEqual(previews);
  });
});
