import type { FileList } from "./core/changes.ts";
import type { Sign } from "./core/desk/desk-marker.ts";
import type { ActEnd } from "./core/rollback/hear-restoration.ts";
import type { RestorationAct, RestorationSeen } from "./core/rollback/judge-restoration.ts";
import type { Reland, RelandAct, RelandEnd, RelandSeen } from "./core/rollback/reland.ts";
import type { Restoration } from "./core/rollback/restoration.ts";
import type { LaterChange, RiskCommits } from "./core/rollback/risk-kept.ts";
import type { PublishedFiles, RiskFacts } from "./core/rollback/risk.ts";
import type { RollbackBoxEdit } from "./core/rollback/rollback-box.ts";
import type { Foreseen, ReleaseNamed, Rollback, RollbackIssue } from "./core/rollback/rollback.ts";
import type { SignalsSeen } from "./core/rollback/signals.ts";
import type { Instant, LineState, ReleaseSeen, Repository, Sha } from "./core/state.ts";

/** What the loop needs to take a release back. */

/** Null: it stands so, by us now or before. Else GitHub's words, with what it refused. */
export type Refused = string | null;

export interface FoundIssue {
  readonly issue: RollbackIssue;
  readonly body: string;
}

/** Each can be asked again, and comes to the same. Throws AppError where GitHub could not be reached. */
export interface RollbackForge {
  /** Signs what only we may have written. */
  readonly sign: Sign;
  /** How the code comes back. */
  readonly code: RestorationForge;
  /** How what was taken back is prepared anew. */
  readonly reland: RelandForge;
  /** Releases by their tags, of whichever line; those that there are not are left out. One request. */
  readReleases(state: LineState, tags: readonly string[]): Promise<readonly ReleaseSeen[]>;
  /** One request. */
  makeLatest(repository: Repository, release: ReleaseNamed): Promise<Refused>;
  /** Write a banner above its notes and, where asked, make it a prerelease. Two requests, or four. */
  mark(
    repository: Repository,
    release: ReleaseNamed,
    as: { readonly banner: string; readonly isPrerelease: boolean },
  ): Promise<Refused>;
  /** What the risk is judged by. Six requests at most; files that nobody can read are none. */
  readRisk(state: LineState, rollback: Rollback): Promise<RiskFacts & PublishedFiles>;
  /** What one release changed and published. Three requests. */
  readRelease(
    state: LineState,
    foreseen: Foreseen,
    at: RiskCommits,
  ): Promise<Pick<RiskFacts, "batch"> & PublishedFiles>;
  /** Files of changes, by their keys. One request for twenty pulls, and one for each push. */
  readChanges(
    state: LineState,
    changes: readonly LaterChange[],
  ): Promise<ReadonlyMap<string, FileList>>;
  /**
   * Issues of ours, open or closed, the newest first, with what they say: the newest 50 by two
   * requests, or all of them by one more for each 50.
   */
  find(repository: Repository, reach: "newest" | "all"): Promise<readonly FoundIssue[]>;
  /** One request. A string: GitHub's words where it refuses. */
  open(
    repository: Repository,
    said: { readonly title: string; readonly body: string },
  ): Promise<RollbackIssue | string>;
  /** Page of our comment that asks an agent about this release; null: there is none. One request. */
  findAgentComment(
    repository: Repository,
    issue: RollbackIssue,
    tag: string,
  ): Promise<string | null>;
  /** One request. */
  comment(
    repository: Repository,
    issue: RollbackIssue,
    body: string,
  ): Promise<
    | { readonly url: string; readonly refused: null }
    | { readonly url: null; readonly refused: string }
  >;
  /** A `repository_dispatch` for the repository's own workflows. One request, which GitHub takes each time. */
  dispatch(
    repository: Repository,
    told: { readonly type: string; readonly payload: Readonly<Record<string, unknown>> },
  ): Promise<Refused>;
  /** What GitHub refuses, as for an issue that is gone, is left alone. */
  write(
    repository: Repository,
    issue: RollbackIssue,
    said: { readonly body: string; readonly isClosing: boolean },
  ): Promise<void>;
}

/** What is prepared anew, where. */
export interface Relanding {
  readonly state: LineState;
  readonly rollback: Rollback;
  readonly reland: Reland;
}

/** One request each. Throws AppError as all of GitHub does. */
export interface RelandForge {
  /** `mergedSha`: the merge of the rollback. */
  see(relanding: Relanding, mergedSha: Sha): Promise<RelandSeen>;
  act(relanding: Relanding, act: RelandAct): Promise<RelandEnd>;
}

/** What a delivery says of boxes in a rollback issue of ours, by anybody but us. */
export type RollbackBoxHeard = Omit<RollbackBoxEdit, "id">;

/** What speaks against releases. Throws AppError where GitHub could not be reached. */
export interface SignalForge {
  /** Reports with our labels, the newest 20 of each kind, and 50 deployments. One request. */
  read(repository: Repository): Promise<SignalsSeen>;
}

/** A part of `Store`. */
export interface RollbackStore {
  /**
   * A name of the newest word of a delivery since then that may speak against a release; null: none
   * came.
   */
  readSignalFact(repositoryId: number, since: Instant): Promise<string | null>;
  /** In the order in which they came, at most 50. */
  readRollbackEdits(repositoryId: number): Promise<readonly RollbackBoxEdit[]>;
  closeRollbackEdits(repositoryId: number, ids: readonly number[]): Promise<void>;
}

/** What is restored, where. */
export interface Restoring {
  readonly state: LineState;
  readonly rollback: Rollback;
  readonly restoration: Restoration;
}

/** What the loop needs to restore the code of a release. Throws AppError as all of GitHub does. */
export interface RestorationForge {
  /** One request; one more for each further hundred checks. */
  see(restoring: Restoring): Promise<RestorationSeen>;
  /** One request; for a component and for a conflict a few. */
  act(restoring: Restoring, act: RestorationAct): Promise<ActEnd>;
}
