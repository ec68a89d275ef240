import type { OpenPull } from "./core/pulls/open-pull.ts";
import type { Claim } from "./core/reverts.ts";
import type { CommentSeen } from "./core/said.ts";
import type { AttributeFile } from "./core/size/attributes.ts";
import type { Person } from "./core/size/size-exception.ts";
import type { RevertedPull } from "./core/size/size-exempt.ts";
import type { SplitFacts } from "./core/size/size-plan.ts";
import type { ChangedFile } from "./core/size/size.ts";
import type { LineState, OurCheck, Sha } from "./core/state.ts";

/** What the loop needs to say how large open pulls are. */

/** What a pull changes, as far as GitHub lists it. */
export interface PullChange {
  readonly files: readonly ChangedFile[];
  readonly isTruncated: boolean;
  /** `.gitattributes` around the files, at `baseSha`. */
  readonly attributeFiles: readonly AttributeFile[];
  /** Where the pull left its base; null: GitHub does not say, and no attribute is known. */
  readonly baseSha: Sha | null;
  /** What the files import of each other, as far as patches show it. */
  readonly findImports: () => SplitFacts["imports"];
}

/** Labels of ours to set on a pull and to take off it. */
interface LabelChange {
  readonly add: string | null;
  readonly remove: readonly { readonly id: string; readonly name: string }[];
}

export interface SizeForge {
  /**
   * The change of a pull at the head that it was seen with; null where it has another one by now.
   * Two requests for up to 300 files, one of them known where others left the same commit.
   */
  read(state: LineState, pull: OpenPull): Promise<PullChange | null>;
  /**
   * What each commit of a pull changes, the oldest first; empty where there are too many to ask, or
   * only one. A request for each that was not read before.
   */
  readCommits(state: LineState, pull: OpenPull): Promise<SplitFacts["commits"]>;
  /** Our comment on a pull that is edited in place; null: none stands. One request. */
  readStatus(state: LineState, number: number): Promise<CommentSeen["status"]>;
  /**
   * What a merge group holds, and what we said of it; null: it is gone. One request.
   * `members`: numbers of its pulls, the first to be merged first; null: GitHub does not say.
   */
  readGroup(
    state: LineState,
    group: { readonly branch: string; readonly sha: Sha },
  ): Promise<{
    readonly members: readonly number[] | null;
    readonly size: OurCheck | null;
    readonly preview: OurCheck | null;
  } | null>;
  /** A refusal is left alone. */
  label(state: LineState, pull: OpenPull, change: LabelChange): Promise<void>;
}

/** What the loop needs to let a pull be larger than the limit. */
export interface ExceptionForge {
  /** People with maintain or more, at most 200; null: GitHub does not tell. Up to two requests. */
  listMaintainers(state: LineState): Promise<readonly Person[] | null>;
  /** Of the pulls that a revert names, those that are merged, each once. One request. */
  readReverted(state: LineState, claim: Claim): Promise<readonly RevertedPull[]>;
}
