import type { DraftAnswer } from "./answer.ts";
import { SLOTS } from "./answer.ts";
import type { NoteSource } from "./source.ts";

type DraftLine = DraftAnswer["lines"][number];

/** A sentence with the sources that it cites. */
export interface CitedLine {
  readonly line: DraftLine;
  /** Places in the list of sources, in order. */
  readonly places: readonly number[];
}

export interface SlotFailure {
  readonly code: "slot-unknown" | "slot-doubled" | "slot-missing" | "line-without-pull";
  readonly reason: string;
}

/** Place of a slot; null: there is no such slot. The service may answer `p01`. */
export function placeOf(slot: string, sources: readonly NoteSource[]): number | null {
  const at = SLOTS.indexOf(slot.trim().toUpperCase());
  return at >= 0 && at < sources.length ? at : null;
}

/**
 * Every source in exactly one line, in the order of the sources; or why not. A draft that lost or
 * doubled a pull is not repaired: what else it mixed up, nobody knows.
 */
export function citePulls(
  sources: readonly NoteSource[],
  lines: readonly DraftLine[],
): readonly CitedLine[] | SlotFailure {
  const seen = new Set<number>();
  const cited: CitedLine[] = [];
  for (const line of lines) {
    if (line.pulls.length === 0) {
      return { code: "line-without-pull", reason: "a sentence of the draft names no pull request" };
    }
    const places: number[] = [];
    for (const slot of line.pulls) {
      const place = placeOf(slot, sources);
      if (place === null) {
        const reason = "the draft speaks of a pull request that was not among those given to it";
        return { code: "slot-unknown", reason };
      }
      if (seen.has(place)) {
        const reason = `the draft tells of ${sources[place]?.unit} twice`;
        return { code: "slot-doubled", reason };
      }
      seen.add(place);
      places.push(place);
    }
    cited.push({ line, places: places.toSorted((left, right) => left - right) });
  }
  const missing = sources.filter((_, at) => !seen.has(at)).map(({ unit }) => unit);
  if (missing.length > 0) {
    return { code: "slot-missing", reason: `the draft leaves out ${missing.join(", ")}` };
  }
  return cited.toSorted((left, right) => Math.min(...left.places) - Math.min(...right.places));
}
