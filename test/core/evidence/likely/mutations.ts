import type { DraftAnswer } from "../../../../src/core/evidence/answer.ts";
import { CATEGORIES, SLOTS } from "../../../../src/core/evidence/answer.ts";
import type { NoteSource } from "../../../../src/core/evidence/source.ts";
import type { Lots } from "../../../support/seed.ts";
import type { Fact, LikelyPull } from "./pulls.ts";
import { drawPull, sentenceOf } from "./pulls.ts";
import {
  drawAdvisory,
  drawFlag,
  drawFunction,
  drawNumber,
  drawPath,
  drawPlace,
  drawVersion,
} from "./vocabulary.ts";

type DraftLine = DraftAnswer["lines"][number];

/** Correct drafts, and what sloppy models make of them. */
export interface Batch {
  readonly pulls: readonly LikelyPull[];
  readonly sources: readonly NoteSource[];
  readonly lines: readonly DraftLine[];
}

export interface Mutated {
  readonly lines: readonly DraftLine[];
  /** Unit whose line is wrong; null: the draft as a whole is. */
  readonly unit: string | null;
  /** Only the category is wrong: it has to be this one. */
  readonly category?: DraftLine["category"];
}

export interface MutationClass {
  readonly name: string;
  /** Literal: what is wrong stands in the words, and has to be caught. */
  readonly isLiteral: boolean;
  /** Null: nothing of this batch can be made wrong so. */
  readonly mutate: (batch: Batch, lots: Lots) => Mutated | null;
}

export function drawBatch(lots: Lots): Batch {
  const count = lots.between(3, 9);
  const first = lots.between(100, 900);
  const pulls = Array.from({ length: count }, (_, at) => drawPull(lots, first + at));
  const lines = pulls.map((pull, at): DraftLine => ({
    pulls: [slotAt(at)],
    text: sentenceOf(pull.told.pieces),
    category: pull.category,
    isBreaking: pull.told.isBreaking ?? false,
    isSecurity: pull.told.isSecurity ?? false,
    evidence: [{ pull: slotAt(at), quote: pull.quote }],
    isSuspicious: false,
  }));
  return { pulls, sources: pulls.map(({ source }) => source), lines };
}

function slotAt(at: number): string {
  return SLOTS[at] ?? "P40";
}

/** One line made another one, of those for which `change` gives something. */
function onLine(
  change: (pull: LikelyPull, line: DraftLine, lots: Lots) => Partial<DraftLine> | null,
): MutationClass["mutate"] {
  return ({ pulls, lines }, lots) => {
    const changed = pulls.flatMap((pull, at) => {
      const line = lines[at];
      const more = line === undefined ? null : change(pull, line, lots);
      return line === undefined || more === null ? [] : [{ at, line: { ...line, ...more } }];
    });
    if (changed.length === 0) return null;
    const { at, line } = lots.pick(changed);
    return {
      lines: lines.map((other, place) => (place === at ? line : other)),
      unit: pulls[at]?.source.unit ?? null,
    };
  };
}

/** A fact of this kind replaced by another one of the kind. */
function swapFact(
  kinds: readonly Fact["kind"][],
  draw: (lots: Lots, fact: Fact) => string,
): MutationClass["mutate"] {
  return onLine(({ told }, _, lots) => {
    const places = told.pieces.flatMap((piece, at) =>
      typeof piece !== "string" && kinds.includes(piece.kind) ? [{ piece, at }] : [],
    );
    if (places.length === 0) return null;
    const { piece, at } = lots.pick(places);
    const text = draw(lots, piece);
    if (text === piece.text) return null;
    return { text: sentenceOf(told.pieces.with(at, text)) };
  });
}

function drawOtherNumber(lots: Lots, { text }: Fact): string {
  const value = Number.parseInt(text, 10);
  const unit = text.replace(/^\d+/, "");
  const others = [value * 10, value + 1, value * 2, drawNumber(lots), drawNumber(lots)];
  return `${lots.pick(others.filter((other) => other !== value))}${unit}`;
}

function drawOtherVersion(lots: Lots, { text }: Fact): string {
  const parts = text.split(".").map(Number);
  const at = lots.between(0, parts.length);
  const near = parts.map((part, place) => (place === at ? part + lots.between(1, 4) : part));
  return lots.chance(0.7) ? near.join(".") : drawVersion(lots);
}

const dropPull: MutationClass["mutate"] = ({ lines }, lots) => ({
  lines: lines.toSpliced(lots.between(0, lines.length), 1),
  unit: null,
});

const doublePull: MutationClass["mutate"] = ({ lines }, lots) => {
  const [from, to] = [lots.between(0, lines.length), lots.between(0, lines.length)];
  const twice = lines[from];
  const line = lines[to];
  if (twice === undefined || line === undefined) return null;
  if (lots.chance(0.5)) return { lines: [...lines, twice], unit: null };
  return { lines: lines.with(to, { ...line, pulls: [...line.pulls, ...twice.pulls] }), unit: null };
};

const unknownSlot: MutationClass["mutate"] = ({ lines }, lots) => {
  const at = lots.between(0, lines.length);
  const line = lines[at];
  if (line === undefined) return null;
  return { lines: lines.with(at, { ...line, pulls: [slotAt(lines.length + 1)] }), unit: null };
};

const swapEvidence: MutationClass["mutate"] = ({ pulls, lines }, lots) => {
  const at = lots.between(0, lines.length);
  const from = (at + lots.between(1, lines.length)) % lines.length;
  const [line, other] = [lines[at], lines[from]];
  const [quote] = other?.evidence ?? [];
  if (line === undefined || quote === undefined) return null;
  const isKnown = JSON.stringify(pulls[at]?.source).includes(quote.quote);
  if (isKnown) return null;
  const evidence = lots.chance(0.5) ? [quote] : [{ ...quote, pull: slotAt(at) }];
  return { lines: lines.with(at, { ...line, evidence }), unit: pulls[at]?.source.unit ?? null };
};

