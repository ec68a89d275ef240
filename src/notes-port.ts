import type { DraftAnswer } from "./core/evidence/answer.ts";
import type { EvaluationCase } from "./core/evidence/case.ts";
import type { DraftCost } from "./core/evidence/draft-cost.ts";
import type { DraftStyle } from "./core/evidence/draft-style.ts";
import type { KeptNotes } from "./core/evidence/noticed.ts";
import type { NoteSource, RawSource } from "./core/evidence/source.ts";
import type { DraftKey, DraftUnit, UnitDraft } from "./core/evidence/unit-draft.ts";
import type { OpenPull } from "./core/pulls/open-pull.ts";
import type { CheckSeen, Instant, LineState } from "./core/state.ts";

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

/** Sources of units, as GitHub has them. */
export interface NotesForge {
  /**
   * The units with the files that they change. With `diffs` one request for each page of 100 files
   * of each, at most 3; with `titles` none, and no files. What is gone, or cannot be read, has no
   * files and is truncated.
   */
  readSources(
    state: LineState,
    units: readonly DraftUnit[],
    sends: DraftStyle["sends"],
  ): Promise<readonly RawSource[]>;
  /** Null where the pull has another head by now. One request, in the usual case. */
  readReadiness(
    state: LineState,
    pull: Pick<OpenPull, "number" | "headSha">,
  ): Promise<PullReadiness | null>;
}

/** What stands between an open pull and its merge. */
export interface PullReadiness {
  /** Of its head, ours left out. */
  readonly checks: readonly CheckSeen[];
  /** When its head came, at the latest. */
  readonly arrivedAt: Instant;
  /** Null: GitHub has not found out yet. */
  readonly hasConflict: boolean | null;
}

/** A part of `Store`: drafts of one content of one unit, each asked for and paid once. */
export interface NotesStore {
  /** All contents of these units that were ever drafted, and people's words for them. */
  readDrafts(repositoryId: number, units: readonly string[]): Promise<readonly UnitDraft[]>;
  /**
   * Written before the request. Gives back the names of the units that may be asked for: a content
   * that was asked for before, answered or not, stays as it is and is left out.
   */
  askDrafts(
    repositoryId: number,
    asked: {
      readonly units: readonly (DraftKey & Pick<UnitDraft, "seenKey">)[];
      readonly purpose: "pull" | "merge";
      readonly model: string;
      readonly at: Instant;
    },
  ): Promise<readonly string[]>;
  /** Answers of what was asked for; the first one stays. */
  keepDrafts(
    repositoryId: number,
    answers: readonly (DraftKey &
      Pick<UnitDraft, "line" | "failure" | "usage" | "costUsd" | "drafted"> & {
        readonly at: Instant;
      })[],
  ): Promise<void>;
  /** The content was read again, and is the one that was drafted: next time nothing is read. */
  seeDrafts(
    repositoryId: number,
    seen: readonly (DraftKey & Pick<UnitDraft, "seenKey">)[],
  ): Promise<void>;
  /**
   * A person's words for a unit, as held against what it is. `seenKey`: see `wordingKeyOf`. `line`
   * null: they are taken back.
   */
  keepWording(
    repositoryId: number,
    wording: Pick<UnitDraft, "unit" | "seenKey" | "line"> & { readonly at: Instant },
  ): Promise<void>;
  /** Drafts of a repository that were asked for since then, the newest first, at most `limit`. */
  listDrafts(repositoryId: number, since: Instant, limit: number): Promise<readonly UnitDraft[]>;
  /**
   * Dollars of all drafts of the installation since then. Those whose price is not known, or that
   * a crash lost, count `unknownUsd` each.
   */
  readSpent(since: Instant, unknownUsd: number): Promise<number>;
}

/** A part of `Store`: notes as we published them, and the evaluation cases that came of them. */
export interface CaseStore {
  /** Of releases whose notes are ours and known; others are left out. */
  readKeptNotes(repositoryId: number, tags: readonly string[]): Promise<readonly KeptNotes[]>;
  /** Text of the notes as we published them; null: not known. */
  findNotes(repositoryId: number, tag: string): Promise<string | null>;
  /** What stands there was looked at. `notes`: from now on this counts as what we published. */
  keepSeenNotes(
    repositoryId: number,
    tag: string,
    seen: {
      readonly key: string;
      readonly at: Instant;
      readonly isEditorUnknown: boolean;
      /** Null: they are not ours after all, and are not looked at again. Absent: as they are. */
      readonly notes?: string | null;
    },
  ): Promise<void>;
  /** The last one of its key counts. */
  keepCase(repositoryId: number, kept: CaseKey & CaseKept): Promise<void>;
  dropCase(repositoryId: number, key: CaseKey): Promise<void>;
  findCase(repositoryId: number, key: CaseKey): Promise<EvaluationCase | null>;
  /** All of a repository, the oldest first. */
  readCases(repositoryId: number): Promise<readonly (CaseKey & CaseKept)[]>;
}

export interface CaseKey {
  readonly kind: EvaluationCase["kind"];
  /** What it is about, once per kind: a tag, or a unit with the digest of what was drafted of it. */
  readonly key: string;
}

export interface CaseKept {
  readonly kept: EvaluationCase;
  readonly at: Instant;
}
