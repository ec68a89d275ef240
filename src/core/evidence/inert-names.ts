import { occurs } from "./occurs.ts";
import { findMarkup } from "./prose.ts";
import type { SourceText } from "./source-text.ts";

/** Nothing of these is active inside of a code span; all else is refused there as well. */
const INERT_IN_CODE: ReadonlySet<string> = new Set([
  "domain",
  "html",
  "math",
  "mention",
  "reference",
  "sha",
]);

/** A scheme alone, which leads nowhere; with anything behind it, it is an address. */
const SCHEME = /^[a-z][a-z0-9+.-]*:$/;

/** `@scope/name`, as packages are called, and `Astro.site`, as code is. */
const NAME = /(?<![\w@./-])(?:@[\w-]+\/[\w.-]*\w|[A-Z]\w*\.\w+)(?![\w/-])/g;

/**
 * Codes of what a sentence may never hold. Code in backticks becomes a code span in the notes, and
 * so do names of packages: they may look like mentions where they stand in the pull.
 */
export function judgeMarkup(sentence: string, texts: readonly SourceText[]): readonly string[] {
  const text = sentence.replaceAll(/`([^`]+)`/g, (span, code: string) =>
    SCHEME.test(code) && isKnown(code, texts) ? "x" : span,
  );
  const plain = text
    .replaceAll(/`[^`]+`/g, "x")
    .replaceAll(NAME, (name) => (isKnown(name, texts) ? "x" : name));
  const found = new Set(findMarkup(plain));
  return findMarkup(text).filter((code) => found.has(code) || !INERT_IN_CODE.has(code));
}

function isKnown(name: string, texts: readonly SourceText[]): boolean {
  return texts.some(({ said, shown }) => [...said, ...shown].some((line) => occurs(name, line)));
}
