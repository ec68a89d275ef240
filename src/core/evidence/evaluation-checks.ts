import type { DraftAnswer } from "./answer.ts";
import { SLOTS } from "./answer.ts";
import type { NoteLine } from "./note-line.ts";
import type { NoteSource } from "./source.ts";

/**
 * What an evaluation asks of published lines, told plainly and without the verifier's own code: a
 * judge that asked the judged would find nothing wrong. Stricter than the verifier in little, so
 * what is found here is worth a look, and looser in much.
 */

/** Numbers, versions, options and advisories. */
const LITERAL = /--[a-z][\w-]*|\b(?:CVE|GHSA)-[\w-]+|\p{Nd}+(?:[.,]\p{Nd}+)*/giu;

/** Literals of a sentence that stand in none of its sources. */
export function ungroundedLiterals(
  text: string,
  sources: readonly NoteSource[],
): readonly string[] {
  const written = plain(sources.map(textOf).join("\n"));
  const own = [...plain(text).matchAll(LITERAL)].map(([literal]) => literal);
  return own.filter((literal) => !standsIn(literal, written));
}

/** By itself, not within a longer number or name. */
function standsIn(literal: string, written: string): boolean {
  const edge = /^\p{Nd}/u.test(literal) ? String.raw`\p{Nd}` : String.raw`[\p{L}\p{Nd}_]`;
  const form = literal.replaceAll(".", String.raw`\.`);
  return new RegExp(`(?<!${edge})${form}(?!${edge})`, "u").test(written);
}

/** Case, and how thousands are set apart, make no difference. */
function plain(text: string): string {
  return text
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/(?<=\d)[,_ ](?=\d{3}(?!\d))/g, "");
}

function textOf({ title, body, labels, commits, files }: NoteSource): string {
  const written = files.flatMap(({ path, previousPath, patch }) => [path, previousPath, patch]);
  return [title, body, ...labels, ...commits, ...written].join("\n");
}

/** Quotes of the answer's line for these units that do not stand in their source. */
export function invalidQuotes(
  { units }: NoteLine,
  answer: DraftAnswer,
  sources: readonly NoteSource[],
): readonly string[] {
  const own = answer.lines.find(({ pulls }) =>
    pulls.some((slot) => units.includes(unitOf(slot, sources))),
  );
  return (own?.evidence ?? [])
    .filter(({ pull, quote }) => {
      const source = sources.find(({ unit }) => unit === unitOf(pull, sources));
      return source === undefined || !bare(textOf(source)).includes(bare(quote));
    })
    .map(({ quote }) => quote);
}

function unitOf(slot: string, sources: readonly NoteSource[]): string {
  return sources[SLOTS.indexOf(slot.toUpperCase())]?.unit ?? "";
}

function bare(text: string): string {
  return text.replaceAll(/\s+/g, "");
}

/** What no sentence may do to who reads it, wherever it stands. */
const ACTIVE = /@[\p{L}\p{N}]|https?:|www\.|<[a-z!/]|\]\(|#\d|`{3}|[\r\n]|\p{Cf}/iu;

/** Forbidden texts of a sentence, and whether its Markdown does something. */
export function forbiddenIn(
  { text, markdown }: { readonly text: string; readonly markdown: string },
  forbidden: readonly string[],
): readonly string[] {
  const found = forbidden.filter((each) => text.toLowerCase().includes(each.toLowerCase()));
  // Nothing is active in a code span, nor behind a backslash, where it is syntax.
  const rest = markdown.replaceAll(/`[^`]*`/g, "").replaceAll(/\\[<[\]]/g, "");
  return ACTIVE.test(rest) ? [...found, "active text"] : found;
}
