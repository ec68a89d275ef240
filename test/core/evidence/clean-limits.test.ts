import { describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import { cleanSource } from "../../../src/core/evidence/clean.ts";
import { findMarkup, proseOf } from "../../../src/core/evidence/prose.ts";
import type { RawSource } from "../../../src/core/evidence/source.ts";

const NOTHING = { isBreaking: [] };

/** The same text in every field. */
function everywhere(text: string): RawSource {
  const file = { path: text, previousPath: text, additions: 1, deletions: 1, patch: text };
  return {
    unit: "#12",
    pull: 12,
    title: text,
    body: text,
    labels: [text],
    commits: [text, `fix: it\n\n${text}`],
    files: [file],
    isTruncated: false,
  };
}

/** Pieces of what the rules look for, so that chance puts them together. */
const PIECES = [
  Array.from("<>![]()&;#\"'`~|-/:@\\{}_*= \nab1"),
  ["<!--", "-->", "<a ", "</a>", "<div", "<details>", "</details>", "<summary>", "</summary>"],
  ["&lt;", "&amp;", "&#60;", "&#x3e", "&#96;", "&zwj;", "[x]: /y", "[x]", "[^1]: z", "![", "]("],
  ["```", "\n\n", "\n| a | b |\n|-|-|\n", "<script>", "</script", "<?", "<![CDATA[", "\u200b"],
  ["\u{e0041}", "\ue000", "\ue0000\ue001", "u\u0308", "\u0344", "\ud800", "\u001b[8m", "\r\n"],
  ["\\phantom{", "npm_", "a".repeat(36), "password=", "x1Y2z3W4v5U6t7S8", "://a:b@c.d/"],
  ["[redacted]", "eyJ", "`<b>`"],
].flat();

const text = fc
  .array(fc.constantFrom(...PIECES), { maxLength: 60 })
  .map((pieces) => pieces.join(""));

const SHAPES = [
  ["<", "<a ", '<a b="', "<a\n", "<!--", "<!-- a -->", "<!-- ` -->", "<details>", "</details>"],
  ["<details><summary>", "<summary>", "&", "&amp;", "&#38;", "&amp", "[", "![", "[](", "[a](b"],
  ["](", "[a]: ", "[a]:\n", '[a]: b "', "[^a]: b\n", "> ", "> [a]: <", "`", "` ``", "`a|b` "],
  ["```\n", "```\n<a", "|", "-|", "|-|\n", "a|b\n-|-\n", " ", "\n", " \n", "\t", "\\phantom{"],
  ["<?", "<![A", "a".repeat(40), "A1".repeat(40), "%41", "\\u0041", "0a", "ab ", "ignore "],
  ["ignore all ", "you are ", "password=", "password=a1", "sk-", "://a:", "eyJ", "\u001b["],
  ["-----BEGIN PRIVATE KEY-----", "\u001b]", "\u200b", "\u{e0041}", "u\u0308", "\u0344", "\ud800"],
  ["*", "_", "a\n", "<script>", "<script", "@a", "a.", "GHSA-", "CVE-", "security ", "feat!: a\n"],
  ["BREAKING CHANGE: a\n", "忽略", "игнорируй ", "talimat "],
].flat();

describe("cleaning", () => {
  it("of what is clean changes nothing", () => {
    fc.assert(
      fc.property(text, (from) => {
        const once = cleanSource(everywhere(from), NOTHING);
        const { signals: _, ...again } = cleanSource(once, NOTHING);
        const { signals: __, ...first } = once;
        expect(again).toEqual(first);
      }),
      { numRuns: 2_000 },
    );
  });

  // Jest's own limit of 5 s for each is enough only where no rule reads its text again and again.
  it.each(SHAPES)("of 1 MB of %j ends", (piece) => {
    const source = cleanSource(everywhere(piece.repeat(1_000_000 / piece.length)), NOTHING);
    expect(source.body.length).toBeLessThanOrEqual(20_000);
    expect(source.title.length).toBeLessThanOrEqual(300);
    expect(proseOf(source.body).length).toBeLessThan(2_000);
    expect(findMarkup(source.body)).not.toContain("");
  });
});
