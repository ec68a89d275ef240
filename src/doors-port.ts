import type { Instant, Sha } from "./core/state.ts";

/** What the loop needs of what comes in by comments and by changes of open pulls. */

/** A person's words with commands, as a delivery told of them. What they say is read from GitHub. */
export interface CommandHeard {
  /** Null: they are the text of an issue that was just opened. */
  readonly commentId: number | null;
  /** Of the comment or the issue. */
  readonly nodeId: string;
  /** Pull or issue that they stand on. */
  readonly number: number;
  readonly authorId: number;
  readonly saidAt: Instant;
}

/** An open pull that changed. */
export interface PullLook {
  readonly number: number;
  /** Branch that it is to be merged into; empty: not known. */
  readonly branch: string;
  /** Somebody wants its checks to be written again, also where they say the same. */
  readonly isForced: boolean;
  /** Commit of a merge group that ends with it, and waits for its checks; null: none. */
  readonly group: Sha | null;
  /** Changes that were told so far; a look ends those that it has seen. */
  readonly asks: number;
}

/** What came in by comments and by changes of open pulls, the oldest first. */
export interface Doors {
  readonly commands: readonly CommandHeard[];
  readonly looks: readonly PullLook[];
  /** There are more of either. */
  readonly isMore: boolean;
}

/** A part of `Store`. */
export interface DoorStore {
  /** At most `limit` commands, those of comments first, and as many pulls. */
  readDoors(repositoryId: number, limit: number): Promise<Doors>;
  closeCommand(
    repositoryId: number,
    command: Pick<CommandHeard, "commentId" | "number">,
  ): Promise<void>;
  /** Pulls that changed since they were read are kept. */
  closeLooks(repositoryId: number, looks: readonly PullLook[]): Promise<void>;
  /** Look at the check of an open pull once more. */
  askLook(repositoryId: number, pull: Pick<PullLook, "number" | "branch">): Promise<void>;
}
