import type { Sha } from "../state.ts";
import type { Unit } from "../units.ts";

/** Released work that a fix names in its own words as what it mends. */

export type Named =
  | { readonly kind: "pull"; readonly number: number }
  | { readonly kind: "commit"; readonly sha: Sha }
  | { readonly kind: "version"; readonly version: string };

/** Characters of a message that are read. */
const CHARS_MAX = 20_000;
const NAMED_MAX = 20;

/** Words that say that something else is to blame, and a name in the same sentence soon after. */
const BLAMING =
  /\b(?:regress\w{0,6}|introduced|caused|broke|broken|follow[- ]?up)\b[^.\n]{0,60}?(?:#(\d{1,9})\b|\b([0-9a-f]{7,40})\b|\bv?(\d{1,4}\.\d{1,4}\.\d{1,4})\b)/gi;
/** Git's own trailer. */
const TRAILER = /^Fixes: ([0-9a-f]{7,40})\b/gim;

/** In order, with doubles. A number may be an issue's. */
export function readNamed({ title, commits, pull }: Unit): readonly Named[] {
  const texts = [title, pull?.body ?? "", ...commits.map(({ message }) => message)];
  return texts.flatMap((text) => namedIn(text.slice(0, CHARS_MAX))).slice(0, NAMED_MAX);
}

function namedIn(text: string): readonly Named[] {
  const blamed = [...text.matchAll(BLAMING)].map(([, number, sha, version]): Named => {
    if (number !== undefined) return { kind: "pull", number: Number(number) };
    if (sha !== undefined) return { kind: "commit", sha: sha.toLowerCase() };
    return { kind: "version", version: String(version) };
  });
  const trailers = [...text.matchAll(TRAILER)].map(([, sha = ""]): Named => {
    return { kind: "commit", sha: sha.toLowerCase() };
  });
  return [...trailers, ...blamed];
}
