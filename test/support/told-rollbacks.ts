import type { Restoration } from "../../src/core/rollback/restoration.ts";
import type { Risk } from "../../src/core/rollback/risk.ts";
import { endStep } from "../../src/core/rollback/rollback.ts";
import type { Rollback } from "../../src/core/rollback/rollback.ts";
import { NOON, SECOND, sha } from "./states.ts";

/** Rollbacks of `acme/widgets` for tests of their words. */

export const REPOSITORY = {
  id: 42,
  url: "https://github.com/acme/widgets",
  defaultBranch: "main",
};
export const PLACE = { repository: REPOSITORY, branch: "main" };
export const RELEASES = `${REPOSITORY.url}/releases`;

/** A release of three pulls that was asked back at noon, with one after it. */
export const ASKED: Rollback = {
  release: { id: 503, tag: "v1.4.3" },
  good: { id: 502, tag: "v1.4.2" },
  movesLatest: true,
  restore: { before: "v1.4.2", path: null, others: [] },
  affected: [{ id: 504, tag: "v1.4.4" }],
  pulls: { shown: [{ number: 41, title: "fix: @mona closes #7", author: "alice" }], count: 3 },
  loses: { shown: [{ number: 42, title: null, author: null }], count: 1 },
  by: "wilma",
  reason: "it burns",
  url: `${REPOSITORY.url}/pull/41#issuecomment-9`,
  at: NOON,
  steps: {},
  restoration: null,
  risk: null,
  reland: null,
  resumedAt: null,
  issue: null,
  openingAt: null,
  said: null,
};

/** Every release is marked, but for what GitHub refused, by step. */
export function stopped(refused: Partial<Record<string, string>> = {}): Rollback {
  return ["latest", "mark v1.4.3", "mark v1.4.4"].reduce(
    (rollback, key, nth) =>
      endStep(rollback, key, { at: NOON + nth * 1_240, refused: refused[key] ?? null }),
    ASKED,
  );
}

const NONE = { shown: [], count: 0 };

/** One file that nobody changed again. */
export const NO_RISK: Risk = {
  files: 1,
  isWhole: true,
  migrations: NONE,
  workflows: NONE,
  locks: NONE,
  changedAgain: NONE,
  later: [],
  laterCount: 0,
  isUnexplained: false,
  packages: [],
};

/** The pull that restores the code waits for its checks. */
export const RESTORING: Restoration = {
  branch: "smallbatch/rollback/v1.4.3",
  commit: sha(7),
  pull: { number: 57, url: `${REPOSITORY.url}/pull/57` },
  state: "waiting",
  since: NOON + 9 * SECOND,
  reason: null,
  inTheWay: [],
  mergedSha: null,
  releasedTag: null,
};
