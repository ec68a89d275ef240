import { redactSource } from "../redact.ts";
import { stripDefinitions } from "./definitions.ts";
import { decodeEntities, INVISIBLE } from "./entities.ts";
import { stripComments, stripDetails, stripTags, stripTemplates } from "./html.ts";
import type { Hide } from "./html.ts";
import { cutTables } from "./tables.ts";
import { holdCode } from "./visible-code.ts";

/**
 * Untrusted text as a reader of GitHub sees it. What Markdown hides (comments, tags, attributes,
 * definitions, folded parts, characters without a glyph) goes, and is kept apart: what is hidden and
 * speaks to a model is a signal. Each rule runs over its text in one direction, and all run again
 * until nothing changes, because what one takes out may put together what another looks for.
 */

export interface Cleaner {
  readonly name: string;
  readonly clean: (text: string, hide: Hide) => string;
}

export interface CleanText {
  /** A fixpoint: cleaned again it is the same. */
  readonly text: string;
  /** What was hidden, at most `HIDDEN_CHARS_MAX` characters of it. */
  readonly hidden: string;
}

const HIDDEN_CHARS_MAX = 20_000;

/** Markers nest about so deep in honest text; deeper is an attempt, and loses its markers. */
const ROUNDS_MAX = 8;

/** Escape sequences of terminals, whole, so that their letters do not stay behind. */
// oxlint-disable-next-line no-control-regex
const TERMINAL = /\u001b\[[0-9;?]{0,40}[A-Za-z]|\u001b\][^\u0007\u001b]{0,200}(?:\u0007|\u001b\\)/g;

const LINE_BREAK = /\r\n?|[\u0085\u2028\u2029\v\f]/g;

const CHARACTERS: readonly Cleaner[] = [
  { name: "terminal", clean: (text, hide) => text.replaceAll(TERMINAL, hide) },
  { name: "line-breaks", clean: (text) => text.replaceAll(LINE_BREAK, "\n") },
  { name: "invisible", clean: (text) => text.replaceAll(INVISIBLE, "") },
  { name: "composed", clean: (text) => text.normalize("NFC") },
  { name: "spaces", clean: (text) => text.replaceAll(/\p{Zs}/gu, " ") },
];

/** Instructions, CDATA, declarations and ends of nothing: hidden as comments are. */
const DECLARATION =
  /<\?[\s\S]*?(?:\?>|$)|<!\[CDATA\[[\s\S]*?(?:\]\]>|$)|<(?:!|\/(?![A-Za-z]))[^>]*(?:>|$)/g;

// Without brackets inside, so that each is read once; outer ones have their turn in the next round.
const IMAGE = /!\[[^[\]]*\]\((?:[^()\n]|\([^()\n]*\))*\)/g;
const LINK = /\[((?!redacted\])[^[\]]*)\]\((?:[^()\n]|\([^()\n]*\))*\)/g;
const AUTOLINK = /<((?:https?|ftp|mailto|xmpp):[^<>\s]*)>/gi;

/** What a formula leaves out, or writes in the colour of the page. */
const FORMULA = /\\(?:[hv]?phantom|(?:text)?color\{white\})\{[^{}]*\}/g;

/** What follows the opening of a fence says how to colour it, and is not shown. */
const INFO_STRING = /^((?:[ \t>*+-]|\d{1,9}[.)])*(?:```+(?=[^\n`]*$)|~~~+))[^\n]*$/gm;

const MARKDOWN: readonly Cleaner[] = [
  { name: "info-strings", clean: (text) => text.replaceAll(INFO_STRING, "$1") },
  { name: "entities", clean: (text) => decodeEntities(text) },
  { name: "comments", clean: stripComments },
  { name: "declarations", clean: (text, hide) => text.replaceAll(DECLARATION, hide) },
  { name: "details", clean: stripDetails },
  { name: "definitions", clean: stripDefinitions },
  { name: "images", clean: (text, hide) => text.replaceAll(IMAGE, hide) },
  { name: "links", clean: (text) => text.replaceAll(LINK, "$1") },
  { name: "autolinks", clean: (text) => text.replaceAll(AUTOLINK, "$1") },
  { name: "tags", clean: stripTags },
  { name: "tables", clean: cutTables },
  { name: "formulas", clean: (text, hide) => text.replaceAll(FORMULA, hide) },
  {
    name: "blank-lines",
    clean: (text) =>
      text
        .replaceAll(/[ \t]+$/gm, "")
        .replaceAll(/\n{3,}/g, "\n\n")
        .trim(),
  },
];

const SECRETS: Cleaner = { name: "secrets", clean: (text) => redactSource(text) };

const ONE_LINE: Cleaner = {
  name: "one-line",
  clean: (text) => text.replaceAll(/\s+/g, " ").trim(),
};

const BLANK_LINES: Cleaner = {
  name: "blank-lines",
  clean: (text) =>
    text
      .replaceAll(/(?<![ \t])[ \t]+$/gm, "")
      .replaceAll(/\n{3,}/g, "\n\n")
      .trim(),
};

/** Rules in the order in which they run. */
export interface Form {
  readonly before: readonly Cleaner[];
  /** For what is shown as Markdown; code that is shown as it stands is kept from them. */
  readonly markdown: readonly Cleaner[];
  readonly after: readonly Cleaner[];
}

export const FORMS = {
  /** Shown as Markdown. */
  markdown: { before: CHARACTERS, markdown: MARKDOWN, after: [BLANK_LINES, SECRETS] },
  /** Shown as it stands, in one line: a title, a label, a path. */
  line: { before: [...CHARACTERS, ONE_LINE], markdown: [], after: [SECRETS] },
  /** Shown as it stands, line by line: a diff. */
  diff: { before: CHARACTERS, markdown: [], after: [SECRETS] },
} as const satisfies Readonly<Record<string, Form>>;

/** At most `max` UTF-16 units of it, pairs whole. */
function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  return text.slice(0, max).replace(/[\ud800-\udbff]$/, "");
}

/** Cleaned to a fixpoint of at most `max` UTF-16 units; what is cut off was not looked at. */
export function cleanText(text: string, form: Form, max: number): CleanText {
  let hidden = "";
  const hide: Hide = (piece) => {
    hidden += `${piece.slice(0, HIDDEN_CHARS_MAX - hidden.length)}\n`;
    return "";
  };
  const run = (rules: readonly Cleaner[], from: string): string =>
    settle(from, (left) => rules.reduce((rest, { clean }) => clean(rest, hide), left));
  const once = (from: string): string => {
    const seen = run(form.before, from);
    return cut(run(form.after, cleanMarkdown(seen, form.markdown, run, hide)), max);
  };
  const settled = settle(cut(text, max * 2), once);
  const isFixed = once(settled) === settled;
  // Markers nested on purpose: without them nothing is left that a rule looks for.
  const left = isFixed ? settled : settle(settled.replaceAll(/[<>&[\]{}`~|]/g, " "), once);
  return { text: left, hidden: hidden.slice(0, HIDDEN_CHARS_MAX) };
}

function cleanMarkdown(
  text: string,
  rules: readonly Cleaner[],
  run: (rules: readonly Cleaner[], text: string) => string,
  hide: Hide,
): string {
  if (rules.length === 0) return text;
  const code = holdCode(stripTemplates(text, hide));
  return code.restore(run(rules, code.text));
}

/** What does not change any more, or what it was after so many rounds. */
function settle(text: string, once: (text: string) => string): string {
  let left = text;
  let next = once(left);
  for (let round = 1; round < ROUNDS_MAX && next !== left; round += 1) {
    left = next;
    next = once(left);
  }
  return next;
}
