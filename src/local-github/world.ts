/**
 * What the local GitHub knows beside git: plain data, numeric ids, ISO times. Everything that git
 * knows (commits, trees, refs, sizes, files) is never stored here; it is read from the bare
 * repository. `WorldData` holds it all in memory; `state-file.ts` saves it as one JSON file.
 */

import type { QueueEntry } from "./queue-entry.ts";
import type {
  App,
  Delivery,
  Installation,
  LoginCode,
  ManifestCode,
  SignOnLock,
  Token,
} from "./world-apps.ts";
import type { CheckRun, CheckSuite, CommitStatus } from "./world-checks.ts";

export type { App, Delivery, Installation, LoginCode, ManifestCode, Token } from "./world-apps.ts";
export type { CheckRun, CheckSuite, CommitStatus } from "./world-checks.ts";

export interface WorldData {
  /** The newest id that was given out; ids are never used again. */
  lastId: number;
  accounts: Account[];
  memberships: Membership[];
  repositories: Repository[];
  issues: Issue[];
  reviews: Review[];
  comments: Comment[];
  releases: Release[];
  checkSuites: CheckSuite[];
  checkRuns: CheckRun[];
  statuses: CommitStatus[];
  apps: App[];
  installations: Installation[];
  tokens: Token[];
  deliveries: Delivery[];
  reactions: Reaction[];
  /** Absent in states that were saved before there were any. */
  manifestCodes?: ManifestCode[];
  /** Likewise. */
  loginCodes?: LoginCode[];
  /** Likewise. */
  signOnLocks?: SignOnLock[];
  /** Likewise. */
  mergeQueue?: QueueEntry[];
  /** Likewise. */
  deployments?: Deployment[];
}

/** Of one commit to one environment, with the state it came to last. */
export interface Deployment {
  id: number;
  repositoryId: number;
  sha: string;
  environment: string;
  /** As GraphQL has it; null: no status was ever set. */
  state: "ERROR" | "FAILURE" | "IN_PROGRESS" | "SUCCESS" | null;
  createdAt: string;
  /** Oldest first. Absent: the state above alone, as of then. */
  statuses?: { state: string; createdAt: string }[];
}

interface Membership {
  organizationId: number;
  userId: number;
  role: "admin" | "member";
}

export interface Account {
  id: number;
  login: string;
  type: "User" | "Organization" | "Bot";
  name: string | null;
  email: string | null;
  createdAt: string;
  /** App behind a bot account. */
  appId?: number;
  /** Of an organisation: what its members may do in every repository. Absent: read. */
  baseRole?: "none" | RepositoryRole;
}

export type RepositoryRole = "read" | "triage" | "write" | "maintain" | "admin";

export interface Label {
  id: number;
  name: string;
  color: string;
  description: string | null;
}

/** A subset of GitHub's repository rules, as far as Smallbatch meets them. */
export type MergeMethod = "merge" | "squash" | "rebase";

export interface Ruleset {
  id: number;
  name: string;
  target: "branch" | "tag";
  enforcement: "active" | "disabled";
  /** fnmatch patterns such as `refs/tags/v*`, `~DEFAULT_BRANCH` or `~ALL`. */
  include: string[];
  rules: (
    | {
        type:
          | "creation"
          | "update"
          | "deletion"
          | "required_signatures"
          | "required_linear_history"
          | "merge_queue";
      }
    | {
        type: "pull_request";
        /** Absent: whatever the repository allows. */
        parameters?: { allowed_merge_methods: MergeMethod[] };
      }
    | {
        type: "required_status_checks";
        parameters: {
          required_status_checks: { context: string; integration_id?: number }[];
          /** A pull has to hold its base. Absent: no. */
          strict_required_status_checks_policy?: boolean;
        };
      }
    | { type: "tag_name_pattern"; parameters: { operator: string; pattern: string } }
  )[];
  bypassAppIds: number[];
}

export interface BranchProtection {
  branch: string;
  requiredContexts: string[];
  requiredReviews: number;
  /** A pull has to hold its base, and is merged without a merge commit. Absent: no. */
  isStrict?: boolean;
  isLinear?: boolean;
  /** Absent: yes. False lets administrators push and merge past it, which is GitHub's default. */
  enforceAdmins?: boolean;
}

