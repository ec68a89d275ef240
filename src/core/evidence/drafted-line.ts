import type { DraftAnswer } from "./answer.ts";
import { SLOTS } from "./answer.ts";

type AnswerLine = DraftAnswer["lines"][number];

/** A line as it was drafted, by names of units and not by slots. Untrusted text. */
export interface DraftedLine extends Omit<AnswerLine, "pulls" | "evidence"> {
  readonly units: readonly string[];
  readonly evidence: readonly { readonly unit: string; readonly quote: string }[];
}

interface Named {
  readonly unit: string;
}

/** The line of an answer that is about a unit; null: none is, or several are. */
export function draftedOf(
  unit: string,
  { lines }: DraftAnswer,
  sources: readonly Named[],
): DraftedLine | null {
  const nameOf = (slot: string): string => sources[SLOTS.indexOf(slot.toUpperCase())]?.unit ?? slot;
  const own = lines.filter(({ pulls }) => pulls.some((slot) => nameOf(slot) === unit));
  const [line] = own;
  if (line === undefined || own.length > 1) return null;
  const { pulls, evidence, ...rest } = line;
  return {
    ...rest,
    units: pulls.map(nameOf),
    evidence: evidence.map(({ pull, quote }) => ({ unit: nameOf(pull), quote })),
  };
}

/**
 * Sources that have a line, and the answer that these lines are. `drafted`: what the last draft of
 * each unit said; a line about several units counts where all of them have it. Quotes of others are
 * left out.
 */
export function joinDrafted<Source extends Named>(
  sources: readonly Source[],
  drafted: ReadonlyMap<string, DraftedLine>,
): { readonly sources: readonly Source[]; readonly answer: DraftAnswer } {
  const names = new Set(sources.map(({ unit }) => unit));
  const lines = new Map<string, DraftedLine>();
  for (const { unit } of sources) {
    const line = drafted.get(unit);
    if (line === undefined) continue;
    const form = JSON.stringify(line);
    const isWhole = line.units.every(
      (each) => names.has(each) && JSON.stringify(drafted.get(each)) === form,
    );
    if (isWhole && line.units.includes(unit)) lines.set(form, line);
  }
  const told = new Set([...lines.values()].flatMap(({ units }) => units));
  const kept = sources.filter(({ unit }) => told.has(unit));
  const slotsOf = (unit: string): string[] =>
    kept.flatMap((source, at) => (source.unit === unit ? (SLOTS[at] ?? []) : []));
  const answer = {
    lines: [...lines.values()].map(({ units, evidence, ...rest }) => ({
      ...rest,
      pulls: units.flatMap(slotsOf),
      evidence: evidence.flatMap(({ unit, quote }) =>
        slotsOf(unit).map((pull) => ({ pull, quote })),
      ),
    })),
  };
  return { sources: kept, answer };
}
