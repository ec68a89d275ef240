import { judgeUnits, limitBatch } from "./batch.ts";
import type { Batch, BatchRules, Reading } from "./batch.ts";
import { readRange } from "./graph.ts";
import type { Node } from "./graph.ts";
import type { History, TagRead } from "./history.ts";
import { judgeLevel } from "./level.ts";
import type { LevelVerdict } from "./level.ts";
import { readReleaseCommit } from "./release-commit.ts";
import { readClaim } from "./reverts.ts";
import type { Claim } from "./reverts.ts";
import { areFewTyped, isTyped } from "./start.ts";
import type { Instant, Sha } from "./state.ts";
import { joinUnits } from "./units.ts";
import type { Unit } from "./units.ts";
import { isStable } from "./version.ts";

/** One unit as it came to the branch. */
export interface Merge {
  readonly unit: Unit;
  /** Never before the merge that came before it. */
  readonly at: Instant;
  /** The first stable tag that holds it; null: none does. */
  readonly releasedIn: TagRead | null;
  /** Did most of the last merges say nothing of what they are? */
  readonly isHabitUntyped: boolean;
  /** Does it ask for a release, or take something back? Otherwise it only rides along. */
  readonly isAsking: boolean;
  /** Does it take something back? */
  readonly isRevert: boolean;
}

export interface Merges {
  /** Oldest first. Commits that only name a version are left out. */
  readonly list: readonly Merge[];
  judge(units: readonly Unit[], rules: Pick<BatchRules, "versioning">): Batch;
}

/** A merge whose date is so much later than those after it has a wrong clock. */
const AHEAD_MS = 24 * 60 * 60_000;

const RECENT_MERGES = 50;

/** All that came to the branch after `base`; null: since the first commit. */
export function readMerges(history: History, base: Node | null): Merges {
  const units = readUnits(history, base);
  const reading = remember(history.fullName);
  const releases = readReleases(history);
  const habits = readHabits(units);
  const arrivals = orderArrivals(units);
  const list = units.map((unit, at) => {
    const isRevert = reading.claim(unit) !== null;
    return {
      unit,
      at: Number(arrivals[at]),
      releasedIn: releases.get(unit.sha) ?? null,
      isHabitUntyped: habits[at] === true,
      isAsking: isRevert || reading.level(unit).level !== "none",
      isRevert,
    };
  });
  return {
    list,
    judge: (batch, rules) => limitBatch(judgeUnits(batch, reading), () => true, rules),
  };
}

/** What came to the branch after `base`, oldest first, without commits that only name a version. */
export function readUnits(history: History, base: Node | null): readonly Unit[] {
  const { graph, branch, pulls } = history;
  const nodes = graph.nodes.slice(0, 1).flatMap((head) => readRange(graph, head, base));
  return joinUnits(
    nodes.map(({ commit }) => commit),
    nodes.flatMap((node) => pulls.get(node) ?? []),
    branch,
  ).filter((unit) => !isReleaseUnit(unit) && history.isOwn(unit));
}

/** Is it nothing but the commits of a release tool, that only name a version? */
export function isReleaseUnit({ commits }: Unit): boolean {
  return commits.every(({ message }) => readReleaseCommit(message) !== null);
}

/** Every unit is read once, however many batches it is judged in. */
function remember(fullName: string | null): Reading {
  const levels = new Map<Unit, LevelVerdict>();
  const claims = new Map<Unit, Claim | null>();
  return {
    level: (unit) => {
      const level = levels.get(unit) ?? judgeLevel(unit);
      levels.set(unit, level);
      return level;
    },
    claim: (unit) => {
      const known = claims.get(unit);
      const claim = known === undefined ? readClaim(unit, fullName) : known;
      claims.set(unit, claim);
      return claim;
    },
  };
}

function orderArrivals(units: readonly Unit[]): readonly Instant[] {
  let last = Number.NEGATIVE_INFINITY;
  return units.map(({ at }, place) => {
    const later = units.slice(place + 1, place + 3).map((unit) => unit.at);
    const isAhead = later.length > 0 && at > Math.max(...later) + AHEAD_MS;
    last = Math.max(last, isAhead ? Math.min(...later) : at);
    return last;
  });
}

function readHabits(units: readonly Unit[]): readonly boolean[] {
  const merges: boolean[] = [];
  let typed = 0;
  return units.map(({ pull }) => {
    if (pull !== null) {
      const isOwnTyped = isTyped({ title: pull.title, labels: [] });
      merges.push(isOwnTyped);
      if (isOwnTyped) typed += 1;
      if (merges.at(-1 - RECENT_MERGES) === true) typed -= 1;
    }
    return areFewTyped(typed, Math.min(merges.length, RECENT_MERGES));
  });
}

/** The first stable tag that holds each commit. */
function readReleases({ tags }: History): ReadonlyMap<Sha, TagRead> {
  const found = new Map<Sha, TagRead>();
  const releases = tags.filter(({ version }) => isStable(version));
  for (const { tag, node } of releases.toSorted((left, right) => left.tag.at - right.tag.at)) {
    const open = [node];
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      if (found.has(next.commit.sha)) continue;
      found.set(next.commit.sha, tag);
      open.push(...next.parents);
    }
  }
  return found;
}
