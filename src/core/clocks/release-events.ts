import type { Instant } from "../state.ts";
import type { Carried, ReleaseRecord } from "./records.ts";
import { keyOfRelease } from "./row-key.ts";

/** Releases that people saw as one: on one commit, or published at once by one actor. */
export interface ReleaseEvent {
  /** Key of its first release. */
  readonly key: string;
  readonly repositoryId: number;
  readonly tags: readonly string[];
  readonly publishedAt: Instant;
  /** The first of them that was usable. */
  readonly usableAt: Instant | null;
  /** When the last of them was given up; null: one still stands. */
  readonly withdrawnAt: Instant | null;
  readonly kind: ReleaseRecord["kind"];
  readonly carries: readonly Carried[];
  /** Null: of one of them it is not known. */
  readonly lines: number | null;
  readonly rolledBackAt: Instant | null;
  readonly overrides: number;
}

/** From the first of them on. A monorepo's tags come minutes apart; the next batch rarely does. */
const EVENT_MS_MAX = 10 * 60_000;

interface Group {
  readonly first: ReleaseRecord;
  readonly rest: ReleaseRecord[];
}

export function releaseEventsOf(releases: readonly ReleaseRecord[]): ReleaseEvent[] {
  const groups = new Map<string, Group>();
  const newest = new Map<string, Group>();
  for (const release of releases.toSorted((left, right) => left.publishedAt - right.publishedAt)) {
    const bySha = `${release.repositoryId} ${release.sha}`;
    const byActor = `${release.repositoryId} ${release.actorId}`;
    const known = groups.get(bySha) ?? ofActor(newest.get(byActor), release);
    const group = known ?? { first: release, rest: [] };
    if (known === null) newest.set(byActor, group);
    else known.rest.push(release);
    groups.set(bySha, group);
  }
  return [...new Set(groups.values())].map(joinReleases);
}

function ofActor(group: Group | undefined, { actorId, publishedAt }: ReleaseRecord): Group | null {
  if (group === undefined || actorId === null) return null;
  return publishedAt - group.first.publishedAt <= EVENT_MS_MAX ? group : null;
}

/** First that one of them is; the rest only where all are. */
const KINDS = ["rollback", "hotfix", "regular", "first", "backfill"] as const;

function joinReleases({ first, rest }: Group): ReleaseEvent {
  const releases = [first, ...rest];
  const withdrawn = releases.map(({ withdrawnAt }) => withdrawnAt);
  const lines = releases.map((release) => release.lines);
  return {
    key: keyOfRelease(first),
    repositoryId: first.repositoryId,
    tags: releases.map(({ tag }) => tag),
    publishedAt: first.publishedAt,
    usableAt: earliest(releases.map(({ usableAt }) => usableAt)),
    withdrawnAt: withdrawn.includes(null) ? null : Math.max(...withdrawn.map(Number)),
    kind: KINDS.find((kind) => releases.some((release) => release.kind === kind)) ?? "empty",
    carries: distinct(releases.flatMap(({ carries }) => carries)),
    lines: lines.includes(null) ? null : lines.reduce<number>((sum, one) => sum + Number(one), 0),
    rolledBackAt: earliest(releases.map(({ rolledBackAt }) => rolledBackAt)),
    overrides: releases.reduce((sum, { overrides }) => sum + overrides, 0),
  };
}

/** A pull that two components released counts once. */
function distinct(carried: readonly Carried[]): Carried[] {
  const seen = new Map(carried.map((each) => [each.pull ?? each.sha, each]));
  return [...seen.values()];
}

/** Null: none has happened. */
export function earliest(instants: readonly (Instant | null)[]): Instant | null {
  const known = instants.filter((at) => at !== null);
  return known.length === 0 ? null : Math.min(...known);
}
