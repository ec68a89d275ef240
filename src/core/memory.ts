import type { Wording } from "./evidence/wording.ts";
import type { FilesMemory } from "./files/files-state.ts";
import type { ProposalKept } from "./proposal/proposal-state.ts";
import type { Rollback } from "./rollback/rollback.ts";
import type { SignalsKept } from "./rollback/signals.ts";
import type { SizeException } from "./size/size-exception.ts";
import type { Instant, PolicyFile, Sha } from "./state.ts";
import type { WeeklyKept } from "./weekly/weekly-kept.ts";

/** GitHub refused a tag or a release; kept so that the hold can say so without trying each time. */
export interface Refusal {
  readonly tag: string;
  readonly sha: Sha;
  /** GitHub's own words. */
  readonly message: string;
  /** Page where an admin can look (the ruleset); null when GitHub names none. */
  readonly url: string | null;
  readonly at: Instant;
}

/** Somebody's `/release`: it lets the next release of the line go, and ends with it. */
export interface Order {
  /** `now` and `as` do not wait for window, schedule and bucket either. */
  readonly how: "prepared" | "now" | "as";
  /** Version to give, without a `v`; null: the one that follows. */
  readonly version: string | null;
  /** Level of the batch that it was said of. */
  readonly level: "major" | "minor" | "patch";
  /** Base tag of the line then, null without one: with another base, its release was made. */
  readonly base: string | null;
  /** Login. */
  readonly by: string;
  /** The comment. */
  readonly url: string;
  readonly at: Instant;
}

/** Somebody's `/hold`: nothing more is released of the line until somebody resumes. */
export interface PersonHold {
  /** Login. */
  readonly by: string;
  /** Untrusted text of one line; empty: none was given. */
  readonly reason: string;
  /** Where it was said; null: not known. */
  readonly url: string | null;
  /** When it was said, by GitHub's clock. */
  readonly at: Instant;
  /** Tag of the release that is rolled back meanwhile. Absent: it is a `/hold`. */
  readonly rollback?: string | undefined;
}

/** Somebody's `/resume`, which counts against the brake until the next rollback. */
export interface Resumed {
  /** Login. */
  readonly by: string;
  /** Untrusted text of one line; empty: none was given. */
  readonly reason: string;
  /** Where it was said. */
  readonly url: string;
  /** When it was said, by GitHub's clock. */
  readonly at: Instant;
}

/** What the store remembers of a line. All of it can be lost: GitHub still decides. */
export interface Memory {
  /** When a policy file first stood on the branch, or the operator's start. Null: not known. */
  readonly startedAt: Instant | null;
  /** Head seen last, and when it was seen first. */
  readonly headSeen: { readonly sha: Sha; readonly at: Instant } | null;
  /** Contexts of the last settled head; null: not known, the base's are taken. */
  readonly settledContexts: readonly string[] | null;
  readonly refusal: Refusal | null;
  /** Newest tag whose pulls and issues have all had their comment. */
  readonly announcedTag: string | null;
  /** Tag and commit of a release that was intended, written before the first request. */
  readonly intent: {
    readonly tag: string;
    readonly sha: Sha;
    /** Its draft release, where one was made. */
    readonly draftId?: number | null;
  } | null;
  /** Last policy text that was valid; null: none known. */
  readonly lastGoodPolicy: PolicyFile | null;
  /** Tries to write the files that say the version; null: none yet. */
  readonly versionFiles: FilesMemory | null;
  /** What somebody asked for last by `/release`; null: nothing, or it was done. */
  readonly order: Order | null;
  /** Who holds releases by hand; null: nobody. */
  readonly hold: PersonHold | null;
  /** When somebody resumed last: what was said before it holds nothing any more. Null: never. */
  readonly resumedAt: Instant | null;
  /** Who resumed last, and why. Null: nobody did, or nobody knows. */
  readonly resumed: Resumed | null;
  /** What `/size-ok` let through, the newest first. */
  readonly sizeExceptions: readonly SizeException[];
  /** How people want lines of the notes to read: `/notes`. One of a pull. */
  readonly wordings: readonly Wording[];
  /** Of the default line, while it is watched: the last look at the proposal. Null: none yet. */
  readonly proposal: ProposalKept | null;
  /** Releases that people took back, the oldest first. Null: not known. */
  readonly rollbacks: readonly Rollback[] | null;
  /** What speaks against releases. Null: nobody looked yet. */
  readonly signals: SignalsKept | null;
  /** Of the default line: the weekly report. Null: not known, or none is asked for. */
  readonly weekly: WeeklyKept | null;
}

export const EMPTY_MEMORY: Memory = {
  startedAt: null,
  headSeen: null,
  settledContexts: null,
  refusal: null,
  announcedTag: null,
  intent: null,
  lastGoodPolicy: null,
  versionFiles: null,
  order: null,
  hold: null,
  resumedAt: null,
  resumed: null,
  sizeExceptions: [],
  wordings: [],
  proposal: null,
  rollbacks: null,
  signals: null,
  weekly: null,
};
