import type { Change, Line } from "./changes.ts";

const CATEGORIES: Readonly<Record<string, Line["category"]>> = {
  feat: "feature",
  feature: "feature",
  fix: "fix",
  bugfix: "fix",
  hotfix: "fix",
  security: "fix",
  perf: "performance",
};

/** GitHub's own labels, the one that says most first. */
const LABELS: readonly (readonly [string, Line["category"]])[] = [
  ["enhancement", "feature"],
  ["bug", "fix"],
];

const TEXT_CHARS_MAX = 240;
const QUOTE_CHARS_MAX = 120;

/** What a title starts with: `fix(parser)!: `. */
const PREFIX = /^(\w+)(?:\(([^()]*)\))?!?:\s+/;

/** What the sentence of a line may never hold, word by word. */
const NO_WORD =
  /[@#<>`*_~|\\$]|:\/\/|\bwww\.|^[0-9a-f]{7,40}$|^\(?GH-\d+\)?$|\.(?:com|dev|example|io|net|org|test)\b/i;

/** A line for each change, in the words of its own title, with quotes of it: grade A. */
export function draftFaithfully(changes: readonly Change[]): readonly Line[] {
  return changes.map((change) => describe(change));
}

function describe(change: Change): Line {
  const { slot, title } = change;
  const prefix = PREFIX.exec(title);
  const subject = title.slice(prefix?.[0].length ?? 0).trim();
  return {
    pulls: [slot],
    text: toSentence(subject),
    category: categoryOf(prefix?.[1]?.toLowerCase(), change.labels),
    isBreaking: change.breaking.length > 0,
    isSecurity: change.security.length > 0,
    evidence: [{ pull: slot, quote: quoteOf(subject === "" ? title : subject) }],
    isSuspicious: false,
  };
}

function categoryOf(type: string | undefined, labels: readonly string[]): Line["category"] {
  if (type !== undefined) return CATEGORIES[type] ?? "other";
  const names = labels.map((name) => name.toLowerCase());
  return LABELS.find(([name]) => names.includes(name))?.[1] ?? "other";
}

/** Plain words only; those that would be markup, a link or a reference are left out. */
function toSentence(subject: string): string {
  const words = subject
    .replaceAll(/\s*\((?:#|GH-)\d+\)/g, "")
    .replaceAll(/[`*[\]"]/g, "")
    .split(/\s+/)
    .filter((word) => word !== "" && !NO_WORD.test(word));
  let text = words.join(" ");
  while (text.length > TEXT_CHARS_MAX - 1) text = text.slice(0, text.lastIndexOf(" "));
  const upper = text.slice(0, 1).toUpperCase() + text.slice(1);
  return /[.!?]$/.test(upper) ? upper : `${upper}.`;
}

/** Copied, and whole words where it is long. */
function quoteOf(text: string): string {
  if (text.length <= QUOTE_CHARS_MAX) return text;
  const part = text.slice(0, QUOTE_CHARS_MAX);
  return part.includes(" ") ? part.slice(0, part.lastIndexOf(" ")) : part;
}
