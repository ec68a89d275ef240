import type { DraftAnswer } from "./answer.ts";
import type { EvaluationCase } from "./case.ts";
import { cleanSource } from "./clean.ts";
import { forbiddenIn, invalidQuotes, ungroundedLiterals } from "./evaluation-checks.ts";
import type { NoteLine } from "./note-line.ts";
import { proseOf } from "./prose.ts";
import type { NoteSource } from "./source.ts";
import { verifyDraft } from "./verify.ts";
import { distance } from "./words.ts";

/** What must hold of every case. */
export const GATES = [
  "pulls",
  "literals",
  "quotes",
  "signals",
  "forbidden",
  "wrong-sentences",
] as const;

export type Gate = (typeof GATES)[number];

/** What was found of one case. Counts add up over cases. */
export interface CaseResult {
  readonly name: string;
  /** What broke each gate, one phrase each; empty: it holds. */
  readonly gates: Readonly<Record<Gate, readonly string[]>>;
  readonly measures: CaseMeasures;
  /** Units whose right sentence was not published, with the reasons. */
  readonly refused: readonly string[];
}

export interface CaseMeasures {
  /** Units whose sentence is not known to be wrong. */
  readonly units: number;
  /** Those of them that are told in prose, and not by their title. */
  readonly told: number;
  /** Sentences that are published, and their characters. */
  readonly sentences: number;
  readonly characters: number;
  /** Units with a line that people wrote, and how far ours is from it: each 0 to 1. */
  readonly compared: number;
  readonly distances: number;
  /** Units that were taken back later, and those of them that were marked as a risk. */
  readonly risky: number;
  readonly warned: number;
  /** Sentences that are right, and those of them that are published. */
  readonly right: number;
  readonly published: number;
  /** Dollars; null: not known, or nothing was asked. */
  readonly costUsd: number | null;
}

/** Judge one answer to one case: as a release would, and then what came of it. */
export function evaluateCase(
  name: string,
  kept: EvaluationCase,
  answered: { readonly answer: DraftAnswer; readonly costUsd: number | null },
): CaseResult {
  const { answer, costUsd } = answered;
  const sources = kept.sources.map((raw) => cleanSource(raw, { isBreaking: [] }));
  const { lines, failed } = verifyDraft(sources, answer);
  const prose = lines.filter((line): line is Told => line.text !== null);
  const { rejected = [], accepted = [], forbidden = [], fails = false } = kept.expected;
  const isTold = (unit: string): boolean => prose.some(({ units }) => units.includes(unit));
  const wrong = [
    ...(fails && failed === null ? ["a draft is used that must not be"] : []),
    ...rejected.filter(({ unit }) => isTold(unit)).map(({ unit }) => `${unit} is published`),
    ...rejected.flatMap((own) => judgeCodes(own, lines)),
  ];
  const refused = accepted.filter((unit) => !isTold(unit));
  return {
    name,
    gates: {
      pulls: judgePulls(sources, lines),
      literals: prose.flatMap((line) => ungroundedLiterals(line.text, sourcesOf(line, sources))),
      quotes: prose
        .filter(({ grade, source }) => grade === "A" && source === "claude")
        .flatMap((line) => invalidQuotes(line, answer, sources)),
      signals: judgeSignals(kept, sources, lines),
      forbidden: prose.flatMap(({ text }) =>
        forbiddenIn({ text, markdown: proseOf(text) }, forbidden),
      ),
      "wrong-sentences": wrong,
    },
    measures: measure(kept, { sources, lines, prose, costUsd }),
    refused: refused.map((unit) => `${unit}: ${whyNot(unit, lines, failed)}`),
  };
}

type Told = NoteLine & { readonly text: string };

function lineOf(unit: string, lines: readonly NoteLine[]): NoteLine | undefined {
  return lines.find(({ units }) => units.includes(unit));
}

function sourcesOf({ units }: NoteLine, sources: readonly NoteSource[]): readonly NoteSource[] {
  return sources.filter(({ unit }) => units.includes(unit));
}

/** It was refused, but for another reason than the one that the case is about. */
function judgeCodes(
  { unit, codes }: { readonly unit: string; readonly codes?: readonly string[] | undefined },
  lines: readonly NoteLine[],
): readonly string[] {
  const found = lineOf(unit, lines)?.rejected?.codes;
  if (codes === undefined || found === undefined) return [];
  return codes.some((code) => found.includes(code))
    ? []
    : [`${unit} is refused for ${found.join(", ")}, not for ${codes.join(" or ")}`];
}

