import type { Instant } from "../state.ts";
import { rowOf } from "./clock.ts";
import type { ClockFacts } from "./clock.ts";
import { groupsOf, weekOf } from "./known.ts";
import type { Known } from "./known.ts";
import type { Scope } from "./measure.ts";
import { changesCapability, personOf, startOfWork } from "./pull-times.ts";
import type { PullRecord } from "./records.ts";
import { keyOfPull } from "./row-key.ts";
import type { Span } from "./span.ts";
import type { Timeline } from "./timeline.ts";

/** Where the time of a pull begins. */
export interface Beginning {
  /** Null: not known, so it is left out. */
  readonly startOf: (pull: PullRecord) => Instant | null;
  readonly timeline: (known: Known) => Timeline<PullRecord>;
}

export const fromWork: Beginning = {
  startOf: (pull) => startOfWork(pull).at,
  timeline: ({ pulls }) => pulls.started,
};

/** As DORA words it: committed to version control, however old the commit is. */
export const fromCommit: Beginning = {
  startOf: ({ firstAuthoredAt }) => firstAuthoredAt,
  timeline: ({ pulls }) => pulls.authored,
};

function counts(pull: PullRecord): boolean {
  return changesCapability(pull) && pull.isReleasable;
}

/** From the start of work to usable: clocks 1 and 2 of the same pulls, one after the other. */
export function leadTimeFacts({ known, window }: Scope, beginning: Beginning): ClockFacts {
  const { startOf, timeline } = beginning;
  const started = timeline(known).within(window).filter(counts);
  const ended = known.pulls.usable.within(window).filter(counts);
  return {
    spans: started.flatMap((pull) => spanOf(pull, startOf, known)),
    completed: ended
      .flatMap((pull) => spanOf(pull, startOf, known))
      .filter(({ end }) => end === "happened")
      .map(rowOf),
    leftOut: [],
    words: { work: "work", done: "usable", one: "pull", many: "pulls", open: "on the way" },
  };
}

/** None where its release is not measured. */
function spanOf(pull: PullRecord, startOf: Beginning["startOf"], known: Known): Span[] {
  const startAt = startOf(pull);
  const key = keyOfPull(pull);
  const usable = known.usableOf(key);
  if (startAt === null || usable.kind === "first" || usable.kind === "backfill") return [];
  const { repositoryId, mergedAt, closedAt, revertedAt } = pull;
  const personId = personOf(pull);
  const groups = groupsOf(known, { repositoryId, bundle: weekOf(startAt), personId, key });
  const usableAt = usable.kind === "usable" ? Math.max(usable.at, Number(mergedAt)) : null;
  const since = (at: Instant): number => Math.max(0, at - startAt);
  if (usableAt !== null && (revertedAt === null || revertedAt >= usableAt)) {
    return [{ key, groups, ms: since(usableAt), end: "happened" }];
  }
  const lostAt = revertedAt ?? (mergedAt === null ? closedAt : null);
  if (lostAt !== null) return [{ key, groups, ms: since(lostAt), end: "otherwise" }];
  return [{ key, groups, ms: since(known.asOf), end: "open" }];
}