export interface Repository {
  id: number;
  name: string;
  ownerId: number;
  private: boolean;
  archived: boolean;
  hasIssues: boolean;
  description: string | null;
  defaultBranch: string;
  createdAt: string;
  pushedAt: string;
  updatedAt: string;
  /** Direct roles. On a public repository everybody else reads; on a private one nobody does. */
  collaborators: Record<number, RepositoryRole>;
  /** Repository this one was forked from. */
  forkOfId: number | null;
  allowMergeCommit: boolean;
  allowSquashMerge: boolean;
  allowRebaseMerge: boolean;
  squashMergeCommitTitle: "PR_TITLE" | "COMMIT_OR_PR_TITLE";
  squashMergeCommitMessage: "PR_BODY" | "COMMIT_MESSAGES" | "BLANK";
  deleteBranchOnMerge: boolean;
  /** Absent: no. */
  allowAutoMerge?: boolean;
  immutableReleases: boolean;
  /** An immutable release may become a prerelease: GitHub is reported to do either. Absent: no. */
  immutableTakesMarks?: boolean;
  labels: Label[];
  rulesets: Ruleset[];
  protections: BranchProtection[];
  /** Full names it had before (`acme/old`): they answer with a redirect. */
  formerNames: string[];
  /** Next issue or pull number. */
  nextNumber: number;
  /** The release that was made Latest by name. Absent: the newest by date and version. */
  latestReleaseId?: number | null;
}

export interface TimelineEvent {
  id: number;
  event:
    | "labeled"
    | "unlabeled"
    | "closed"
    | "reopened"
    | "renamed"
    | "merged"
    | "head_ref_force_pushed"
    | "ready_for_review"
    | "convert_to_draft"
    | "marked_as_duplicate"
    | "unmarked_as_duplicate";
  actorId: number;
  createdAt: string;
  label?: string;
  commitSha?: string;
  /** Number of the issue that a `marked_as_duplicate` says it repeats. */
  canonical?: number;
  /** Titles of a `renamed`. */
  rename?: { from: string; to: string };
}

export interface Issue {
  id: number;
  number: number;
  repositoryId: number;
  title: string;
  body: string | null;
  state: "open" | "closed";
  stateReason: "completed" | "not_planned" | "reopened" | null;
  authorId: number;
  /** App whose token opened it. Absent or null: a person did. */
  authorAppId?: number | null;
  labels: string[];
  /** Name of a type of the owner; absent or null: none. */
  type?: string | null;
  assigneeIds: number[];
  locked: boolean;
  createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  closedById: number | null;
  timeline: TimelineEvent[];
  isPinned?: boolean;
  /** Its texts, the oldest first; absent: it was never edited. */
  edits?: ContentEdit[];
  /** Present where the issue is a pull request. */
  pull?: PullFields;
}

interface ContentEdit {
  id: number;
  editorId: number;
  at: string;
  /** The whole text after it. */
  body: string;
}

export interface PullFields {
  id: number;
  draft: boolean;
  headRepositoryId: number;
  headRef: string;
  /** Kept up to date on pushes while open, frozen when closed. */
  headSha: string;
  baseRef: string;
  /** Base branch when it was opened, or at the merge. Sizes and files use the merge base. */
  baseSha: string;
  merged: boolean;
  mergedAt: string | null;
  mergedById: number | null;
  mergeCommitSha: string | null;
  maintainerCanModify: boolean;
}

export interface Review {
  id: number;
  repositoryId: number;
  pullNumber: number;
  authorId: number;
  state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED" | "PENDING";
  body: string;
  commitSha: string;
  submittedAt: string;
}

export interface Comment {
  id: number;
  repositoryId: number;
  issueNumber: number;
  authorId: number;
  body: string;
  createdAt: string;
  updatedAt: string;
  /** App whose token wrote it. */
  appId: number | null;
}

export interface Release {
  id: number;
  repositoryId: number;
  tagName: string;
  /** Used only where the tag does not exist yet. */
  targetCommitish: string;
  name: string | null;
  body: string | null;
  draft: boolean;
  prerelease: boolean;
  /** What the writer asked for; `legacy` picks by version and date. */
  makeLatest: "true" | "false" | "legacy";
  authorId: number;
  /** Date of the tagged commit; of the writing while there is no tag. */
  createdAt: string;
  updatedAt: string;
  publishedAt: string | null;
  immutable: boolean;
}

export interface Reaction {
  id: number;
  repositoryId: number;
  /** Exactly one of the two is set. */
  issueNumber: number | null;
  commentId: number | null;
  userId: number;
  content: "+1" | "-1" | "laugh" | "confused" | "heart" | "hooray" | "rocket" | "eyes";
  createdAt: string;
}
