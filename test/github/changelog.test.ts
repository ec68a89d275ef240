import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { judgeBatch } from "../../src/core/batch.ts";
import { makeEntry, renderEntry } from "../../src/core/files/changelog-entry.ts";
import { isOnlyInserted, insertSection } from "../../src/core/files/changelog-text.ts";
import { renderNotes } from "../../src/core/notes.ts";
import type { Cut } from "../../src/core/release-card.ts";
import type { LineState } from "../../src/core/state.ts";
import { renderChangelog } from "../../src/github/changelog.ts";
import { batchOf, commit, NOON, sha } from "../support/states.ts";

function cutOf(state: LineState, previousTag: string | null = "v1.4.2"): Cut {
  return {
    tag: "v1.4.3",
    sha: sha(2),
    version: "1.4.3",
    previousTag,
    batch: judgeBatch(state),
    level: "patch",
    checks: [],
    policySha: null,
    rules: [],
    overrides: [],
  };
}

/** Numbers of the pulls, in order, by heading. */
function unitsOf(markdown: string): Record<string, string[]> {
  const sections: Record<string, string[]> = {};
  for (const part of markdown.split(/^### /m).slice(1)) {
    const [title = "", ...lines] = part.split("\n");
    const units = lines.flatMap((line) => /^[-*] .*?\(\[?(?:#|`)(\w+)/.exec(line)?.[1] ?? []);
    if (title !== "First-time contributors") sections[title] = units;
  }
  return sections;
}

const TITLES = [
  "feat: add",
  "feat(api)!: drop",
  "fix(core): mend",
  "perf: faster",
  "docs: say",
  "Update the thing",
  'Revert "feat: add"',
  "fix: @everyone see #1 and https://x.example/ **now**",
  "feat(*evil*): <script>",
  "chore(release): v1.4.2",
];

describe("the changelog by conventional-changelog's writer", () => {
  it("has the same units as the notes, in the same sections and order", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(...TITLES), { minLength: 1, maxLength: 12 }),
        async (titles) => {
          const state = batchOf(titles.map((title) => ({ title })));
          const cut = cutOf(state);
          const section = await renderChangelog(makeEntry(state, cut, NOON));
          const notes = unitsOf(renderNotes(state, cut, null));
          expect(unitsOf(section)).toEqual(notes);
          expect(Object.values(notes).flat()).toHaveLength(titles.length);
          expect(unitsOf(renderEntry(makeEntry(state, cut, NOON)))).toEqual(notes);
        },
      ),
      { numRuns: 60 },
    );
  });

  it("is text of this date and these links, where nothing of others is active", async () => {
    const state = batchOf(
      [
        { title: "fix(core): mend" },
        { title: "fix: @everyone <b> #1" },
        { title: "feat: first\n## 9.9.9" },
      ],
      {},
    );
    const section = await renderChangelog(makeEntry(state, cutOf(state), NOON));
    expect(section).toBe(
      [
        "## [1.4.3](https://github.com/acme/widgets/compare/v1.4.2...v1.4.3) (2026-03-02)",
        "",
        "### Features",
        "",
        "* feat: first \\#\\# 9.9.9 ([#4](https://github.com/acme/widgets/pull/4))",
        "",
        "### Fixes",
        "",
        "* **core:** mend ([#2](https://github.com/acme/widgets/pull/2))",
        "* `@everyone` \\<b\\> `#1` ([#3](https://github.com/acme/widgets/pull/3))",
        "",
      ].join("\n"),
    );
  });

  it("links no comparison for the first release, and commits without a pull by their name", async () => {
    const state = batchOf([], { commits: [commit(2, { message: "fix: pushed" })], pulls: [] });
    const section = await renderChangelog(makeEntry(state, cutOf(state, null), NOON));
    expect(section).toBe(
      `## 1.4.3 (2026-03-02)\n\n### Fixes\n\n* pushed ([\`${sha(2).slice(0, 7)}\`](https://github.com/acme/widgets/commit/${sha(2)}))\n`,
    );
  });

  it("is found again as the one thing that was put in, whatever the titles are", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string({ unit: "binary", maxLength: 60 }), { minLength: 1, maxLength: 5 }),
        async (titles) => {
          const state = batchOf(titles.map((title) => ({ title: `fix: ${title}` })));
          const section = await renderChangelog(makeEntry(state, cutOf(state), NOON));
          const insertion = { text: "# C\n\n## 1.4.2\n\n* x\n", version: "1.4.3", replaces: [] };
          expect(isOnlyInserted(insertion, insertSection(insertion, section))).toBe(true);
        },
      ),
      { numRuns: 100 },
    );
  });

  it("is cut for a pull's body, which GitHub limits", () => {
    const state = batchOf(
      Array.from({ length: 900 }, (_, at) => ({ title: `fix: ${"x".repeat(90)} ${at}` })),
    );
    const body = renderEntry(makeEntry(state, cutOf(state), NOON));
    expect(body.length).toBeLessThan(61_000);
    expect(body).toContain("…and more.");
  });
});
