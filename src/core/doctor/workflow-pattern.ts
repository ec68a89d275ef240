import { anyOf, matchesTokens, readSingle } from "../pattern-tokens.ts";
import type { Token } from "../pattern-tokens.ts";

/**
 * Filter patterns of GitHub Actions ("Workflow syntax", filter pattern cheat sheet): `*` any
 * characters but a slash, `**` any characters, `?` and `+` none or one, and one or more, of the
 * character before, `[]` one of the characters or ranges in it, `!` at the start takes out again
 * what patterns before it let in.
 */

/** One longer than this is no pattern that anybody wrote. */
const PATTERN_CHARS_MAX = 250;

/** Does the list let the name in? In order: the last pattern that fits decides. */
export function passesFilter(patterns: readonly string[], name: string): boolean {
  let isIn = false;
  for (const pattern of patterns) {
    const isOut = pattern.startsWith("!");
    if (isIn === isOut && isTaken(isOut ? pattern.slice(1) : pattern, name)) isIn = !isOut;
  }
  return isIn;
}

function isTaken(pattern: string, name: string): boolean {
  return pattern.length <= PATTERN_CHARS_MAX && matchesTokens(tokenize(pattern), name);
}

function tokenize(pattern: string): readonly Token[] {
  const parts = Array.from(pattern.matchAll(/\*\*|\*|\[[^\]]+\]|\\.|[?+]|[^]/gu), ([part]) => part);
  const tokens: Token[] = [];
  for (const part of parts) {
    const last = tokens.at(-1);
    if (last !== undefined && (part === "?" || part === "+")) {
      const isOptional = last.isOptional || part === "?";
      tokens.splice(-1, 1, { ...last, isOptional, isRepeated: last.isRepeated || part === "+" });
    } else tokens.push(readToken(part));
  }
  return tokens;
}

function readToken(part: string): Token {
  if (part === "**") return anyOf(() => true);
  if (part === "*") return anyOf((own) => own !== "/");
  return readSingle(part);
}
