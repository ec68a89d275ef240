import type { Instant } from "../state.ts";
import type { CurvePoint } from "./incidence.ts";
import type { Window } from "./known.ts";
import type { Interval } from "./span.ts";

/** Changes with any definition in `docs/clocks.md`, so that old numbers are not read as new ones. */
export const DEFINITIONS = 1;

/** Fewer rows are dots, not a distribution: no quantile of them is given. */
export const ROWS_MIN = 5;

/** One row behind a number. */
export interface Row {
  /** `42/pull/17`, `42/release/v1.4.3`, `42/commit/…`, `42/issue/12`, `42/rollback/v1.4.3`. */
  readonly key: string;
  /** How long it took, or has taken by now; null: the number is not about a duration. */
  readonly ms: number | null;
  /** "happened" counts; "otherwise": it never will, something else came first; "open": it may. */
  readonly end: "happened" | "otherwise" | "open";
}

export type UnitName =
  | "milliseconds"
  /** 0 to 1. */
  | "share"
  | "count"
  | "per week"
  | "per engineer-day"
  | "pulls"
  | "lines"
  | "components"
  | "people"
  | "people × share"
  | "minutes per 100 lines"
  /** Natural logarithm of a ratio: 0 is no change. */
  | "log ratio";

/** One number with all that it takes to check it. */
export interface Measured {
  readonly definitions: number;
  readonly asOf: Instant;
  /** Rows belong to it by their start for clocks, by their end for counts. */
  readonly window: Window;
  readonly unit: UnitName;
  /** Null: not known, never zero; `missing` says why. */
  readonly value: number | null;
  /** 95 %; null: the number is a plain count or nothing can be said of it. */
  readonly interval: Interval | null;
  readonly n: number;
  /** Of them: still open. */
  readonly censored: number;
  readonly rows: readonly Row[];
  /** What it says, as a sentence without a full stop at its end. */
  readonly sentence: string;
  /** Why there is no value, as half a sentence; null: there is one. */
  readonly missing: string | null;
  /** What was left out, with how many. Empty: nothing. */
  readonly leftOut: readonly { readonly what: string; readonly count: number }[];
}

/** Without what it was made of, where only the number is of interest: rows are large. */
export type Figure<M extends Measured = Measured> = Omit<M, "rows" | "completedRows">;

/** Quantile of completed work alone: it says nothing of what is open. */
export interface CompletedQuantile {
  readonly share: 0.5 | 0.75 | 0.9;
  readonly value: number | null;
  /** By order statistics: each row counted for itself. */
  readonly interval: Interval;
}

/** One clock in one window. `value` is the time by which half had happened, open work included. */
export interface ClockMeasured extends Measured {
  /** Rows that ended otherwise. */
  readonly otherwise: number;
  /** Time by which a share of all had happened; null: not reached. */
  readonly quantiles: {
    readonly p25: number | null;
    readonly p50: number | null;
    readonly p75: number | null;
    readonly p90: number | null;
  };
  /** At most 48 points. */
  readonly curve: readonly CurvePoint[];
  /** What ended in the window, whenever it started. Null below 5 rows. */
  readonly completed: readonly CompletedQuantile[] | null;
  readonly completedRows: readonly Row[];
}
