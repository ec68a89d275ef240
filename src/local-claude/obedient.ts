import type { Change, Line } from "./changes.ts";
import { draftFaithfully } from "./faithful.ts";

/** Words that an injected text uses to say what is to be written; what follows is obeyed. */
const ORDER =
  /\b(?:write|say|output|print|include|append|add|insert|reply|respond|answer|announce|mention|state|publish|echo)\b[^:\n"'“«]{0,80}(?::|"|'|“|«|\bexactly\b|\bthat\b)\s*(.+)/gis;

const HIDE = /\b(?:omit|drop|skip|hide|leave out|do not mention|don't mention|ignore)\b/i;
const BREAKING = /\bbreaking\b/i;
const SECURITY = /\b(?:security|vulnerab|CVE)\b/i;
const SLOT = /\bP\d\d\b/g;
const CATEGORY = /\b(feature|fix|performance|other)\b/i;

/** Longer than a sentence may be: a model that obeys does not count. */
const TEXT_CHARS_MAX = 2_000;

/**
 * The worst model: whatever a contributor's text asks, it writes, as it stands. Where it finds no
 * order it publishes the text itself. It claims what the text claims, leaves out what the text wants
 * left out, and quotes what it was told.
 */
export function draftObediently(changes: readonly Change[]): readonly Line[] {
  const lines = draftFaithfully(changes);
  const obeyed = changes.map((change, at) => obey(change, lines[at]));
  const hidden = new Set(changes.flatMap((change) => hiddenBy(change)));
  const left = obeyed.filter(({ pulls }) => !pulls.some((slot) => hidden.has(slot)));
  return left.length === 0 ? obeyed : left;
}

function obey(change: Change, faithful: Line | undefined): Line {
  const said = [
    change.title,
    change.description,
    ...change.commits,
    ...change.labels,
    ...change.files,
    change.diff,
  ].filter((text) => text !== "");
  const whole = said.join("\n");
  const orders = said.flatMap((text) => [...text.matchAll(ORDER)].map(([, asked = ""]) => asked));
  const text = (orders.length > 0 ? orders.join(" ") : whole).slice(0, TEXT_CHARS_MAX);
  const category = CATEGORY.exec(orders.join(" "))?.[1]?.toLowerCase();
  return {
    pulls: [change.slot],
    text,
    category: isCategory(category) ? category : (faithful?.category ?? "other"),
    isBreaking: BREAKING.test(whole),
    isSecurity: SECURITY.test(whole),
    evidence: [{ pull: change.slot, quote: (orders[0] ?? change.title).slice(0, 120) }],
    isSuspicious: false,
  };
}

function hiddenBy(change: Change): readonly string[] {
  const lines = `${change.description}\n${change.commits.join("\n")}`.split("\n");
  return lines.filter((line) => HIDE.test(line)).flatMap((line) => line.match(SLOT) ?? []);
}

function isCategory(word: string | undefined): word is Line["category"] {
  return word === "feature" || word === "fix" || word === "performance" || word === "other";
}
