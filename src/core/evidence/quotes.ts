import type { DraftAnswer } from "./answer.ts";
import type { Fault } from "./fault.ts";
import { EMOJI_JOINS } from "./prose.ts";
import { placeOf } from "./slots.ts";
import type { CitedLine } from "./slots.ts";
import type { SourceText } from "./source-text.ts";
import { spaced } from "./source-text.ts";
import type { NoteSource } from "./source.ts";

/** A shorter quote stands in any text. */
const QUOTE_CHARS_MIN = 8;

type Evidence = DraftAnswer["lines"][number]["evidence"];

/**
 * Is each pull that the sentence cites quoted, character by character but for white space? A short
 * title may be quoted whole.
 */
export function areQuotesValid(
  { line, places }: CitedLine,
  sources: readonly NoteSource[],
  texts: readonly SourceText[],
): boolean {
  return places.every((place) => {
    const own = line.evidence.filter(({ pull }) => placeOf(pull, sources) === place);
    return own.length > 0 && own.every(({ quote }) => isVerbatim(quotedWords(quote), texts[place]));
  });
}

/** As sources have them: without what joins the parts of an emoji. */
function quotedWords(quote: string): string {
  return spaced(quote.replaceAll(EMOJI_JOINS, ""));
}

function isVerbatim(words: string, text: SourceText | undefined): boolean {
  if (words.length < QUOTE_CHARS_MIN && words !== text?.title) return false;
  return text?.quotable.includes(words) === true;
}

/** Evidence that belongs to other pulls than the sentence: it may be about them. */
export function judgeEvidence(
  evidence: Evidence,
  places: readonly number[],
  sources: readonly NoteSource[],
  texts: readonly SourceText[],
): readonly Fault[] {
  const code = "evidence-of-another-pull";
  for (const { pull, quote } of evidence) {
    const place = placeOf(pull, sources);
    if (place === null || !places.includes(place)) {
      return [{ code, reason: "its evidence is of a pull request that it does not cite" }];
    }
    const words = quotedWords(quote);
    if (words.length < QUOTE_CHARS_MIN || texts[place]?.quotable.includes(words)) continue;
    const other = texts.findIndex(({ quotable }) => quotable.includes(words));
    if (other >= 0 && !places.includes(other)) {
      const reason = `its evidence stands in ${sources[other]?.unit}, which it does not cite`;
      return [{ code, reason }];
    }
  }
  return [];
}
