import type { DraftAnswer } from "./core/evidence/answer.ts";
import type { DraftCost } from "./core/evidence/draft-cost.ts";
import type { DraftStyle } from "./core/evidence/draft-style.ts";
import type { NoteSource, RawSource } from "./core/evidence/source.ts";
import type { Instant, LineState } from "./core/state.ts";

/** What the loop needs to let notes be drafted. */

export type { DraftUsage } from "./core/evidence/draft-cost.ts";
export type { DraftStyle } from "./core/evidence/draft-style.ts";

export interface DraftRequest {
  /** 1 to `SLOTS_MAX`. */
  readonly sources: readonly NoteSource[];
  readonly style: DraftStyle;
  /** No answer is waited for after it. */
  readonly deadline: Instant;
}

export type Drafted = DraftCost &
  (
    | { readonly kind: "drafted"; readonly answer: DraftAnswer }
    | {
        readonly kind: "failed";
        /** Stable word: `deadline`, `overloaded`, `refused`, `spend-limit`, `bad-answer`... */
        readonly code: string;
        /** One plain sentence without a trailing full stop. */
        readonly reason: string;
      }
  );

export interface Drafter {
  /** Total: every failure is a value. */
  draft(request: DraftRequest): Promise<Drafted>;
}

/** Sources of pulls, as GitHub has them. */
export interface NotesForge {
  /**
   * Merged or open pulls by number; those that are gone are left out. A request for ten pulls, and
   * with `diffs` one for each page of 100 files of each, at most 3.
   */
  readSources(
    state: LineState,
    numbers: readonly number[],
    sends: DraftStyle["sends"],
  ): Promise<readonly RawSource[]>;
}
