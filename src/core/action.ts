import type { AnnouncementSubject } from "./announce.ts";
import type { ReleaseCard } from "./card.ts";
import type { NotesOrigin } from "./evidence/cut-notes.ts";
import type { DraftsWanted } from "./evidence/unit-draft.ts";
import type { CloseReleasePull, FilesAction } from "./files/files-action.ts";
import type { CloseProposal, WriteProposal } from "./proposal/proposal-action.ts";
import type { CheckState, Instant, OurCheck, PolicyFile, Sha } from "./state.ts";

/** What GitHub shows beside a check; pressed, it tells us and nobody else. */
export interface CheckButton {
  readonly identifier: string;
  /** At most 20 characters, as GitHub takes it. */
  readonly label: string;
  /** At most 40 characters. */
  readonly description: string;
}

/** What `apply` can do on GitHub: a closed set. Nothing here moves or deletes a tag or a release. */
export type Action =
  | FilesAction
  | CloseReleasePull
  | WriteProposal
  | CloseProposal
  | { readonly kind: "createTag"; readonly tag: string; readonly sha: Sha }
  | {
      readonly kind: "publishRelease";
      readonly tag: string;
      readonly sha: Sha;
      readonly title: string;
      /** Markdown under 120,000 characters, with our marker and, by policy, the folded card. */
      readonly body: string;
      readonly isLatest: boolean;
      readonly isPrerelease: boolean;
      readonly card: ReleaseCard;
    }
  | {
      /** A draft release of a tag that stands: published when checks on its commit are green. */
      readonly kind: "draftRelease";
      readonly tag: string;
      readonly sha: Sha;
      readonly title: string;
      /** As that of `publishRelease`. */
      readonly body: string;
      readonly isPrerelease: boolean;
      /** Names of the checks that it then waits for. */
      readonly publishWhen: readonly string[];
      readonly card: ReleaseCard;
    }
  | {
      /** Publish a draft of ours as it stands by now: a person may have worded it. */
      readonly kind: "publishDraft";
      readonly tag: string;
      readonly sha: Sha;
      readonly releaseId: number;
      readonly isLatest: boolean;
      /** For the ledger, where it has lost the one of the draft. */
      readonly card: ReleaseCard;
    }
  | {
      readonly kind: "writeCheck";
      /** Name of the check run; left out: that of the check on the branch. */
      readonly name?: string;
      readonly sha: Sha;
      /** The check run to rewrite; null makes a new one. */
      readonly existing: OurCheck | null;
      readonly externalId: string;
      readonly title: string;
      /** Markdown; ends in the JSON block that agents read. */
      readonly summary: string;
      readonly conclusion: "success" | "neutral" | "failure";
      /** Left out: those that stand there, at first none. */
      readonly buttons?: readonly CheckButton[];
      /** Said at a place of a file, at most 50; from 1. Each write adds its own. */
      readonly annotations?: readonly {
        readonly path: string;
        readonly line: number;
        readonly column: number;
        readonly message: string;
      }[];
    }
  | {
      readonly kind: "announce";
      readonly tag: string;
      /** True where the release was made in this very plan: no comment of ours can stand yet. */
      readonly isFresh: boolean;
      readonly comments: readonly {
        readonly subject: Omit<AnnouncementSubject, "isCommented" | "takenBack">;
        /** Markdown; carries a hidden marker with line and tag. */
        readonly body: string;
      }[];
    };

/** The actions of one kind, or of some. */
export type ActionOf<Kind extends Action["kind"]> = Extract<Action, { readonly kind: Kind }>;

/** An action that makes the release, in any form. */
export type Making = ActionOf<"publishRelease" | "draftRelease" | "publishDraft">;

/** Where the line stands. The word is the same in the check, in `why` and in the ledger. */
export type PlanState =
  | "watched"
  | "held"
  | "prepared"
  | "releasing"
  | "released"
  | "rides-along"
  | "idle"
  | "archived";

/** Why this and nothing else. Never empty: "why was nothing released?" always has an answer. */
export interface Reason {
  readonly state: PlanState;
  /** Stable word for machines, e.g. `checks-pending`, `tag-refused`, `bucket-empty`. */
  readonly code: string;
  /** One plain sentence without a trailing full stop: the title of the check. */
  readonly text: string;
  /** Markdown with what to do, or null where the sentence says it all. */
  readonly detail: string | null;
  /** Names of what is in the way: checks, pulls, tags, policy lines. */
  readonly blockedBy: readonly string[];
}

/** A check that a release started on its commit: npm, images, pages. */
export interface PublishCheck {
  readonly name: string;
  readonly state: CheckState;
}

/** A commit whose checks are not done: one look more is worth it when they are. */
export interface Awaited {
  readonly sha: Sha;
  /** Names of checks that run or are expected, each once. Empty: any first one. */
  readonly contexts: readonly string[];
  /** True for the head of a branch: a push moves it, and the same contexts are awaited there. */
  readonly isHead: boolean;
}

export interface Plan {
  readonly actions: readonly Action[];
  readonly reason: Reason;
  /** Look again then at the latest. Null: only a hint changes anything. */
  readonly wakeAt: Instant | null;
  /** Commits with checks that are not done, whatever else holds the line. Empty: none. */
  readonly awaits: readonly Awaited[];
  /** Version that would be or is released, without a tag prefix. Null when none. */
  readonly version: string | null;
  /** Contexts to remember as those of the last settled head; null: unchanged. */
  readonly settledContexts: readonly string[] | null;
  /**
   * Tag of which all is said, or nothing was to say: to remember, so that its pulls are not read
   * again. Null: unchanged. An `announce` action of this plan is remembered when it is done.
   */
  readonly announcedTag: string | null;
  /** The policy file, where it is valid: to remember as the last good one. Null: it is not. */
  readonly validPolicy: PolicyFile | null;
  /**
   * What the newest releases of ours started on their commits, for the ledger. Each name once, in
   * order; a release that started nothing is left out.
   */
  readonly published: readonly {
    readonly tag: string;
    readonly checks: readonly PublishCheck[];
  }[];
  /** Lines of the notes to be drafted now. Absent: none. */
  readonly drafts?: DraftsWanted;
  /** Where the notes of the next release come from. Absent: nobody drafts here. */
  readonly notes?: NotesOrigin;
}
