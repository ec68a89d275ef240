import { HttpError, validationFailed } from "./context.ts";
import type { GitHub } from "./github.ts";
import { coversRepository } from "./permission.ts";
import type { CheckRun, CheckSuite, Repository } from "./world.ts";

type CheckConclusion = NonNullable<CheckRun["conclusion"]>;

/** A suite's state is not stored: it follows from the newest run of each name. */
export interface SuiteState {
  status: CheckRun["status"];
  conclusion: CheckConclusion | null;
}

export interface CheckRunChange {
  name?: string;
  status?: CheckRun["status"];
  conclusion?: CheckConclusion;
  startedAt?: string;
  completedAt?: string;
  detailsUrl?: string;
  externalId?: string;
  output?: CheckRun["output"];
  actions?: CheckRun["actions"];
  /** Added to those that stand already. */
  annotations?: number;
}

/** Worst first: the first of these that a run has is the conclusion of its suite. */
const CONCLUSIONS_BY_WEIGHT: readonly CheckConclusion[] = [
  "action_required",
  "cancelled",
  "timed_out",
  "failure",
  "stale",
  "success",
  "neutral",
  "skipped",
];

/** The newest run for each App and name, in order of their creation. */
export function latestRuns(runs: readonly CheckRun[]): CheckRun[] {
  const newest = new Map<string, CheckRun>();
  for (const run of runs) newest.set(`${run.appId} ${run.name}`, run);
  return runs.filter((run) => newest.get(`${run.appId} ${run.name}`) === run);
}

export function runsOfSuite(github: GitHub, suite: CheckSuite): CheckRun[] {
  return github.data.checkRuns.filter((run) => run.suiteId === suite.id);
}

export function runsOfCommit(github: GitHub, repositoryId: number, sha: string): CheckRun[] {
  return github.data.checkRuns.filter(
    (run) => run.repositoryId === repositoryId && run.headSha === sha,
  );
}

export function suitesOfCommit(github: GitHub, repositoryId: number, sha: string): CheckSuite[] {
  return github.data.checkSuites.filter(
    (suite) => suite.repositoryId === repositoryId && suite.headSha === sha,
  );
}

/** A suite without runs stays queued: GitHub opens one for every App that may write checks. */
export function suiteState(github: GitHub, suite: CheckSuite): SuiteState {
  const runs = latestRuns(runsOfSuite(github, suite));
  if (runs.every((run) => run.status === "queued")) return { status: "queued", conclusion: null };
  if (runs.some((run) => run.status !== "completed")) {
    return { status: "in_progress", conclusion: null };
  }
  const conclusion = CONCLUSIONS_BY_WEIGHT.find((each) =>
    runs.some((run) => run.conclusion === each),
  );
  return { status: "completed", conclusion: conclusion ?? null };
}

/** The App's suite of a commit, opened where there is none. */
export function findOrOpenSuite(
  github: GitHub,
  repository: Repository,
  input: { appId: number; headSha: string; headBranch: string | null },
): { suite: CheckSuite; isNew: boolean } {
  const found = suitesOfCommit(github, repository.id, input.headSha).find(
    (suite) => suite.appId === input.appId,
  );
  if (found !== undefined) return { suite: found, isNew: false };
  const at = github.timestamp();
  const suite: CheckSuite = {
    id: github.nextId(),
    repositoryId: repository.id,
    ...input,
    createdAt: at,
    updatedAt: at,
  };
  github.data.checkSuites.push(suite);
  return { suite, isNew: true };
}

/**
 * On a push to a branch GitHub opens a queued suite for every installed App that may write checks
 * and tells that App, and no other, by `check_suite.requested`.
 */
export function openSuitesOnPush(github: GitHub): void {
  github.onEvent((event) => {
    const { push } = event.detail;
    if (push === undefined || push.deleted || !push.ref.startsWith("refs/heads/")) return;
    const repository = event.repositoryId === null ? null : github.repository(event.repositoryId);
    if (repository === null) return;
    for (const installation of github.data.installations) {
      if (installation.suspendedAt !== null || installation.permissions["checks"] !== "write")
        continue;
      if (!coversRepository(installation, null, repository)) continue;
      const { suite, isNew } = findOrOpenSuite(github, repository, {
        appId: installation.appId,
        headSha: push.after,
        headBranch: push.ref.slice("refs/heads/".length),
      });
      if (isNew) emitSuite(github, suite, "requested", event.senderId);
    }
  });
}

