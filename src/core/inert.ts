import { redactSource } from "./redact.ts";

/**
 * Untrusted text in our Markdown. GitHub's pipeline finds mentions, references and links in the
 * text after Markdown: a backslash does not stop them, only a code span does.
 */

const CHARS_MAX = 256;

/** Invisible, steering or unpaired characters: controls, bidi, joiners, tags, private use. */
const INVISIBLE = /[\p{C}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** One way in which text would be more than text. Sources of regular expressions, any case. */
export interface Escape {
  readonly name: string;
  /** A word with this goes into a code span: a backslash does not stop GitHub's filters. */
  readonly code?: string;
  /** Characters that get a backslash. */
  readonly escape?: string;
  /** What opens a block at the start: its last character gets a backslash. */
  readonly start?: string;
}

/** A test leaves out one after the other, and has to see what gets through. */
export const ESCAPES: readonly Escape[] = [
  { name: "mention", code: "@" },
  { name: "reference", code: String.raw`#\d` },
  { name: "old reference", code: String.raw`(?<![0-9a-z])gh-\d` },
  { name: "address", code: "://|https?:" },
  { name: "web address", code: String.raw`www\.` },
  { name: "commit", code: "(?<![0-9a-z])[0-9a-f]{7,40}(?![0-9a-z])" },
  // GitHub's formulas: their documentation offers no backslash outside of one.
  { name: "formula", code: String.raw`\$` },
  // Named characters would become what they stand for.
  { name: "character", code: String.raw`&#?\w+;` },
  // What looks like one of our hidden markers.
  { name: "marker", code: "smallbatch:" },
  // What CommonMark and GitHub's extensions read inside a line.
  { name: "backslash", escape: String.raw`\\` },
  { name: "backtick", escape: "`" },
  { name: "star", escape: String.raw`\*` },
  { name: "underscore", escape: "_" },
  { name: "link", escape: String.raw`[[\]!]` },
  { name: "HTML", escape: "[<>]" },
  { name: "heading", escape: "#" },
  { name: "tilde", escape: "~" },
  { name: "cell", escape: String.raw`\|` },
  // At its start a line can open a list.
  { name: "list", start: "[-+=]" },
  { name: "number", start: String.raw`\d{1,9}[.)]` },
];

/** The rows as the expressions that are run. */
export interface Escaping {
  readonly code: RegExp;
  readonly escape: RegExp;
  readonly start: RegExp;
}

export function escapingOf(rows: readonly Escape[]): Escaping {
  return {
    code: new RegExp(anyOf(rows.map(({ code }) => code)), "iu"),
    escape: new RegExp(anyOf(rows.map(({ escape }) => escape)), "gu"),
    start: new RegExp(`^(?:${anyOf(rows.map(({ start }) => start))})`, "u"),
  };
}

function anyOf(forms: readonly (string | undefined)[]): string {
  return forms.filter((form) => form !== undefined).join("|");
}

const ESCAPING = escapingOf(ESCAPES);

/** One line of visible characters, at most `max`; longer text ends in `…`. */
export function plainLine(text: string, max: number = CHARS_MAX): string {
  const line = text
    .normalize("NFC")
    .replaceAll(/[\s\p{Z}]+/gu, " ")
    .replaceAll(INVISIBLE, "")
    .replaceAll(/ {2,}/g, " ")
    .trim();
  const characters = Array.from(line);
  return characters.length <= max ? line : `${characters.slice(0, max - 1).join("")}…`;
}

/**
 * Markdown that shows `text` as it is and does nothing, without what looks like a secret. Empty text becomes a word that says so.
 */
export function inertText(text: string, max: number = CHARS_MAX, by: Escaping = ESCAPING): string {
  const line = redactSource(plainLine(text, max));
  if (line === "") return "(no title)";
  const [first = "", ...rest] = line
    .split(" ")
    .map((word) => (by.code.test(word) ? inertCode(word) : escapeWord(word, by)));
  return [escapeStart(first, by), ...rest].join(" ");
}

export function escapeWord(word: string, by: Escaping): string {
  return word.replace(by.escape, String.raw`\$&`);
}

/** At its start a line can open a block. */
export function escapeStart(line: string, by: Escaping): string {
  return line.replace(by.start, (found) => `${found.slice(0, -1)}\\${found.slice(-1)}`);
}

/** A code span: for names of checks, tags, keys and words that would be active. */
export function inertCode(text: string): string {
  const shown = plainLine(text).replaceAll("`", "'").replaceAll("<!--", "<! --");
  return shown === "" ? "(no name)" : `\`${shown}\``;
}

/** JSON in one line in which nothing is active: for fenced blocks, whatever the strings hold. */
export function inertJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/[<>&@`#]|[\p{C}\p{Zl}\p{Zp}]/gu, (found) =>
    Array.from(
      { length: found.length },
      (_, at) => String.raw`\u${found.charCodeAt(at).toString(16).padStart(4, "0")}`,
    ).join(""),
  );
}
