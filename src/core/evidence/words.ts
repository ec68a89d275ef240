/** Comparing sentences by their words. */

/** Words of one text that are compared; more would make the distance slow, and tell nothing new. */
const WORDS_MAX = 400;

/** Scripts that put no space between words: each character counts as one. */
const WORD =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]|[\p{L}\p{M}\p{N}]+(?:[.'’_-][\p{L}\p{M}\p{N}]+)*/gu;

/** In lower case, in order: numbers and versions (`1.4.3`) are words too. */
export function wordsOf(text: string): readonly string[] {
  return (text.normalize("NFC").toLowerCase().match(WORD) ?? []).slice(0, WORDS_MAX);
}

/** Share of words that both have, 0 to 1, whatever their order. Two empty texts are alike. */
export function likeness(left: readonly string[], right: readonly string[]): number {
  if (left.length + right.length === 0) return 1;
  const counts = new Map<string, number>();
  for (const word of left) counts.set(word, (counts.get(word) ?? 0) + 1);
  let shared = 0;
  for (const word of right) {
    const count = counts.get(word) ?? 0;
    if (count === 0) continue;
    counts.set(word, count - 1);
    shared += 1;
  }
  return (2 * shared) / (left.length + right.length);
}

/** Words to insert, delete or replace, as a share of the longer text: 0 the same, 1 all of it. */
export function distance(left: string, right: string): number {
  const from = wordsOf(left);
  const to = wordsOf(right);
  if (from.length + to.length === 0) return 0;
  let row = to.map((_, at) => at + 1);
  for (const [at, word] of from.entries()) {
    let diagonal = at;
    let before = at + 1;
    row = row.map((above, column) => {
      const least = Math.min(above, before, diagonal - (word === to[column] ? 1 : 0)) + 1;
      diagonal = above;
      before = least;
      return least;
    });
  }
  return (row.at(-1) ?? from.length) / Math.max(from.length, to.length);
}
