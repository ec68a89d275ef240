import { findCircles } from "./import-circles.ts";
import { fitsInOne } from "./split-load.ts";
import type { Room } from "./split-load.ts";

/** Files that stay together. */
export interface SplitUnit {
  readonly files: readonly PlanFile[];
}

export interface PlanFile {
  /** Its place in the list of all. */
  readonly at: number;
  readonly path: string;
  readonly hundredths: number;
  readonly isSpread: boolean;
  readonly room: Room;
  /** What is smaller goes first where nothing else says more. */
  readonly rank: number;
  /** What goes before it, or beside it. */
  needs: PlanFile[];
  /** It needs files that need it, and all of these are too large for one group. */
  isCut: boolean;
  unit: SplitUnit;
}

export function aloneInUnit(file: Omit<PlanFile, "unit">): PlanFile {
  const files: PlanFile[] = [];
  const placed = { ...file, unit: { files } };
  files.push(placed);
  return placed;
}

/** Looks along imports for all joins; after them no more is joined, and the work stays linear. */
const LOOKS_MAX = 2_000_000;

/**
 * Joins files into units. No unit ever needs itself by way of others, so that all have an order: a
 * join that would end that is refused.
 */
export class SplitUnits {
  readonly #files: readonly PlanFile[];
  #looksLeft: number;

  /** Joins what needs each other, and cuts such needs where that is too large. */
  constructor(files: readonly PlanFile[], looksMax: number = LOOKS_MAX) {
    this.#files = files;
    this.#looksLeft = looksMax;
    const circles = findCircles(files.map(({ needs }) => needs.map(({ at }) => at)))
      .filter((circle) => circle.length > 1)
      .map((circle) => circle.flatMap((at) => files.slice(at, at + 1)));
    for (const circle of circles.filter((one) => !fitsInOne(one))) {
      const inside = new Set(circle);
      for (const file of circle) {
        file.isCut = true;
        file.needs = file.needs.filter((need) => !inside.has(need));
      }
    }
    for (const circle of circles) this.join(circle);
  }

  list(): ReadonlySet<SplitUnit> {
    return new Set(this.#files.map(({ unit }) => unit));
  }

  /** Joins the units of some files if they fit into one group and still have an order. */
  join(files: readonly PlanFile[]): boolean {
    const units = new Set(files.map(({ unit }) => unit));
    if (units.size < 2) return true;
    const members = [...units].flatMap((unit) => unit.files);
    if (!fitsInOne(members) || this.#returns(units)) return false;
    const unit = { files: members.toSorted((left, right) => left.at - right.at) };
    for (const file of members) file.unit = unit;
    return true;
  }

  /** Does a way along what they need leave these units and come back? Yes where that is too far. */
  #returns(units: ReadonlySet<SplitUnit>): boolean {
    const open = [...units].flatMap((unit) => [...needsOf(unit)]);
    const seen = new Set(units);
    for (let unit = open.pop(); unit !== undefined; unit = open.pop()) {
      if (seen.has(unit)) continue;
      seen.add(unit);
      const needs = needsOf(unit);
      this.#looksLeft -= needs.size;
      if (this.#looksLeft < 0) return true;
      for (const need of needs) {
        if (units.has(need)) return true;
        open.push(need);
      }
    }
    return false;
  }
}

/** Units that go before one. */
export function needsOf(unit: SplitUnit): ReadonlySet<SplitUnit> {
  const found = new Set(unit.files.flatMap(({ needs }) => needs.map((need) => need.unit)));
  found.delete(unit);
  return found;
}
