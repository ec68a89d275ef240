import { describe, expect, it } from "@jest/globals";
import { cleanSource } from "../../../src/core/evidence/clean.ts";
import type { RawSource } from "../../../src/core/evidence/source.ts";

const NOTHING = { isBreaking: [] };

function raw(changes: Partial<RawSource> = {}): RawSource {
  return {
    unit: "#12",
    pull: 12,
    title: "fix: it",
    body: "",
    labels: [],
    commits: [],
    files: [],
    isTruncated: false,
    ...changes,
  };
}

function bodyOf(body: string): string {
  return cleanSource(raw({ body }), NOTHING).body;
}

describe("a body", () => {
  it.each([
    ["a comment", "a <!-- b --> c", "a  c"],
    ["a comment that never ends", "a <!-- b\n\nc", "a"],
    ["a comment of entities", "a &#60;!-- b --&#62; c", "a  c"],
    ["a comment of escaped entities", "a &amp;amp;lt;!-- b --&amp;gt; c", "a  c"],
    ["a comment in a comment", "a <!<!-- x -->-- b --> c", "a  c"],
    ["a declaration", "a <!DOCTYPE b> c <?php d > ?> e</ f>", "a  c  e"],
    [
      "references",
      "&lt;3 &copy; &AMP; &#x41;&#65&#xD800;&#9999999; &nope;",
      "<3 &copy; & AA &nope;",
    ],
    ["tag characters", "a\u{e0041}\u{e0042}b", "ab"],
    ["selectors, fillers, joiners", "a\ufe0f\u{e0100}\u3164\uffa0\u2800\u200b\u200d\u2060b", "ab"],
    ["controls, bidi, private use", "a\u0007\u202e\u2066\u061c\u180e\ue000\u{f0000}\ud800b", "ab"],
    ["a terminal's colours", "a\u001b[8mb\u001b]0;c\u0007d", "abd"],
    ["line breaks", "a\r\nb\rc\u2028d\n\n\n\ne", "a\nb\nc\nd\n\ne"],
    ["spaces", "a\u00a0\u2003b  \nc", "a  b\nc"],
    ["letters in pieces", "u\u0308", "ü"],
    ["an image", 'a ![b](https://evil.example/?q=(1) "c") d', "a  d"],
    ["an image that links", "a [![b](c)](d) e", "a  e"],
    ["a link", "a [b](javascript:alert(1)) c", "a b c"],
    ["a link with a title", 'a [b](c "hidden") d', "a b d"],
    ["an address", "a <https://b.example/c> d", "a https://b.example/c d"],
    ["a definition as a comment", "a\n\n[//]: # (hidden)\n\nb", "a\n\nb"],
    ["a definition of two lines", "[x]:\n  /y\n  'hidden\nmore'\n\nb", "b"],
    ["a definition in a quotation", '> [x]: <y z> "hidden"\n\nb', "b"],
    [
      "what refers to definitions",
      "[a][x] [x][] ![b][x] ![x] ![w] [c][y]\n\n[x]: /z",
      "a x   ![w] [c][y]",
    ],
    ["what is no definition", "[RFC]: words about it", "[RFC]: words about it"],
    ["a footnote", "a[^1]\n\n[^1]: hidden\nmore\n\nb", "a[^1]\n\nb"],
    ["tags", '<p align="center">a <b>b</b><br/>c</p>', "a bc"],
    ["a tag with a sign in quotes", 'a <i title="> hidden" x>b', "a b"],
    ["a tag that never ends", 'a\n\n<div title="b\n\nc', "a"],
    ["no tag", "a <b and c\n\nif d <e, f > g", "a <b and c\n\nif d <e, f > g"],
    ["many of no tag", `${"a <b\n\n".repeat(60)}<i>c`, `${"a <b\n\n".repeat(60)}c`],
    ["a script", "a <script>b</script> c", "a  c"],
    ["a script that never ends", "a <script>b", "a"],
    ["a script whose end never ends", "a <script>b</script", "a"],
    ["a folded part", "a\n<details><summary>b</summary>c</details>\nd", "a\nb\n\nd"],
    ["folded parts in folded parts", "<details>a<details>b</details>c</details>d</details>e", "de"],
    ["a folded part that never ends", "a <details open>b", "a"],
    ["words behind a fence", "```js ignore this\nlet a;\n```", "```\nlet a;\n```"],
    [
      "cells beyond the head",
      "| a | b |\n|---|:-:|\n| c | d | e | f |\n| g\\|h |\n\ni | j | k",
      "| a | b |\n|---|:-:|\n| c | d |\n| g\\|h |\n\ni | j | k",
    ],
    ["formulas that are left out", "a $\\phantom{b \\hphantom{c}}$ d", "a $$ d"],
    ["a secret", "token npm_0123456789abcdefghijABCDEFGHIJ012345 x", "token [redacted] x"],
    ["a secret that looks like a label", `npm_${"a".repeat(36)}: (b)`, "[redacted]: (b)"],
  ])("loses what nobody sees: %s", (_, body, shown) => {
    expect(bodyOf(body)).toBe(shown);
    expect(bodyOf(shown)).toBe(shown);
  });

  it("whose marks nest without an end loses the marks", () => {
    const nested = `${"<a ".repeat(200)}b${" x>".repeat(200)}[redacted]`;
    for (const text of [nested, `${"[".repeat(200)}a${"](b)".repeat(200)}`]) {
      const shown = bodyOf(text);
      expect(shown).not.toMatch(/<|\]\(/);
      expect(bodyOf(shown)).toBe(shown);
    }
  });

  it("has a limit, and pairs stay whole", () => {
    expect(bodyOf("a".repeat(50_000))).toHaveLength(20_000);
    expect(bodyOf(`${"a".repeat(19_999)}😀`)).toBe("a".repeat(19_999));
  });
});

