import type { Instant } from "../state.ts";
import { recordsAsOf } from "./as-of.ts";
import { canonicalFeedback } from "./canonical.ts";
import type { Feedback } from "./canonical.ts";
import { mergedUnits } from "./merged-units.ts";
import type { MergedUnit } from "./merged-units.ts";
import type { Records } from "./records.ts";
import { releaseEventsOf } from "./release-events.ts";
import type { ReleaseEvent } from "./release-events.ts";
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
  readonly usableOf: FindUsable;
  readonly units: readonly MergedUnit[];
  readonly feedback: readonly Feedback[];
  /** Are there enough repositories to tell how much they differ? */
  readonly areRepositoriesMany: boolean;
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
  return {
    asOf,
    records,
    events: releaseEventsOf(stable),
    usableOf,
    units: mergedUnits(records, usableOf),
    feedback: canonicalFeedback(records.feedback),
    areRepositoriesMany: repositories.size >= REPOSITORIES_MIN,
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
