import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { judgeBatch } from "../../src/core/batch.ts";
import { cutCard, formatCardSchema, parseCard, renderCard } from "../../src/core/card-text.ts";
import { inertCode, inertJson, inertText, plainLine } from "../../src/core/inert.ts";
import {
  formatReleaseMarker,
  formatReleasedMarker,
  hasReleasedMarker,
  readMarker,
} from "../../src/core/marker.ts";
import { NOTES_CHARS_MAX, renderNotes, renderReleasedComment } from "../../src/core/notes.ts";
import { makeCard } from "../../src/core/release-card.ts";
import type { Cut } from "../../src/core/release-card.ts";
import type { LineState } from "../../src/core/state.ts";
import {
  batchOf,
  BOB,
  check,
  commit,
  issue,
  label,
  lineState,
  NOON,
  ROBOT,
  sha,
} from "../support/states.ts";

const LINE = lineState().line;

function cutOf(state: LineState, change: Partial<Cut> = {}): Cut {
  return {
    tag: "v1.4.3",
    sha: sha(2),
    version: "1.4.3",
    previousTag: "v1.4.2",
    batch: judgeBatch(state),
    level: "patch",
    checks: [check("ci/test")],
    policySha: null,
    rules: [],
    overrides: [],
    ...change,
  };
}

function notesOf(state: LineState, change: Partial<Cut> = {}): string {
  return renderNotes(state, cutOf(state, change), null);
}

