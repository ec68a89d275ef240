import { reachedFrom } from "../graph.ts";
import { latestChecks } from "../settle.ts";
import type { CheckSeen, Head, LineState, Sha } from "../state.ts";
import type { Subject } from "../subject.ts";
import type { Brought } from "./files-state.ts";

/**
 * The line as it stood at a commit that brought the files of a release: that commit is released, and
 * what was merged after it goes into the next one. `checks` are those that count for it.
 */
export function subjectAt(subject: Subject, brought: Brought): Subject {
  const { state, head } = subject;
  const { sha, checks, at } = brought;
  const commits = reachedFrom(state.commits, sha);
  const own = commits.find((commit) => commit.sha === sha);
  const ourCheck = head.sha === sha ? head.ourCheck : (own?.ourCheck ?? null);
  const there = { ...head, sha, checks, ourCheck, arrivedAt: Math.min(at, head.arrivedAt) };
  return {
    ...subject,
    head: there,
    state: { ...state, head: there, commits, commitCount: commits.length },
  };
}

/** The line with its head as `headOnForeign` says. */
export function onForeign(subject: Subject): Subject {
  const { state } = subject;
  const head = headOnForeign(subject.head, state.versionFiles?.brought ?? []);
  return head === subject.head ? subject : { ...subject, head, state: { ...state, head } };
}

/**
 * A head that another line's release wrote is as green as what that was written on: only versions
 * lie between them. Its own checks count where one of them is red.
 */
export function headOnForeign(head: Head, brought: readonly Brought[]): Head {
  const at = brought.find(({ sha }) => sha === head.sha);
  if (at === undefined || at.isOwn || !at.isExact) return head;
  const isRed = latestChecks(head.checks).some((check) => check.state === "red");
  if (isRed) return head;
  return { ...head, checks: at.checks, arrivedAt: Math.min(at.at, head.arrivedAt) };
}

/** Checks that count for a commit of ours, which has none itself yet. Null: it is none of ours. */
export function checksFor({ versionFiles }: LineState, sha: Sha): readonly CheckSeen[] | null {
  return versionFiles?.brought.find((own) => own.sha === sha)?.checks ?? null;
}

/**
 * The head that a commit of ours was made on, below those that other lines made: it is what people
 * merged. Null: no such commit.
 */
export function plannedOn({ versionFiles, commits }: LineState, sha: Sha): Sha | null {
  const exact = new Set(
    versionFiles?.brought.filter(({ isExact }) => isExact).map((own) => own.sha),
  );
  // Newest first: each one's parent stands after it.
  return commits.reduce<Sha | null>(
    (found, commit) =>
      exact.has(commit.sha) && commit.sha === (found ?? sha) ? String(commit.parents[0]) : found,
    null,
  );
}

/**
 * May this commit be the next release? One that GitHub made on the planned head is, where that was
 * green; a merged pull is once its own checks are. Where some are red, a later head may mend it.
 */
export function isCandidate(brought: Brought, head: Sha): boolean {
  const checks = latestChecks(brought.checks);
  const isRed = checks.some(({ state }) => state === "red");
  if (brought.isExact) return !isRed && checks.every(({ state }) => state === "green");
  return brought.pull !== null && (!isRed || brought.sha === head);
}
