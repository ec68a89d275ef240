/**
 * Untrusted text in our Markdown. GitHub's pipeline finds mentions, references and links in the
 * text after Markdown: a backslash does not stop them, only a code span does.
 */

const CHARS_MAX = 256;

/** Invisible, steering or unpaired characters: controls, bidi, joiners, tags, private use. */
const INVISIBLE = /[\p{C}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/** A word that GitHub would turn into a link or a notification. */
const ACTIVE_WORD = new RegExp(
  [
    "@",
    String.raw`#\d`,
    String.raw`(?<![0-9a-z])gh-\d`,
    "://",
    String.raw`www\.`,
    "(?:mailto|xmpp|https?|ftp):",
    // A commit.
    String.raw`(?<![0-9a-z])[0-9a-f]{7,40}(?![0-9a-z])`,
    // Named characters would become what they stand for.
    String.raw`&#?\w+;`,
    // What looks like one of our hidden markers.
    "smallbatch:",
  ].join("|"),
  "i",
);

/** What CommonMark and GitHub's extensions read inside a line. */
const SYNTAX = /[\\`*_{}[\]<>#&$~|!]/g;

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

/** Markdown that shows `text` as it is and does nothing. Empty text becomes a word that says so. */
export function inertText(text: string, max: number = CHARS_MAX): string {
  const words = plainLine(text, max)
    .split(" ")
    .filter((word) => word !== "");
  if (words.length === 0) return "(no title)";
  const [first = "", ...rest] = words.map((word) =>
    ACTIVE_WORD.test(word) ? inertCode(word) : word.replaceAll(SYNTAX, String.raw`\$&`),
  );
  return [escapeStart(first), ...rest].join(" ");
}

/** A code span: for names of checks, tags, keys and words that would be active. */
export function inertCode(text: string): string {
  const shown = plainLine(text).replaceAll("`", "'").replaceAll("<!--", "<! --");
  return shown === "" ? "(no name)" : `\`${shown}\``;
}

/** At its start a line can open a list, a heading, a quotation or a rule. */
function escapeStart(word: string): string {
  return word.replace(/^[-+=]/, String.raw`\$&`).replace(/^(\d{1,9})([.)])/, String.raw`$1\$2`);
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
