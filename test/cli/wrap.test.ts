import { describe, expect, it } from "@jest/globals";
import { elide, wrap } from "../../src/cli/wrap.ts";

const WORD = "word ".repeat(15).trimEnd();

describe("words in a terminal of 80 columns", () => {
  it.each([
    ["", "- ", ["- "]],
    [`${WORD} abcd`, "", [`${WORD} abcd`]],
    [`${WORD} abcde`, "", [`${WORD} abcde`]],
    [`${WORD} abcdef`, "", [WORD, "abcdef"]],
    [`${WORD} ab cd`, "> ", [`> ${WORD} ab`, "> cd"]],
    [`${WORD} \`run it\``, "", [WORD, "`run it`"]],
  ])("are broken at spaces, and not in code: %j", (text, indent, lines) => {
    expect(wrap(text, indent)).toEqual(lines);
  });

  it("have an address on a line of its own, whole, below a first line of its own", () => {
    const address = `http://127.0.0.1/${"a".repeat(90)}`;
    expect(wrap(`open ${address} now`, "1. ", "   ")).toEqual([
      "1. open",
      `   ${address}`,
      "   now",
    ]);
  });

  it.each([
    ["src/a.ts", 8, "src/a.ts"],
    ["src/ab.ts", 8, "sr…ab.ts"],
    ["src/store/clock-production.ts", 20, "src/st…production.ts"],
    ["🙂🙂🙂🙂🙂🙂", 4, "🙂…🙂🙂"],
  ])("lose their middle where they are paths that are too long: %s", (path, most, elided) => {
    expect(elide(path, most)).toBe(elided);
    expect(Array.from(elided).length).toBeLessThanOrEqual(most);
  });
});
