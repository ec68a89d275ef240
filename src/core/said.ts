import type { Actor, Instant, Sha, TagSeen } from "./state.ts";

/** A comment with commands, or an issue with one, as GitHub shows it at the moment of acting. */
export interface CommentSeen {
  readonly id: number;
  /** The issue, where it is the text of the issue itself; null: it is a comment. */
  readonly issue: { readonly isOpen: boolean } | null;
  /** Page of it: what the card names as the reason. */
  readonly url: string;
  readonly body: string;
  readonly author: Actor;
  readonly createdAt: Instant;
  readonly isEdited: boolean;
  /** Our rocket stands on it: we took a command of it, some time. */
  readonly isTaken: boolean;
  /** Number of the pull or issue that it stands on. */
  readonly number: number;
  /** Our one comment there that is edited in place; null: none yet. */
  readonly status: { readonly id: number; readonly body: string } | null;
  /** Null where it stands on an issue. */
  readonly pull: PullHead | null;
  /** Preview tags of the pull, at most 10. */
  readonly previews: readonly TagSeen[];
}

/** Where a pull stands, for a preview of it. */
export interface PullHead {
  readonly author: Actor;
  readonly isOpen: boolean;
  readonly isMerged: boolean;
  readonly isFork: boolean;
  readonly baseBranch: string;
  readonly headSha: Sha;
  /**
   * Was this the head when the comment was made? False where it was pushed or forced there later,
   * and where nobody can tell.
   */
  readonly isProven: boolean;
}
