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

export function releaseEventsOf(releases: readonly ReleaseRecord[]): ReleaseEvent[] {
  const groups = new Map<string, ReleaseRecord[]>();
  const newest = new Map<string, ReleaseRecord[]>();
  for (const release of releases.toSorted((left, right) => left.publishedAt - right.publishedAt)) {
    const bySha = `${release.repositoryId} ${release.sha}`;
    const byActor = `${release.repositoryId} ${release.actorId}`;
    const group = groups.get(bySha) ?? ofActor(newest.get(byActor), release) ?? [];
    group.push(release);
    groups.set(bySha, group);
    if (group.length === 1) newest.set(byActor, group);
  }
  return [...new Set(groups.values())].flatMap(([first, ...rest]) => {
    return first === undefined ? [] : [joinReleases(first, rest)];
  });
}

function ofActor(
  group: ReleaseRecord[] | undefined,
  { actorId, publishedAt }: ReleaseRecord,
): ReleaseRecord[] | null {
  const startedAt = group?.[0]?.publishedAt ?? -Infinity;
  const isOne = actorId !== null && publishedAt - startedAt <= EVENT_MS_MAX;
  return isOne && group !== undefined ? group : null;
}

/** First that one of them is; the rest only where all are. */
const KINDS = ["rollback", "hotfix", "regular", "first", "backfill", "empty"] as const;

function joinReleases(first: ReleaseRecord, rest: readonly ReleaseRecord[]): ReleaseEvent {
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
