import type { CheckSeen, Instant, Sha } from "../state.ts";
import type { FileSeen } from "./version-files.ts";

/** What GitHub says about the files of a line whose policy asks for some. */
export interface FilesSeen {
  /** As they stand at the head. Null: not read, because its checks are not done. */
  readonly atHead: readonly FileSeen[] | null;
  /** Manifests of the packages of its workspaces, of which `atHead` has the texts. */
  readonly members: readonly string[];
  /** Commits of the batch that brought the files of a release, newest first. */
  readonly brought: readonly Brought[];
  /** Newest branch of ours for a release pull after this base; null: there is none. */
  readonly branch: ReleaseBranch | null;
  /** Open release pulls of ours after another base, which was released in another way. */
  readonly superseded: readonly { readonly number: number; readonly tag: string }[];
}

/**
 * A commit of our App that put a release's version into the files, on the branch itself or by
 * merging our release pull. Proven: GitHub signed it for our App, or our App opened the pull and it
 * changes no other file. Never a unit.
 */
export interface Brought {
  readonly sha: Sha;
  readonly tag: string;
  /** False: for another line of the repository, which is no reason to release this one. */
  readonly isOwn: boolean;
  /** Our release pull that was merged; null: committed directly. */
  readonly pull: number | null;
  /**
   * The commit's one parent is the head that was planned on, and its diff is exactly the planned
   * files: then the checks of that parent count, or where that is such a commit, too, of the one
   * below. Else its own do, as for a merged pull of the line itself, whichever way it was merged.
   */
  readonly isExact: boolean;
  /** Checks that count for it, ours left out. */
  readonly checks: readonly CheckSeen[];
  readonly at: Instant;
}

/** A branch of ours, `smallbatch/release/main/after-v1.4.2/1`. */
export interface ReleaseBranch {
  readonly name: string;
  readonly sha: Sha;
  /** Counts the branches after one base. */
  readonly number: number;
  /** Null: none was opened yet, a pass ended in between. */
  readonly pull: ReleasePull | null;
  /** Blobs of the planned files on it; files that are not there are left out. */
  readonly blobs: readonly { readonly path: string; readonly oid: Sha }[];
}

export interface ReleasePull {
  readonly number: number;
  readonly state: "open" | "closed" | "merged";
  readonly title: string;
  readonly body: string;
  /** It cannot be merged without resolving something; false where GitHub does not know yet. */
  readonly isConflicting: boolean;
  /** It has commits of other people, merges of the base branch left out: they are kept. */
  readonly isEdited: boolean;
}

/** What the store remembers about the files of a line. Lost, it only costs tries. */
export interface FilesMemory {
  /** Tag that the tries came after; null: none yet. */
  readonly base: string | null;
  /** Commits that GitHub did not take because the branch had moved. */
  readonly moved: number;
  /** The head that it moved off last: whoever still sees it reads the past, and nothing moved anew. */
  readonly movedOff?: Sha;
  /** GitHub's words where it refused a commit on the branch; null: it did not. */
  readonly refused: string | null;
  /** GitHub's words where it refused the release pull, on which head, and when. */
  readonly pullRefused: {
    readonly sha: Sha;
    readonly message: string;
    readonly at: Instant;
  } | null;
}
