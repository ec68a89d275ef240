import type { Instant, Sha } from "./core/state.ts";
import type { DeskHeard } from "./desk-port.ts";
import type { CommandHeard, PullLook } from "./doors-port.ts";
import type { Fact, RepositoryRef } from "./ports.ts";
import type { RollbackBoxHeard } from "./rollback-port.ts";

/** What webhook deliveries mean. The adapter to GitHub reads them, the store keeps what they say. */

/** A repository as a webhook or a list of an installation shows it. */
export interface RepositoryLabel extends RepositoryRef {
  readonly nodeId: string;
  readonly isPrivate: boolean;
  /** Null where the payload does not carry it: lists of an installation do not. */
  readonly defaultBranch: string | null;
}

/** What a delivery says about the installation itself, or about which repositories are its own. */
export type Lifecycle =
  | {
      readonly kind: "installation";
      readonly state: "created" | "deleted" | "suspended" | "unsuspended" | "permitted";
      /** Login of the owner. */
      readonly account: string;
      /** Permissions that the owner has accepted, e.g. `{ contents: "write" }`; null: not said. */
      readonly permissions: Readonly<Record<string, string>> | null;
      readonly repositories: readonly RepositoryLabel[];
    }
  | {
      readonly kind: "repositories";
      readonly added: readonly RepositoryLabel[];
      /** Ids of repositories that are gone, or that the App may no longer see. */
      readonly removed: readonly number[];
    };

/** What a delivery says about one check of one commit. */
export interface CheckNews {
  readonly sha: Sha;
  /** Name of the check run, or context of the status. */
  readonly context: string;
  /** App that made the check run; null for a status. */
  readonly appId: number | null;
  /** Of the check run or the status. GitHub counts up: of one context the highest counts. */
  readonly id: number;
  readonly isFinished: boolean;
}

/** What one webhook delivery means. Reading it is pure; a bad shape is an answer, never an error. */
export interface Interpretation {
  readonly action: string | null;
  /** Null for deliveries about the App itself, such as `ping`. */
  readonly installationId: number | null;
  /** Repository whose label is refreshed; null where the delivery concerns none. */
  readonly repository: RepositoryLabel | null;
  /** `repositoryId` 0 stands for a fact about the installation as a whole. */
  readonly facts: readonly Fact[];
  /** True where `repository` has to be looked at. */
  readonly hint: boolean;
  /** Null where it is about none, about one of ours, or about one that changes no line. */
  readonly check: CheckNews | null;
  /** Commits that a branch moved from and to; null where none did. */
  readonly push: { readonly before: Sha; readonly after: Sha } | null;
  /**
   * A tag or a release by some App. Where the ledger has it, it is what a pass of ours just made,
   * and no hint: that pass, and its wake-up a minute later, look anyway. Absent: never ours.
   */
  readonly echoOf?: {
    readonly tag: string;
    /** Commit of the tag; null where the payload does not say. */
    readonly sha: Sha | null;
  };
  /**
   * What it says besides, if one of these branches has a line: none of them is the default one, and
   * only who remembers the lines of the repository can tell. Absent: it is about no other branch.
   */
  readonly ifLine?: {
    readonly branches: readonly string[];
    readonly hint: boolean;
    readonly check: CheckNews | null;
  };
  /** Commands in a comment or a new issue of a person; absent: none. */
  readonly command?: CommandHeard;
  /** A change of a desk of ours. Absent: none. */
  readonly desk?: DeskHeard;
  /** Boxes of a rollback issue of ours. Absent: none. */
  readonly rollbackBoxes?: RollbackBoxHeard;
  /** A pull whose check may have to say something else. Absent: none. */
  readonly pull?: Pick<PullLook, "number" | "branch"> &
    Partial<Pick<PullLook, "isForced" | "group">> & { readonly isOpen: boolean };
  /** A hint where the sizes of open pulls are told, whatever their branch. Absent: none. */
  readonly hintIfSized?: boolean;
  /** Head of an open pull, not known which one, whose checks are to be written again. */
  readonly rerunOf?: Sha;
  readonly lifecycle: Lifecycle | null;
  /** Why there is no hint although there might be one, for the log; null where all is well. */
  readonly note: string | null;
}

export type InterpretDelivery = (
  name: string,
  payload: unknown,
  context: { readonly appId: number; readonly guid: string; readonly receivedAt: Instant },
) => Interpretation;
