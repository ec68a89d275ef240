import { describe, expect, it } from "@jest/globals";
import { judgeBatch } from "../../../src/core/batch.ts";
import { makeEntry, renderEntry } from "../../../src/core/files/changelog-entry.ts";
import type { Cut } from "../../../src/core/release-card.ts";
import type { LineState } from "../../../src/core/state.ts";
import { batchOf, commit, NOON, sha } from "../../support/states.ts";

const link = (number: number) => `[#${number}](https://github.com/acme/widgets/pull/${number})`;

function cutOf(state: LineState): Cut {
  return {
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
  };
}

describe("an entry of a changelog", () => {
  it("says of a change that was taken back by which, and of that which it takes back", () => {
    const state = batchOf([
      { title: "feat(api): add" },
      { title: 'Revert "feat(api): add"', body: "Reverts acme/widgets#2" },
      { title: "fix: mend" },
    ]);
    const entry = makeEntry(state, cutOf(state), NOON);
    const lines = entry.sections.flatMap((section) => section.lines);
    expect(lines).toHaveLength(3);
    expect(lines).toContain(`mend (${link(4)})`);
    expect(lines.find((line) => line.includes(`(${link(2)})`))).toMatch(/, taken back by \[#3\]/);
    expect(lines.find((line) => line.includes(`(${link(3)})`))).toMatch(/, takes back \[#2\]/);
  });

  it("names the scope in front, and the commit where there was no pull", () => {
    const state = batchOf([{ title: "fix(api): mend" }, { title: "fix( ): blank" }]);
    const pushed = commit(9, { message: "fix(core): push", parents: [sha(3)] });
    const commits = [pushed, ...state.commits];
    const all = { ...state, commits, commitCount: commits.length };
    const entry = makeEntry(all, cutOf(all), NOON);
    const url = `https://github.com/acme/widgets/commit/${sha(9).slice(0, 7)}`;
    const lines = entry.sections.flatMap((section) => section.lines);
    expect(lines.map((line) => line.slice(0, line.indexOf(" (")))).toEqual(
      expect.arrayContaining(["**api:** mend", "blank", "**core:** push"]),
    );
    expect(lines.join("\n")).toContain(`](${url}`);
  });

  it("is cut in the body of a pull at the end of a line", () => {
    const state = batchOf([{ title: "fix: mend" }]);
    const entry = makeEntry(state, cutOf(state), NOON);
    const line = "y".repeat(40_000);
    const long = { ...entry, sections: [{ title: "Fixes", lines: ["x", line, line] }] };
    expect(renderEntry({ ...long, previousTag: null })).toBe(
      `### Fixes\n\n- x\n- ${line}\n\n…and more.`,
    );
    expect(renderEntry(entry)).toMatch(/\n\nAll since \[`v1\.4\.2`\]\(.*\), for `v1\.4\.3`\.$/);
  });
});
