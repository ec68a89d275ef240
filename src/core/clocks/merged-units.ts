import type { Instant } from "../state.ts";
import { personOf } from "./pull-times.ts";
import type { Records } from "./records.ts";
import { keyOfCommit, keyOfPull } from "./row-key.ts";
import { timelineOf } from "./timeline.ts";
import type { Timeline } from "./timeline.ts";
import type { FindUsable, Usable } from "./usable.ts";

/** Merged work, a pull or a commit pushed without one, and when it became usable. */
export interface MergedUnit {
  readonly key: string;
  readonly repositoryId: number;
  readonly mergedAt: Instant;
  readonly personId: number | null;
  readonly isReleasable: boolean;
  readonly revertedAt: Instant | null;
  readonly usable: Usable;
}

/** All of them, by when they were merged and by when people could use them. */
export interface MergedUnits {
  readonly all: readonly MergedUnit[];
  readonly merged: Timeline<MergedUnit>;
  readonly usable: Timeline<MergedUnit>;
}

export function mergedUnits(records: Records, find: FindUsable): MergedUnits {
  const all = listUnits(records, find);
  return {
    all,
    merged: timelineOf(all, ({ mergedAt }) => mergedAt),
    usable: timelineOf(all, ({ usable }) => (usable.kind === "usable" ? usable.at : null)),
  };
}

function listUnits({ pulls, commits }: Records, find: FindUsable): MergedUnit[] {
  const merged = pulls.flatMap((pull): MergedUnit[] => {
    const { repositoryId, mergedAt, isReleasable, revertedAt } = pull;
    if (mergedAt === null) return [];
    const key = keyOfPull(pull);
    const [personId, usable] = [personOf(pull), find(key)];
    return [{ key, repositoryId, mergedAt, personId, isReleasable, revertedAt, usable }];
  });
  const direct = commits.map(({ repositoryId, sha, at, isReleasable }): MergedUnit => {
    const key = keyOfCommit({ repositoryId, sha });
    const said = { key, repositoryId, mergedAt: at, isReleasable, usable: find(key) };
    return { ...said, personId: null, revertedAt: null };
  });
  return [...merged, ...direct];
}
