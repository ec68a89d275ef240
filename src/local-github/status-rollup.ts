import { latestRuns, runsOfCommit } from "./checks.ts";
import type { GitHub } from "./github.ts";
import { latestStatuses } from "./statuses.ts";
import type { CheckRun, CommitStatus } from "./world.ts";

type StatusState = "ERROR" | "EXPECTED" | "FAILURE" | "PENDING" | "SUCCESS";

export interface StatusCheckRollup {
  state: StatusState;
  /** Newest check run of each (App, name), then the newest status of each context. */
  contexts: ({ kind: "check_run"; run: CheckRun } | { kind: "status"; status: CommitStatus })[];
}

const STATE_BY_CONCLUSION: Record<NonNullable<CheckRun["conclusion"]>, StatusState> = {
  success: "SUCCESS",
  neutral: "SUCCESS",
  skipped: "SUCCESS",
  failure: "FAILURE",
  cancelled: "FAILURE",
  timed_out: "FAILURE",
  action_required: "FAILURE",
  stale: "PENDING",
};

const STATE_BY_STATUS: Record<CommitStatus["state"], StatusState> = {
  success: "SUCCESS",
  pending: "PENDING",
  failure: "FAILURE",
  error: "ERROR",
};

/**
 * What GitHub shows beside a commit. Null without any run or status: suites do not count, so the
 * queued one of an App that never reports keeps nothing pending. Any error or failure wins over
 * anything pending, and that over success.
 */
export function statusCheckRollup(
  github: GitHub,
  repositoryId: number,
  sha: string,
): StatusCheckRollup | null {
  const runs = latestRuns(runsOfCommit(github, repositoryId, sha));
  const statuses = latestStatuses(github, repositoryId, sha);
  if (runs.length + statuses.length === 0) return null;
  const states = [
    ...runs.map((run) =>
      run.conclusion === null ? "PENDING" : STATE_BY_CONCLUSION[run.conclusion],
    ),
    ...statuses.map((status) => STATE_BY_STATUS[status.state]),
  ];
  const worst = (["ERROR", "FAILURE", "PENDING"] as const).find((state) => states.includes(state));
  return {
    state: worst ?? "SUCCESS",
    contexts: [
      ...runs.map((run) => ({ kind: "check_run" as const, run })),
      ...statuses.map((status) => ({ kind: "status" as const, status })),
    ],
  };
}
