import { effectiveEvents } from "./cadence.ts";
import type { Feedback } from "./canonical.ts";
import { feedbackByEvent, feedbackSpans, isTrouble } from "./feedback-clock.ts";
import { measureFixedShare } from "./fixed-share.ts";
import { isWithin } from "./known.ts";
import { measured, rowsOf, rowsOfShare } from "./measure.ts";
import type { Scope } from "./measure.ts";
import type { Measured } from "./measured.ts";
import { measureShare } from "./plain-share.ts";
import { sayCount, sayNumber, sayShare } from "./say.ts";

const DAY_MS = 86_400_000;

export function isExternal({ reporter }: Feedback): boolean {
  return reporter === "external";
}

/** Found by a maintainer, by CI or by a bot. */
export function isInternal(feedback: Feedback): boolean {
  return !isExternal(feedback);
}

/** How far a team hears, and whether what it hears comes back as a fix. */
export function measureLearning(scope: Scope) {
  const loopClosed30 = loopClosed(scope, 30);
  const people = measureReporters(scope);
  return {
    learningRadius: measureRadius(scope, people, loopClosed30),
    externalReporters: people,
    loopClosed30,
    loopClosed90: loopClosed(scope, 90),
    signalledReleases: measureSignalled(scope),
  };
}

/**
 * Of what could be acted on, the share whose fix people could use in time. Read of feedback that
 * came in the window or as many days before it, so that some of it is old enough to tell.
 */
function loopClosed({ window, ...rest }: Scope, days: number): Measured {
  const scope = { ...rest, window: { from: window.from - days * DAY_MS, to: window.to } };
  const spans = feedbackSpans(scope, "fixUsableAt", ({ resolution }) => resolution !== "declined");
  return measureFixedShare(scope, spans, {
    withinMs: days * DAY_MS,
    say: (value, counts) => {
      return `${sayShare(value)} of feedback had a usable fix within ${days} days (${counts})`;
    },
  });
}

/** Distinct people outside whose feedback was attributed to a release. */
function measureReporters(scope: Scope): Measured {
  const heard = heardIn(scope);
  const people = new Set(heard.flatMap(({ externalIds }) => externalIds)).size;
  return measured(scope, {
    unit: "people",
    value: people,
    rows: rowsOf(heard.map(({ row }) => row)),
    sentence: `${sayCount(people, "person", "people")} outside gave feedback on releases`,
  });
}

function heardIn({ known, window }: Scope): readonly Feedback[] {
  return known.feedback.filter(({ openedAt, attribution, externalIds }) => {
    return attribution !== null && externalIds.length > 0 && isWithin(openedAt, window);
  });
}

/** The product of both, with each beside it: a definition of ours. */
function measureRadius(scope: Scope, people: Measured, closed: Measured): Measured {
  const value = closed.value === null ? null : Number(people.value) * closed.value;
  return measured(scope, {
    unit: "people × share",
    value,
    rows: rowsOf(heardIn(scope).map(({ row }) => row)),
    missing: "too little feedback is old enough to tell whether it came back as a fix",
    sentence:
      value === null
        ? "learning radius: not enough data"
        : `learning radius ${sayNumber(value)}: ${people.sentence}, and ${closed.sentence}`,
  });
}

/** Silence is no success: how many releases anybody outside said anything about. */
function measureSignalled(scope: Scope): Measured {
  const feedbackOf = feedbackByEvent(scope.known, isExternal);
  const rows = rowsOfShare(
    effectiveEvents(scope),
    ({ key }) => key,
    (event) => feedbackOf(event).length > 0,
  );
  return measureShare(scope, rows, "releases that somebody outside gave feedback on");
}

/** Ideas: their own stream, beside the clock. */
export function measureIdeas(scope: Scope): Measured {
  const ideas = scope.known.feedback.filter((each) => {
    return !isTrouble(each) && isWithin(each.openedAt, scope.window);
  });
  return measured(scope, {
    unit: "count",
    value: ideas.length,
    rows: rowsOf(ideas.map(({ row }) => row)),
    sentence: `${sayCount(ideas.length, "idea", "ideas")} came in`,
  });
}
