import type { Instant } from "../state.ts";
import { recordsAsOf } from "./as-of.ts";
import { canonicalFeedback } from "./canonical.ts";
import type { Feedback } from "./canonical.ts";
import { mergedUnits } from "./merged-units.ts";
import type { MergedUnits } from "./merged-units.ts";
import { startOfWork } from "./pull-times.ts";
import type { PullRecord, Records } from "./records.ts";
import { releaseEventsOf } from "./release-events.ts";
import type { ReleaseEvent } from "./release-events.ts";
import { keyOfPull } from "./row-key.ts";
import { timelineOf } from "./timeline.ts";
import type { Timeline } from "./timeline.ts";
import { usableIn } from "./usable.ts";
import type { FindUsable } from "./usable.ts";

/** From `from` to before `to`. */
export interface Window {
  readonly from: Instant;
  readonly to: Instant;
}

export function isWithin(at: Instant | null, { from, to }: Window): boolean {
  return at !== null && at >= from && at < to;
}

/** All that is known at an instant, arranged for the clocks; made once for all windows. */
export interface Known {
  readonly asOf: Instant;
  readonly records: Records;
  /** Stable ones: every channel that is none of prereleases. */
  readonly events: readonly ReleaseEvent[];
  /** Those that people could use and that brought something, by when they could. */
  readonly exposed: Timeline<ReleaseEvent>;
  readonly usableOf: FindUsable;
  readonly units: MergedUnits;
  readonly pulls: PullTimelines;
  readonly feedback: readonly Feedback[];
  /** Are there enough repositories to tell how much they differ? */
  readonly areRepositoriesMany: boolean;
}

/** Pulls by what happened to them. */
interface PullTimelines {
  readonly created: Timeline<PullRecord>;
  /** By the start of work. */
  readonly started: Timeline<PullRecord>;
  /** By their first commit. */
  readonly authored: Timeline<PullRecord>;
  readonly reviewed: Timeline<PullRecord>;
  readonly merged: Timeline<PullRecord>;
  /** By when people could use them. */
  readonly usable: Timeline<PullRecord>;
}

/**
 * From fewer, an interval says nothing of other repositories than these: what is alike within
 * them is then a week or a release. Below ten, Student's reach alone would double it.
 */
const REPOSITORIES_MIN = 10;

export function knownAt(all: Records, asOf: Instant): Known {
  const records = recordsAsOf(all, asOf);
  const stable = records.releases.filter(({ isPrerelease }) => !isPrerelease);
  const usableOf = usableIn(stable);
  const repositories = new Set(
    [...records.pulls, ...records.releases].map(({ repositoryId }) => repositoryId),
  );
  const events = releaseEventsOf(stable);
  return {
    asOf,
    records,
    events,
    exposed: timelineOf(events.filter(isExposed), ({ usableAt }) => usableAt),
    usableOf,
    units: mergedUnits(records, usableOf),
    pulls: pullTimelines(records.pulls, usableOf),
    feedback: canonicalFeedback(records.feedback),
    areRepositoriesMany: repositories.size >= REPOSITORIES_MIN,
  };
}

function isExposed({ kind }: ReleaseEvent): boolean {
  return kind !== "empty" && kind !== "backfill";
}

function pullTimelines(pulls: readonly PullRecord[], usableOf: FindUsable): PullTimelines {
  return {
    created: timelineOf(pulls, ({ createdAt }) => createdAt),
    started: timelineOf(pulls, (pull) => startOfWork(pull).at),
    authored: timelineOf(pulls, ({ firstAuthoredAt }) => firstAuthoredAt),
    reviewed: timelineOf(pulls, ({ firstReviewAt }) => firstReviewAt),
    merged: timelineOf(pulls, ({ mergedAt }) => mergedAt),
    usable: timelineOf(pulls, (pull) => {
      const usable = usableOf(keyOfPull(pull));
      return usable.kind === "usable" ? usable.at : null;
    }),
  };
}

const WEEK_MS = 7 * 86_400_000;

/** What a span has in common with others. `bundle`: what shares its fate within a repository. */
export interface Belongs {
  readonly repositoryId: number;
  readonly bundle: string;
  /** Null: nobody is known; it counts for itself, by its key. */
  readonly personId: number | null;
  readonly key: string;
}

export function groupsOf(known: Known, belongs: Belongs): [string, string] {
  const { repositoryId, bundle, personId, key } = belongs;
  const place = known.areRepositoriesMany ? String(repositoryId) : `${repositoryId} ${bundle}`;
  return [place, personId === null ? key : `person ${personId}`];
}

/** Bundle of what has nothing better: the week of its start. */
export function weekOf(at: Instant): string {
  return `week ${Math.floor(at / WEEK_MS)}`;
}
