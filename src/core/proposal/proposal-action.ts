import type { Sha } from "../state.ts";

/** Open the proposal, bring it up to date, or carry on where a pass ended in between. */
export interface WriteProposal {
  readonly kind: "writeProposal";
  /** Branch of ours, without `refs/heads/`. */
  readonly branch: string;
  /** Where it stands; null: it is created at `parent`. Only ever moved by a commit on top. */
  readonly branchSha: Sha | null;
  /** Head of the default branch. */
  readonly parent: Sha;
  /** New text of the policy file; null: it stands, or it is somebody else's. */
  readonly text: string | null;
  /** The pull to rewrite; null opens one. */
  readonly number: number | null;
  /** It is closed, and somebody asked for it again. */
  readonly isReopened: boolean;
  readonly title: string;
  /** Markdown with our marker; null: it stands, or it is somebody else's. */
  readonly body: string | null;
}

/** A policy file came by another way: the proposal has nothing left to propose. */
export interface CloseProposal {
  readonly kind: "closeProposal";
  readonly number: number;
}
