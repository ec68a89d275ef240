import { SECTIONS } from "../notes.ts";
import type { EditChange } from "./case.ts";
import { likeness, wordsOf } from "./words.ts";
import { readWrittenLines } from "./written-lines.ts";
import type { WrittenLine } from "./written-lines.ts";

/** What a maintainer made of notes that we published. */
export interface Edit {
  /** In order of the notes as published, then what is new. Empty: nothing of what they say. */
  readonly changes: readonly EditChange[];
  /** How the line of each unit was left, where it still stands. */
  readonly lines: readonly { readonly unit: string; readonly text: string }[];
}

/** Without a reference, this much of a line's words must be the same to know it again. */
const KNOWN_AGAIN = 0.5;

/** Of one line, for a case: more of it stands in the notes themselves. */
const CHARS_MAX = 2_000;

/**
 * What an edit did, line by line. A line is known again by the units that it names, else by its
 * words. Order, form, links, authors, and what we render around the lines do not count.
 * `fullName`: `acme/widgets`.
 */
export function classifyEdit(published: string, edited: string, fullName: string): Edit {
  const before = readWrittenLines(published, fullName);
  const own = before.filter(isOfUnits);
  const frame = before.filter((line) => !isOfUnits(line));
  const after = withoutFrame(readWrittenLines(edited, fullName), { own, frame });
  const pairs = pairUp(own, after);
  if (own.length > 0 && after.length > 0 && pairs.every(({ found }) => found.length === 0)) {
    return { changes: [rewritten(own, after)], lines: [] };
  }
  const headings = renamedHeadings(pairs, after);
  const used = new Set(pairs.flatMap(({ found }) => found));
  const added = after.filter((line) => !used.has(line));
  return {
    changes: [
      ...pairs.flatMap((pair) => describePair(pair, headings)),
      ...added.map(({ units, markdown }) => ({
        kind: "added" as const,
        units: [...units],
        before: null,
        after: cut(markdown),
      })),
    ],
    lines: pairs.flatMap(({ line, found }) => linesOf(line, found)),
  };
}

/** A line that we wrote of units, not one that we wrote around them. */
function isOfUnits({ heading, isBullet, units }: WrittenLine): boolean {
  return isBullet && units.length > 0 && (SECTIONS as readonly (string | null)[]).includes(heading);
}

interface Pair {
  readonly line: WrittenLine;
  /** Lines of the edit that are about its units, the one with the most of its words first. */
  readonly found: readonly WrittenLine[];
  /** Units of the line that no line of the edit names. */
  readonly lost: readonly string[];
}

/** What we wrote around the lines (contributors, what is compared) is left out, changed or not. */
function withoutFrame(
  after: readonly WrittenLine[],
  { own, frame }: { readonly own: readonly WrittenLine[]; readonly frame: readonly WrittenLine[] },
): readonly WrittenLine[] {
  const frames = frame.map(({ text }) => wordsOf(text));
  const owns = own.map(({ text }) => wordsOf(text));
  return after.filter((line) => {
    const its = wordsOf(line.text);
    const asFrame = mostLike(its, frames);
    return asFrame < KNOWN_AGAIN || asFrame <= mostLike(its, owns);
  });
}

function mostLike(words: readonly string[], others: readonly (readonly string[])[]): number {
  return Math.max(0, ...others.map((other) => likeness(words, other)));
}

function pairUp(own: readonly WrittenLine[], after: readonly WrittenLine[]): readonly Pair[] {
  const named = own.map((line): Pair => {
    const like = (other: WrittenLine): number => likeness(wordsOf(line.text), wordsOf(other.text));
    const candidates = after
      .filter(({ units }) => units.some((unit) => line.units.includes(unit)))
      .map((other) => ({ other, like: like(other) }))
      .toSorted((left, right) => right.like - left.like);
    const found = new Set<WrittenLine>();
    for (const unit of line.units) {
      const best = candidates.find(({ other }) => other.units.includes(unit));
      if (best !== undefined) found.add(best.other);
    }
    const known = new Set([...found].flatMap(({ units }) => units));
    const inOrder = [...found].toSorted((left, right) => like(right) - like(left));
    return { line, found: inOrder, lost: line.units.filter((unit) => !known.has(unit)) };
  });
  const used = new Set(named.flatMap(({ found }) => found));
  return named.map((pair) => {
    if (pair.found.length > 0) return pair;
    const words = wordsOf(pair.line.text);
    const [best] = after
      .filter((line) => line.units.length === 0 && !used.has(line))
      .map((line) => ({ line, like: likeness(words, wordsOf(line.text)) }))
      .toSorted((left, right) => right.like - left.like);
    if (best === undefined || best.like < KNOWN_AGAIN) return pair;
    used.add(best.line);
    return { line: pair.line, found: [best.line], lost: [] };
  });
}

