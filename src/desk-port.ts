import type { Sign } from "./core/desk/desk-marker.ts";
import type { DeskIssue, DeskMemory } from "./core/desk/desk-memory.ts";
import type { RisksKept } from "./core/desk/desk-offers.ts";
import type { DeskSeen } from "./core/desk/desk-seen.ts";
import type { DeskEdit } from "./core/desk/desk-ticks.ts";
import type { Repository } from "./core/state.ts";

/** What the loop needs for the release desk. */

/** One request each. Nothing here notifies anybody but `create` and `say`. */
export interface DeskForge {
  /** Signs what only we may have written. */
  readonly sign: Sign;
  /**
   * Our issue that says it is this repository's desk, open or closed. Two requests; where it is
   * neither among our newest nor our oldest 20, one more for it and for each 50 that are newer.
   * `written`: its text as we wrote it last, by GitHub's list of edits; null: it does not say.
   */
  find(repository: Repository): Promise<(DeskSeen & { readonly written: string | null }) | null>;
  /** Null: deleted, moved to another repository, or no issue any more. */
  read(repository: Repository, issue: DeskIssue, isAskingWho: boolean): Promise<DeskSeen | null>;
  /** "disabled": the repository has no issues. "refused": not now. */
  create(
    repository: Repository,
    said: { readonly title: string; readonly body: string },
  ): Promise<DeskIssue | "disabled" | "refused">;
  /** Three issues of a repository may be pinned; a refusal is left alone. */
  pin(repository: Repository, issue: DeskIssue): Promise<void>;
  /** False where GitHub refuses it. `isPatient`: nobody waits for it, so releases go first. */
  write(
    repository: Repository,
    issue: DeskIssue,
    said: { readonly body: string; readonly isReopening: boolean; readonly isPatient: boolean },
  ): Promise<boolean>;
  /** What a check of ours says, Markdown; null: it is gone. */
  readCheck(repository: Repository, checkId: number): Promise<string | null>;
  /** A comment. A refusal is left alone. */
  say(repository: Repository, issue: DeskIssue, body: string): Promise<void>;
}

/** What a delivery said of an issue of ours that says it is a desk. */
export interface DeskHeard extends Omit<DeskEdit, "id"> {
  readonly nodeId: string;
  /** `edited`, `closed`, `reopened`, `deleted`, `transferred`. */
  readonly action: string;
}

/** What the store has of a repository's desk. */
export interface DeskRow {
  readonly memory: DeskMemory;
  /** In the order in which they came, at most 50. */
  readonly edits: readonly (DeskHeard & { readonly id: number })[];
  /** What was read of the releases that it offers to take back. */
  readonly risks: RisksKept;
}

/** A part of `Store`. */
export interface DeskStore {
  /** Null: nothing is known of a desk. */
  readDesk(repositoryId: number): Promise<DeskRow | null>;
  /** The text as we wrote it last, without ticks; null: not known. */
  readDeskBody(repositoryId: number): Promise<string | null>;
  /** Merge into the memory; `body`: left out, it stays. */
  writeDesk(repositoryId: number, change: Partial<DeskMemory>, body?: string | null): Promise<void>;
  /** Replaces what was read of releases. */
  writeDeskRisks(repositoryId: number, risks: RisksKept): Promise<void>;
  closeDeskEdits(repositoryId: number, ids: readonly number[]): Promise<void>;
}
