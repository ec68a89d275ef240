import type { Known, Window } from "./known.ts";
import { DEFINITIONS } from "./measured.ts";
import type { Measured, Row, UnitName } from "./measured.ts";

/** Where a number is looked for. */
export interface Scope {
  readonly known: Known;
  readonly window: Window;
  /** Are rows left out? They are most of a report, and few pages show them. */
  readonly isBrief?: boolean;
}

type Said = Partial<Pick<Measured, "interval" | "leftOut" | "missing">> & {
  readonly unit: UnitName;
  readonly value: number | null;
  readonly sentence: string;
  readonly rows: readonly Row[];
};

/** A number with its definition, its window and its rows; a null without a reason lacks rows. */
export function measured({ known, window, isBrief = false }: Scope, said: Said): Measured {
  const { value, rows, missing = "there is none" } = said;
  return {
    interval: null,
    leftOut: [],
    ...said,
    rows: isBrief ? [] : rows,
    definitions: DEFINITIONS,
    asOf: known.asOf,
    window,
    n: rows.length,
    censored: rows.filter(({ end }) => end === "open").length,
    missing: value === null ? missing : null,
  };
}

/** Rows of a number that counts. */
export function rowsOf(keys: readonly string[]): Row[] {
  return keys.map((key) => ({ key, ms: null, end: "happened" as const }));
}

/** Rows of a share: those that are counted in it, and the others. */
export function rowsOfShare<Value>(
  values: readonly Value[],
  keyOf: (value: Value) => string,
  isHit: (value: Value) => boolean,
): Row[] {
  return values.map((value) => ({
    key: keyOf(value),
    ms: null,
    end: isHit(value) ? ("happened" as const) : ("otherwise" as const),
  }));
}

export function hitsOf(rows: readonly Row[]): number {
  return rows.filter(({ end }) => end === "happened").length;
}
