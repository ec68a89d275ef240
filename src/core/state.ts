import type { Announcement } from "./announce.ts";
import type { BrakePass } from "./brake.ts";
import type { UnitFiles } from "./changes.ts";
import type { DeskGlance } from "./desk/desk-glance.ts";
import type { DeskSeen } from "./desk/desk-seen.ts";
import type { StandIn } from "./desk/stand-in.ts";
import type { DraftsSeen } from "./evidence/unit-draft.ts";
import type { FilesSeen } from "./files/files-state.ts";
import type { Memory } from "./memory.ts";
import type { Missing } from "./missing.ts";
import type { Pull } from "./pull.ts";
import type { Banner } from "./rollback/banner.ts";
import type { RollsBack } from "./rollback/rolled-back.ts";
import type { CommentSeen } from "./said.ts";

/**
 * The observed state of one line: what GitHub says, as data, and what we remember beside it.
 * Adapters build it; only `core` judges it. Nothing here is ever patched: it is read again.
 */

/** Epoch milliseconds. */
export type Instant = number;

/** 40 lower-case hexadecimal digits of a commit. */
export type Sha = string;

/** Where releases follow each other. Ids are numeric because names change. */
export interface Line {
  readonly repositoryId: number;
  /** Branch name without `refs/heads/`. */
  readonly branch: string;
  /** Empty for the whole repository. */
  readonly component: string;
  /** `stable`, or the name of a prerelease channel. */
  readonly channel: string;
}

/** `42/main//stable`: the line in markers, keys of the store and external ids. */
export function formatLine(line: Line): string {
  return `${line.repositoryId}/${encodeURIComponent(line.branch)}/${encodeURIComponent(line.component)}/${line.channel}`;
}

export interface Actor {
  /** Null for a deleted account, or for an author that GitHub cannot match to one. */
  readonly id: number | null;
  /** Login without `@`; `ghost` for a deleted account. Bots of Apps end in `[bot]`. */
  readonly login: string;
  readonly isBot: boolean;
}

export interface Repository {
  readonly id: number;
  readonly nodeId: string;
  readonly owner: string;
  readonly name: string;
  readonly isPrivate: boolean;
  readonly isArchived: boolean;
  readonly defaultBranch: string;
  /** `https://github.com/acme/widgets`, without a trailing slash. */
  readonly url: string;
  /** Does the branch of our proposal stand, whatever became of its pull? Absent: nobody looked. */
  readonly hasProposalBranch?: boolean;
}

/** The least permission that GitHub reports for somebody on a repository, lowest first. */
export type Permission = "none" | "read" | "triage" | "write" | "maintain" | "admin";

/** One commit between the base and the head. */
export interface Commit {
  readonly sha: Sha;
  /** The whole message. Untrusted text. */
  readonly message: string;
  readonly author: Actor;
  readonly committedAt: Instant;
  /** First parent first. Empty for a root commit. */
  readonly parents: readonly Sha[];
  /** Merged pulls into this branch that GitHub's index ties to the commit. The index lags. */
  readonly pulls: readonly number[];
  /** Our check on this commit, if any: what a person reads there now. */
  readonly ourCheck: OurCheck | null;
}

export interface OurCheck {
  readonly id: number;
  readonly title: string;
  /** `external_id`: a digest of what the check says; equal means there is nothing to rewrite. */
  readonly externalId: string;
}

export type CheckState = "pending" | "green" | "red";

/** A check run or a commit status on exactly one commit. Never a suite. */
export interface CheckSeen {
  readonly name: string;
  readonly source: "check_run" | "status";
  readonly state: CheckState;
  /** App that made the check run; null for statuses. */
  readonly appId: number | null;
  /** When it began (check run) or was made (status). Null when GitHub does not say. */
  readonly startedAt: Instant | null;
  /** When it ended. Null while it runs, or when GitHub does not say. */
  readonly endedAt: Instant | null;
  /** Page with its details; null when it has none. */
  readonly url: string | null;
}

