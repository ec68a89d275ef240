import { rowOf } from "./clock.ts";
import type { ClockFacts } from "./clock.ts";
import { groupsOf, weekOf } from "./known.ts";
import type { Known } from "./known.ts";
import type { Scope } from "./measure.ts";
import type { MergedUnit } from "./merged-units.ts";
import type { Span } from "./span.ts";
import type { Usable } from "./usable.ts";

/** Clock 2: from merged to usable. Other `units` measure one channel of prereleases. */
export function releaseSpans({ known, window }: Scope, units = known.units): Span[] {
  return units.merged
    .within(window)
    .flatMap((unit) => (unit.isReleasable ? spanOf(unit, known) : []));
}

export function releaseFacts({ known, window }: Scope, units = known.units): ClockFacts {
  const started = units.merged.within(window);
  const releasable = started.filter(({ isReleasable }) => isReleasable);
  const count = (kind: Usable["kind"]): number => {
    return releasable.filter(({ usable }) => usable.kind === kind).length;
  };
  const isPulls = releasable.every(({ key }) => key.includes("/pull/"));
  return {
    spans: releaseSpans({ known, window }, units),
    completed: units.usable
      .within(window)
      .filter(({ isReleasable }) => isReleasable)
      .flatMap((unit) => spanOf(unit, known))
      .filter(({ end }) => end === "happened")
      .map(rowOf),
    leftOut: [
      { what: "not to be released", count: started.length - releasable.length },
      { what: "in the first release on record", count: count("first") },
      {
        what: "in a release that was published later, behind newer ones",
        count: count("backfill"),
      },
    ].filter((each) => each.count > 0),
    words: {
      work: "merged work",
      done: "usable",
      one: isPulls ? "pull" : "change",
      many: isPulls ? "pulls" : "changes",
      open: "waiting",
    },
  };
}

/** None where it cannot be measured. */
function spanOf(unit: MergedUnit, known: Known): Span[] {
  const { usable, key, repositoryId, mergedAt, personId, revertedAt } = unit;
  if (usable.kind === "first" || usable.kind === "backfill") return [];
  const bundle = usable.release === null ? weekOf(mergedAt) : `release ${usable.release.tag}`;
  const groups = groupsOf(known, { repositoryId, bundle, personId, key });
  const usableAt = usable.kind === "usable" ? usable.at : null;
  // A release can be cut before the pull is shown as merged: then its work was usable at once.
  const since = (at: number): number => Math.max(0, at - mergedAt);
  if (usableAt !== null && (revertedAt === null || revertedAt >= usableAt)) {
    return [{ key, groups, ms: since(usableAt), end: "happened" }];
  }
  if (revertedAt !== null) return [{ key, groups, ms: since(revertedAt), end: "otherwise" }];
  return [{ key, groups, ms: known.asOf - mergedAt, end: "open" }];
}
