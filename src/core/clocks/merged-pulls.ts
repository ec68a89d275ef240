import { isWithin } from "./known.ts";
import type { Known } from "./known.ts";
import { rowsOf, rowsOfShare } from "./measure.ts";
import type { Scope } from "./measure.ts";
import type { Row } from "./measured.ts";
import { measureCount, measureShare } from "./plain-share.ts";
import { changesCapability } from "./pull-times.ts";
import type { PullRecord } from "./records.ts";
import { keyOfPull } from "./row-key.ts";
import { sayCount } from "./say.ts";

const DAY_MS = 86_400_000;

/** Taken back within it, work was no gain. */
const STANDS_MS = 14 * DAY_MS;

/** An issue that waited longer is old. */
const OLD_ISSUE_MS = 90 * DAY_MS;

export function mergedIn({ known, window }: Scope): readonly PullRecord[] {
  return known.pulls.merged.within(window);
}

/** Was it taken back within 14 days, as far as is known? */
function wasTakenBack({ mergedAt, revertedAt }: PullRecord): boolean {
  return revertedAt !== null && revertedAt - Number(mergedAt) <= STANDS_MS;
}

/** What was merged, and what of it stayed. */
export function measureMerged(scope: Scope) {
  const merged = mergedIn(scope);
  const capability = merged.filter(changesCapability);
  const net = capability.filter((pull) => !wasTakenBack(pull));
  const old = merged.filter(({ mergedAt, oldestIssueAt }) => {
    return oldestIssueAt !== null && Number(mergedAt) - oldestIssueAt > OLD_ISSUE_MS;
  });
  const excepted = merged.filter(({ exceptions }) => exceptions > 0);
  const overridden = scope.known.events.filter(({ publishedAt, overrides }) => {
    return overrides > 0 && isWithin(publishedAt, scope.window);
  });
  return {
    mergedPulls: measureCount(scope, rowsOfPulls(merged), `${sayPulls(merged)} merged`),
    mergedCapability: measureCount(
      scope,
      rowsOfPulls(capability),
      `${sayPulls(capability)} merged that change what the product can do`,
    ),
    netCapability: measureCount(
      scope,
      rowsOfPulls(net),
      `${sayPulls(net)} of ${capability.length} stand, taken back within 14 days left out`,
    ),
    oldIssues: measureCount(
      scope,
      rowsOfPulls(old),
      `${sayPulls(old)} merged that closed an issue older than 90 days`,
    ),
    exceptions: measureCount(
      scope,
      rowsOfPulls(excepted),
      `${sayPulls(excepted)} merged with an exception on record`,
    ),
    overrides: measureCount(
      scope,
      rowsOf(overridden.map(({ key }) => key)),
      `${sayCount(overridden.length, "release", "releases")} for which somebody lifted a rule`,
    ),
  };
}

function sayPulls({ length }: readonly PullRecord[]): string {
  return sayCount(length, "pull", "pulls");
}

function rowsOfPulls(pulls: readonly PullRecord[]): Row[] {
  return rowsOf(pulls.map(keyOfPull));
}

/** What stands beside the headline of clock 1. */
export function isOfBot({ isBot }: PullRecord): boolean {
  return isBot;
}

export function isOfOtherKind(pull: PullRecord): boolean {
  return !pull.isBot && !changesCapability(pull);
}

/** Shares of merged work that is looked after less, by whether an agent's trace was found. */
export function measureCare(scope: Scope, merged: readonly PullRecord[], whose: string) {
  const people = merged.filter(({ isBot }) => !isBot);
  const released = people.filter((pull) => isReleased(pull, scope.known));
  return {
    unreviewed: measureShare(
      scope,
      rowsOfShare(people, keyOfPull, ({ reviewerIds }) => reviewerIds.length === 0),
      `merged pulls ${whose} that no person reviewed`,
    ),
    revertedAfterRelease: measureShare(
      scope,
      rowsOfShare(released, keyOfPull, ({ revertedAt }) => revertedAt !== null),
      `released pulls ${whose} that were reverted`,
    ),
  };
}

/** Was it in people's hands, also where it was taken back later? */
function isReleased({ repositoryId, number, revertedAt }: PullRecord, known: Known): boolean {
  const usable = known.usableOf(keyOfPull({ repositoryId, number }));
  return usable.kind === "usable" && (revertedAt === null || usable.at < revertedAt);
}
