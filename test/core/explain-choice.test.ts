import { describe, expect, it } from "@jest/globals";
import type { Difference } from "../../src/core/agreement.ts";
import { judgeBatch } from "../../src/core/batch.ts";
import { explainChoice } from "../../src/core/explain-choice.ts";
import { batchOf, commit, sha } from "../support/states.ts";

function explain(titles: readonly string[], difference: Difference | null = "further"): string {
  const state = batchOf(titles.map((title) => ({ title })));
  const batch = judgeBatch(state);
  const level = batch.level === "none" ? "patch" : batch.level;
  const tag = { name: "v2.0.0", sha: sha(2), at: 0 };
  const node = { commit: commit(2), place: 0, parents: [] };
  const version = { tag, version: "2.0.0", node, previous: null };
  return explainChoice({
    tag: version,
    previous: "v1.4.2",
    chosen: "1.4.3",
    difference,
    level,
    batch,
  });
}

describe("why a version was chosen", () => {
  it("names the changes that decided, and counts more of them", () => {
    expect(explain(["fix: one", "docs: two"])).toBe("patch by its title: #2 “fix: one”");
    const many = explain(["feat: a", "feat: b", "feat: c", "feat: d"]);
    expect(many).toBe("minor by its title: #2 “feat: a”, #3 “feat: b”, #4 “feat: c” and 1 more");
  });

  it("says why the least was chosen", () => {
    expect(explain([])).toBe("patch, the least: nothing was merged between them");
    expect(explain(["docs: one"])).toBe(
      "patch, the least: the one change rides along: #2 “docs: one”",
    );
    expect(explain(["docs: one", "ci: two"])).toBe(
      "patch, the least: all 2 changes ride along: #2 “docs: one”, #3 “ci: two”",
    );
  });

  it("says what cancels out", () => {
    const state = batchOf([
      { title: "feat: one" },
      { title: 'Revert "feat: one"', body: "Reverts acme/widgets#2" },
    ]);
    const batch = judgeBatch(state);
    const tag = { name: "v2.0.0", sha: sha(2), at: 0 };
    const node = { commit: commit(2), place: 0, parents: [] };
    const own = { tag, version: "2.0.0", node, previous: null };
    const asked = { tag: own, previous: "v1", chosen: "1.4.3", level: "patch", batch } as const;
    expect(explainChoice({ ...asked, difference: "skipped" })).toMatch(
      /^patch, the least: these cancel each other: .*; the tag leaves a number out$/,
    );
  });

  it("adds what a tag is, whatever was chosen", () => {
    expect(explain(["fix: one"], "backwards")).toMatch(/; the tag is below one that/);
    expect(explain(["fix: one"], null)).toBe("patch by its title: #2 “fix: one”");
  });
});
