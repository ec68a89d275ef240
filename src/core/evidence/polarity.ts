import type { Fault } from "./fault.ts";

/**
 * Sentences that say the opposite of the title. English, and only where both are nearly the same
 * words: whoever words a change anew may well turn it around (`avoid x` as `no longer x`).
 */

const NEGATED = /(?<!, )\b(?:not|never|no longer|cannot)\b|n['’]t\b/gi;

const DENIED = new RegExp(`(?:${NEGATED.source})\\s+$`, "i");

/** Words that deny in their own way. */
const DENIES =
  /\b(?:avoid|prevent|stop|skip|without|omit|remov|drop|delet|less|instead|only|except|unless|ignor|fix|bug|wrong|incorrect|broken|crash|rather than|previously)/i;

/** An imperative that tells what no longer happens: `do not lose the cache`. */
const FORBIDS = /^(?:[a-z]+(?:\([^)]*\))?!?:\s*)?(?:do not|don['’]t|never|no longer)\b/i;

const SMALL = new Set(
  "a an the is are was were be been being to of in on for with and or now when it its".split(" "),
);

const OPPOSITES: readonly (readonly [RegExp, RegExp])[] = [
  [/\b(?:adds?|added|introduces?d?)\b/i, /\b(?:removes?d?|drops?|dropped|deletes?d?)\b/i],
  [/\b(?:raises?d?|increases?d?)\b/i, /\b(?:lowers?|lowered|reduces?d?|decreases?d?)\b/i],
  [/\benables?d?\b/i, /\bdisables?d?\b/i],
  [/\ballow(?:s|ed)?\b/i, /\b(?:disallow(?:s|ed)?|forbids?|reject(?:s|ed)?|refuses?d?)\b/i],
  [/\bfaster\b/i, /\bslower\b/i],
  [/\bshows?\b/i, /\bhides?\b/i],
];

/** Share of the shorter one's words that have to be in the longer one. */
const LIKENESS_MIN = 0.7;

export function judgePolarity(sentence: string, titles: readonly string[]): readonly Fault[] {
  if (titles.some((title) => isOpposite(sentence, title))) {
    return [{ code: "direction", reason: "it says the opposite of what the title says" }];
  }
  if (titles.some((title) => isNegation(sentence, title))) {
    const reason = "it denies what the title says, or says what the title denies";
    return [{ code: "negation", reason }];
  }
  return [];
}

/** One of two opposite words in the one, the other in the other, beside the same word. */
function isOpposite(sentence: string, title: string): boolean {
  return OPPOSITES.some((pair) =>
    [pair, pair.toReversed()].some(([one, other]) => {
      const [here, there] = [neighbours(sentence, one), neighbours(title, other)];
      const isBoth = neighbours(sentence, other).length + neighbours(title, one).length > 0;
      return !isBoth && here.some((stem) => there.includes(stem));
    }),
  );
}

/** The words around it, and of what it is said. */
function neighbours(text: string, word: RegExp | undefined): readonly string[] {
  const found = word?.exec(text);
  if (found === null || found === undefined) return [];
  // `not enabled` is the other word already.
  if (DENIED.test(text.slice(0, found.index))) return [];
  const before = stemsOf(text.slice(0, found.index)).slice(-2);
  return [...before, ...stemsOf(text.slice(found.index + found[0].length)).slice(0, 2)];
}

/** Nearly the same words, and what the one denies the other says. */
function isNegation(sentence: string, title: string): boolean {
  const [here, there] = [denied(sentence), denied(title)];
  if (here.length > 0 === there.length > 0) return false;
  if (DENIES.test(sentence) || (DENIES.test(title) && !FORBIDS.test(title))) return false;
  const [left, right] = [stemsOf(sentence), stemsOf(title)];
  const shared = left.filter((stem) => right.includes(stem));
  if (shared.length < LIKENESS_MIN * Math.min(left.length, right.length)) return false;
  return [...here, ...there].some((stem) => shared.includes(stem));
}

/** The word behind each negation. */
function denied(text: string): readonly string[] {
  return Array.from(
    text.matchAll(NEGATED),
    ({ index, 0: found }) => stemsOf(text.slice(index + found.length))[0] ?? "",
  );
}

/** Beginnings of words: `lose` and `lost`, `accept` and `accepted` are the same. */
function stemsOf(text: string): readonly string[] {
  const plain = text.replace(/^[a-z]+(?:\([^)]*\))?!?:\s*/, "").replaceAll(NEGATED, " ");
  const words = plain.toLowerCase().match(/[\p{L}_$][\p{L}\p{N}_$]*/gu) ?? [];
  return words
    .filter((word) => word.length > 2 && !SMALL.has(word))
    .map((word) => word.slice(0, word.length < 6 ? 3 : 5));
}