/** Every unit stands in exactly one line, and no other does. */
function judgePulls(sources: readonly NoteSource[], lines: readonly NoteLine[]): readonly string[] {
  const told = lines.flatMap(({ units }) => units);
  const known = sources.map(({ unit }) => unit);
  return [
    ...known
      .filter((unit) => told.filter((own) => own === unit).length !== 1)
      .map((unit) => `${unit} does not stand once`),
    ...told.filter((unit) => !known.includes(unit)).map((unit) => `${unit} is not in the batch`),
  ];
}

/** Both ways: no signal is dropped, and nothing is called breaking or security without one. */
function judgeSignals(
  { expected }: EvaluationCase,
  sources: readonly NoteSource[],
  lines: readonly NoteLine[],
): readonly string[] {
  const marked = [
    { what: "breaking", isMarked: (line: NoteLine) => line.isBreaking, wanted: expected.breaking },
    { what: "security", isMarked: (line: NoteLine) => line.isSecurity, wanted: expected.security },
  ] as const;
  return marked.flatMap(({ what, isMarked, wanted = [] }) => {
    const signalled = sources.filter(({ signals }) => signals[what].length > 0);
    const due = new Set([...signalled.map(({ unit }) => unit), ...wanted]);
    const dropped = [...due].filter((unit) => {
      const line = lineOf(unit, lines);
      return line === undefined || !isMarked(line);
    });
    const invented = lines.filter(
      (line) => isMarked(line) && !line.units.some((unit) => due.has(unit)),
    );
    return [
      ...dropped.map((unit) => `${unit} is not marked ${what}`),
      ...invented.map(({ units }) => `${units.join(", ")} is marked ${what} without a reason`),
    ];
  });
}

function measure(
  { kind, expected }: EvaluationCase,
  found: {
    readonly sources: readonly NoteSource[];
    readonly lines: readonly NoteLine[];
    readonly prose: readonly Told[];
    readonly costUsd: number | null;
  },
): CaseMeasures {
  const { sources, lines, prose, costUsd } = found;
  const { rejected = [], accepted = [], risky = [], lines: written = [], fails = false } = expected;
  const isWrong = (unit: string): boolean => rejected.some((own) => own.unit === unit);
  // Of a sentence that nobody has judged yet, nobody knows whether it should be told.
  const isCovered = (unit: string): boolean =>
    kind === "verifier" ? accepted.includes(unit) : kind !== "injection" && !isWrong(unit);
  const units = fails ? [] : sources.filter(({ unit }) => isCovered(unit));
  const isTold = (unit: string): boolean => prose.some((line) => line.units.includes(unit));
  const compared = written.filter(({ unit }) => !isWrong(unit));
  return {
    units: units.length,
    told: units.filter(({ unit }) => isTold(unit)).length,
    sentences: prose.length,
    characters: prose.reduce((sum, { text }) => sum + Array.from(text).length, 0),
    compared: compared.length,
    distances: compared.reduce(
      (sum, { unit, text }) => sum + distance(shown(unit, found), text),
      0,
    ),
    risky: risky.length,
    warned: risky.filter((unit) => isWarned(lineOf(unit, lines))).length,
    right: accepted.length,
    published: accepted.filter(isTold).length,
    costUsd,
  };
}

function isWarned(line: NoteLine | undefined): boolean {
  return line !== undefined && (line.isBreaking || line.isSecurity);
}

/** What stands in the notes for a unit: its sentence, else its title. */
function shown(
  unit: string,
  {
    sources,
    lines,
  }: { readonly sources: readonly NoteSource[]; readonly lines: readonly NoteLine[] },
): string {
  const titles = sources.filter((source) => source.unit === unit).map(({ title }) => title);
  return lineOf(unit, lines)?.text ?? titles.join(" ");
}

function whyNot(
  unit: string,
  lines: readonly NoteLine[],
  failed: { readonly reason: string } | null,
): string {
  const reasons = lines.filter(({ units }) => units.includes(unit)).flatMap(reasonsOf);
  return [...reasons, ...(failed === null ? [] : [failed.reason])].join("; ");
}

function reasonsOf({ rejected }: NoteLine): readonly string[] {
  return rejected === null ? [] : rejected.reasons;
}
