import type { Instant } from "../state.ts";
import { rowOf } from "./clock.ts";
import type { ClockFacts } from "./clock.ts";
import { groupsOf, isWithin, weekOf } from "./known.ts";
import type { Known } from "./known.ts";
import type { Scope } from "./measure.ts";
import { changesCapability, personOf, startOfWork } from "./pull-times.ts";
import type { PullRecord } from "./records.ts";
import { keyOfPull } from "./row-key.ts";
import type { Span } from "./span.ts";

/** Start of a pull as it is counted; null: not known, so it is left out. */
export type StartOf = (pull: PullRecord) => Instant | null;

export const fromWork: StartOf = (pull) => startOfWork(pull).at;

/** As DORA words it: committed to version control, however old the commit is. */
export const fromCommit: StartOf = ({ firstAuthoredAt }) => firstAuthoredAt;

/** From the start of work to usable: clocks 1 and 2 of the same pulls, one after the other. */
export function leadTimeFacts({ known, window }: Scope, startOf: StartOf): ClockFacts {
  const counted = known.records.pulls.filter(
    (pull) => changesCapability(pull) && pull.isReleasable,
  );
  const all = counted.flatMap((pull) => spanOf(pull, startOf, known));
  return {
    spans: all.filter(({ startAt }) => isWithin(startAt, window)).map(({ span }) => span),
    completed: all
      .filter(({ span, startAt }) => span.end === "happened" && isWithin(startAt + span.ms, window))
      .map(({ span }) => rowOf(span)),
    leftOut: [],
    words: { work: "work", done: "usable", one: "pull", many: "pulls", open: "on the way" },
  };
}

interface Started {
  readonly span: Span;
  readonly startAt: Instant;
}

function spanOf(pull: PullRecord, startOf: StartOf, known: Known): Started[] {
  const startAt = startOf(pull);
  const key = keyOfPull(pull);
  const usable = known.usableOf(key);
  if (startAt === null || usable.kind === "first" || usable.kind === "backfill") return [];
  const { repositoryId, mergedAt, closedAt, revertedAt } = pull;
  const personId = personOf(pull);
  const groups = groupsOf(known, { repositoryId, bundle: weekOf(startAt), personId, key });
  const usableAt = usable.kind === "usable" ? Math.max(usable.at, Number(mergedAt)) : null;
  const since = (at: Instant): number => Math.max(0, at - startAt);
  const span = (ms: number, end: Span["end"]): Started[] => {
    return [{ startAt, span: { key, groups, ms, end } }];
  };
  if (usableAt !== null && (revertedAt === null || revertedAt >= usableAt)) {
    return span(since(usableAt), "happened");
  }
  const lostAt = revertedAt ?? (mergedAt === null ? closedAt : null);
  return lostAt === null ? span(since(known.asOf), "open") : span(since(lostAt), "otherwise");
}
