import type { Change, Line } from "./changes.ts";
import { draftFaithfully } from "./faithful.ts";

/**
 * What a careless model does to a correct draft, one name each. Each takes the lines and the index
 * of the one that it spoils, and gives null where that line offers nothing to spoil.
 */
export const SLOPPY_WAYS = {
  "drop-pull": (lines, at) => (lines.length < 2 ? null : lines.filter((_, each) => each !== at)),
  "double-pull": (lines, at) => [...lines, ...lines.slice(at, at + 1)],
  "swap-number": (lines, at) =>
    edit(lines, at, ({ text }) => ({ text: text.replace(/\d+/, (n) => String(Number(n) + 7)) })),
  "invent-number": (lines, at) =>
    edit(lines, at, ({ text }) => ({ text: text.replace(/\.$/, " by 73 percent.") })),
  "invent-identifier": (lines, at) =>
    edit(lines, at, ({ text }) => ({ text: text.replace(/\.$/, " with --turbo-mode.") })),
  "invent-value": (lines, at) =>
    edit(lines, at, ({ text }) => ({ text: text.replace(/\.$/, ", raised from 41 to 97.") })),
  "flip-direction": (lines, at) =>
    edit(lines, at, ({ text }) => ({
      text: text.replace(/\b(add|remove|enable|disable|increase|decrease)\b/i, flip),
    })),
  "wrong-category": (lines, at) =>
    edit(lines, at, ({ category }) => ({ category: category === "fix" ? "feature" : "fix" })),
  "false-breaking": (lines, at) =>
    edit(lines, at, ({ isBreaking }) => ({ isBreaking: !isBreaking })),
  "false-security": (lines, at) =>
    edit(lines, at, ({ isSecurity }) => ({ isSecurity: !isSecurity })),
  "false-quote": (lines, at) =>
    edit(lines, at, ({ evidence }) => ({
      evidence: evidence.map((each) => ({ ...each, quote: `${each.quote} for everybody` })),
    })),
} as const satisfies Readonly<
  Record<string, (lines: readonly Line[], at: number) => readonly Line[] | null>
>;

export type SloppyWay = keyof typeof SLOPPY_WAYS;

const WAYS = Object.keys(SLOPPY_WAYS).filter((name) => isWay(name));

function isWay(name: string): name is SloppyWay {
  return name in SLOPPY_WAYS;
}

const OPPOSITES: Readonly<Record<string, string>> = {
  add: "Remove",
  remove: "Add",
  enable: "Disable",
  disable: "Enable",
  increase: "Decrease",
  decrease: "Increase",
};

function flip(word: string): string {
  return OPPOSITES[word.toLowerCase()] ?? word;
}

/** Null where the edit changes nothing. */
function edit(
  lines: readonly Line[],
  at: number,
  change: (line: Line) => Partial<Line>,
): readonly Line[] | null {
  const edited = lines.map((line, each) => (each === at ? { ...line, ...change(line) } : line));
  return JSON.stringify(edited) === JSON.stringify(lines) ? null : edited;
}

/**
 * A correct draft with one thing wrong. The seed says which way is tried first and in which line, so
 * that a test can name what it will see; `way` takes that one where it can.
 */
export function draftSloppily(
  changes: readonly Change[],
  seed: number,
  way: SloppyWay | null = null,
): { readonly lines: readonly Line[]; readonly way: SloppyWay | null } {
  const lines = draftFaithfully(changes);
  const from = seed % WAYS.length;
  const order = way === null ? [...WAYS.slice(from), ...WAYS.slice(0, from)] : [way];
  for (const name of order) {
    for (let at = 0; at < lines.length; at += 1) {
      const spoiled = SLOPPY_WAYS[name](lines, (at + seed) % lines.length);
      if (spoiled !== null) return { lines: spoiled, way: name };
    }
  }
  return { lines, way: null };
}