/** Nothing can be known again: who wrote it anew says the same things in one piece, or others. */
function rewritten(own: readonly WrittenLine[], after: readonly WrittenLine[]): EditChange {
  const units = [...new Set(own.flatMap((line) => line.units))];
  return { kind: "reworded", units, before: joined(own), after: joined(after) };
}

function joined(lines: readonly WrittenLine[]): string {
  return cut(lines.map(({ markdown }) => markdown).join("\n"));
}

const OUR_HEADINGS: readonly string[] = SECTIONS.map(nameOf);

/**
 * Headings that were renamed, translated or taken out, with what stands under them: their lines
 * stay what they were. Where one of our own headings stands there instead, they do not.
 */
function renamedHeadings(
  pairs: readonly Pair[],
  after: readonly WrittenLine[],
): ReadonlyMap<string, string> {
  const standing = new Set(after.map(({ heading }) => nameOf(heading)));
  const renamed = new Map<string, string>();
  for (const from of new Set(pairs.map(({ line }) => nameOf(line.heading)))) {
    if (standing.has(from)) continue;
    const counts = new Map<string, number>();
    for (const { line, found } of pairs.filter((pair) => nameOf(pair.line.heading) === from)) {
      const to = found.length === 0 ? from : nameOf(found[0]?.heading ?? null);
      if (line.heading !== null && !OUR_HEADINGS.includes(to)) {
        counts.set(to, (counts.get(to) ?? 0) + 1);
      }
    }
    const [most] = [...counts].toSorted(([, left], [, right]) => right - left);
    if (most !== undefined) renamed.set(from, most[0]);
  }
  return renamed;
}

/** Words only: `🐛 Bug fixes:` is `bug fixes`. */
function nameOf(heading: string | null): string {
  return wordsOf(heading ?? "").join(" ");
}

function describePair(
  { line, found, lost }: Pair,
  renamed: ReadonlyMap<string, string>,
): readonly EditChange[] {
  const [first] = found;
  const dropped = (units: readonly string[]): EditChange => ({
    kind: "dropped",
    units: [...units],
    before: cut(line.markdown),
    after: null,
  });
  if (first === undefined) return [dropped(line.units)];
  const before = cut(line.markdown);
  const after = joined(found);
  const units = line.units.filter((unit) => !lost.includes(unit));
  const kinds = [
    ...comparedWords(line.text, found.map(({ text }) => text).join("\n")),
    ...(isMoved(line, first, renamed) ? (["recategorised"] as const) : []),
  ];
  return [
    ...kinds.map((kind) => ({
      kind,
      units,
      before,
      after,
      ...(kind === "recategorised"
        ? { headings: { before: line.heading, after: first.heading } }
        : {}),
    })),
    ...(lost.length > 0 ? [dropped(lost)] : []),
  ];
}

function isMoved(line: WrittenLine, now: WrittenLine, renamed: ReadonlyMap<string, string>) {
  const from = nameOf(line.heading);
  const to = nameOf(now.heading);
  return from !== to && renamed.get(from) !== to;
}

/** Not the digits of a word, nor of a reference. */
const NUMBER = /(?<![\p{L}\p{N}_#])\d+(?:[.,:]\d+)*/gu;

/** Another number stands where one stood; words are the rest. */
function comparedWords(before: string, after: string): readonly ("reworded" | "number-changed")[] {
  if (before === after) return [];
  const gone = minus(numbersIn(before), numbersIn(after));
  const come = minus(numbersIn(after), numbersIn(before));
  const isOtherNumber = gone.length > 0 && come.length > 0;
  const isReworded =
    !isOtherNumber || before.replaceAll(NUMBER, "0") !== after.replaceAll(NUMBER, "0");
  return [
    ...(isReworded ? (["reworded"] as const) : []),
    ...(isOtherNumber ? (["number-changed"] as const) : []),
  ];
}

function numbersIn(text: string): readonly string[] {
  return text.match(NUMBER) ?? [];
}

function minus(numbers: readonly string[], others: readonly string[]): readonly string[] {
  const left = [...others];
  return numbers.filter((number) => {
    const at = left.indexOf(number);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function linesOf(line: WrittenLine, found: readonly WrittenLine[]): Edit["lines"] {
  return line.units.flatMap((unit) => {
    const own = found.find(({ units }) => units.length === 0 || units.includes(unit));
    return own === undefined || own.text === "" ? [] : [{ unit, text: cut(own.text) }];
  });
}

function cut(text: string): string {
  const characters = Array.from(text.slice(0, 2 * CHARS_MAX));
  return characters.length <= CHARS_MAX ? text : `${characters.slice(0, CHARS_MAX - 1).join("")}…`;
}