describe("code in a body", () => {
  it.each([
    "Use `<Link>` and ``a ` <b> `` with `[x](y)`.",
    "- `<Link to='/'>` is\n- `&lt;`",
    "```\n<!DOCTYPE html>\n\n<b>x</b>\n```\nand `<a>`",
    "~~~\n<b>\n```\n<i>\n~~~",
    "```\n<b> that never ends",
    "a\n```\nlet x: Vec<T>;\n```",
  ])("is shown as it stands: %j", (body) => {
    expect(bodyOf(body)).toBe(body);
    expect(bodyOf(`<!-- template -->\n${body}`)).toBe(body);
    expect(bodyOf(`<p>\n\n${body}`)).toBe(body);
  });

  it.each([
    ["an escaped backtick", "\\`<x zebra>`"],
    ["a reference", "&#96;<x zebra>&#96;"],
    ["references in turn", "&#96;<<i>x zebra></i>&#96;"],
    ["a span of an earlier line", "` b\na `c <x zebra>`"],
    ["a span of an earlier length", "`` `<x zebra>`"],
    ["a cell", "| a | b |\n|-|-|\n| `a | <x zebra>` |"],
    ["cells", "| a | b |\n|-|-|\n| `a | b` `<x zebra>` `|` c |"],
    ["HTML of several lines", "<div>\n`<x zebra>`\n</div>"],
    ["HTML that a blank line does not end", "<pre>\n\n`<x zebra>`\n</pre>"],
    ["a fence in HTML", "<div>\n```\n<x zebra>\n```"],
    ["a fence of a list", "- a\n  ```\n<x zebra>\n  ```"],
    ["a fence of a quotation", "> ```\n<x zebra>\n> ```"],
    ["a fence in a comment", "a <!--\n\n```\n-->\n```\n<x zebra>\n```"],
    ["a comment in a span", "`a <!-- ` --> <x zebra>`"],
    ["a comment in two paragraphs", "`a <!--\n\n--> <x zebra>`"],
    ["a comment that begins a line", "<!-- a\n\nb --> `<x zebra>`"],
    ["a label", '[x]: /y "`<x zebra>`"'],
    ["a description", "![`<x zebra>`](y)"],
    ["a title", '[a](b "`<x zebra>`")'],
    ["an address", "[a](b`<x/zebra>`)"],
    ["a folded part", "<details>\n\n`<x zebra>`\n\n</details>"],
    ["an info string", "```js zebra\n```"],
    ["a language", "```zebra\n```\n\n- ```zebra\n\n1. > ~~~ `zebra`"],
    ["a language behind a reference", "```&-zebra &#96;\n```"],
    ["a tag that never ends, behind HTML", "</b>> a <i (zebra"],
    ["a name that is none, in HTML", "a\n</i><x,zebra y>"],
    ["a tag that never ends, in CDATA", "<![CDATA[)>\n\n?>b <divzebra"],
    ["a tag that never ends, behind a fold", "<details></details> <a (zebra"],
    ["a footnote of paragraphs", "[^1]: a\n\n    zebra\n\n    zebra"],
    ["an instruction", "<?_\nzebra?>a</ zebra>"],
    ["a private character", "\ue0000\ue001 `a` &#xe000;0&#xe001; <x zebra>"],
  ])("is not what only looks like it: %s", (_, body) => {
    expect(bodyOf(body)).not.toContain("zebra");
  });
});

