import type {
  FeedbackRecord,
  PullRecord,
  Records,
  ReleaseRecord,
} from "../../src/core/clocks/records.ts";
import type { Instant } from "../../src/core/state.ts";
import { CLAUDE, feedbackRecord, pullRecord, releaseRecord } from "../core/clocks/build-records.ts";
import { drawLots } from "../support/seed.ts";
import type { Lots } from "../support/seed.ts";
import {
  AGENTS_SHARE,
  CLOSED_SHARE,
  DAY,
  DECLINED_SHARE,
  drawCodingMs,
  drawDetectMs,
  drawFixingMs,
  drawPerson,
  drawPublishingMs,
  drawRepository,
  drawTakenBackMs,
  EXPLICIT_SHARE,
  exponential,
  normal,
  TAKEN_BACK_SHARE,
} from "./laws.ts";
import type { Pace, RepositoryLaw } from "./laws.ts";

/** A company over two years: 40 repositories, 60 people, their agents, 200 people who report. */

const REPOSITORIES = 40;
const PEOPLE = 60;
const REPORTERS = 200;
const PULLS_A_DAY = 22;

export const CLOSED_AT = Date.UTC(2025, 11, 29);

interface Person {
  readonly id: number;
  readonly pace: number;
  /** Where most of this person's work is. */
  readonly home: number;
}

interface Repository {
  readonly id: number;
  readonly law: RepositoryLaw;
  readonly merged: PullRecord[];
}

export function simulateCompany(seed: number, pace: Pace, days: number): Records {
  const lots = drawLots(seed);
  const openedAt = CLOSED_AT - days * DAY;
  const repositories = Array.from({ length: REPOSITORIES }, (_, at): Repository => {
    return { id: at + 1, law: drawRepository(lots, pace), merged: [] };
  });
  const places = weightedPlaces(lots);
  const people = Array.from({ length: PEOPLE }, (_, at): Person => {
    return { id: at + 1, pace: drawPerson(lots), home: lots.pick(places) };
  });
  const pulls: PullRecord[] = [];
  for (let at = openedAt; at < CLOSED_AT; at += exponential(lots, PULLS_A_DAY / DAY)) {
    const person = lots.pick(people);
    const home = repositories[lots.chance(0.6) ? person.home : lots.pick(places)];
    if (home === undefined) throw new Error("There is no such repository.");
    const pull = drawPull(lots, { at, number: pulls.length + 1, home, person }, pace);
    pulls.push(pull);
    if (pull.mergedAt !== null) home.merged.push(pull);
  }
  const reporters = Array.from({ length: REPORTERS }, () => drawPerson(lots));
  const releases: ReleaseRecord[] = [];
  const feedback: FeedbackRecord[] = [];
  for (const repository of repositories) {
    const own = drawReleases(lots, repository, openedAt);
    releases.push(...own);
    for (const release of own) {
      feedback.push(...drawFeedback(lots, { repository, release, reporters }, pace));
    }
  }
  return { pulls, commits: [], releases, feedback };
}

/** Repositories, each as often as it is busy. */
function weightedPlaces(lots: Lots): number[] {
  return Array.from({ length: REPOSITORIES }, (_, at) => at).flatMap((at) => {
    const weight = Math.max(1, Math.round(10 * Math.exp(0.5 * normal(lots))));
    return Array.from({ length: weight }, () => at);
  });
}

interface Place {
  readonly at: number;
  readonly number: number;
  readonly home: Repository;
  readonly person: Person;
}

function drawPull(lots: Lots, { at, number, home, person }: Place, pace: Pace): PullRecord {
  const isAgents = lots.chance(AGENTS_SHARE);
  const shared = { repository: home.law.coding, person: person.pace, isAgents };
  const endsAt = at + drawCodingMs(lots, shared, pace);
  const isMerged = !lots.chance(CLOSED_SHARE);
  const isTakenBack = isMerged && lots.chance(TAKEN_BACK_SHARE);
  return pullRecord(number, {
    repositoryId: home.id,
    authorId: person.id,
    agents: isAgents ? [CLAUDE] : [],
    createdAt: at,
    readyAt: at,
    mergedAt: isMerged ? endsAt : null,
    closedAt: isMerged ? null : endsAt,
    revertedAt: isTakenBack ? endsAt + drawTakenBackMs(lots, pace) : null,
  });
}

/** Cuts come as they come; what was merged since the one before is in it. */
function drawReleases(
  lots: Lots,
  { id, law, merged }: Repository,
  openedAt: Instant,
): ReleaseRecord[] {
  const inOrder = merged.toSorted((left, right) => Number(left.mergedAt) - Number(right.mergedAt));
  const releases: ReleaseRecord[] = [];
  let from = 0;
  for (let at = openedAt; at < CLOSED_AT; at += exponential(lots, law.cutsPerMs)) {
    let to = from;
    while (Number(inOrder[to]?.mergedAt) <= at) to += 1;
    if (to === from) continue;
    const pulls = inOrder.slice(from, to).map(({ number }) => number);
    releases.push(
      releaseRecord(`v1.${releases.length}.0`, at, pulls, {
        repositoryId: id,
        sha: `${id} ${releases.length}`,
        usableAt: at + drawPublishingMs(lots),
        kind: releases.length === 0 ? "first" : "regular",
      }),
    );
    from = to;
  }
  return releases;
}

interface Told {
  readonly repository: Repository;
  readonly release: ReleaseRecord;
  readonly reporters: readonly number[];
}

function drawFeedback(lots: Lots, { repository, release, reporters }: Told, pace: Pace) {
  const { id, law } = repository;
  if (!lots.chance(law.failing)) return [];
  const openedAt = Number(release.usableAt) + drawDetectMs(lots);
  const isExplicit = lots.chance(EXPLICIT_SHARE);
  const reporterId = lots.between(0, REPORTERS);
  const shared = { repository: law.fixing, reporter: Number(reporters[reporterId]) };
  const fixedAt = openedAt + drawFixingMs(lots, shared, pace);
  const isDeclined = lots.chance(DECLINED_SHARE);
  const { tag } = release;
  const fixUsableAt = fixedAt + exponential(lots, law.cutsPerMs) + drawPublishingMs(lots);
  const fixed = { fixedAt, fixTag: "v2.0.0", fixUsableAt };
  return [
    feedbackRecord(`issue/${tag}`, openedAt, {
      repositoryId: id,
      reporterId,
      attribution: isExplicit ? { tier: "explicit", by: "label", tag } : { tier: "inferred", tag },
      ...(isDeclined ? { closedAt: fixedAt, resolution: "declined" } : fixed),
    }),
  ];
}
