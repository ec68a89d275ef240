import { effectiveEvents } from "./cadence.ts";
import { capabilitySpans } from "./capability-clock.ts";
import { medianOf } from "./clock.ts";
import { measureDebt } from "./debt.ts";
import { isAttributed, failureSpans } from "./failures.ts";
import { feedbackSpans, isTrouble, WATCHED_MS, watchedSpans } from "./feedback-clock.ts";
import { fixedShare } from "./fixed-share.ts";
import { isWithin } from "./known.ts";
import { isExternal, measureLearning } from "./learning.ts";
import { hitsOf } from "./measure.ts";
import type { Scope } from "./measure.ts";
import { ROWS_MIN } from "./measured.ts";
import type { Measured } from "./measured.ts";
import { mergedIn } from "./merged-pulls.ts";
import { changesCapability } from "./pull-times.ts";
import { intervalOfCount, intervalOfRate } from "./rate.ts";
import { releaseSpans } from "./release-clock.ts";
import { measureRepairs } from "./rework.ts";

/** A number with its 80 % interval; null: fewer than 5 rows, or not known. */
interface Reading {
  readonly low: number | null;
  readonly high: number | null;
  /** Only of plain counts. */
  readonly count?: number;
}

/** What findings look at in one window. */
export interface Signals {
  readonly capability: Reading | null;
  readonly release: Reading | null;
  /** Of releases that had trouble: until the first of it. */
  readonly detect: Reading | null;
  readonly return: Reading | null;
  readonly changeFail: Reading | null;
  readonly repairs: Reading | null;
  readonly merged: Reading | null;
  readonly releases: Reading | null;
  readonly emptyReleases: Reading | null;
  /** Merged, to be released, and not usable at the window's end. */
  readonly backlog: Reading | null;
  readonly reporters: Reading | null;
  /** Share of releases with feedback from outside. */
  readonly signalled: { readonly value: number; readonly n: number };
  readonly radius: number | null;
  readonly debt: number | null;
}

export function signalsOf(scope: Scope): Signals {
  const { known, window } = scope;
  const detected = watchedSpans(scope, isTrouble);
  const learning = measureLearning(scope);
  const empty = known.events.filter(({ kind, publishedAt }) => {
    return kind === "empty" && isWithin(publishedAt, window);
  });
  return {
    capability: medianOf(capabilitySpans(scope), 0.8),
    release: medianOf(releaseSpans(scope), 0.8),
    detect: medianOf(
      detected.filter(({ end }) => end === "happened"),
      0.8,
    ),
    return: medianOf(feedbackSpans(scope, "fixUsableAt", isExternal), 0.8),
    changeFail: failing(scope),
    repairs: narrower(measureRepairs(scope)),
    merged: counted(mergedIn(scope).filter(changesCapability).length),
    releases: counted(effectiveEvents(scope).length),
    emptyReleases: counted(empty.length),
    backlog: counted(backlogAt(scope)),
    reporters: counted(Number(learning.externalReporters.value)),
    signalled: {
      value: learning.signalledReleases.value ?? 0,
      n: learning.signalledReleases.n,
    },
    radius: learning.learningRadius.value,
    debt: measureDebt(scope).value,
  };
}

function failing(scope: Scope): Reading | null {
  const spans = failureSpans(scope, isAttributed);
  if (spans.length < ROWS_MIN) return null;
  const { value, low, high } = fixedShare(spans, WATCHED_MS, 0.8);
  return value === null ? null : { low, high };
}

function narrower({ n, rows }: Measured): Reading | null {
  if (n < ROWS_MIN) return null;
  return intervalOfRate(hitsOf(rows), n, 0.8);
}

function counted(count: number): Reading {
  const { low, high } = intervalOfCount(count, 0.8);
  return { low, high, count };
}

function backlogAt({ known, window: { to } }: Scope): number {
  return known.units.all.filter(({ isReleasable, mergedAt, revertedAt, usable }) => {
    if (!isReleasable || mergedAt >= to || (revertedAt !== null && revertedAt < to)) return false;
    return usable.kind === "waiting" || (usable.kind === "usable" && usable.at >= to);
  }).length;
}

/** Null: one of them is not known. */
export type Moved = "lower" | "higher" | "same" | null;

/** Moved only where the two 80 % intervals have nothing in common. */
export function movedFrom(before: Reading | null, now: Reading | null): Moved {
  if (before === null || now === null) return null;
  // From a few to none is no trend, from none to many is.
  const most = Math.max(before.count ?? ROWS_MIN, now.count ?? ROWS_MIN);
  if (most < ROWS_MIN) return null;
  if (before.low !== null && now.high !== null && now.high < before.low) return "lower";
  if (before.high !== null && now.low !== null && now.low > before.high) return "higher";
  return "same";
}
