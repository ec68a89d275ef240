import type { Restoration } from "../../src/core/rollback/restoration.ts";
import type { Rollback } from "../../src/core/rollback/rollback.ts";
import { DAY, HOUR, NOON, sha } from "./states.ts";

/** The pull that undoes a release; opened a day ago, and merged as pull 2 of `batchOf`. */
export function restorationOf(change: Partial<Restoration> = {}): Restoration {
  return {
    branch: "rollback-v1.4.2",
    commit: sha(0xc0_0002),
    pull: { number: 2, url: "https://github.com/acme/widgets/pull/2" },
    state: "merged",
    since: NOON - HOUR,
    reason: null,
    inTheWay: [],
    mergedSha: sha(2),
    releasedTag: null,
    ...change,
  };
}

/** v1.4.2 is taken back since a day, whose pulls were #90 and #91; its steps are done. */
export function rollbackOf(change: Partial<Rollback> = {}): Rollback {
  return {
    release: { id: 502, tag: "v1.4.2" },
    good: { id: 501, tag: "v1.4.1" },
    movesLatest: true,
    restore: { before: "v1.4.1", path: null, others: [] },
    affected: [],
    pulls: {
      shown: [
        { number: 90, title: "feat: burn", author: "mona" },
        { number: 91, title: null, author: null },
      ],
      count: 2,
    },
    loses: { shown: [], count: 0 },
    by: "wilma",
    reason: "the API is on fire",
    url: "https://github.com/acme/widgets/pull/90#issuecomment-9",
    at: NOON - DAY,
    steps: { latest: { at: NOON - DAY + 2_000, refused: null } },
    restoration: restorationOf(),
    risk: null,
    reland: null,
    resumedAt: null,
    issue: { number: 95, url: "https://github.com/acme/widgets/issues/95" },
    openingAt: null,
    said: null,
    ...change,
  };
}
