import type { Instant } from "../state.ts";
import type { DeskNews, ReleaseFate } from "./desk-view.ts";

/** What the store remembers of a repository's desk. All of it can be lost. */
export interface DeskMemory {
  /** The issue; null: there is none yet, or none that is known. */
  readonly issue: DeskIssue | null;
  /** Why nothing is written any more; null: it is on. */
  readonly off: DeskOff | null;
  /**
   * Look for it on GitHub first: a request to make it went out, or what it says of holds was not
   * brought back to every line yet.
   */
  readonly mustFind: boolean;
  /** When the last request to make it went out: for a minute it may still be on its way. */
  readonly makingAt: Instant | null;
  /** Of what the issue says; equal means that there is nothing to write. Null: write it. */
  readonly digest: string | null;
  readonly writtenAt: Instant | null;
  /** What was asked by boxes and not done, newest first. */
  readonly refused: readonly DeskNews[];
  /** Boxes whose tick was heard and stands there until the text is written. */
  readonly heard: readonly string[];
  /** Ticks without a delivery that says whose they are: the box's line, and when it was seen. */
  readonly doubts: readonly { readonly source: string; readonly at: Instant }[];
  /** What a glance told and we have read since: `tellGlance` of `desk-glance`. Null: nothing. */
  readonly glanced: string | null;
  /** What waited for a day and was told once: `raiseKey` of `desk-moment`. */
  readonly raised: readonly string[];
  /** How releases fared that nobody looks at any more, by tag. */
  readonly fates: Readonly<Record<string, ReleaseFate>>;
}

export interface DeskIssue {
  readonly number: number;
  readonly nodeId: string;
  readonly url: string;
}

export interface DeskOff {
  /** `gone`: deleted, transferred or made a discussion. `disabled`: the repository has no issues. */
  readonly why: "closed" | "gone" | "disabled" | "policy";
  /** Login; null: nobody knows. */
  readonly by: string | null;
  readonly at: Instant;
}

export const EMPTY_DESK: DeskMemory = {
  issue: null,
  off: null,
  mustFind: false,
  makingAt: null,
  digest: null,
  writtenAt: null,
  refused: [],
  heard: [],
  doubts: [],
  glanced: null,
  raised: [],
  fates: {},
};
