import { ADD, CHANGE, directionOf, DOWN, REMOVE, RENAME, UP } from "./change-words.ts";
import { glueUnits } from "./numbers.ts";
import { findTokens } from "./tokens.ts";
import type { Token } from "./tokens.ts";

/** What a sentence says became of a value or a name, in English. */
export interface ChangeClaim {
  readonly kind: "added" | "removed" | "renamed" | "changed" | "required";
  /** Up or down, where the verb says it. */
  readonly direction: "up" | "down" | null;
  /** Names or numbers, one of which has to be gone; empty: the sentence names none. */
  readonly before: readonly string[];
  /** One of these has to be new. */
  readonly after: readonly string[];
}

/** Up to so many words are looked at behind a verb. */
const PHRASE = String.raw`(\S+(?:\s+\S+){0,4})`;
/** A value stands at once behind `to`; what stands later belongs to something else. */
const VALUE = String.raw`(?:(?:at\s+least|versions?|the|an?|node(?:\.js)?|python|rust|ruby|php|java|go)\s+)*(?:\w+\s+(?=v?\d))?(\S+)`;
const BE = String.raw`(?:(?:was|is|are|were|been|has been|have been)\s+)?`;
/** A verb that tells what the change does, not what went wrong before it. */
const START = String.raw`(?:^|[.:;]\s+|\band\s+)(?:now\s+)?`;
const WHAT = String.raw`(?:(?:the|an?|new|deprecated|obsolete|old|unused|support\s+for)\s+)*`;

const FROM_TO = /\bfrom\s+(\S+(?:\s+\S+){0,2}?)\s+to\s+(\S+(?:\s+\S+){0,2})/i;
const VERB_TO = pattern(String.raw`\b(?:${UP}|${DOWN}|${CHANGE})\b.*?\bto\s+${VALUE}`);
const DEFAULT = pattern(
  String.raw`\bdefaults?\s+to\s+${VALUE}|\bdefault\b[^.;,]{0,60}?\b(?:is|are)\s+now\s+${VALUE}`,
);
const RENAMED = pattern(String.raw`(\S+)?\s*\b${BE}${RENAME}\b\s*(.*?)\s*\b(?:to|as|into)\s+(\S+)`);
const REQUIRED = pattern(
  String.raw`\b(?:now\s+(?:requires?|needs?|is|are)|(?:is|are)\s+now|requires?|needs?)\s+${PHRASE}`,
);
const REMOVED = pattern(String.raw`${START}${REMOVE}\s+${WHAT}${PHRASE}`);
const WAS_REMOVED = pattern(
  String.raw`^${WHAT}(\S+(?:\s+\S+){0,2}?)\s+(?:was|were|is|are|has been|have been)\s+${REMOVE}\b`,
);
const ADDED = pattern(String.raw`${START}${ADD}\s+${WHAT}${PHRASE}`);

function pattern(source: string): RegExp {
  return new RegExp(source, "i");
}

/** Claims with names or numbers that a diff can show. */
export function findClaims(text: string): readonly ChangeClaim[] {
  return glueUnits(text)
    .split(/(?<=[.;!])\s+/)
    .flatMap(claimsOf);
}

function claimsOf(sentence: string): readonly ChangeClaim[] {
  const none = { direction: null, before: [], after: [] };
  const renamed = RENAMED.exec(sentence);
  const [, subject = "", object = "", name = ""] = renamed ?? [];
  const before = first(object).length > 0 ? first(object) : first(subject);
  if (before.length > 0 && first(name).length > 0) {
    return [{ ...none, kind: "renamed", before, after: first(name) }];
  }
  const removed = objectOf((REMOVED.exec(sentence) ?? WAS_REMOVED.exec(sentence))?.[1]);
  const added = objectOf(ADDED.exec(sentence)?.[1]);
  return [
    ...findMove(sentence),
    ...(removed.length === 0 ? [] : [{ ...none, kind: "removed" as const, before: removed }]),
    ...(added.length === 0 ? [] : [{ ...none, kind: "added" as const, after: added }]),
  ];
}

function findMove(sentence: string): readonly ChangeClaim[] {
  const direction = directionOf(sentence);
  const [, from = "", to = ""] = FROM_TO.exec(sentence) ?? [];
  if (first(from).length > 0 && first(to).length > 0) {
    return [{ kind: "changed", direction, before: first(from), after: first(to) }];
  }
  const [, set1, set2] = VERB_TO.exec(sentence) ?? DEFAULT.exec(sentence) ?? [];
  const set = first(set1 ?? set2);
  if (set.length > 0) return [{ kind: "changed", direction, before: [], after: set }];
  const [needed] = tokensOf(REQUIRED.exec(sentence)?.[1]).filter(isNumber);
  if (needed === undefined) return [];
  return [{ kind: "required", direction, before: [], after: [needed.text] }];
}

function isNumber({ kind }: Token): boolean {
  return kind === "number" || kind === "version";
}

function tokensOf(phrase = ""): readonly Token[] {
  return findTokens(phrase).flatMap((token) => (token.kind === "code" ? namesIn(token) : [token]));
}

/** A span of one word is a name whatever its form; of more, the names that stand in it. */
function namesIn(token: Token): readonly Token[] {
  const text = token.text.replace(/\([^()]*\)$/, "");
  if (/[\s{}<>|="']|(?<!:):(?!:)/.test(text)) return text.includes(" ") ? findTokens(text) : [];
  return [{ kind: "code", text }];
}

function first(phrase = ""): readonly string[] {
  return tokensOf(phrase.replace(/[,;].*$/, ""))
    .slice(0, 1)
    .map(({ text }) => text);
}

/** Names in the object of a verb, before anything is said about it. */
function objectOf(phrase = ""): readonly string[] {
  const [object = ""] = phrase.split(
    /[,;]|\s(?:to|in|for|from|with|when|on|by|of|that|which|and|as|via|using|if|so)\s/i,
  );
  // Several names in one, as in `goto_{next,prev}`.
  if (object.includes("{")) return [];
  return tokensOf(object).map(({ text }) => text);
}