describe("a source", () => {
  it("keeps titles, labels and paths as one line, tags and all", () => {
    const source = cleanSource(
      raw({
        title: "fix: <Link>\n&amp; it\u200b",
        labels: ["a\nb"],
        files: [
          { path: "a\u202eb", previousPath: "c\nd", additions: 1, deletions: 2, patch: null },
        ],
      }),
      NOTHING,
    );
    expect(source.title).toBe("fix: <Link> &amp; it");
    expect(source.labels).toEqual(["a b"]);
    expect(source.files).toEqual([
      { path: "ab", previousPath: "c d", additions: 1, deletions: 2, patch: null },
    ]);
  });

  it("keeps a diff as it is seen", () => {
    const patch = "@@ -1 +1 @@\n-\tif (a < b) <!-- x -->\n+\tif (a\u200b) [x](y)  \n ";
    const file = { path: "a", previousPath: null, additions: 1, deletions: 1, patch };
    const [read] = cleanSource(raw({ files: [file] }), NOTHING).files;
    expect(read?.patch).toBe(patch.replace("\u200b", ""));
  });

  it("has limits, and says where something was left out", () => {
    const file = {
      path: "a",
      previousPath: null,
      additions: 1,
      deletions: 1,
      patch: "x".repeat(70_000),
    };
    const source = cleanSource(
      raw({ commits: Array(101).fill("a\n\nb"), files: Array.from({ length: 301 }, () => file) }),
      NOTHING,
    );
    expect(source.commits).toEqual(Array(100).fill("a\n\nb"));
    expect(source.files).toHaveLength(300);
    const lengths = source.files.map(({ patch }) => patch?.length ?? null);
    expect(lengths.slice(0, 8)).toEqual([...Array(6).fill(60_000), 40_000, null]);
    expect(source.isTruncated).toBe(true);
    expect(cleanSource(raw({ commits: ["a"] }), NOTHING)).toMatchObject({
      commits: ["a"],
      isTruncated: false,
    });
  });
});

function signalsOf(changes: Partial<RawSource>, isBreaking: readonly string[] = []) {
  return cleanSource(raw(changes), { isBreaking }).signals;
}

describe("signals", () => {
  it("of what breaks", () => {
    const signals = signalsOf(
      {
        title: "feat!: it",
        body: "x\n\nBREAKING CHANGE: y",
        commits: ["a\n\nBREAKING CHANGE: z"],
        labels: ["breaking-change", "release: major", "bug"],
      },
      ["a footer"],
    );
    expect(signals.breaking).toEqual([
      "a footer",
      "`!` in the title",
      "`BREAKING CHANGE` in a commit",
      "`BREAKING CHANGE` in the description",
      "label breaking-change",
      "label release: major",
    ]);
    expect(signalsOf({ body: "BREAKING CHANGE: none" }).breaking).toEqual([]);
  });

  it("of what is about security", () => {
    expect(signalsOf({ title: "fix(security): a", body: "cve-2026-1234" }).security).toEqual([
      "CVE-2026-1234",
      "the title",
    ]);
    expect(signalsOf({ labels: ["type: security", "x"] }).security).toEqual([
      "label type: security",
    ]);
    expect(signalsOf({ body: "see GHSA-2222-3333-4444" }).security).toEqual([
      "GHSA-2222-3333-4444",
    ]);
    expect(signalsOf({ title: "fix: close a vulnerability" }).security).toEqual(["the title"]);
    expect(signalsOf({ title: "docs: report a vulnerability" }).security).toEqual([]);
    expect(signalsOf({ title: "docs: secure by default" }).security).toEqual([]);
  });

  it("do not come from what nobody sees", () => {
    expect(signalsOf({ body: "<!-- CVE-2026-1234 BREAKING CHANGE: x -->" })).toEqual({
      breaking: [],
      security: [],
      injection: [],
    });
  });
});
