import type { Brought } from "./files-state.ts";
import { latestChecks } from "./settle.ts";
import type { Commit, LineState, Sha } from "./state.ts";
import type { Subject } from "./subject.ts";
import type { Unit } from "./units.ts";

/** Commits that our App made for a release are no work of anybody. */
export function isBrought(unit: Unit, brought: readonly Brought[]): boolean {
  return brought.some(({ sha, pull }) =>
    pull === null ? unit.sha === sha && unit.commits.length === 1 : unit.pull?.number === pull,
  );
}

/** `sha` and everything that it reaches, in the order of `commits`. */
function reachedFrom(sha: Sha, commits: readonly Commit[]): readonly Commit[] {
  const parents = new Map(commits.map((commit) => [commit.sha, commit.parents]));
  const reached = new Set<Sha>();
  const open = [sha];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const own = parents.get(next);
    if (own === undefined || reached.has(next)) continue;
    reached.add(next);
    open.push(...own);
  }
  return commits.filter((commit) => reached.has(commit.sha));
}

/**
 * The line as it stood at a commit that brought the files of a release: that commit is released, and
 * what was merged after it goes into the next one. `checks` are those that count for it.
 */
export function subjectAt(subject: Subject, brought: Brought): Subject {
  const { state, head } = subject;
  const { sha, checks, at } = brought;
  const commits = reachedFrom(sha, state.commits);
  const own = commits.find((commit) => commit.sha === sha);
  const ourCheck = head.sha === sha ? head.ourCheck : (own?.ourCheck ?? null);
  const there = { ...head, sha, checks, ourCheck, arrivedAt: Math.min(at, head.arrivedAt) };
  return {
    ...subject,
    head: there,
    state: { ...state, head: there, commits, commitCount: commits.length },
  };
}

/** The head that a commit of ours was made on: it is what people merged. Null: no such commit. */
export function plannedOn({ versionFiles, commits }: LineState, sha: Sha): Sha | null {
  const brought = versionFiles?.brought.find((own) => own.sha === sha && own.isExact);
  return brought === undefined
    ? null
    : (commits.find((commit) => commit.sha === sha)?.parents[0] ?? null);
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