/** Emits `check_run.created`, and `completed` as well where it was made finished. */
export function createCheckRun(
  github: GitHub,
  repository: Repository,
  by: { appId: number; accountId: number },
  input: { name: string; headSha: string; headBranch: string | null } & CheckRunChange,
): CheckRun {
  const { suite } = findOrOpenSuite(github, repository, {
    appId: by.appId,
    headSha: input.headSha,
    headBranch: input.headBranch,
  });
  const run: CheckRun = {
    id: github.nextId(),
    repositoryId: repository.id,
    suiteId: suite.id,
    appId: by.appId,
    headSha: input.headSha,
    name: input.name,
    externalId: "",
    detailsUrl: null,
    status: "queued",
    conclusion: null,
    startedAt: github.timestamp(),
    completedAt: null,
    output: { title: null, summary: null, text: null },
    annotationsCount: 0,
    actions: [],
  };
  change(github, run, input);
  github.data.checkRuns.push(run);
  suite.updatedAt = github.timestamp();
  emitRun(github, run, "created", by.accountId);
  if (run.status === "completed") complete(github, run, suite, by.accountId);
  return run;
}

/** Emits `check_run.completed` when it ends, and `check_suite.completed` with the last one. */
export function updateCheckRun(
  github: GitHub,
  run: CheckRun,
  accountId: number,
  input: CheckRunChange,
): void {
  const wasCompleted = run.status === "completed";
  const conclusionBefore = run.conclusion;
  change(github, run, input);
  const suite = suiteOf(github, run);
  suite.updatedAt = github.timestamp();
  const isNews = !wasCompleted || run.conclusion !== conclusionBefore;
  if (run.status === "completed" && isNews) complete(github, run, suite, accountId);
  else github.changed();
}

/** Asks the App that made the run to run it again; only that App hears of it. */
export function rerequestCheckRun(github: GitHub, run: CheckRun, accountId: number): void {
  emitRun(github, run, "rerequested", accountId);
}

/** Somebody with write presses a button of the check; only the App that made it hears of it. */
export function pressButton(
  github: GitHub,
  run: CheckRun,
  identifier: string,
  accountId: number,
): void {
  github.emit({
    name: "check_run",
    action: "requested_action",
    repositoryId: run.repositoryId,
    senderId: accountId,
    detail: { checkRun: run, pressed: identifier },
  });
}

export function rerequestSuite(github: GitHub, suite: CheckSuite, accountId: number): void {
  emitSuite(github, suite, "rerequested", accountId);
}

export function suiteOf(github: GitHub, run: CheckRun): CheckSuite {
  const suite = github.data.checkSuites.find((each) => each.id === run.suiteId);
  if (suite === undefined) throw new Error(`Check run ${run.id} has no suite.`);
  return suite;
}

export function noCommitFound(sha: string): HttpError {
  return new HttpError(422, { message: `No commit found for SHA: ${sha}` });
}

function change(github: GitHub, run: CheckRun, input: CheckRunChange): void {
  const status = input.conclusion === undefined ? input.status : "completed";
  if (status === "completed" && input.conclusion === undefined && run.conclusion === null) {
    throw validationFailed({ resource: "CheckRun", code: "missing_field", field: "conclusion" });
  }
  if (input.name !== undefined) run.name = input.name;
  if (input.externalId !== undefined) run.externalId = input.externalId;
  if (input.detailsUrl !== undefined) run.detailsUrl = input.detailsUrl;
  if (input.startedAt !== undefined) run.startedAt = input.startedAt;
  if (input.output !== undefined) run.output = input.output;
  if (input.actions !== undefined) run.actions = input.actions;
  run.annotationsCount += input.annotations ?? 0;
  if (status === undefined) return;
  run.status = status;
  if (status === "completed") {
    run.conclusion = input.conclusion ?? run.conclusion;
    run.completedAt = input.completedAt ?? github.timestamp();
  } else {
    run.conclusion = null;
    run.completedAt = null;
  }
}

function complete(github: GitHub, run: CheckRun, suite: CheckSuite, accountId: number): void {
  emitRun(github, run, "completed", accountId);
  if (suiteState(github, suite).status === "completed") {
    emitSuite(github, suite, "completed", accountId);
  }
}

function emitRun(github: GitHub, checkRun: CheckRun, action: string, senderId: number): void {
  github.emit({
    name: "check_run",
    action,
    repositoryId: checkRun.repositoryId,
    senderId,
    detail: { checkRun },
  });
}

function emitSuite(github: GitHub, checkSuite: CheckSuite, action: string, senderId: number): void {
  github.emit({
    name: "check_suite",
    action,
    repositoryId: checkSuite.repositoryId,
    senderId,
    detail: { checkSuite },
  });
}