const swapTexts: MutationClass["mutate"] = ({ pulls, lines }, lots) => {
  const at = lots.between(0, lines.length);
  const from = (at + lots.between(1, lines.length)) % lines.length;
  const [line, other] = [lines[at], lines[from]];
  if (line === undefined || other === undefined || line.text === other.text) return null;
  return {
    lines: lines.with(at, { ...line, text: other.text }),
    unit: pulls[at]?.source.unit ?? null,
  };
};

const swapEnds = onLine(({ told }) => {
  const values = told.pieces.filter((piece) => typeof piece !== "string");
  const [old, young] = values.slice(-2);
  if (old === undefined || young === undefined || old.kind !== young.kind) return null;
  if (!told.pieces.includes(" to ")) return null;
  const pieces = told.pieces.map((piece) =>
    piece === old ? young : piece === young ? old : piece,
  );
  return { text: sentenceOf(pieces) };
});

/** Of pulls whose title says what they are. */
const swapCategory: MutationClass["mutate"] = ({ pulls, lines }, lots) => {
  const typed = pulls.flatMap(({ source }, at) =>
    /^[a-z(]+\)?!?: /.test(source.title) ? [at] : [],
  );
  if (typed.length === 0) return null;
  const at = lots.pick(typed);
  const [line, pull] = [lines[at], pulls[at]];
  if (line === undefined || pull === undefined) return null;
  const category = lots.pick(CATEGORIES.filter((other) => other !== pull.category));
  const { unit } = pull.source;
  return { lines: lines.with(at, { ...line, category }), unit, category: pull.category };
};

const FLIPS: readonly (readonly [RegExp, string])[] = [
  [/\bRaises\b/, "Lowers"],
  [/\bLowers\b/, "Raises"],
  [/\braised\b/, "lowered"],
  [/\blowered\b/, "raised"],
  [/\bAdds\b/, "Removes"],
  [/\bRemoves\b/, "Adds"],
  [/\bfaster\b/, "slower"],
];

const flipDirection = onLine((_, { text }) => {
  const flip = FLIPS.find(([form]) => form.test(text));
  return flip === undefined ? null : { text: text.replace(...flip) };
});

const NEGATIONS: readonly (readonly [RegExp, string])[] = [
  [/\bis no longer\b/, "is now"],
  [/\bis read\b/, "is no longer read"],
  [/\bare accepted\b/, "are not accepted"],
  [/\bare read\b/, "are no longer read"],
  [/\brefuses\b/, "no longer refuses"],
  [/\btakes\b/, "no longer takes"],
];

const flipNegation = onLine((_, { text }) => {
  const flip = NEGATIONS.find(([form]) => form.test(text));
  return flip === undefined ? null : { text: text.replace(...flip) };
});

const widenScope = onLine((_, { text }, lots) => {
  const place = drawPlace(lots);
  const known = /\b(?:on Windows|on macOS|in watch mode|behind a proxy|with Python 3\.12)\./;
  if (known.test(text))
    return { text: text.replace(known, lots.pick(["everywhere.", `${place}.`])) };
  return { text: text.replace(/\.$/, ` ${place}.`) };
});

/** In the order of the table. */
export const MUTATIONS: readonly MutationClass[] = [
  { name: "a pull left out", isLiteral: true, mutate: dropPull },
  { name: "a pull told twice", isLiteral: true, mutate: doublePull },
  { name: "an unknown slot", isLiteral: true, mutate: unknownSlot },
  { name: "another category", isLiteral: true, mutate: swapCategory },
  { name: "another number", isLiteral: true, mutate: swapFact(["number"], drawOtherNumber) },
  { name: "another version", isLiteral: true, mutate: swapFact(["version"], drawOtherVersion) },
  { name: "before and after swapped", isLiteral: true, mutate: swapEnds },
  {
    name: "an unchanged value",
    isLiteral: true,
    mutate: onLine(({ unchanged }) => ({ text: unchanged })),
  },
  {
    name: "an invented name",
    isLiteral: true,
    mutate: swapFact(["identifier"], (lots) => drawFunction(lots)),
  },
  { name: "an invented option", isLiteral: true, mutate: swapFact(["flag"], drawFlag) },
  { name: "an invented path", isLiteral: true, mutate: swapFact(["path"], drawPath) },
  { name: "another advisory", isLiteral: true, mutate: swapFact(["advisory"], drawAdvisory) },
  { name: "evidence of another pull", isLiteral: true, mutate: swapEvidence },
  {
    name: "breaking left out",
    isLiteral: true,
    mutate: onLine((_, { isBreaking }) => (isBreaking ? { isBreaking: false } : null)),
  },
  {
    name: "breaking invented",
    isLiteral: true,
    mutate: onLine((_, { isBreaking }) => (isBreaking ? null : { isBreaking: true })),
  },
  {
    name: "security left out",
    isLiteral: true,
    mutate: onLine((_, { isSecurity }) => (isSecurity ? { isSecurity: false } : null)),
  },
  {
    name: "security invented",
    isLiteral: true,
    mutate: onLine((_, { isSecurity }) => (isSecurity ? null : { isSecurity: true })),
  },
  { name: "the other direction", isLiteral: false, mutate: flipDirection },
  { name: "the opposite", isLiteral: false, mutate: flipNegation },
  { name: "another scope", isLiteral: false, mutate: widenScope },
  { name: "another pull's sentence", isLiteral: false, mutate: swapTexts },
];
