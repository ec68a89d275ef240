/** What a sentence is about, in words that code would use for it as well. */

/** Words of any sentence, and of any code. */
const COMMON: ReadonlySet<string> = new Set(
  `added adds also always another default defaults does each every fixes fixed from given have into just
  least less limit longer lowered lowers made makes many maximum minimum more most must need needs never
  newer number only option options other over raised raises removes renames require required requires
  second seconds minutes hours percent should some such support supports than that their them there these
  they this those through under until updates used uses using value values version versions were what when
  where which while will with without work works would faster slower size count true false return const
  function export import class public private static string`.split(/\s+/),
);

const LETTERS_MIN = 4;
/** As far as words of one stem are the same: `upload`, `uploads`, `uploaded`. */
const STEM_LETTERS = 5;

/** Beginnings of the words of a text, names taken apart, in lower case. */
export function topicsOf(text: string): readonly string[] {
  const words = text
    .replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ")
    .toLowerCase()
    .match(/\p{L}+/gu);
  const topics = (words ?? [])
    .filter((word) => word.length >= LETTERS_MIN && !COMMON.has(word))
    .map((word) => word.slice(0, STEM_LETTERS));
  return [...new Set(topics)];
}

export function isAbout(topics: readonly string[], text: string): boolean {
  const lower = text.toLowerCase();
  return topics.some((topic) => lower.includes(topic));
}
