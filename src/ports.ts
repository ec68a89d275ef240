import type { Action, Awaited, Plan, PublishCheck } from "./core/action.ts";
import type { ReleaseCard } from "./core/card.ts";
import type { Finding } from "./core/doctor/finding.ts";
import type { Manifests } from "./core/install.ts";
import type { Memory } from "./core/memory.ts";
import type { Invitation, ProposalSeen } from "./core/proposal/proposal-state.ts";
import type { OpenPull } from "./core/pulls/open-pull.ts";
import type { CommentSeen } from "./core/said.ts";
import type {
  Commit,
  Instant,
  Line,
  LineState,
  Permission,
  PolicyFile,
  Sha,
} from "./core/state.ts";
import type { DeskForge, DeskStore } from "./desk-port.ts";
import type { CommandHeard, DoorStore } from "./doors-port.ts";
import type { CaseStore, NotesForge, NotesStore } from "./notes-port.ts";
import type { RollbackForge, RollbackStore, SignalForge } from "./rollback-port.ts";
import type { ExceptionForge, SizeForge } from "./size-port.ts";
import type { WeeklyForge } from "./weekly-port.ts";

export interface Clock {
  now(): Instant;
}

/** Names are labels: the id decides, and a rename is found on the next observation. */
export interface RepositoryRef {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
}

/** What became of one action. Partial success is data: the next pass sees the truth anyway. */
export type Outcome =
  /** It stands on GitHub, by us now, by us before, or by somebody else in our words. */
  | {
      readonly kind: "done";
      readonly url: string | null;
      readonly how: "made" | "found" | "adopted";
      /** What a part of it met, e.g. a locked pull among those to comment on. */
      readonly note?: string;
      /** Of the draft that was made or found. */
      readonly releaseId?: number;
    }
  /** GitHub's rules forbid it; a person has to act. */
  | { readonly kind: "refused"; readonly message: string; readonly url: string | null }
  /** Somebody else was faster: plan again on a new observation. */
  | { readonly kind: "conflict"; readonly message: string }
  /** Not tried, because an earlier action of the plan did not end in `done`. */
  | { readonly kind: "skipped" };

/** Which line to read, and what is known of it already. */
export interface LineRequest {
  readonly repository: RepositoryRef;
  /** Null: the default branch, component "", channel `stable`. */
  readonly line: Line | null;
  /**
   * The default line as just observed, whose policy is that of all lines, and whether what was
   * read for it may be used again for a line of its branch. Absent: this is the default line.
   */
  readonly beside?: { readonly root: LineState; readonly mayShare: boolean };
  /** Look as if this stood as the policy, from now on; null: none did. Absent: as it stands. */
  readonly policy?: PolicyFile | null;
  /** Label of the default branch as last seen; a guess, GitHub decides. Null: not known. */
  readonly defaultBranch: string | null;
  readonly memory: Memory;
  /**
   * The release desk, to look at it in passing; `isRead`: with all that it says. Absent: none is
   * known.
   */
  readonly desk?: { readonly nodeId: string; readonly isRead: boolean } | undefined;
  /** A comment with commands, to be read in passing. Absent: nobody said anything. */
  readonly command?: CommandHeard | undefined;
  readonly now: Instant;
}

/** GitHub, as far as the loop needs it. Opened for one installation. */
export interface Forge {
  /**
   * Read the whole state of a line. One request in the usual case.
   * Throws AppError; `github/not-found` when the repository is gone or not ours to see.
   */
  observe(request: LineRequest): Promise<LineState>;
  /** Do one action; idempotent by name. Throws AppError where GitHub could not be reached. */
  apply(state: LineState, action: Action): Promise<Outcome>;
  /** Permission of a login on the repository, asked now. */
  permissionOf(repository: RepositoryRef, login: string): Promise<Permission>;
  /** A comment as it stands now; null where it, or what it stood on, is gone. One request. */
  readComment(state: LineState, command: CommandHeard): Promise<CommentSeen | null>;
  /** Show on the comment that it was taken, or that it was not. False where GitHub refuses it. */
  react(state: LineState, commentId: number, content: "rocket" | "confused"): Promise<boolean>;
  /**
   * Say it in the one comment of ours that is edited in place. Gives back that comment; null: GitHub
   * refuses, which is left alone.
   */
  tell(
    state: LineState,
    at: Pick<CommentSeen, "status" | "number">,
    body: string,
  ): Promise<CommentSeen["status"]>;
  /** End an issue that asked for something: done, or not. A refusal is left alone. One request. */
  closeIssue(state: LineState, number: number, isDone: boolean): Promise<void>;
  /** Pulls by number, as they stand now; those that are gone are left out. One request for ten. */
  readOpenPulls(state: LineState, numbers: readonly number[]): Promise<readonly OpenPull[]>;
  /** What stands at the root of a commit. */
  readManifests(state: LineState, sha: Sha): Promise<Manifests>;
  /** How the App came here; null: it is not the App itself that looks. At most a request an hour. */
  readInvitation(now: Instant): Promise<Invitation | null>;
  /** What stands of our proposal. One request. */
  readProposal(state: LineState): Promise<ProposalSeen>;
  /** What is special about the repository. Some requests. */
  examine(state: LineState): Promise<readonly Finding[]>;
  /** Commits of the line's branch, newest first, that hold its last merges. Up to three requests. */
  readPast(state: LineState): Promise<readonly Commit[]>;
  readonly sizes: SizeForge;
  readonly exceptions: ExceptionForge;
  readonly notes: NotesForge;
  /** Absent: nobody could tell our own desk from a forged one, and there is none. */
  readonly desk?: DeskForge;
  /** Absent as the desk is. */
  readonly rollbacks?: RollbackForge;
  /** Likewise. */
  readonly signals?: SignalForge;
  /** Likewise. */
  readonly weekly?: WeeklyForge;
}

