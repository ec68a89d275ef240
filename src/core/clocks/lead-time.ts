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
  const started = counted.filter((pull) => isWithin(startOf(pull), window));
  const ended = counted.filter((pull) => {
    const usable = known.usableOf(keyOfPull(pull));
    return usable.kind === "usable" && isWithin(usable.at, window);
  });
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
function spanOf(pull: PullRecord, startOf: StartOf, known: Known): Span[] {
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
