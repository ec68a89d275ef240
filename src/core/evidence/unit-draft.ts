import type { Instant, Sha } from "../state.ts";
import type { DraftCost } from "./draft-cost.ts";
import type { DraftedLine } from "./drafted-line.ts";
import type { NoteLine } from "./note-line.ts";
import type { RawSource } from "./source.ts";

/** A unit whose line may be drafted, as far as a look at the line has read it. Untrusted text. */
export interface DraftUnit extends Omit<RawSource, "files" | "isTruncated"> {
  /** Last commit of the pull's branch, or the commit that was pushed: its files are of it. */
  readonly sha: Sha;
  /** What says that it breaks something, as `core/level` saw it; empty: nothing does. */
  readonly isBreaking: readonly string[];
}

/** One content of one unit. */
export interface DraftKey {
  /** `#12` */
  readonly unit: string;
  /** See `contentKeyOf`. Empty: whatever the content is. */
  readonly contentKey: string;
}

/**
 * What became of the draft of one content of a unit: written before it is asked for, so that it is
 * paid for once.
 */
export interface UnitDraft extends DraftKey, DraftCost {
  /** See `seenKeyOf`: where it is equal, the content is, and nothing is read to find out. */
  readonly seenKey: string;
  /** While the pull was open, at its merge, or a person's words, for which nothing was paid. */
  readonly purpose: "pull" | "merge" | "person";
  readonly askedAt: Instant;
  /** Null: there is no answer, because somebody asks right now or a crash lost it. */
  readonly answeredAt: Instant | null;
  /** Null: there is none, see `failure`. Its `usage` and `costUsd` are shares of the request's. */
  readonly line: NoteLine | null;
  /** Why the line is its title; null: it is not, or the line itself says why. */
  readonly failure: NoDraft | null;
  /** The line before it was checked. Absent: nothing was drafted, or nobody kept it. */
  readonly drafted?: DraftedLine;
}

/** Why a line was not drafted, or not published. */
export interface NoDraft {
  /** Stable word. */
  readonly code: string;
  /** One plain sentence without a trailing full stop. */
  readonly reason: string;
}

/** What is known of drafts when a line is judged. */
export interface DraftsSeen {
  /** Of every unit of the batch, and perhaps of others. */
  readonly drafts: readonly UnitDraft[];
  /** Why none is asked for now, whatever the batch is: no key, a cap. Null: one may be. */
  readonly unable: NoDraft | null;
  /** In this very look one was asked for: it is not waited for again. */
  readonly isTried: boolean;
}

/** Units that are to be drafted now. */
export interface DraftsWanted {
  /** Names, at least one. */
  readonly units: readonly string[];
  /** No answer is waited for after it. */
  readonly deadline: Instant;
}
