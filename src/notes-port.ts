import type { DraftAnswer } from "./core/evidence/answer.ts";
import type { NoteSource, RawSource } from "./core/evidence/source.ts";
import type { Instant, LineState } from "./core/state.ts";

/** What the loop needs to let notes be drafted. */

/** How a draft is to be, from the policy. */
export interface DraftStyle {
  /** What is sent: titles, bodies and labels; or file names and diffs too. */
  readonly sends: "titles" | "diffs";
  readonly model: string;
  /** In words or as a tag: `English`, `de`. */
  readonly language: string;
  readonly audience: string;
  readonly tone: string;
}

/** What a request used, as the service counted it. Tokens. */
export interface DraftUsage {
  readonly inputTokens: number;
  readonly outputTokens: number;
  readonly cacheReadTokens: number;
  readonly cacheWriteTokens: number;
}

export interface DraftRequest {
  /** 1 to `SLOTS_MAX`. */
  readonly sources: readonly NoteSource[];
  readonly style: DraftStyle;
  /** No answer is waited for after it. */
  readonly deadline: Instant;
}

/** What was paid, also where nothing came of it. */
export interface DraftCost {
  /** Null: no request was answered with its use. */
  readonly usage: DraftUsage | null;
  /** Dollars; 0 where nothing was used, null where the price of the model is not known. */
  readonly costUsd: number | null;
  readonly model: string;
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
