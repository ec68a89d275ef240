import type { GitCommit } from "./git-object.ts";
import type { QueueEntry } from "./queue-entry.ts";
import type {
  Account,
  CheckRun,
  CheckSuite,
  Comment,
  CommitStatus,
  Installation,
  Issue,
  Release,
  Repository,
  Review,
} from "./world.ts";

export interface PushCommit {
  commit: GitCommit;
  added: string[];
  removed: string[];
  modified: string[];
}

/** Something that happened, before it is worded as a webhook. */
export interface WorldEvent {
  /** As in `X-GitHub-Event`. */
  name: string;
  action: string | null;
  /** Null for events of an installation. */
  repositoryId: number | null;
  senderId: number;
  /** Only with events of an installation. */
  installationId?: number;
  /** Only with events that one App hears of wherever it is installed. */
  appId?: number;
  detail: EventDetail;
}

/** What the payload needs beside repository and sender. Each event sets what it is about. */
export interface EventDetail {
  issue?: Issue;
  comment?: Comment;
  /** With `issues.transferred`: the issue in its new repository. */
  movedTo?: Issue;
  /** With `issues.opened` of one that was transferred: the one that is gone. */
  movedFrom?: Issue;
  review?: Review;
  /** Name of the label that was put on or taken off. */
  label?: string;
  /** Name of the type that it was given or that was taken from it. */
  issueType?: string;
  assigneeId?: number;
  release?: Release;
  checkRun?: CheckRun;
  /** With `repository_dispatch`. */
  clientPayload?: object;
  /** Identifier of a button of the check. */
  pressed?: string;
  checkSuite?: CheckSuite;
  status?: CommitStatus;
  /** With `merge_group`. */
  queueEntry?: QueueEntry;
  installation?: Installation;
  /** With `installation.created` and `deleted`. */
  repositories?: readonly Repository[];
  /** With `installation_repositories`. */
  added?: readonly Repository[];
  removed?: readonly Repository[];
  /** What edited fields were before, as GitHub words it: `{ body: { from: "old" } }`. */
  changes?: Record<string, unknown>;
  /** With `repository.transferred`. */
  transferredFrom?: Account;
  /** With `push`. */
  push?: PushDetail;
  /** With `create` and `delete`: the short name. */
  ref?: string;
  refType?: "branch" | "tag";
  /** Heads around a `pull_request.synchronize`; null where the branch did not exist. */
  before?: string | null;
  after?: string;
}

export interface PushDetail {
  /** `refs/heads/main`. */
  ref: string;
  /** Forty zeros where the ref did not exist; `after` likewise. */
  before: string;
  after: string;
  created: boolean;
  deleted: boolean;
  forced: boolean;
  /** Oldest first; empty for tags. */
  commits: readonly PushCommit[];
}
