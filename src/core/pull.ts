import type { Actor, Instant, Permission, Sha } from "./state.ts";

export interface Label {
  readonly name: string;
  /**
   * Permission of whoever set it last. Null where nobody asked: only `release:*` labels are looked
   * up, because only they steer a release, and triage may set labels too.
   */
  readonly setterPermission: Permission | null;
  /** Who set it last, and when. Null or absent where nobody asked, or where it was no person. */
  readonly setBy?: { readonly login: string; readonly at: Instant } | null;
}

export interface ClosedIssue {
  readonly number: number;
  readonly nodeId: string;
  /** `owner/name`. Issues of other repositories are never commented on. */
  readonly repository: string;
}

export interface Review {
  readonly author: Actor;
  readonly state: "approved" | "changes_requested" | "commented" | "dismissed";
  /** Commit that was reviewed; null when GitHub no longer has it. */
  readonly sha: Sha | null;
  /** Null: GitHub does not say. */
  readonly at: Instant | null;
  /** May who wrote it push here? Anybody who can read may review. */
  readonly mayWrite: boolean;
}

/** A merged pull request. */
export interface Pull {
  readonly number: number;
  readonly nodeId: string;
  readonly title: string;
  /** Markdown; empty when there is none. Untrusted text, like the title. */
  readonly body: string;
  readonly author: Actor;
  readonly mergedBy: Actor | null;
  readonly mergedAt: Instant;
  readonly mergeSha: Sha;
  /** Last commit of the pull's branch: what was merged. */
  readonly headSha: Sha;
  readonly baseBranch: string;
  /** Commits of the pull before the merge. */
  readonly commitCount: number;
  /** First line of the pull's last commit message; it tells a rebase merge from a squash. */
  readonly lastCommitHeadline: string;
  readonly labels: readonly Label[];
  readonly closes: readonly ClosedIssue[];
  /** Oldest first, the newest 30. */
  readonly reviews: readonly Review[];
  /** Also those that were not read. */
  readonly reviewCount: number;
  /** True: not merged yet; only where a state is asked what it would be with the pull in it. */
  readonly isOpen?: boolean;
}
