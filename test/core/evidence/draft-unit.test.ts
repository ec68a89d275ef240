import { describe, expect, it } from "@jest/globals";
import { judgeBatch } from "../../../src/core/batch.ts";
import { draftUnitOf } from "../../../src/core/evidence/draft-unit.ts";
import type { LineState } from "../../../src/core/state.ts";
import { batchOf, commit, headOf, label, ROBOT, sha } from "../../support/states.ts";

const unitsOf = (state: LineState) => judgeBatch(state).units.map(draftUnitOf);

describe("a unit whose line may be drafted", () => {
  it("is what the look has read of its pull", () => {
    const title = "fix: close without a pause";
    const state = batchOf([{ title, body: "It was slow.", labels: [label("bug")] }]);
    expect(unitsOf(state)).toEqual([
      {
        unit: "#2",
        pull: 2,
        title,
        body: "It was slow.",
        labels: ["bug"],
        commits: [`${title} (#2)`],
        sha: headOf(2),
        isBreaking: [],
      },
    ]);
  });

  it("is the message of a push without a pull", () => {
    const message = "fix: close\n\nWithout a pause.\n";
    const state = { ...batchOf([]), commits: [commit(5, { message })] };
    expect(unitsOf(state)).toEqual([
      {
        unit: sha(5).slice(0, 7),
        pull: null,
        title: "fix: close",
        body: "Without a pause.",
        labels: [],
        commits: [message],
        sha: sha(5),
        isBreaking: [],
      },
    ]);
  });

  it.each([
    [{ title: "feat!: other keys" }, "its title"],
    [{ title: "x", labels: [label("release:major", "write")] }, "its release label"],
    [{ title: "x", labels: [label("breaking-change")] }, "its label"],
    [{ title: "fix: x", message: "BREAKING CHANGE: y" }, "BREAKING CHANGE in a commit"],
  ])("%j breaks something by %s", (change, by) => {
    expect(unitsOf(batchOf([change]))[0]?.isBreaking).toEqual([by]);
  });

  it("is none where its title says it all", () => {
    const state = batchOf([
      { title: "docs: a word" },
      { title: "fix(deps): bump left-pad to 1.2", author: ROBOT },
      { title: "feat: b" },
      { title: 'Revert "feat: b"', body: "Reverts acme/widgets#4" },
    ]);
    expect(unitsOf(state)).toEqual([null, null, null, null]);
  });
});
