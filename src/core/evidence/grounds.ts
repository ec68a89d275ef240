import type { Fault } from "./fault.ts";
import { Numbers } from "./numbers.ts";
import { occurs } from "./occurs.ts";
import type { SourceText } from "./source-text.ts";
import type { Token } from "./tokens.ts";
import { findTokens, TOKEN_FAULTS, TOKEN_WORDS } from "./tokens.ts";

/** Do the words of a sentence that cannot be reworded stand in the sources that it cites? */
export function judgeTokens(sentence: string, texts: readonly SourceText[]): readonly Fault[] {
  const lines = texts.flatMap(({ said, shown }) => [...said, ...shown]);
  const all = lines.join("\n");
  const numbers = new Numbers(lines);
  return findTokens(sentence)
    .filter((token) => !stands(token, all, numbers))
    .map(({ kind, text }) => ({
      code: TOKEN_FAULTS[kind],
      reason: `${TOKEN_WORDS[kind]} "${text}" is not in the pull request`,
    }));
}

function stands({ kind, text }: Token, all: string, numbers: Numbers): boolean {
  switch (kind) {
    case "number":
      return numbers.has(text);
    case "version": {
      const bare = text.replace(/^v/i, "").replace(/(?:\.[x*])+$/, "");
      return numbers.has(bare) || isVersion(bare, all);
    }
    case "flag":
      return isFlag(text, all);
    case "advisory":
    case "identifier":
    case "path":
    case "quoted":
      return occurs(text.replaceAll(/\s+/g, " "), all.replaceAll(/[^\S\n]+/g, " "));
  }
}

function isVersion(bare: string, all: string): boolean {
  return occurs(bare, all) || occurs(`v${bare}`, all);
}

function isFlag(flag: string, all: string): boolean {
  const hay = all.toLowerCase();
  const needle = flag.toLowerCase();
  for (let at = hay.indexOf(needle); at >= 0; at = hay.indexOf(needle, at + 1)) {
    const isStart = at === 0 || !/[\w-]/.test(hay.charAt(at - 1));
    if (isStart && !/[\w-]/.test(hay.charAt(at + needle.length))) return true;
  }
  return false;
}
