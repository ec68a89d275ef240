import type { FileList } from "../changes.ts";
import type { Pull } from "../pull.ts";
import type { Commit, OurCheck, Sha, TagSeen } from "../state.ts";
import type { PullPolicy } from "./pull-policy.ts";

/** What its size check is made from before its files are read. */
export interface SizeSeen {
  /** Of the whole pull, as GitHub counts it. */
  readonly totals: {
    readonly additions: number;
    readonly deletions: number;
    readonly files: number;
  };
  /** Our size check on its head; null: none stands. */
  readonly ourCheck: OurCheck | null;
  /** How that check ended; null: it did not, or none stands. */
  readonly conclusion: "success" | "neutral" | "failure" | null;
  /** Those that a size check of ours may have set. */
  readonly labels: readonly { readonly id: string; readonly name: string }[];
  /** Does any comment of ours stand on it? */
  readonly hasComment: boolean;
}

/** A pull that may be merged, with what its check says now. */
export interface OpenPull extends Omit<Pull, "mergedBy" | "mergedAt" | "mergeSha"> {
  readonly headSha: Sha;
  readonly isOpen: boolean;
  readonly isDraft: boolean;
  readonly isFork: boolean;
  /** Its commits, newest first, at most 50. */
  readonly commits: readonly Commit[];
  /** Files that it changes; null where no rule asks for them. */
  readonly files: FileList | null;
  /** The policy file at its head; null: it does not change it. */
  readonly policy: PullPolicy | null;
  /** Null where we may write no check here. */
  readonly sized: SizeSeen | null;
  /** Our preview check on its head; null: none stands. */
  readonly ourCheck: OurCheck | null;
  /** Its preview tags, at most 10. */
  readonly previews: readonly TagSeen[];
  /** What the repository lets people merge with, and what a squash then says. */
  readonly merging: {
    readonly squash: boolean;
    /** By a merge commit or by rebase. */
    readonly commits: boolean;
    readonly squashBody: "commits" | "body" | "none";
  };
}