export interface Head {
  readonly sha: Sha;
  /**
   * When the commit came to the branch: the merge of its pull, else when we first saw it, else its
   * committer date. Waits of 60 s and 60 minutes count from here.
   */
  readonly arrivedAt: Instant;
  /** Checks of this commit, ours left out. */
  readonly checks: readonly CheckSeen[];
  readonly ourCheck: OurCheck | null;
  /** Contexts that GitHub's branch rules require on this branch. */
  readonly requiredContexts: readonly string[];
}

export interface PolicyFile {
  /** `.github/smallbatch.yml` */
  readonly path: string;
  /** Commit or blob it was read at, for messages. */
  readonly sha: Sha;
  /** Null when the file is larger than the cap, binary, or not a plain file. */
  readonly text: string | null;
  /** Bytes. */
  readonly sizeBytes: number;
}

export interface TagSeen {
  readonly name: string;
  /** Commit, annotated tags peeled. */
  readonly sha: Sha;
  /** Reachable from the branch head? Null while nobody asked GitHub. */
  readonly isAncestor: boolean | null;
}

export interface ReleaseSeen {
  readonly id: number;
  readonly tag: string;
  /** Commit of the tag; null for a draft without a tag, or a tag that is gone. */
  readonly sha: Sha | null;
  readonly isDraft: boolean;
  readonly isPrerelease: boolean;
  readonly isLatest: boolean;
  /** Null for drafts. */
  readonly publishedAt: Instant | null;
  /** When a draft was made, at the latest. Null or absent: no draft. */
  readonly draftedAt?: Instant | null;
  readonly url: string;
  /** True where the body carries our marker for this line. */
  readonly isOurs: boolean;
  /** Pulls in the release according to its card in the body; null where it has none. */
  readonly cardPulls: readonly number[] | null;
  /** Names of the checks that the card says were green before the cut; null without a card. */
  readonly cardChecks: readonly string[] | null;
  /** Checks on its commit, ours left out. Read for the newest two releases of the line only. */
  readonly checks: readonly CheckSeen[];
  /** Our check on its commit, read with `checks`; null: none stands. Absent: not read. */
  readonly ourCheck?: OurCheck | null;
  /** Notes as they stand now, Markdown. Untrusted text. Absent: nobody needed to know. */
  readonly body?: string;
  /** Above its notes stands that it was rolled back, or holds one that was. Absent: nothing does. */
  readonly banner?: Banner;
  /** Releases whose code it takes back, where it is ours. Absent: none. */
  readonly rollsBack?: readonly RollsBack[];
}

/** What a group of linked components comes to. They have one version. */
export interface Linked {
  /** Names, this one included. */
  readonly components: readonly string[];
  /** Highest version that one of them has; null: none was released yet. */
  readonly version: string | null;
  /** Tag of that version; null without one. */
  readonly tag: TagSeen | null;
  /** Highest level that one of them asks for. */
  readonly level: "major" | "minor" | "patch" | "none";
  /** Another one of them that cannot be released now, and why; null: all may. */
  readonly heldBy: { readonly component: string; readonly what: string } | null;
  /** A change of one of them that passes the brake, so that the others do not hold it. */
  readonly passes?: BrakePass | null;
  /** Those whose files are written by one commit. Absent: all of them. */
  readonly writers?: readonly string[];
}

/** What `/preview` made of a pull, and what people felt about it. */
export interface PreviewSeen {
  readonly pull: number;
  readonly tags: readonly string[];
  /** The comments that asked for them, oldest first. */
  readonly comments: readonly {
    readonly url: string;
    /** How many people reacted so, by GitHub's name (`+1`, `heart`…); ours left out. */
    readonly reactions: Readonly<Record<string, number>>;
  }[];
}

