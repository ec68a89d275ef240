import { describe, expect, it } from "@jest/globals";
import { judgeBatch } from "../../../src/core/batch.ts";
import { classifyEdit } from "../../../src/core/evidence/edits.ts";
import { distance, likeness, wordsOf } from "../../../src/core/evidence/words.ts";
import { readWrittenLines } from "../../../src/core/evidence/written-lines.ts";
import { renderNotes } from "../../../src/core/notes.ts";
import { makeCard } from "../../../src/core/release-card.ts";
import { commit, lineState, NOON, pull, sha } from "../../support/states.ts";

const NAME = "acme/widgets";

const PUBLISHED = `<!-- smallbatch:release v1 line=42/main//stable sha=${sha(2)} -->

### Features

- Widgets can be sorted by name (#11) by @mona
- Lists open in 20 ms instead of 300 ms (#12) by @wilma

### Fixes

- Close widgets without a pause (#13) by @mona
- Fix \`#7\` in \\[lists\\] (#14, #15) by @wilma and @mona
- Bump left-pad ([\`abcdef0\`](https://github.com/acme/widgets/commit/abcdef0${"1".repeat(33)})) by dependabot

### First-time contributors

- @wilma made their first contribution in #12

All changes: [\`v1.4.2...v1.4.3\`](https://github.com/acme/widgets/compare/v1.4.2...v1.4.3)

<details><summary>Release card</summary>

\`\`\`json
{ "card": 1 }
\`\`\`

</details>
`;

/** `kind unit,unit` of each change. */
function kindsOf(edited: string, published: string = PUBLISHED): string[] {
  return classifyEdit(published, edited, NAME).changes.map(({ kind, units }) =>
    `${kind} ${units.join(",")}`.trim(),
  );
}

function edit(...replacements: readonly (readonly [string | RegExp, string])[]): string {
  return replacements.reduce((text, [from, to]) => {
    const changed = text.replace(from, to);
    if (changed === text) throw new Error(`${String(from)} is not in the notes`);
    return changed;
  }, PUBLISHED);
}

const FEATURES = PUBLISHED.slice(PUBLISHED.indexOf("### Features"), PUBLISHED.indexOf("### Fixes"));
const FIXES = PUBLISHED.slice(PUBLISHED.indexOf("### Fixes"), PUBLISHED.indexOf("### First"));

