import type { DeploymentRead } from "./core/clock-records/deployment-sighting.ts";
import type { IssueRead } from "./core/clock-records/issue-sighting.ts";
import type { KeptKinds, Seen } from "./core/clock-records/kept.ts";
import type { PullRead } from "./core/clock-records/pull-sighting.ts";
import type { CarriedCommit, ReleaseRead, TagRead } from "./core/clock-records/release-sighting.ts";
import type { Records } from "./core/clocks/records.ts";
import type { Instant, PolicyFile, Sha } from "./core/state.ts";

/** What was seen of a repository, in any order and however often. */
export interface Sightings {
  readonly pulls?: readonly Seen<KeptKinds["pull"]>[];
  readonly commits?: readonly Seen<KeptKinds["commit"]>[];
  readonly releases?: readonly Seen<KeptKinds["release"]>[];
  readonly feedback?: readonly Seen<KeptKinds["feedback"]>[];
  readonly deployments?: readonly Seen<KeptKinds["deployment"]>[];
  /** Environments that are production no more: their deployments are forgotten. */
  readonly noProduction?: readonly string[];
}

/** From `from` on, before `to`. */
export interface RecordWindow {
  readonly from: Instant;
  readonly to: Instant;
}

/** Rows behind a number. */
export interface RecordKeys {
  readonly pulls?: readonly { readonly repositoryId: number; readonly number: number }[];
  readonly commits?: readonly { readonly repositoryId: number; readonly sha: Sha }[];
  readonly releases?: readonly { readonly repositoryId: number; readonly tag: string }[];
  readonly feedback?: readonly { readonly repositoryId: number; readonly key: string }[];
}

/** What is read of a repository, in this order. */
export type ReadingPart = "pulls" | "releases" | "issues" | "deployments";

/** Where a reading of GitHub that was interrupted goes on. */
export interface ReadingCursor {
  /** Everything since then is wanted. */
  readonly since: Instant;
  /** When this reading began. */
  readonly beganAt: Instant;
  /** What is being read. */
  readonly part: ReadingPart;
  /** Where its next page begins; null: at the newest. */
  readonly after: string | null;
  /** Items read so far, for the estimate. */
  readonly done: number;
}

/** How much of a repository's past is on record. */
export interface Coverage {
  readonly repositoryId: number;
  /** Null: nothing was read to the end yet. */
  readonly knownSince: Instant | null;
  /** When the last reading that came to its end began. */
  readonly readAt: Instant | null;
  readonly cursor: ReadingCursor | null;
  /** What deployments on record were judged by (`formatProduction`); null: by more than one. */
  readonly production: string | null;
}

/** What the clocks read, opened for one installation. */
export interface ClockStore {
  /** Merge into what is known; what follows from it is brought up to date. One transaction. */
  keep(repositoryId: number, seen: Sightings): Promise<void>;
  /**
   * All that says something about the window: what began before its end and had not ended before
   * its start, and every release that is named by feedback in it.
   */
  readRecords(repositoryIds: readonly number[], window: RecordWindow): Promise<Records>;
  /** Those that are (still) there. */
  readRows(keys: RecordKeys): Promise<Records>;
  readCoverage(repositoryIds: readonly number[]): Promise<readonly Coverage[]>;
  /** Left out: as it is. */
  keepReading(
    repositoryId: number,
    reading: Partial<Pick<Coverage, "knownSince" | "readAt" | "cursor" | "production">> & {
      /** Everything that was told up to this fact is taken into account. */
      readonly factId?: number;
    },
  ): Promise<void>;
  /** A reading of a part that was told of ended; `readAt` null: it failed. */
  closeNews(
    repositoryId: number,
    told: { readonly part: ReadingPart; readonly asks: number; readonly readAt: Instant | null },
  ): Promise<void>;
  /** A look saw these: what of them is not on record, or otherwise, is read soon. */
  tellLook(
    repositoryId: number,
    seen: {
      readonly merged: readonly number[];
      /** `checks`: of what its publishing started; null: not read. */
      readonly releases: readonly { readonly tag: string; readonly checks: string | null }[];
    },
  ): Promise<void>;
  /** Tags of releases on record, not withdrawn, published since then, newest first. */
  listStanding(repositoryId: number, since: Instant, limit: number): Promise<readonly string[]>;
  /** Of the deployments on record. */
  listEnvironments(repositoryId: number): Promise<readonly string[]>;
  /** Number of the newest fact of the repository; 0: there is none. */
  newestFact(repositoryId: number): Promise<number>;
}

/** Requests that GitHub still answers us in this hour; null: it does not say. */
export interface Quota {
  readonly remaining: number;
  readonly limit: number;
  readonly resetAt: Instant;
}

/** One page of a list, the newest first. */
export interface Page<T> {
  readonly items: readonly T[];
  /** When the last of them changed last; null: there is none. */
  readonly oldestAt: Instant | null;
  /** Where the next page begins; null: this is the last one. */
  readonly next: string | null;
  /** Of the whole list. */
  readonly total: number;
  readonly quota: Quota | null;
}

/** GitHub, as far as the clocks read it. One request a page. */
export interface ClockForge {
  /** Pulls by their last change, with the branch that each goes to. */
  readPulls(
    repository: RepositoryName,
    after: string | null,
  ): Promise<
    Page<PullRead & { readonly baseBranch: string }> & {
      /** As it stands on the default branch; null: there is none. */
      readonly policyFile: PolicyFile | null;
    }
  >;
  readReleases(repository: RepositoryName, after: string | null): Promise<Page<ReleaseRead>>;
  /** Issues by their last change. */
  readIssues(repository: RepositoryName, after: string | null): Promise<Page<IssueRead>>;
  /** Those of the releases that stand, published. One request for ten. */
  readStanding(repository: RepositoryName, tags: readonly string[]): Promise<readonly string[]>;
  /** Deployments by when they were made; each may change for a day. */
  readDeployments(
    repository: RepositoryName,
    after: string | null,
  ): Promise<Page<DeploymentRead> & { readonly policyFile: PolicyFile | null }>;
  /** All tags, as many as are read. */
  readTags(repository: RepositoryName): Promise<readonly TagRead[]>;
  /** What the second tag has and the first had not; null: GitHub cannot compare them. */
  readCarried(
    repository: RepositoryName,
    from: string,
    to: string,
  ): Promise<readonly CarriedCommit[] | null>;
}

export interface RepositoryName {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
}