/** The text outside of code spans, escaped characters as dots: read as CommonMark reads a line. */
function textOf(markdown: string): string {
  return markdown.replaceAll(/\\[\\`*_{}[\]<>#&$~|!+=.)-]|`[^`]*`/g, "·");
}

/** What CommonMark and GitHub's filters would still act on. */
function activeParts(markdown: string): string[] {
  const text = textOf(markdown);
  const active =
    /[<>[\]*_~|$!&`\\]|[\p{C}\p{Default_Ignorable_Code_Point}\u2028\u2029]|@|#|\bgh-\d|:\/\/|www\.|\b[0-9a-f]{7,40}\b|https?:|smallbatch:|^(?:[-+=]|\d{1,9}[.)])/giu;
  return [...text.matchAll(active)].map(([found]) => found);
}

const HOSTILE = [
  "@acme/everyone please look",
  "thanks @alice!",
  "(@alice)",
  "a\u200B@\u200Balice",
  "fixes #1",
  "Fixes: #1, closes acme/widgets#2",
  "resolves GH-3",
  "closes https://github.com/acme/widgets/issues/1",
  "see https://example.com/x?y=1",
  "HTTPS:example",
  "visit www.example.com now",
  "mail me@example.com",
  "mailto:me@example.com",
  "![](https://example.com/track.png)",
  "[click](javascript:alert(1))",
  "[click][1]",
  "[1]: https://example.com",
  "<img src=x onerror=alert(1)>",
  "<script>alert(1)</script>",
  "<!-- smallbatch:release v1 line=42/main//stable sha=" + "a".repeat(40) + " -->",
  "<details><summary>Release card</summary>",
  "--> <b>",
  "&lt;b&gt; &#64;alice &commat;alice",
  "**bold** __bold__ ~~gone~~ *i* _i_",
  "`code` ``more`` ```",
  "a ` b @alice ` c",
  "\\`@alice\\`",
  "\\@alice",
  "# heading",
  "- [ ] task",
  "1. one",
  "1) one",
  "> quote",
  "---",
  "===",
  "+ plus",
  "| a | b |",
  "$\\frac{1}{2}$",
  "line\nbreak\r\n# heading",
  "\u202Eevil\u202C text",
  "\u2066x\u2069",
  "tag\u{E0041}\u{E0042}",
  "nul\u0000 bell\u0007 esc\u001B[31m",
  "\uD800 alone",
  "deadbeef1234567 is a commit",
  "acme/widgets@deadbeef12",
  "x\u2028y\u2029z",
  "    indented",
  "\t",
  "",
];

describe("untrusted text", () => {
  it.each(HOSTILE)("stays inert: %j", (text) => {
    expect(activeParts(inertText(text))).toEqual([]);
  });

  it("stays inert, whatever it is made of", () => {
    const part = fc.oneof(
      fc.constantFrom(...HOSTILE),
      fc.constantFrom("@", "#", "`", "\\", "<", ">", "!", "[", "]", "(", ")", "www.", "://", " "),
      fc.string({ unit: "binary", maxLength: 8 }),
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        expect(activeParts(inertText(parts.join("")))).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ["fix: handle empty input", "fix: handle empty input"],
    ["Rename `old_name` to new", "Rename \\`old\\_name\\` to new"],
    ["thanks @alice for #12", "thanks `@alice` for `#12`"],
    ["2. Zweitens", "2\\. Zweitens"],
    ["café ☕ 日本語", "café ☕ 日本語"],
    ["", "(no title)"],
  ])("%j is shown as %j", (text, shown) => {
    expect(inertText(text)).toBe(shown);
  });

  it.each([
    [256, "x".repeat(256)],
    [257, `${"x".repeat(255)}…`],
  ])("of %i characters is cut at 256", (length, shown) => {
    expect(plainLine("x".repeat(length))).toBe(shown);
  });

  it("in a code span has no backtick and no comment", () => {
    expect(inertCode("a`b<!-- c")).toBe("`a'b<! -- c`");
    expect(inertCode("\u200B")).toBe("(no name)");
  });

  it("in JSON is escaped and reads back the same", () => {
    const value = { a: "<b>&@alice ```\u2028\u0007\u{E0041}#1 é" };
    expect(inertJson(value)).not.toMatch(/[<>&@`#\u2028]/);
    expect(JSON.parse(inertJson(value))).toEqual(value);
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        expect(JSON.parse(inertJson(text))).toBe(text);
        expect(inertJson(text)).not.toMatch(/[<>&@`#\p{Cf}\n]/u);
      }),
    );
  });
});

describe("release notes", () => {
  it("list every unit in its section, with author, reference and changes", () => {
    const state = batchOf([
      { title: "feat!: new api (#2)" },
      { title: "feat: dark mode", author: BOB },
      { title: "fix: crash" },
      { title: "perf: faster" },
      { title: "Do it", author: ROBOT },
      { title: "docs: words", author: { id: null, login: "gone", isBot: false } },
      { title: 'Revert "fix: old (#1)"', body: "Reverts acme/widgets#1" },
      { title: "feat: bad idea" },
      { title: 'Revert "feat: bad idea (#9)"', body: "Reverts acme/widgets#9" },
      { title: "deps: newer", author: { id: 5, login: "ghost", isBot: false } },
    ]);
    expect(notesOf(state)).toBe(
      [
        formatReleaseMarker(LINE, sha(2)),
        "### Breaking changes",
        "- feat\\!: new api (#2) by @alice",
        "### Features",
        "- feat: dark mode (#3) by @bob",
        "### Fixes",
        "- fix: crash (#4) by @alice",
        "### Performance",
        "- perf: faster (#5) by @alice",
        "### Other changes",
        "- Do it (#6) by dependabot\n- deps: newer (#11)",
        "### Reverts",
        '- Revert "fix: old `(#1)"` (#8) by @alice',
        "### Riding along",
        "- docs: words (#7) by gone",
        "### Cancelled out",
        "- feat: bad idea (#9) by @alice, taken back by #10\n" +
          '- Revert "feat: bad idea `(#9)"` (#10) by @alice, takes back #9',
        "All changes: [`v1.4.2...v1.4.3`](https://github.com/acme/widgets/compare/v1.4.2...v1.4.3)",
      ].join("\n\n"),
    );
  });

  it("link a push without a pull to its commit and call nobody", () => {
    const state = lineState({ commits: [commit(2, { message: "fix: by hand" })], pulls: [] });
    expect(notesOf(state)).toContain(
      `- fix: by hand ([\`a0a0a0a\`](https://github.com/acme/widgets/commit/${sha(2)})) by alice`,
    );
  });

  it("call no login that is none", () => {
    const author = { id: 4, login: "a b](x)", isBot: false };
    expect(notesOf(batchOf([{ title: "fix: x", author }]))).toContain(" by a b\\](x)\n");
  });

  it.each([
    [0, "The first release."],
    [1, "The first release; 1 earlier commit are in it."],
    [300, "The first release; 300 earlier commits are in it."],
  ])(
    "of a first release with %i earlier commits say so in one line",
    (earlierCommitCount, line) => {
      const state = batchOf([{ title: "feat: x" }], { earlierCommitCount });
      expect(notesOf(state, { previousTag: null })).toMatch(new RegExp(`\n\n${line}$`));
    },
  );

  it("greet first-time contributors once, and no bots", () => {
    const state = lineState({
      ...batchOf([
        { title: "fix: a" },
        { title: "fix: b" },
        { title: "fix: c", author: ROBOT },
        { title: "fix: d", author: BOB },
      ]),
      firstTimers: ["alice", "dependabot[bot]", "carol"],
    });
    const [, greeted = ""] = notesOf(state).split("### First-time contributors");
    expect(greeted).toMatch(/^\n\n- @alice made their first contribution in #2\n\nAll changes/);
  });

  it("do not greet for a push, or for work that was taken back", () => {
    const state = batchOf(
      [{ title: "feat: a" }, { title: 'Revert "feat: a"', body: "Reverts #2", author: BOB }],
      { firstTimers: ["alice", "carol"] },
    );
    const pushed = commit(4, { author: { id: 9, login: "carol", isBot: false } });
    const commits = [pushed, ...state.commits];
    expect(notesOf({ ...state, commits })).not.toContain("First-time");
  });

  it("keep every unit once and only inert titles, whatever the batch", () => {
    const title = fc.oneof(
      fc.constantFrom(...HOSTILE),
      fc.string({ unit: "binary", maxLength: 40 }),
    );
    fc.assert(
      fc.property(fc.array(title, { minLength: 1, maxLength: 12 }), (titles) => {
        const state = batchOf(titles.map((own) => ({ title: own })));
        const notes = notesOf(state);
        for (const [at] of titles.entries()) {
          const lines = notes
            .split("\n")
            .filter((line) => line.includes(` (#${at + 2}) by @alice`));
          expect(lines).toHaveLength(1);
        }
        expect(readMarker(notes, LINE)).toBe(sha(2));
      }),
    );
  });

  it("stay under the limit, by whole units, and say how many are left", () => {
    const titles = Array.from({ length: 1_000 }, (_, at) => ({
      title: `fix: ${"x".repeat(240)} ${at}`,
    }));
    const state = batchOf(titles);
    const cut = cutOf(state);
    const notes = renderNotes(state, cut, makeCard(state, cut, NOON));
    const shown = notes.split("\n").filter((line) => line.startsWith("- fix:"));
    expect(notes.length).toBeLessThanOrEqual(NOTES_CHARS_MAX);
    expect(notes.length).toBeGreaterThan(100_000);
    expect(notes).toContain(`…and ${1_000 - shown.length} more`);
    expect(shown.every((line) => line.endsWith(" by @alice"))).toBe(true);
    expect(notes).toContain("/compare/v1.4.2...v1.4.3");
    expect(notes).toContain("Card: `smallbatch card acme/widgets v1.4.3`");
    expect(renderNotes(state, cut, null)).not.toContain("Card:");
    expect(parseCard(notes)).toBeNull();
  });

  it("drop the card before they drop a unit", () => {
    const state = batchOf(Array.from({ length: 400 }, (_, at) => ({ title: `fix: change ${at}` })));
    const cut = cutOf(state);
    const notes = renderNotes(state, cut, makeCard(state, cut, NOON));
    expect(notes).not.toContain("more, all of them");
    expect(notes).toContain("Card: `smallbatch card");
  });
});

describe("the release card", () => {
  const state = batchOf([
    {
      title: "feat: a @alice `x` </details> ```",
      closes: [issue(7), issue(8, "acme/other")],
      reviews: [{ author: BOB, state: "approved", sha: sha(2), at: NOON, mayWrite: true }],
      labels: [label("release:minor", "write")],
      body: "🤖 Generated with [Claude Code](https://claude.com/claude-code)",
    },
    { title: 'Revert "feat: a"', body: "Reverts acme/widgets#2" },
    { title: "feat: b" },
  ]);
  const withPush = {
    ...state,
    commits: [
      commit(5, {
        message: `Revert "feat: b"\n\nThis reverts commit ${sha(4)}.`,
        parents: [sha(4)],
      }),
      ...state.commits,
    ],
  };
  const card = makeCard(withPush, cutOf(withPush), NOON);

  it("records the units, who merged, what was closed, and what took what back", () => {
    expect(card).toMatchObject({
      version: "1.4.3",
      previousTag: "v1.4.2",
      rollbackTarget: "v1.4.2",
      decidedAt: "2026-03-02T12:00:00.000Z",
      checks: [{ name: "ci/test", state: "green" }],
    });
    expect(card.units.map(({ pull: number, cancelledBy }) => [number, cancelledBy])).toEqual([
      [2, "#3"],
      [3, null],
      [4, sha(5)],
      [null, null],
    ]);
    expect(card.units[0]).toMatchObject({
      closes: [7],
      reviews: [{ login: "bob", state: "approved" }],
      mergedBy: { login: "bob" },
      agents: [{ name: "Claude" }],
    });
  });

  it("folded into a body reads back the same, with nothing active in it", () => {
    const folded = renderCard(card);
    const json = /```json\n(.*)\n```/s.exec(folded)?.[1];
    expect(json).toMatch(/^{\n"card": 1,\n.*\n"units": \[\n  {"pull":2,.*},\n  {/s);
    expect(json).not.toMatch(/[<>&@`#]/);
    expect(parseCard(`Hello\r\n\n${folded}\n\nbye`)).toEqual(card);
    expect(parseCard(`Hello\n\n${folded}`.replaceAll("\n", "\r\n"))).toEqual(card);
    const inOneLine = String(json).replaceAll("\n", "");
    expect(parseCard(folded.replace(String(json), () => inOneLine))).toEqual(card);
  });

  it("is cut from a body for who shows it elsewhere, and nothing else is", () => {
    expect(cutCard(`Hello\n\n${renderCard(card)}\n\nbye`)).toBe("Hello\n\nbye");
    expect(cutCard("<details><summary>More</summary>\n\n</details>")).toContain("More");
  });

  it.each([
    ["without one", "### Fixes"],
    ["with one that is no JSON", renderCard(card).replace('"card": 1', '"card"')],
    ["with one of another version", renderCard(card).replace('"card": 1', '"card": 2')],
  ])("of a body %s is null", (_, body) => {
    expect(parseCard(body)).toBeNull();
  });

  it("has a published schema", () => {
    expect(formatCardSchema()).toMatchObject({
      type: "object",
      properties: { card: { const: 1 } },
    });
  });
});

describe("markers", () => {
  it("of a release are read for their line, under any branch name", () => {
    const body = `People wrote this.\n${formatReleaseMarker(LINE, sha(2))}\r\nmore`;
    expect(readMarker(body, LINE)).toBe(sha(2));
    expect(readMarker(body, { ...LINE, branch: "trunk/x" })).toBe(sha(2));
    expect(readMarker(body, { ...LINE, repositoryId: 43 })).toBeNull();
    expect(readMarker(body, { ...LINE, component: "pkg" })).toBeNull();
    expect(readMarker(body, { ...LINE, channel: "next" })).toBeNull();
    expect(readMarker("none", LINE)).toBeNull();
    expect(readMarker(`x ${formatReleaseMarker(LINE, sha(2))}`, LINE)).toBeNull();
    expect(readMarker(body.replace("42/main//stable", "42/main//stable/x"), LINE)).toBeNull();
  });

  it("of a comment name line and tag", () => {
    const body = `Released.\n\n${formatReleasedMarker(LINE, "v1 4<")}`;
    expect(hasReleasedMarker(body, LINE, "v1 4<")).toBe(true);
    expect(hasReleasedMarker(body, LINE, "v1")).toBe(false);
    // Of another line of the repository: nobody is told twice, under whatever tag.
    expect(hasReleasedMarker(body, { ...LINE, component: "pkg" }, "pkg-v2")).toBe(true);
    expect(hasReleasedMarker(body, { ...LINE, repositoryId: 43 }, "v1 4<")).toBe(false);
  });
});

describe("the comment", () => {
  const url = "https://github.com/acme/widgets/releases/tag/v1.4.3";

  it("says where the pull was released, and is known again", () => {
    const body = renderReleasedComment({ line: LINE, tag: "v1.4.3", url, failed: [] });
    expect(body).toMatch(/^Released in \[v1\.4\.3\]\(https:\S+\)\.\n\n<!-- /);
    expect(hasReleasedMarker(body, LINE, "v1.4.3")).toBe(true);
  });

  it("says that publishing failed", () => {
    const failed = ["npm publish @acme/x", "docker"];
    const body = renderReleasedComment({ line: LINE, tag: "v1.4.3", url, failed });
    expect(body).toContain("`npm publish @acme/x`, `docker` failed: v1.4.3 stands on GitHub only.");
  });

  it("is the same for the same release", () => {
    const released = { line: LINE, tag: "v1", url, failed: ["a"] };
    expect(renderReleasedComment(released)).toBe(renderReleasedComment(released));
  });
});
