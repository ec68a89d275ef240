import type { Instant, Sha } from "../state.ts";
import type { ProposalMarker } from "./proposal-marker.ts";

/** How the App came to a repository. */
export interface Invitation {
  /** Somebody chose this repository, or took all of them. */
  readonly selection: "selected" | "all";
  /** When the App was installed. */
  readonly since: Instant;
}

/** Whether somebody asks for a proposal by hand, and means it in spite of an earlier no. */
export type Asking = "nobody" | "once" | "again";

/** Where a repository stands on its way to the start. */
export interface Standing {
  readonly state:
    /** Nothing was merged since the installation. */
    | "watched"
    /** Of an App on all repositories: nobody has asked. */
    | "unasked"
    | "proposed"
    /** Closed without a merge, or taken back after it: a no. */
    | "declined"
    | "started"
    /** Somebody else's open pull brings a policy file. */
    | "answered"
    | "cannot";
  /** The proposal, or the pull of somebody else; null: there is none. */
  readonly pull: { readonly number: number; readonly url: string } | null;
  /** Why, for people, one sentence without a full stop. Null where the state says it all. */
  readonly note: string | null;
}

/** What is remembered of the last look. Lost, it costs requests. */
export interface ProposalKept extends Standing {
  /** Head of the default branch whose content was last compared with the proposal; null: none. */
  readonly head: Sha | null;
  readonly at: Instant;
}

/** What stands on GitHub. */
export interface ProposalSeen {
  /** Newest pull of our App from `PROPOSAL_BRANCH`. */
  readonly pull: {
    readonly number: number;
    readonly url: string;
    readonly state: "open" | "closed" | "merged";
    readonly title: string;
    readonly body: string;
    /** Null: somebody took it out of the text, which is theirs from then on. */
    readonly marker: ProposalMarker | null;
    /**
     * Whose its commits are, merges of the base branch left out: all ours, signed by GitHub; ours by
     * name, without a proof (an Enterprise Server that does not sign, or somebody who amended them);
     * or also other people's.
     */
    readonly hands: "ours" | "unproven" | "others";
  } | null;
  readonly branch: {
    readonly sha: Sha;
    /** It holds no commit, or none but ours. */
    readonly isOurs: boolean;
    /** Policy file on it; null: there is none, or none that can be read. */
    readonly text: string | null;
  } | null;
  /** Open pull of somebody else that changes the policy file, or comes from our branch. */
  readonly rival: { readonly number: number; readonly url: string } | null;
}