export interface LineState {
  /** Our App: its id, to leave our own checks out. Null when running with a person's token. */
  readonly appId: number | null;
  /**
   * May we create tags and releases (`contents: write`)? An App that may only read observes: it
   * plans and says what it would do. True where nobody can tell, as for a person's token.
   */
  readonly canRelease: boolean;
  readonly repository: Repository;
  readonly line: Line;
  /** Null for an empty repository or a branch that is gone. */
  readonly head: Head | null;
  readonly policyFile: PolicyFile | null;
  /**
   * Earlier contents of the policy file, newest first, at most 10. Read only where the present one
   * is not valid; empty otherwise.
   */
  readonly policyHistory: readonly PolicyFile[];
  /** When the repository was started; null: it is not, or nobody needed to know yet. */
  readonly startedAt: Instant | null;
  /** The operator starts every repository without a policy file (`SMALLBATCH_START=now`). */
  readonly isStartForced: boolean;
  /** Newest tags first, at most 100, and every tag whose ancestry was asked. */
  readonly tags: readonly TagSeen[];
  /** Of the line, newest first, at most 20. */
  readonly releases: readonly ReleaseSeen[];
  /**
   * When the oldest release that was read was published, of whichever line; null: all were read.
   * Absent: `releases` tell.
   */
  readonly releasesKnownSince?: Instant | null;
  /**
   * Tag that `commits` begin after; null when there is none, then `commits` are those since the
   * start. Chosen by `core/base`.
   */
  readonly baseTag: TagSeen | null;
  /**
   * A tag on an ancestor of the head without a release that is ours to finish: `commits` are then
   * those between `baseTag` and it.
   */
  readonly unfinished: TagSeen | null;
  /** Checks of commits below the head, ours left out, where a decision needs them. */
  readonly checksOf?: Readonly<Record<Sha, readonly CheckSeen[]>>;
  /** Commits of the batch, newest first, without those that the base reaches. */
  readonly commits: readonly Commit[];
  /** Commits since the base; larger than `commits.length` when the list was cut at its limit. */
  readonly commitCount: number;
  /** Commits from before the start, where there is no base tag. 0 otherwise. */
  readonly earlierCommitCount: number;
  /** Branches such as `1.x`; empty where the policy has `maintenance: off`. */
  readonly maintenanceBranches: readonly string[];
  /** What the components that are released together with this one come to; null: it is alone. */
  readonly linked: Linked | null;
  /** Pulls of the batch and the recently merged ones, each once. */
  readonly pulls: readonly Pull[];
  /** Files of the units of the batch, where a rule asks for them. Absent: nobody needed to know. */
  readonly unitFiles?: readonly UnitFiles[];
  /** Files that say the version, where the policy names any. Absent: nobody needed to know. */
  readonly versionFiles?: FilesSeen;
  /** Merged work that the head does not hold. Absent: nobody looked for it. */
  readonly missing?: Missing;
  /** Newest merges first, at most 50, for the share of typed work. */
  readonly recentMerges: readonly { readonly title: string; readonly labels: readonly string[] }[];
  /** Logins whose first merged pull in this repository is in the batch. */
  readonly firstTimers: readonly string[];
  /** Preview tags of pulls of the batch, with what people felt about them. */
  readonly previews: readonly PreviewSeen[];
  /** Newest of our releases on this line that may lack comments; null: nothing to look at. */
  readonly announcement: Announcement | null;
  /** The release desk in passing. Absent: none is known, or GitHub does not show it. */
  readonly desk?: DeskGlance;
  /** The release desk with all that it says. Absent: it was not asked for, or is asked for alone. */
  readonly deskSeen?: DeskSeen;
  /** What our check says because no desk does. Absent: the desk says it, or nobody could tell. */
  readonly standIn?: StandIn;
  /** Drafts of lines of the notes. Absent: nobody drafts here. */
  readonly noteDrafts?: DraftsSeen;
  /** The comment with a command that was asked for in passing, where it stands. */
  readonly heard?: CommentSeen;
  readonly memory: Memory;
}