describe("an edit that changes nothing of what the notes say", () => {
  it.each<[string, string]>([
    ["nothing", PUBLISHED],
    ["line ends of GitHub's editor", PUBLISHED.replaceAll("\n", "\r\n")],
    ["old line ends", PUBLISHED.replaceAll("\n", "\r")],
    ["space at the ends", PUBLISHED.replaceAll(/$/gm, "  ")],
    ["our marker", edit([/<!-- smallbatch.*/, ""])],
    ["our card", edit([/<details>[\s\S]*/, ""])],
    ["half of our card", edit([/"card"[\s\S]*/, ""])],
    ["a comment", edit(["### Fixes", "### Fixes\n<!-- ask wilma about #13 -->"])],
    ["a comment without an end", `${PUBLISHED}\n<!-- - Secret (#16)`],
    ["other bullets", PUBLISHED.replaceAll(/^- /gm, "* ")],
    ["numbers as bullets", PUBLISHED.replaceAll(/^- /gm, "1. ")],
    ["deeper headings", PUBLISHED.replaceAll("###", "####")],
    ["headings of other forms", PUBLISHED.replaceAll(/^### (.*)$/gm, "$1\n---")],
    ["bold headings", PUBLISHED.replaceAll(/^### (.*)$/gm, "**$1**")],
    ["sections in another order", edit([FEATURES, ""], ["### First", `${FEATURES}### First`])],
    [
      "lines in another order",
      edit(
        [/- Close.*\n/, ""],
        ["### First", "- Close widgets without a pause (#13)\n\n### First"],
      ),
    ],
    ["renamed headings", edit(["### Features", "## 🚀 New"], ["### Fixes", "## 🐛 Bug fixes"])],
    ["no headings", PUBLISHED.replaceAll(/^### F(eatures|ixes)$/gm, "")],
    ["one heading for all", edit(["### Features", "### What's changed"], ["### Fixes\n", ""])],
    ["no authors", PUBLISHED.replaceAll(/ by [@\w]+( and @mona)?$/gm, "")],
    [
      "links for references",
      PUBLISHED.replaceAll(/\(#(\d+)\)/g, "([#$1](https://github.com/acme/widgets/pull/$1))"),
    ],
    [
      "GitHub's own form",
      edit(["(#13) by @mona", "by @mona in https://github.com/acme/widgets/pull/13"]),
    ],
    [
      "a reference in front",
      edit(["- Close widgets without a pause (#13)", "- #13: Close widgets without a pause"]),
    ],
    ["the repository's name", edit(["(#13)", "(Acme/Widgets#13)"])],
    ["GH-13", edit(["(#13)", "(GH-13)"])],
    [
      "emphasis",
      edit(["without a pause", "**without** _a_ pause"], ["sorted by name", "sorted by `name`"]),
    ],
    ["a link on words", edit(["Close widgets", "[Close widgets](https://example.com/docs)"])],
    ["a picture", edit(["(#13)", "![](https://example.com/x.png) (#13)"])],
    [
      "the first-time contributor",
      edit([/- @wilma made.*/, "- Welcome @wilma, who made their first contribution in #12!"]),
    ],
    ["no contributors", edit([/### First[\s\S]*?\n\n.*\n\n/, ""])],
    ["what was compared", edit(["v1.4.2...v1.4.3`", "v1.4.1...v1.4.3`"])],
    ["a wrapped line", edit(["Close widgets without a pause", "Close widgets\n  without a pause"])],
    ["a rule between", edit(["### Fixes", "***\n\n### Fixes"])],
    ["a quotation", PUBLISHED.replaceAll(/^/gm, "> ")],
  ])("%s", (_, edited) => {
    expect(classifyEdit(PUBLISHED, edited, NAME).changes).toEqual([]);
  });
});

describe("an edit", () => {
  it.each<[string, string, string[]]>([
    ["drops a line", edit([/- Close.*\n/, ""]), ["dropped #13"]],
    ["drops a line of two", edit([/- Fix `.*\n/, ""]), ["dropped #14,#15"]],
    ["drops a commit", edit([/- Bump.*\n/, ""]), ["dropped abcdef0"]],
    ["drops one of two units", edit(["(#14, #15)", "(#14)"]), ["dropped #15"]],
    ["drops a section", edit([FIXES, ""]), ["dropped #13", "dropped #14,#15", "dropped abcdef0"]],
    [
      "empties all",
      "",
      ["dropped #11", "dropped #12", "dropped #13", "dropped #14,#15", "dropped abcdef0"],
    ],
    ["adds a line", edit(["### Fixes\n\n", "### Fixes\n\n- Docs are online again\n"]), ["added"]],
    [
      "adds a line of a pull",
      edit(["### Fixes\n\n", "### Fixes\n\n- Docs are online again (#16)\n"]),
      ["added #16"],
    ],
    [
      "adds a paragraph",
      edit(["### Features", "Thanks to everybody\nwho helped.\n\n### Features"]),
      ["added"],
    ],
    ["adds a row of a table", `${PUBLISHED}\n\n| what | why |\n|---|---|\n`, ["added"]],
    [
      "adds another repository's",
      edit(["### Fixes\n\n", "### Fixes\n\n- Take gadgets 2 (acme/gadgets#13)\n"]),
      ["added"],
    ],
    [
      "rewords a line",
      edit(["Close widgets without a pause", "Closing no longer freezes the window"]),
      ["reworded #13"],
    ],
    ["rewords a line of two", edit(["Fix `#7` in", "Mend"]), ["reworded #14,#15"]],
    [
      "leaves the reference alone",
      edit(["Close widgets without a pause (#13)", "#13"]),
      ["reworded #13"],
    ],
    ["changes a case", edit(["Close widgets", "close widgets"]), ["reworded #13"]],
    [
      "splits a line",
      edit([/- Fix `.*/, "- Lists show brackets (#14)\n- Lists are stable (#15)"]),
      ["reworded #14,#15"],
    ],
    [
      "joins two lines",
      edit([/- Close.*\n- Fix.*/, "- Widgets close, and lists are right (#13, #14, #15)"]),
      ["reworded #13", "reworded #14,#15"],
    ],
    ["changes a number", edit(["20 ms", "25 ms"]), ["number-changed #12"]],
    [
      "swaps no number",
      edit(["20 ms instead of 300 ms", "300 ms instead of 20 ms"]),
      ["reworded #12"],
    ],
    [
      "changes a number and words",
      edit(["open in 20 ms", "appear after 25 ms"]),
      ["reworded #12", "number-changed #12"],
    ],
    ["takes a number out", edit(["in 20 ms instead of 300 ms", "faster"]), ["reworded #12"]],
    ["adds a number", edit(["without a pause", "within 5 ms"]), ["reworded #13"]],
    [
      "moves a line",
      edit(
        [/- Close.*\n/, ""],
        ["### Features\n\n", "### Features\n\n- Close widgets without a pause (#13)\n"],
      ),
      ["recategorised #13"],
    ],
    [
      "moves a line below a new heading",
      edit(
        [/- Close.*\n/, ""],
        ["### Fixes", "### Breaking changes\n\n- Close widgets without a pause (#13)\n\n### Fixes"],
      ),
      ["recategorised #13"],
    ],
    [
      "moves and rewords a line",
      edit(
        [/- Close.*\n/, ""],
        ["### Features\n\n", "### Features\n\n- Widgets close at once (#13)\n"],
      ),
      ["reworded #13", "recategorised #13"],
    ],
    [
      "gives a section the name of another",
      edit(["### Fixes", "### Performance"]),
      ["recategorised #13", "recategorised #14,#15", "recategorised abcdef0"],
    ],
    ["drops a reference, not the line", edit([" (#13) by @mona", ""]), []],
    [
      "drops a reference and rewords",
      edit(["without a pause (#13) by @mona", "without a long pause"]),
      ["reworded #13"],
    ],
    [
      "drops a line and mentions its pull elsewhere",
      edit([/- Close.*\n/, ""], ["### Features", "Widgets close faster (#13).\n\n### Features"]),
      ["reworded #13", "recategorised #13"],
    ],
    [
      "puts a highlight before the line",
      edit(["### Features", "Widgets close faster now, see #13.\n\n### Features"]),
      ["added #13"],
    ],
  ])("%s", (_, edited, expected) => {
    expect(kindsOf(edited)).toEqual(expected);
  });

  it("keeps what stood there and what stands there", () => {
    const edited = edit(
      ["Close widgets without a pause", "Widgets close at once"],
      [/- Bump.*\n/, ""],
      ["### Features\n\n", "### Features\n\n- New docs\n"],
    );
    expect(classifyEdit(PUBLISHED, edited, NAME)).toEqual({
      changes: [
        {
          kind: "reworded",
          units: ["#13"],
          before: "Close widgets without a pause (#13) by @mona",
          after: "Widgets close at once (#13) by @mona",
        },
        {
          kind: "dropped",
          units: ["abcdef0"],
          before: expect.stringContaining("Bump left-pad"),
          after: null,
        },
        { kind: "added", units: [], before: null, after: "New docs" },
      ],
      lines: [
        { unit: "#11", text: "Widgets can be sorted by name" },
        { unit: "#12", text: "Lists open in 20 ms instead of 300 ms" },
        { unit: "#13", text: "Widgets close at once" },
        { unit: "#14", text: "Fix #7 in [lists]" },
        { unit: "#15", text: "Fix #7 in [lists]" },
      ],
    });
  });

  it("says between which headings a line moved", () => {
    const edited = edit(
      [/- Close.*\n/, ""],
      ["### Features\n", "### Features\n- Close widgets without a pause (#13)\n"],
    );
    expect(classifyEdit(PUBLISHED, edited, NAME).changes).toMatchObject([
      { kind: "recategorised", headings: { before: "Fixes", after: "Features" } },
    ]);
  });

  it("that writes all anew, and names no unit, is one change", () => {
    const edited = "This release is about speed.\n\nRead the blog for more.";
    expect(kindsOf(edited)).toEqual(["reworded #11,#12,#13,#14,#15,abcdef0"]);
    expect(classifyEdit(PUBLISHED, edited, NAME)).toMatchObject({
      changes: [{ after: "This release is about speed.\nRead the blog for more." }],
      lines: [],
    });
  });

  it("that writes all anew by units rewords each", () => {
    const edited = `## Highlights\n\nSorting came (#11), lists are fast (#12).\n\nBugs: #13, #14 and #15 are gone; abcdef0 is in.`;
    expect(kindsOf(edited)).toEqual([
      "reworded #11",
      "reworded #12",
      "reworded #13",
      "reworded #14,#15",
      "dropped abcdef0",
    ]);
  });

  it("that translates rewords each line and moves none", () => {
    const edited = edit(
      ["### Features", "### Neue Funktionen"],
      ["### Fixes", "### Fehlerbehebungen"],
      ["Widgets can be sorted by name", "Widgets lassen sich nach Namen sortieren"],
      ["Lists open in 20 ms instead of 300 ms", "Listen öffnen sich in 20 ms statt 300 ms"],
      ["Close widgets without a pause", "Widgets schließen ohne Pause"],
      ["Fix `#7` in \\[lists\\]", "修复列表"],
      [/Bump left-pad/, "left-pad erneuert"],
    );
    expect(kindsOf(edited)).toEqual([
      "reworded #11",
      "reworded #12",
      "reworded #13",
      "reworded #14,#15",
      "reworded abcdef0",
    ]);
  });

  it("that renames a heading and moves one line out of it moves that line only", () => {
    const edited = edit(
      ["### Fixes", "### Bugs"],
      [/- Close.*\n/, ""],
      ["### Features\n\n", "### Features\n\n- Close widgets without a pause (#13)\n"],
    );
    expect(kindsOf(edited)).toEqual(["recategorised #13"]);
  });

  it("of a very long line is cut", () => {
    const edited = edit(["Close widgets", "x".repeat(9_000)]);
    const [change] = classifyEdit(PUBLISHED, edited, NAME).changes;
    expect(change?.after).toHaveLength(2_000);
    expect(change?.after?.endsWith("…")).toBe(true);
  });

  it("of notes that say nothing of units only adds", () => {
    expect(kindsOf("No change of its own.\n\nThanks!", "No change of its own.")).toEqual(["added"]);
    expect(kindsOf("", "No change of its own.")).toEqual([]);
  });

  it("of 2,000 lines is judged within moments", () => {
    const lines = Array.from(
      { length: 1_000 },
      (_, at) => `- Change number ${at} of many (#${at + 1})`,
    );
    const published = `### Fixes\n\n${lines.join("\n")}`;
    const edited = published.replaceAll(/ \(#\d+\)/g, "").replaceAll("Change", "Fix");
    expect(classifyEdit(published, edited, NAME).changes.length).toBeGreaterThan(900);
  });
});

describe("notes as we write them", () => {
  it("are the same as themselves, whatever stands in them", () => {
    const state = lineState({
      commits: [commit(2, { message: "fix: x", pulls: [12] }), commit(1, { message: "chore: y" })],
      pulls: [
        pull(12, { title: "fix: `a_b` of #3, [x](y) by @mona <b>(#4)</b>", mergeSha: sha(2) }),
      ],
      firstTimers: ["mona"],
    });
    const cut = {
      tag: "v1.4.3",
      sha: sha(2),
      version: "1.4.3",
      previousTag: "v1.4.2",
      batch: judgeBatch(state),
      level: "patch" as const,
      checks: [],
      policySha: null,
      rules: [],
      overrides: [],
    };
    const notes = renderNotes(state, cut, makeCard(state, cut, NOON));
    const units = readWrittenLines(notes, NAME).flatMap((line) =>
      line.isBullet ? line.units : [],
    );
    expect(units).toContain("#12");
    const bare = renderNotes(state, cut, null).replaceAll("\n", "\r\n");
    expect(classifyEdit(notes, bare, NAME)).toMatchObject({ changes: [] });
    expect(kindsOf(bare.replace(/^- .*#12.*$/m, ""), notes)).toEqual(["dropped #12"]);
  });
});

describe("words", () => {
  it("are counted, and so is what differs", () => {
    expect(wordsOf("Fix `a_b` in 1.4.3, don't 修复")).toEqual([
      "fix",
      "a_b",
      "in",
      "1.4.3",
      "don't",
      "修",
      "复",
    ]);
    expect(likeness([], [])).toBe(1);
    expect(likeness(wordsOf("a b b"), wordsOf("b c"))).toBeCloseTo(0.4);
    expect(distance("", "")).toBe(0);
    expect(distance("a b c", "a b c")).toBe(0);
    expect(distance("a b c", "")).toBe(1);
    expect(distance("lists open fast", "lists open very fast")).toBeCloseTo(0.25);
    expect(distance("a b", "b a")).toBe(1);
  });
});
