import type { Instant, Sha } from "../state.ts";

/**
 * What the clocks read: one record a pull, a release and a piece of feedback, as they are known now.
 * Whatever happens later than an instant can be left out again by its time (`as-of`), so every event
 * has one; null is always "has not happened, or nobody knows", never zero. Times are UTC.
 *
 * Definitions: `docs/clocks.md`.
 */

/** Trace of a coding agent on a pull: what is found is a least. */
export interface AgentTrace {
  /** Name of the agent, as in `core/agents.ts`. */
  readonly agent: string;
  /** "review" and "suggestion" are no authorship. */
  readonly role: "author" | "coauthor" | "suggestion" | "review";
  /** Where it was found. */
  readonly from: "account" | "trailer" | "text" | "branch" | "label";
  /** The text that was found. Untrusted. */
  readonly evidence: string;
}

/** What a pull is about, from its title, its commits or its labels; "untyped": none of them says. */
export type PullKind =
  | "feature"
  | "fix"
  | "performance"
  | "security"
  | "documentation"
  | "test"
  | "ci"
  | "refactoring"
  | "dependencies"
  | "chore"
  | "revert"
  | "untyped";

export type Redraft = readonly [from: Instant, to: Instant | null];

export interface PullRecord {
  readonly repositoryId: number;
  readonly number: number;
  readonly title: string;
  readonly kind: PullKind;
  /** Null: GitHub no longer knows the account. */
  readonly authorId: number | null;
  readonly isBot: boolean;
  /** Who had an agent or a bot write it; null: its author did. */
  readonly initiatorId: number | null;
  readonly agents: readonly AgentTrace[];
  /** Did a person author one of its commits? Null: its commits were not read. */
  readonly hasPersonsCommit: boolean | null;
  readonly createdAt: Instant;
  /** Earliest author date of its commits; may be after `createdAt`. Null: not known. */
  readonly firstAuthoredAt: Instant | null;
  /** First time that it was no draft. Null: still a draft. */
  readonly readyAt: Instant | null;
  /** When it was a draft again, from and to, oldest first; to null: it still is. */
  readonly redrafts: readonly Redraft[];
  /** First review of a person who is not its author. */
  readonly firstReviewAt: Instant | null;
  /** Last approval before the merge that was still needed. */
  readonly approvedAt: Instant | null;
  /** When it reached a followed branch. */
  readonly mergedAt: Instant | null;
  /** Closed without a merge. */
  readonly closedAt: Instant | null;
  readonly mergeSha: Sha | null;
  readonly mergedById: number | null;
  /** People who reviewed it, its author left out. */
  readonly reviewerIds: readonly number[];
  /** Null: not known. */
  readonly additions: number | null;
  readonly deletions: number | null;
  /** By the size measure of the policy; null: it was not measured. */
  readonly weightedLines: number | null;
  /** Components that it touched; null: not known. */
  readonly components: readonly string[] | null;
  /** Null: its files were not read. */
  readonly hasTestChange: boolean | null;
  /** Were its checks green at the merge? Null: not known, or none. */
  readonly wasGreen: boolean | null;
  /** Whether it is to be released at all; false: documentation, skipped, outside every component. */
  readonly isReleasable: boolean;
  /** When a revert of it was merged. */
  readonly revertedAt: Instant | null;
  /** Creation of the oldest issue that it closed. */
  readonly oldestIssueAt: Instant | null;
  /** Exceptions and lifted rules that stand on record for it. */
  readonly exceptions: number;
}

/** A commit that was pushed to a followed branch without a pull. */
export interface DirectCommitRecord {
  readonly repositoryId: number;
  readonly sha: Sha;
  readonly at: Instant;
  readonly isReleasable: boolean;
}

/** How a unit came into a release. */
export interface Carried {
  /** Null: a direct commit. */
  readonly pull: number | null;
  readonly sha: Sha;
  readonly how: "ancestry" | "cherry-pick" | "direct";
}

export interface ReleaseRecord {
  readonly repositoryId: number;
  readonly tag: string;
  readonly sha: Sha;
  readonly component: string;
  readonly channel: string;
  readonly isPrerelease: boolean;
  /** As it was first seen, whatever was edited later; the tag's time where there is no release. */
  readonly publishedAt: Instant;
  /** From when on people can use it, by what the repository says ends the clock. */
  readonly usableAt: Instant | null;
  readonly usableBy: "published" | "publish-checks" | "deployment";
  /** When it was given up: its publishing failed for good, or it was deleted or yanked. */
  readonly withdrawnAt: Instant | null;
  /** Who or what published it; null: not known. */
  readonly actorId: number | null;
  /** "first": the first on record, whose units are not measured. */
  readonly kind: "regular" | "hotfix" | "rollback" | "empty" | "backfill" | "first";
  /** Units that no earlier release of the channel has. */
  readonly carries: readonly Carried[];
  /** Added and deleted lines of its units; null: not known. */
  readonly lines: number | null;
  /** Tags whose code it takes back. */
  readonly rollsBack: readonly string[];
  /** When its code was taken back by a later release. */
  readonly rolledBackAt: Instant | null;
  /** Rules that a person lifted for it. */
  readonly overrides: number;
}

/** What ties feedback to a release. */
export type Attribution =
  /** Somebody or something said so. */
  | {
      readonly tier: "explicit";
      readonly tag: string;
      readonly by: "rollback" | "label" | "words" | "reverted-sha" | "version-field" | "deployment";
    }
  /** It came while the release was the newest, within 14 days. */
  | { readonly tier: "inferred"; readonly tag: string }
  | null;

export interface FeedbackRecord {
  readonly repositoryId: number;
  /** `issue/12`, `rollback/v1.4.3`, `revert/45`, `deployment/991`. */
  readonly key: string;
  readonly kind: "bug" | "rollback" | "revert" | "regression" | "deployment" | "idea";
  /** What says so of an issue; null: it is none. */
  readonly kindBy: "label" | "type" | null;
  readonly openedAt: Instant;
  readonly reporterId: number | null;
  /** "internal": found by a maintainer or by CI. */
  readonly reporter: "external" | "internal" | "bot";
  readonly attribution: Attribution;
  /** Key of the feedback that it repeats; null: it stands for itself. */
  readonly duplicateOf: string | null;
  /** Closed for good; null: open. */
  readonly closedAt: Instant | null;
  /** Null: open, or closed by its fix. "declined": not planned, invalid, a duplicate. */
  readonly resolution: "fixed" | "declined" | null;
  /** The last fix merged, or the rollback published. */
  readonly fixedAt: Instant | null;
  /** Tag that brought the last fix. */
  readonly fixTag: string | null;
  /** When that release was usable. */
  readonly fixUsableAt: Instant | null;
}

/** All that is known of one repository, or of several, up to an instant. */
export interface Records {
  readonly pulls: readonly PullRecord[];
  readonly commits: readonly DirectCommitRecord[];
  readonly releases: readonly ReleaseRecord[];
  readonly feedback: readonly FeedbackRecord[];
}
