import type { Instant } from "../state.ts";
import type { Feedback } from "./canonical.ts";
import { measureClock } from "./clock.ts";
import { endOf, feedbackByEvent, isTrouble, WATCHED_MS, watchedSpans } from "./feedback-clock.ts";
import { measureFixedShare } from "./fixed-share.ts";
import { groupsOf } from "./known.ts";
import type { Scope } from "./measure.ts";
import type { ClockMeasured, Measured } from "./measured.ts";
import type { ReleaseEvent } from "./release-events.ts";
import { sayShare } from "./say.ts";
import type { Span } from "./span.ts";

/** Trouble that somebody or something tied to the release. */
function isExplicit(feedback: Feedback): boolean {
  return isTrouble(feedback) && feedback.attribution?.tier === "explicit";
}

/** The same, and trouble that came while the release was the newest. */
export function isAttributed(feedback: Feedback): boolean {
  return isTrouble(feedback) && feedback.attribution !== null;
}

/** A rollback repairs: it is neither good nor bad itself. */
function isNoRollback({ kind }: ReleaseEvent): boolean {
  return kind !== "rollback";
}

/** Spans of the change-fail rate: from usable to the first trouble, watched for 14 days. */
export function failureSpans(scope: Scope, tier: (feedback: Feedback) => boolean): Span[] {
  return watchedSpans(scope, tier, isNoRollback);
}

/** The truth lies between what was said and what was inferred; both are shown. */
export function measureFailures(scope: Scope) {
  return {
    changeFailLow: rate(scope, failureSpans(scope, isExplicit), "are known to have failed"),
    changeFailHigh: rate(scope, failureSpans(scope, isAttributed), "may have failed"),
    changeFailLowAllIn: rate(
      scope,
      watchedSpans(scope, isExplicit),
      "are known to have failed, rollbacks counted as releases",
    ),
    changeFailHighAllIn: rate(
      scope,
      watchedSpans(scope, isAttributed),
      "may have failed, rollbacks counted as releases",
    ),
  };
}

function rate(scope: Scope, spans: readonly Span[], what: string): Measured {
  return measureFixedShare(scope, spans, {
    withinMs: WATCHED_MS,
    say: (value, counts) => `${sayShare(value)} of releases ${what} within 14 days (${counts})`,
  });
}

/**
 * From when a release that failed was usable, until its rollback or the fix of its trouble was:
 * detecting and returning together.
 */
export function measureRecovery(scope: Scope): ClockMeasured {
  const spans = recoverySpans(scope);
  return measureClock(scope, {
    spans,
    completed: spans
      .filter(({ end }) => end === "happened")
      .map(({ key, ms, end }) => ({ key, ms, end })),
    leftOut: [],
    words: {
      work: "releases that failed",
      done: "recovered from",
      one: "release",
      many: "releases",
      open: "failing",
    },
  });
}

function recoverySpans({ known, window }: Scope): Span[] {
  const feedbackOf = feedbackByEvent(known, isExplicit);
  return known.exposed
    .within(window)
    .filter(isNoRollback)
    .flatMap((event): Span[] => {
      const feedback = feedbackOf(event);
      if (feedback.length === 0) return [];
      const { key, repositoryId } = event;
      const usableAt = Number(event.usableAt);
      const groups = groupsOf(known, { repositoryId, bundle: key, personId: null, key });
      const { at, end } = recoveryOf(event, feedback, known.asOf);
      return [{ key, groups: groups.slice(0, 1), ms: Math.max(0, at - usableAt), end }];
    });
}

/**
 * Several troubles are over with the last of them, and what was declined is none that asks for a
 * fix; a rollback ends all.
 */
function recoveryOf(
  { rolledBackAt }: ReleaseEvent,
  feedback: readonly Feedback[],
  asOf: Instant,
): Pick<Span, "end"> & { readonly at: Instant } {
  const ends = feedback.map((each) => endOf(each, "fixUsableAt", asOf));
  const asking = ends.filter(({ end }) => end !== "otherwise");
  const last = (asking.length === 0 ? ends : asking).reduce((latest, each) => {
    return each.at > latest.at ? each : latest;
  });
  const end = asking.find((each) => each.end === "open")?.end ?? last.end;
  if (rolledBackAt === null || (end === "happened" && last.at < rolledBackAt)) {
    return { at: last.at, end };
  }
  return { at: rolledBackAt, end: "happened" };
}