/** What the ledger keeps of one release. */
export interface LedgerRelease {
  readonly line: Line;
  readonly tag: string;
  readonly sha: Sha;
  readonly state: "intended" | "published";
  readonly card: ReleaseCard;
  readonly url: string | null;
  readonly publishedAt: Instant | null;
  /**
   * Checks that the release started on its commit, as last seen, in order of name. Empty: it
   * started none. One that is red: the release stands on GitHub only.
   */
  readonly publishChecks: readonly PublishCheck[];
}

/** A release before its first request. */
export type IntendedRelease = Pick<LedgerRelease, "line" | "tag" | "sha" | "card"> & {
  /** Its notes, word for word. Absent: somebody may have worded them since. */
  readonly notes?: string;
};

/** One normalised event, append-only. `key` makes it idempotent (delivery id or natural key). */
export interface Fact {
  readonly key: string;
  readonly repositoryId: number;
  /** e.g. `pull.merged`, `check.completed`, `release.published`. */
  readonly kind: string;
  /** Pull or issue number, tag, or SHA. */
  readonly subject: string;
  readonly at: Instant;
  readonly actorId: number | null;
  readonly data: Readonly<Record<string, unknown>>;
}

/** What somebody asked for and got, by a comment or by a box of the desk. */
export interface TakenCommand {
  /** The same for the same words, however often they are heard. */
  readonly key: string;
  /** Login. */
  readonly by: string;
  readonly byId: number | null;
  /** In words: `/release now`, `/hold the API is on fire`. Untrusted text of one line. */
  readonly said: string;
  /** Pull or issue that it was said on. */
  readonly number: number;
  readonly url: string;
  /** When it was said, by GitHub's clock. */
  readonly at: Instant;
}

/** The last plan of a line, with when it was made. */
export interface LinePlan {
  readonly line: Line;
  readonly plan: Plan;
  readonly at: Instant;
}

/** The store, opened for one installation: nothing of another can be read or written through it. */
export interface Store extends DeskStore, DoorStore, NotesStore, CaseStore, RollbackStore {
  readMemory(line: Line): Promise<Memory>;
  /** Merge into the line's memory. */
  writeMemory(line: Line, change: Partial<Memory>): Promise<void>;
  /** Written before the first request of a release. */
  recordIntent(release: IntendedRelease): Promise<void>;
  recordPublished(
    line: Line,
    tag: string,
    published: { readonly url: string | null; readonly at: Instant },
  ): Promise<void>;
  /** Replaces what the ledger says about the checks that a release started. */
  recordPublishChecks(line: Line, tag: string, checks: readonly PublishCheck[]): Promise<void>;
  readReleases(line: Line, limit: number): Promise<readonly LedgerRelease[]>;
  findRelease(repositoryId: number, tag: string): Promise<LedgerRelease | null>;
  recordFacts(facts: readonly Fact[]): Promise<void>;
  /** Once, however often it is told. */
  recordTaken(repositoryId: number, taken: TakenCommand): Promise<void>;
  /** What people asked for and got, the newest first. */
  readTaken(repositoryId: number, limit: number): Promise<readonly TakenCommand[]>;
  /** The plan people read in `why`, with when it was made. */
  recordPlan(line: Line, plan: Plan, at: Instant): Promise<void>;
  readPlan(line: Line): Promise<{ readonly plan: Plan; readonly at: Instant } | null>;
  /** The last plans of all lines of a repository, in order of branch and component. */
  readPlans(repositoryId: number): Promise<readonly LinePlan[]>;
}

/** pino's shape, as far as it is needed. Fields first, then one sentence. */
export interface Logger {
  debug(fields: object, message: string): void;
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** How a look at a repository ended: the queue judges it, the store writes it down. */
export type PassEnd =
  | {
      readonly kind: "served";
      readonly wakeAt: Instant | null;
      /** Commits whose checks it saw pending. */
      readonly awaits: readonly Awaited[];
      /** No look before, unless deliveries say that they are done. Null: none is pending. */
      readonly quietUntil: Instant | null;
    }
  /** Told when to come back; no failure of ours. */
  | { readonly kind: "wait"; readonly until: Instant }
  | { readonly kind: "failed"; readonly retryAt: Instant }
  | {
      readonly kind: "parked";
      /** Looked at again then, even without a hint. */
      readonly until: Instant;
      readonly code: string;
      readonly message: string;
    };
