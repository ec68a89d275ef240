import { anyOf, matchesTokens, oneOf, readSingle } from "./pattern-tokens.ts";

const PATTERN_CHARS_MAX = 500;

/**
 * Does a pattern of a ruleset name the full ref? As Ruby's fnmatch with FNM_PATHNAME, by GitHub's
 * documentation: `*` and `?` stop at a slash, `**` does not. `~ALL` names all.
 */
export function matchesRefPattern(pattern: string, ref: string): boolean {
  if (pattern === "~ALL") return true;
  if (pattern.length > PATTERN_CHARS_MAX) return false;
  const parts = Array.from(
    pattern.matchAll(/\*\*\/?|\*|\?|\[[^\]]+\]|\\.|[^]/gu),
    ([part]) => part,
  );
  const tokens = parts.map((part) => {
    if (part.startsWith("**")) return anyOf(() => true);
    if (part === "*") return anyOf((own) => own !== "/");
    return part === "?" ? oneOf((own) => own !== "/") : readSingle(part);
  });
  return matchesTokens(tokens, ref);
}
