import { isWithin } from "./known.ts";
import type { Window } from "./known.ts";
import { measured, rowsOf } from "./measure.ts";
import type { Scope } from "./measure.ts";
import { ROWS_MIN } from "./measured.ts";
import type { Measured, Row, UnitName } from "./measured.ts";
import { measureCount } from "./plain-share.ts";
import { intervalOfQuantile, quantileOf } from "./quantile.ts";
import { intervalOfCount } from "./rate.ts";
import type { ReleaseEvent } from "./release-events.ts";
import { keyOfRelease } from "./row-key.ts";
import { sayCount, sayDuration, sayNumber } from "./say.ts";

const WEEK_MS = 7 * 86_400_000;

/** Release events that brought something, by when people could use them. */
export function effectiveEvents({ known, window }: Scope): readonly ReleaseEvent[] {
  return known.exposed.within(window);
}

export function measureCadence(scope: Scope) {
  const { known, window } = scope;
  const events = effectiveEvents(scope);
  const releases = known.records.releases.filter(({ publishedAt, isPrerelease }) => {
    return !isPrerelease && isWithin(publishedAt, window);
  });
  const empty = releases.filter(({ kind }) => kind === "empty");
  return {
    effectiveCadence: perWeek(
      scope,
      rowsOf(events.map(({ key }) => key)),
      "that brought something",
    ),
    rawCadence: perWeek(scope, rowsOf(releases.map(keyOfRelease)), "of any kind, empty tags too"),
    emptyReleases: measureCount(
      scope,
      rowsOf(empty.map(keyOfRelease)),
      `${sayCount(empty.length, "release", "releases")} brought nothing`,
    ),
    timeBetweenReleases: measureBetween(scope, events),
    batchPulls: measureMedian(
      scope,
      batchOf(events, ({ carries }) => carries.length),
      {
        unit: "pulls",
        say: (value) => `a release brings ${sayNumber(value)} ${value === 1 ? "pull" : "pulls"}`,
      },
    ),
    batchLines: measureMedian(
      scope,
      batchOf(events, ({ lines }) => lines),
      {
        unit: "lines",
        say: (value) => `a release changes ${sayNumber(value)} lines`,
      },
    ),
  };
}

function perWeek(scope: Scope, rows: readonly Row[], which: string): Measured {
  const weeks = weeksOf(scope.window);
  const { low, high, level } = intervalOfCount(rows.length, 0.95);
  const value = rows.length / weeks;
  return measured(scope, {
    unit: "per week",
    value,
    interval: { low: Number(low) / weeks, high: Number(high) / weeks, level },
    rows,
    sentence: `${sayNumber(value)} releases a week ${which} (${rows.length} in all)`,
  });
}

function weeksOf({ from, to }: Window): number {
  return (to - from) / WEEK_MS;
}

/** A row and its size. */
export interface Sized {
  readonly key: string;
  readonly size: number;
}

function batchOf(
  events: readonly ReleaseEvent[],
  sizeOf: (event: ReleaseEvent) => number | null,
): Sized[] {
  return events.flatMap((event) => {
    const size = sizeOf(event);
    return size === null ? [] : [{ key: event.key, size }];
  });
}

interface MedianWords {
  readonly unit: UnitName;
  readonly say: (value: number) => string;
}

/** Median of plain sizes, nothing of which is open. */
export function measureMedian(
  scope: Scope,
  sized: readonly Sized[],
  { unit, say }: MedianWords,
): Measured {
  const sorted = sized.map(({ size }) => size).toSorted((left, right) => left - right);
  const value = sorted.length < ROWS_MIN ? null : quantileOf(sorted, 0.5);
  const p90 = quantileOf(sorted, 0.9);
  return measured(scope, {
    unit,
    value,
    interval: value === null ? null : intervalOfQuantile(sorted, 0.5, 0.95),
    rows: rowsOf(sized.map(({ key }) => key)),
    missing: `not enough data: ${sorted.length} of ${ROWS_MIN}`,
    sentence:
      value === null
        ? `not enough data (${sorted.length} of ${ROWS_MIN})`
        : `${say(value)} at the median, ${sayNumber(Number(p90))} at the 90th percentile`,
  });
}

/** Median of plain durations; `words`: "lie between two releases". */
export function measureDurations(scope: Scope, sized: readonly Sized[], words: string): Measured {
  const number = measureMedian(scope, sized, {
    unit: "milliseconds",
    say: (value) => `${sayDuration(value)} ${words}`,
  });
  const timed = sized.map(({ key, size }): Row => ({ key, ms: size, end: "happened" }));
  const rows = scope.isBrief === true ? [] : timed;
  if (number.value === null) return { ...number, rows };
  const counts = `at the median (${sized.length} in all)`;
  return { ...number, rows, sentence: `${sayDuration(number.value)} ${words} ${counts}` };
}

/** From one usable release of a repository to its next. */
function measureBetween(scope: Scope, events: readonly ReleaseEvent[]): Measured {
  const last = new Map<number, number>();
  const between = events
    .toSorted((left, right) => Number(left.usableAt) - Number(right.usableAt))
    .flatMap(({ key, repositoryId, usableAt }) => {
      const before = last.get(repositoryId);
      last.set(repositoryId, Number(usableAt));
      return before === undefined ? [] : [{ key, size: Number(usableAt) - before }];
    });
  return measureDurations(scope, between, "lie between two releases");
}
