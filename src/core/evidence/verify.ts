import { plainLine } from "../inert.ts";
import { redactSource } from "../redact.ts";
import type { DraftAnswer } from "./answer.ts";
import { judgeClaims } from "./before-after.ts";
import type { Fault } from "./fault.ts";
import { firstOfEach } from "./fault.ts";
import { judgeTokens } from "./grounds.ts";
import { judgeMarkup } from "./inert-names.ts";
import type { Grade, NoteLine } from "./note-line.ts";
import { judgePolarity } from "./polarity.ts";
import { areQuotesValid, judgeEvidence } from "./quotes.ts";
import { judgeSignals } from "./signals-check.ts";
import { citePulls } from "./slots.ts";
import type { CitedLine } from "./slots.ts";
import { chooseCategory } from "./source-category.ts";
import { readSource } from "./source-text.ts";
import type { SourceText } from "./source-text.ts";
import type { NoteSource } from "./source.ts";

/** Characters of a sentence. */
export const SENTENCE_CHARS_MAX = 240;

/** Of each reason why a sentence is not published. */
const REASON_CHARS_MAX = 300;

export interface VerifiedDraft {
  /** Every unit in exactly one line, in the order of the sources. */
  readonly lines: readonly NoteLine[];
  /** Why the whole draft was replaced by titles; null: it was not. */
  readonly failed: { readonly code: string; readonly reason: string } | null;
}

/** Slot `P01` is `sources[0]`. Nothing is repaired: what fails gives way to the pull's own title. */
export function verifyDraft(sources: readonly NoteSource[], answer: DraftAnswer): VerifiedDraft {
  const cited = citePulls(sources, answer.lines);
  if ("code" in cited) {
    return { lines: sources.map((source) => titleLine([source], null)), failed: cited };
  }
  const texts = sources.map(readSource);
  return { lines: cited.map((line) => verifyLine(line, sources, texts)), failed: null };
}

/** A line worded by a person is checked like a model's; it quotes nothing, so it is at most B. */
export function verifyWording(source: NoteSource, text: string, by: string): NoteLine {
  const faults = judgeWording(text, [readSource(source)]);
  if (faults.length > 0) return titleLine([source], rejectedClaim(text, faults));
  const line = titleLine([source], null);
  return { ...line, text: text.trim(), grade: "B", source: "person", by };
}

function verifyLine(
  cited: CitedLine,
  sources: readonly NoteSource[],
  texts: readonly SourceText[],
): NoteLine {
  const { line, places } = cited;
  const own = sources.filter((_, place) => places.includes(place));
  const ownTexts = texts.filter((_, place) => places.includes(place));
  const faults = [
    ...judgeInjection(own, line.isSuspicious),
    ...judgeWording(line.text, ownTexts),
    ...judgeSignals(line, own),
    ...judgePolarity(
      line.text,
      own.map(({ title }) => title),
    ),
    ...judgeEvidence(line.evidence, places, sources, texts),
  ];
  if (faults.length > 0) return titleLine(own, rejectedClaim(line.text, faults));
  const grade: Grade = areQuotesValid(cited, sources, texts) ? "A" : "B";
  const { isBreaking, isSecurity } = line;
  return {
    ...titleLine(own, null),
    text: line.text.trim(),
    grade,
    category: chooseCategory(line.category, own),
    isBreaking,
    isSecurity,
    source: "claude",
  };
}

function judgeWording(text: string, texts: readonly SourceText[]): readonly Fault[] {
  // A full stop alone is verified by nothing, and rendered as nothing.
  if (!/\p{L}/u.test(text)) return [{ code: "empty", reason: "it holds no word" }];
  const faults: Fault[] = [];
  const length = Array.from(text.trim()).length;
  if (length > SENTENCE_CHARS_MAX) {
    const reason = `it has ${length} characters, and ${SENTENCE_CHARS_MAX} are the most`;
    faults.push({ code: "too-long", reason });
  }
  const markup = judgeMarkup(text, texts);
  if (markup.length > 0) {
    const reason = `it holds what notes never take from a draft: ${markup.join(", ")}`;
    faults.push({ code: "markup", reason });
  }
  return [
    ...faults,
    ...judgeTokens(text, texts),
    ...judgePolarity(
      text,
      texts.map(({ title }) => title),
    ),
    ...judgeClaims(text, texts),
  ];
}

function judgeInjection(sources: readonly NoteSource[], isSuspicious: boolean): readonly Fault[] {
  const code = "injection-suspected";
  const signal = sources.flatMap(({ signals }) => signals.injection)[0];
  if (signal !== undefined) {
    return [{ code, reason: `its pull request may be written to steer a model: ${signal}` }];
  }
  return isSuspicious ? [{ code, reason: "the model found instructions in its pull request" }] : [];
}

function rejectedClaim(text: string, faults: readonly Fault[]): NoteLine["rejected"] {
  const kept = firstOfEach(faults);
  return {
    text: redactSource(text),
    codes: kept.map(({ code }) => code),
    // They repeat words of the claim, and end in terminals, too.
    reasons: kept.map(({ reason }) => plainLine(redactSource(reason), REASON_CHARS_MAX)),
  };
}

/** The deterministic line: titles stand for themselves, and no marker is lost. */
function titleLine(sources: readonly NoteSource[], rejected: NoteLine["rejected"]): NoteLine {
  return {
    units: sources.map(({ unit }) => unit),
    text: null,
    grade: "C",
    category: chooseCategory("other", sources),
    isBreaking: sources.some(({ signals }) => signals.breaking.length > 0),
    isSecurity: sources.some(({ signals }) => signals.security.length > 0),
    source: "title",
    by: null,
    rejected,
  };
}
