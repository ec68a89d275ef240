import * as fc from "fast-check";
import type {
  DirectCommitRecord,
  FeedbackRecord,
  PullRecord,
  Records,
  Redraft,
  ReleaseRecord,
} from "../../../src/core/clocks/records.ts";
import type { Instant } from "../../../src/core/state.ts";
import { DAY, feedbackRecord, HOUR, pullRecord, releaseRecord, START } from "./build-records.ts";

/** Records of any repository, for what must hold of all of them. */

const HOURS_MAX = 90 * 24;

const ends = fc.option(fc.integer({ min: 0, max: 30 * 24 }), { nil: null });
const anyHour = fc.integer({ min: 0, max: HOURS_MAX });

const anyPull = fc.record({
  opened: fc.integer({ min: 0, max: 60 * 24 }),
  authored: fc.option(fc.integer({ min: -50 * 24, max: 24 }), { nil: null }),
  ready: ends,
  /** Hours after its opening at which it was a draft again and ready again, by turns. */
  turns: fc.uniqueArray(fc.integer({ min: 0, max: 30 * 24 }), { maxLength: 5 }),
  reviewed: ends,
  approved: ends,
  merged: ends,
  closed: ends,
  reverted: ends,
  author: fc.integer({ min: 1, max: 4 }),
});

const CHANNELS = ["stable", "stable", "stable", "1.4", "beta"] as const;

const anyRelease = fc.record({
  at: anyHour,
  channel: fc.constantFrom(...CHANNELS),
  withdrawn: ends,
  rolledBack: ends,
});

export const anyRecords = fc.record({
  pulls: fc.array(anyPull, { maxLength: 12 }),
  commits: fc.array(anyHour, { maxLength: 4 }),
  releases: fc.array(anyRelease, { maxLength: 8 }),
  feedback: fc.array(fc.record({ at: anyHour, fixed: ends }), { maxLength: 6 }),
});

export type Drawn = typeof anyRecords extends fc.Arbitrary<infer Value> ? Value : never;

/** When all that was drawn has happened. */
export const LATER = START + 200 * DAY;

function after(from: Instant, hours: number | null): Instant | null {
  return hours === null ? null : from + hours * HOUR;
}

type See = (at: Instant | null) => Instant | null;

/** What a store would hold that was cut off at an instant: nothing is written of what came later. */
export function recordsOf(drawn: Drawn, until: Instant): Records {
  const seen: See = (at) => (at !== null && at > until ? null : at);
  const pulls = drawn.pulls.map((each, number) => pullOf(each, number, seen));
  const commits = drawn.commits.map((hour, nth): DirectCommitRecord => {
    return { repositoryId: 1, sha: `d${nth}`, at: START + hour * HOUR, isReleasable: true };
  });
  const inOrder = drawn.releases.toSorted((left, right) => left.at - right.at);
  const releases = inOrder.map((each, nth): ReleaseRecord => {
    const publishedAt = START + each.at * HOUR;
    const before = inOrder.slice(0, nth).findLast(({ channel }) => channel === each.channel);
    const from = before === undefined ? -Infinity : START + before.at * HOUR;
    return releaseRecord(`v1.${nth}.0`, publishedAt, [], {
      sha: `s${nth}`,
      channel: each.channel,
      isPrerelease: each.channel === "beta",
      usableAt: seen(publishedAt + HOUR),
      withdrawnAt: seen(after(publishedAt, each.withdrawn)),
      rolledBackAt: seen(after(publishedAt, each.rolledBack)),
      carries: carriedIn(drawn, { from, to: publishedAt }),
    });
  });
  const feedback = drawn.feedback.map((each, nth) => feedbackOf(each, nth, inOrder, seen));
  return {
    pulls: pulls.filter(({ createdAt }) => createdAt <= until),
    commits: commits.filter(({ at }) => at <= until),
    releases: releases.filter(({ publishedAt }) => publishedAt <= until),
    feedback: feedback.filter(({ openedAt }) => openedAt <= until),
  };
}

function pullOf(each: Drawn["pulls"][number], number: number, seen: See): PullRecord {
  const createdAt = START + each.opened * HOUR;
  const mergedAt = seen(after(createdAt, each.merged));
  const firstReviewAt = seen(after(createdAt, each.reviewed));
  return pullRecord(number, {
    createdAt,
    authorId: each.author,
    firstAuthoredAt: after(createdAt, each.authored),
    readyAt: seen(after(createdAt, each.ready)),
    redrafts: redraftsOf(each.turns, createdAt, seen),
    firstReviewAt,
    reviewerIds: firstReviewAt === null ? [] : [9],
    approvedAt: seen(after(createdAt, each.approved)),
    mergedAt,
    mergeSha: mergedAt === null ? null : `m${number}`,
    closedAt: each.merged === null ? seen(after(createdAt, each.closed)) : null,
    revertedAt: mergedAt === null ? null : seen(after(mergedAt, each.reverted)),
  });
}

function redraftsOf(turns: readonly number[], createdAt: Instant, seen: See): readonly Redraft[] {
  const times = turns
    .toSorted((left, right) => left - right)
    .map((hour) => createdAt + hour * HOUR);
  return times.flatMap((from, at) => {
    const isDraft = at % 2 === 0 && seen(from) !== null;
    return isDraft ? [[from, seen(times[at + 1] ?? null)] as const] : [];
  });
}

/** What was merged or pushed after `from` and up to `to`. */
function carriedIn(
  { pulls, commits }: Drawn,
  { from, to }: { readonly from: Instant; readonly to: Instant },
): ReleaseRecord["carries"] {
  const isIn = (at: Instant): boolean => at > from && at <= to;
  return [
    ...pulls.flatMap(({ opened, merged }, pull) => {
      const isCarried = merged !== null && isIn(START + (opened + merged) * HOUR);
      return isCarried ? [{ pull, sha: `m${pull}`, how: "ancestry" as const }] : [];
    }),
    ...commits.flatMap((hour, nth) => {
      return isIn(START + hour * HOUR)
        ? [{ pull: null, sha: `d${nth}`, how: "direct" as const }]
        : [];
    }),
  ];
}

function feedbackOf(
  { at, fixed }: Drawn["feedback"][number],
  nth: number,
  releases: Drawn["releases"],
  seen: See,
): FeedbackRecord {
  const openedAt = START + at * HOUR;
  const fixUsableAt = seen(after(openedAt, fixed));
  const newest = releases.filter((each) => each.at + 1 <= at).length - 1;
  return feedbackRecord(`issue/${nth}`, openedAt, {
    attribution: newest < 0 ? null : { tier: "inferred", tag: `v1.${newest}.0` },
    fixedAt: seen(after(openedAt, fixed)),
    fixUsableAt,
    fixTag: fixUsableAt === null ? null : "v9",
    closedAt: seen(after(openedAt, fixed)),
    resolution: fixUsableAt === null ? null : "fixed",
  });
}
