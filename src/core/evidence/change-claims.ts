import { findTokens } from "./tokens.ts";

/** What a sentence says of a value or a name, in English. */
export interface ChangeClaim {
  readonly kind: "added" | "removed" | "renamed" | "changed" | "required";
  /** Up or down, where the verb says it. */
  readonly direction: "up" | "down" | null;
  /** As tokens; null: the sentence does not tell. */
  readonly before: string | null;
  readonly after: string | null;
}

const UP = String.raw`rais(?:e[sd]?|ing)|increas(?:e[sd]?|ing)|bump(?:s|ed|ing)?|upgrad(?:e[sd]?|ing)`;
const DOWN = String.raw`lower(?:s|ed|ing)?|reduc(?:e[sd]?|ing)|decreas(?:e[sd]?|ing)|downgrad(?:e[sd]?|ing)`;
const CHANGE = String.raw`chang(?:e[sd]?|ing)|updat(?:e[sd]?|ing)|switch(?:e[sd]|es|ing)?|mov(?:e[sd]?|ing)|sets?|went|goes`;
const RENAME = String.raw`renam(?:e[sd]?|ing)`;

const FROM_TO = /\bfrom\s+(\S+(?:\s\S+){0,2}?)\s+to\s+(\S+(?:\s\S+)?)/i;
const VERB_TO = new RegExp(
  String.raw`\b(?:${UP}|${DOWN}|${CHANGE}|default(?:s|ed)?)\b(.*?)\bto\s+(\S+(?:\s\S+)?)`,
  "i",
);
const RENAMED = new RegExp(
  String.raw`(\S+)?\s+(?:(?:was|is|are|were|been|has been)\s+)?\b${RENAME}\b\s*(.*?)\s*\b(?:to|as|into)\s+(\S+)`,
  "i",
);
const NOW =
  /\b(?:now\s+(?:requires?|needs?|defaults?\s+to|is|are)|(?:is|are)\s+now|requires?)\s+(\S+(?:\s\S+){0,3})/i;
const REMOVED =
  /\b(?:remov(?:e[sd]?|ing)|drop(?:s|ped|ping)?|delet(?:e[sd]?|ing))\s+(?:the\s+|an?\s+|deprecated\s+|old\s+|support\s+for\s+)*(\S+)/i;
const ADDED =
  /\b(?:add(?:s|ed|ing)?|introduc(?:e[sd]?|ing))\s+(?:the\s+|an?\s+|new\s+|support\s+for\s+)*(\S+)/i;

/** Claims with names or numbers that a diff can show; a sentence may make several. */
export function findClaims(sentence: string): readonly ChangeClaim[] {
  const claims: ChangeClaim[] = [];
  const direction = directionOf(sentence);
  const renamed = RENAMED.exec(sentence);
  if (renamed !== null) {
    const before = tokenOf(renamed[2] ?? "") ?? tokenOf(renamed[1] ?? "");
    const after = tokenOf(renamed[3] ?? "");
    if (before !== null && after !== null) {
      return [{ kind: "renamed", direction: null, before, after }];
    }
  }
  const fromTo = FROM_TO.exec(sentence);
  const moved = fromTo === null ? null : [tokenOf(fromTo[1] ?? ""), tokenOf(fromTo[2] ?? "")];
  const verb = VERB_TO.exec(sentence);
  const now = NOW.exec(sentence);
  if (moved !== null && moved[0] !== null && moved[1] !== null) {
    const [before = null, after = null] = moved;
    claims.push({ kind: "changed", direction, before, after });
  } else if (verb !== null && tokenOf(verb[2] ?? "") !== null) {
    claims.push({ kind: "changed", direction, before: null, after: tokenOf(verb[2] ?? "") });
  } else if (now !== null && numberOf(now[1] ?? "") !== null) {
    claims.push({ kind: "required", direction: null, before: null, after: numberOf(now[1] ?? "") });
  }
  const removed = tokenOf(REMOVED.exec(sentence)?.[1] ?? "");
  if (removed !== null)
    claims.push({ kind: "removed", direction: null, before: removed, after: null });
  const added = tokenOf(ADDED.exec(sentence)?.[1] ?? "");
  if (added !== null) claims.push({ kind: "added", direction: null, before: null, after: added });
  return claims;
}

function directionOf(sentence: string): "up" | "down" | null {
  const isUp = new RegExp(String.raw`\b(?:${UP})\b`, "i").test(sentence);
  const isDown = new RegExp(String.raw`\b(?:${DOWN})\b`, "i").test(sentence);
  if (isUp === isDown) return null;
  return isUp ? "up" : "down";
}

function tokenOf(words: string): string | null {
  return findTokens(words)[0]?.text ?? null;
}

function numberOf(words: string): string | null {
  const token = findTokens(words).find(({ kind }) => kind === "number" || kind === "version");
  return token?.text ?? null;
}
