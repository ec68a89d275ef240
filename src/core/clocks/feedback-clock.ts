import type { Instant } from "../state.ts";
import type { Feedback } from "./canonical.ts";
import { rowOf } from "./clock.ts";
import type { ClockFacts, ClockWords } from "./clock.ts";
import { measureFixedShare } from "./fixed-share.ts";
import { groupsOf, isWithin, weekOf } from "./known.ts";
import type { Known } from "./known.ts";
import type { Scope } from "./measure.ts";
import { earliest } from "./release-events.ts";
import type { ReleaseEvent } from "./release-events.ts";
import { sayShare } from "./say.ts";
import type { Span } from "./span.ts";

/** Clock 3: from usable over feedback to the fix that people can use. */

/** How long a release is watched: most of what is reverted is reverted within it. */
export const WATCHED_MS = 14 * 86_400_000;

/** Ideas are feedback, but no trouble: they stand in a stream of their own. */
export function isTrouble({ kind }: Feedback): boolean {
  return kind !== "idea";
}

/** Finds the feedback that is attributed to a release event, of those that are selected. */
export function feedbackByEvent(
  known: Known,
  select: (feedback: Feedback) => boolean,
): (event: ReleaseEvent) => readonly Feedback[] {
  const byTag = new Map<string, Feedback[]>();
  for (const feedback of known.feedback.filter(select)) {
    const { repositoryId, attribution } = feedback;
    if (attribution === null) continue;
    const key = `${repositoryId} ${attribution.tag}`;
    const own = byTag.get(key);
    if (own === undefined) byTag.set(key, [feedback]);
    else own.push(feedback);
  }
  return ({ repositoryId, tags }) =>
    tags.flatMap((tag) => byTag.get(`${repositoryId} ${tag}`) ?? []);
}

/**
 * 3a, from usable to the first trouble that is selected, watched for 14 days; of releases that
 * brought something.
 */
export function watchedSpans(
  { known, window }: Scope,
  select: (feedback: Feedback) => boolean,
  counts: (event: ReleaseEvent) => boolean = () => true,
): Span[] {
  const feedbackOf = feedbackByEvent(known, select);
  return known.exposed
    .within(window)
    .filter(counts)
    .map((event) => watchedSpan(event, feedbackOf(event), known));
}

function watchedSpan(event: ReleaseEvent, feedback: readonly Feedback[], known: Known): Span {
  const { key, repositoryId } = event;
  const usableAt = Number(event.usableAt);
  const personId = null;
  const groups = groupsOf(known, { repositoryId, bundle: key, personId, key }).slice(0, 1);
  // One that was given up is out of people's hands from then on.
  const until = Math.min(known.asOf, usableAt + WATCHED_MS, event.withdrawnAt ?? Infinity);
  const firstAt = earliest(feedback.map(({ openedAt }) => openedAt));
  if (firstAt !== null && firstAt <= usableAt + WATCHED_MS) {
    return { key, groups, ms: Math.max(0, firstAt - usableAt), end: "happened" };
  }
  return { key, groups, ms: Math.max(0, until - usableAt), end: "open" };
}

export function detectFacts(scope: Scope, select: (feedback: Feedback) => boolean): ClockFacts {
  const spans = watchedSpans(scope, (feedback) => {
    return isTrouble(feedback) && select(feedback);
  });
  const { sentence } = measureFixedShare(scope, spans, {
    withinMs: WATCHED_MS,
    say: (value, counts) => {
      return `${sayShare(value)} of releases had feedback within 14 days (${counts})`;
    },
  });
  return {
    spans,
    sentence,
    completed: spans.filter(({ end }) => end === "happened").map(rowOf),
    leftOut: [],
    words: {
      work: "releases",
      done: "answered by feedback",
      one: "release",
      many: "releases",
      open: "without any",
    },
  };
}

export type FeedbackEnd = "fixedAt" | "fixUsableAt";

const WORDS: Readonly<Record<FeedbackEnd, ClockWords>> = {
  fixedAt: {
    work: "feedback",
    done: "answered by a fix",
    one: "piece",
    many: "pieces",
    open: "open",
  },
  fixUsableAt: {
    work: "feedback",
    done: "back as a usable fix",
    one: "piece",
    many: "pieces",
    open: "open",
  },
};

/** 3b until the fix is merged, 3c until people can use it. */
export function feedbackSpans(
  { known, window }: Scope,
  end: FeedbackEnd,
  select: (feedback: Feedback) => boolean,
): Span[] {
  return known.feedback
    .filter((each) => isTrouble(each) && select(each) && isWithin(each.openedAt, window))
    .map((feedback) => spanOf(feedback, end, known));
}

export function feedbackFacts(
  scope: Scope,
  end: FeedbackEnd,
  select: (feedback: Feedback) => boolean,
): ClockFacts {
  const { known, window } = scope;
  const spans = feedbackSpans(scope, end, select);
  const started = known.feedback.filter((each) => {
    return select(each) && isWithin(each.openedAt, window);
  });
  const ended = known.feedback.filter((each) => isTrouble(each) && isWithin(each[end], window));
  const untraced = started.filter((each) => isTrouble(each) && isUntraced(each)).length;
  return {
    spans,
    completed: ended.filter(select).map((each) => rowOf(spanOf(each, end, known))),
    leftOut: [
      { what: "ideas", count: started.filter((each) => !isTrouble(each)).length },
      { what: "closed without a fix that is known: counted until then", count: untraced },
    ].filter(({ count }) => count > 0),
    words: WORDS[end],
  };
}

/** Closed as done, and nobody knows by what. */
function isUntraced({ closedAt, resolution, fixedAt, fixUsableAt }: Feedback): boolean {
  return closedAt !== null && resolution !== "declined" && (fixedAt ?? fixUsableAt) === null;
}

function spanOf(feedback: Feedback, end: FeedbackEnd, known: Known): Span {
  const { row: key, repositoryId, openedAt, reporterId } = feedback;
  const tag = feedback.attribution?.tag;
  const bundle = tag === undefined ? weekOf(openedAt) : `release ${tag}`;
  const groups = groupsOf(known, { repositoryId, bundle, personId: reporterId, key });
  const ended = endOf(feedback, end, known.asOf);
  return { key, groups, ms: Math.max(0, ended.at - openedAt), end: ended.end };
}

/** How it ended and when; of what is open, until when it was seen. */
export function endOf(
  feedback: Feedback,
  end: FeedbackEnd,
  asOf: Instant,
): Pick<Span, "end"> & { readonly at: Instant } {
  const { closedAt, resolution } = feedback;
  const endedAt = feedback[end];
  if (endedAt !== null) return { at: endedAt, end: "happened" };
  if (closedAt !== null && resolution === "declined") return { at: closedAt, end: "otherwise" };
  return { at: isUntraced(feedback) ? Number(closedAt) : asOf, end: "open" };
}
