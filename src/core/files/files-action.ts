import type { Line, Sha } from "../state.ts";
import type { ChangelogEntry } from "./changelog-entry.ts";
import type { ChangelogChange, FileChange } from "./version-files.ts";

/** What one commit writes, and what it says. */
export interface FilesCommit {
  /** Tag that the release will have. */
  readonly tag: string;
  /** Tag before it on the line; null for the first release. */
  readonly base: string | null;
  /** Head of the line's branch that it was planned on. */
  readonly parent: Sha;
  /** All that it is written for: linked components share one commit. */
  readonly releases: readonly LineTag[];
  readonly headline: string;
  /** Rest of the message; its last lines are our trailers. */
  readonly message: string;
  readonly changes: readonly FileChange[];
  /** Rendered where they are written; empty: there is none, or its section stands already. */
  readonly changelogs: readonly (ChangelogChange & { readonly entry: ChangelogEntry })[];
}

/** A release of one line, by its tag. */
export interface LineTag {
  readonly line: Line;
  readonly tag: string;
}

/** Close a release pull of ours that can release nothing any more. */
export interface CloseReleasePull {
  readonly kind: "closeReleasePull";
  readonly number: number;
  /** Tag that it was for. */
  readonly tag: string;
}

export type FilesAction =
  /** One signed commit on the line's branch, only if its head is still `parent`. */
  | ({ readonly kind: "commitFiles" } & FilesCommit)
  /** A pull request with the same commit, or that one brought up to date. */
  | ({
      readonly kind: "writeReleasePull";
      /** Branch of ours, without `refs/heads/`. */
      readonly branch: string;
      /** Where it stands; null: it is created at `parent`. Never moved but by commits on top. */
      readonly branchSha: Sha | null;
      /** The pull to rewrite; null opens one. */
      readonly number: number | null;
      readonly title: string;
      readonly body: string;
      /** What `body` lists, one for each release. */
      readonly entries: readonly ChangelogEntry[];
      /** A pull of ours that this one replaces: it is closed. Null: there is none. */
      readonly closes: number | null;
    } & FilesCommit);
