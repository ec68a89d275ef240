import { describe, expect, it } from "@jest/globals";
import type { NoteLine } from "../../../src/core/evidence/note-line.ts";
import { NO_MANIFESTS } from "../../../src/core/install.ts";
import { renderWorded } from "../../../src/core/notes.ts";
import { renderPullCheck } from "../../../src/core/pulls/pull-check.ts";
import { describePullNotes, notesForAgents } from "../../../src/core/pulls/pull-notes.ts";
import { previewPull } from "../../../src/core/pulls/pull-preview.ts";
import { lineState, NOON, openPull } from "../../support/states.ts";

function line(change: Partial<NoteLine> = {}): NoteLine {
  return {
    units: ["#12"],
    text: "Widgets no longer shrink.",
    grade: "A",
    category: "fix",
    isBreaking: false,
    isSecurity: false,
    source: "claude",
    by: null,
    rejected: null,
    ...change,
  };
}

const REJECTED = {
  text: "Widgets shrink 40 % less, says @wilma.\n```",
  codes: ["number-not-in-source", "markup"],
  reasons: ["40 is not in the pull request", "it mentions @wilma"],
};

const HOW = "comment `/notes Widgets no longer shrink`.";

const rejectedBy = (rejected: NoteLine["rejected"]): string =>
  describePullNotes({
    line: line({ grade: "C", text: null, source: "title", rejected }),
    waits: null,
  });

describe("what the check says of a line", () => {
  it.each<[string, Partial<NoteLine>, string]>([
    ["A", {}, "**Grade A**, drafted by Claude: what it names and what it quotes stands in the"],
    ["B", { grade: "B" }, "**Grade B**, drafted by Claude: what it names stands in the"],
    ["a person's", { grade: "B", source: "person", by: "mona" }, "**Grade B**, worded by `mona`: "],
    ["nobody's", { grade: "B", source: "person" }, "**Grade B**, worded by somebody: "],
    ["C", { grade: "C", text: null, source: "title" }, "**Grade C**: the title stands for itself."],
    [
      "C, rejected",
      { grade: "C", text: null, source: "title", rejected: REJECTED },
      "**Grade C**: the draft was not kept, and the title stands for itself.",
    ],
    [
      "C, a person's",
      { grade: "C", text: null, source: "title", by: "mona", rejected: REJECTED },
      "**Grade C**: the words of `mona` were not kept, and the title stands for itself.",
    ],
  ])("is its grade in words: %s", (_, change, words) => {
    const text = describePullNotes({ line: line(change), waits: null });
    expect(text.startsWith(words)).toBe(true);
    expect(text.endsWith(HOW)).toBe(true);
  });

  it("shows what was rejected and why, and nothing of it is active", () => {
    const number = {
      text: "Widgets shrink 40 % less.",
      codes: ["number"],
      reasons: ["40 is not in #12"],
    };
    expect(rejectedBy(number)).toContain(
      "Not kept:\n\n```text\nWidgets shrink 40 % less.\n```\n\n- 40 is not in `#12`",
    );
    // What somebody may have planted stands nowhere, and neither does what names it.
    const planted = rejectedBy(REJECTED);
    expect(planted).toContain("```text\n(not kept)\n```\n\n- `number-not-in-source`\n- `markup`");
    expect(planted).not.toContain("wilma");
  });

  it("is why there is none", () => {
    const waits = "it is drafted when ci/<b> is green";
    expect(describePullNotes({ line: null, waits })).toMatch(
      /^Not drafted: it is drafted when ci\/\\<b\\> is green\.\n\n/,
    );
    expect(describePullNotes({ line: null, waits: null })).toMatch(/^Not drafted\.\n\n/);
  });

  it("is a line as the notes have it", () => {
    const state = lineState();
    const preview = previewPull(state, openPull(), NOON);
    if (preview === null || preview === "invalid") throw new Error("No preview");
    const { url } = state.repository;
    expect(renderWorded(preview.unit, url, null)).toBe(preview.line);
    expect(renderWorded(preview.unit, url, line())).toBe(
      "- Widgets no longer shrink (#12) by @alice",
    );
  });

  it("is told to machines", () => {
    expect(notesForAgents({ line: line({ rejected: REJECTED }), waits: null })).toEqual({
      grade: "A",
      source: "claude",
      by: null,
      rejected: REJECTED.codes,
      waits: null,
    });
    expect(notesForAgents({ line: null, waits: "w" })).toEqual({
      grade: null,
      source: "title",
      by: null,
      rejected: [],
      waits: "w",
    });
  });

  it("stands in the check, which is not written again where it says the same", () => {
    const state = lineState();
    const render = (own = openPull()) =>
      renderPullCheck(state, own, {
        judged: [previewPull(state, own, NOON) ?? "invalid"],
        manifests: NO_MANIFESTS,
        notes: { line: line({ rejected: REJECTED }), waits: null },
      });
    const made = render();
    expect(made?.summary).toContain("**Grade A**, drafted by Claude");
    expect(made?.summary).toContain('"notes":{"grade":"A"');
    const { externalId = "", title = "" } = made ?? {};
    expect(render(openPull({ ourCheck: { id: 1, title, externalId } }))).toBeNull();
  });
});
