import { rowOf } from "./clock.ts";
import type { ClockFacts } from "./clock.ts";
import { groupsOf, weekOf } from "./known.ts";
import type { Known } from "./known.ts";
import type { Scope } from "./measure.ts";
import { changesCapability, personOf, startOfWork } from "./pull-times.ts";
import type { PullRecord } from "./records.ts";
import { keyOfPull } from "./row-key.ts";
import type { Span } from "./span.ts";

/** Clock 1: from the start of work to merged, of the pulls that are selected. */
export function capabilitySpans({ known, window }: Scope, select = changesCapability): Span[] {
  return known.pulls.started
    .within(window)
    .flatMap((pull) => (select(pull) ? [spanOf(pull, known)] : []));
}

export function capabilityFacts(scope: Scope, select = changesCapability): ClockFacts {
  const { known, window } = scope;
  const started = known.pulls.started.within(window);
  const left = started.filter((pull) => !select(pull));
  const capable = left.filter(changesCapability).length;
  const bots = left.filter(({ isBot }) => isBot).length;
  const clipped = started.filter((pull) => select(pull) && startOfWork(pull).isClipped).length;
  return {
    spans: capabilitySpans(scope, select),
    completed: known.pulls.merged
      .within(window)
      .filter(select)
      .map((pull) => rowOf(spanOf(pull, known))),
    leftOut: [
      { what: "pulls of bots", count: bots },
      { what: "pulls that change what the product can do", count: capable },
      { what: "pulls that change no capability", count: left.length - bots - capable },
      { what: "commits more than 30 days older than their pull", count: clipped },
    ].filter(({ count }) => count > 0),
    words: { work: "work", done: "merged", one: "pull", many: "pulls", open: "open" },
  };
}

function spanOf(pull: PullRecord, known: Known): Span {
  const { at } = startOfWork(pull);
  const key = keyOfPull(pull);
  const { repositoryId, mergedAt, closedAt } = pull;
  const belongs = { repositoryId, bundle: weekOf(at), personId: personOf(pull), key };
  const groups = groupsOf(known, belongs);
  if (mergedAt !== null) return { key, ms: mergedAt - at, end: "happened", groups };
  if (closedAt !== null) return { key, ms: closedAt - at, end: "otherwise", groups };
  return { key, ms: known.asOf - at, end: "open", groups };
}
