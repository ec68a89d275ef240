import { describe, expect, it } from "@jest/globals";
import { wrap } from "../../src/cli/wrap.ts";

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
});
