import { describe, expect, it } from "@jest/globals";
import { judgeBatch } from "../../src/core/batch.ts";
import { makeEntry } from "../../src/core/changelog-entry.ts";
import { batchOf, NOON, sha } from "../support/states.ts";

const link = (number: number) => `[#${number}](https://github.com/acme/widgets/pull/${number})`;

describe("an entry of a changelog", () => {
  it("says of a change that was taken back by which, and of that which it takes back", () => {
    const state = batchOf([
      { title: "feat(api): add" },
      { title: 'Revert "feat(api): add"', body: "Reverts acme/widgets#2" },
      { title: "fix: mend" },
    ]);
    const entry = makeEntry(
      state,
      {
        tag: "v1.4.3",
        sha: sha(4),
        version: "1.4.3",
        previousTag: "v1.4.2",
        batch: judgeBatch(state),
        level: "patch",
        checks: [],
        policySha: null,
        rules: [],
        overrides: [],
      },
      NOON,
    );
    const lines = entry.sections.flatMap((section) => section.lines);
    expect(lines).toHaveLength(3);
    expect(lines).toContain(`mend (${link(4)})`);
    expect(lines.find((line) => line.includes(`(${link(2)})`))).toMatch(/, taken back by \[#3\]/);
    expect(lines.find((line) => line.includes(`(${link(3)})`))).toMatch(/, takes back \[#2\]/);
  });
});
