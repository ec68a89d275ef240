import type { BatchUnit } from "./batch.ts";
import type { Pull } from "./pull.ts";
import type { Instant, LineState, OurCheck, Sha } from "./state.ts";

/** A release that was cut but whose pulls may still lack their comment. */
export interface Announcement {
  readonly tag: string;
  readonly sha: Sha;
  readonly url: string;
  /** Pulls and issues with their node ids, and whether our comment for this tag stands there. */
  readonly subjects: readonly AnnouncementSubject[];
  /** Our checks on the commits that merged its pulls; commits without one are left out. */
  readonly checks: readonly { readonly sha: Sha; readonly ourCheck: OurCheck }[];
}

export interface AnnouncementSubject {
  readonly number: number;
  readonly nodeId: string;
  readonly isPull: boolean;
  readonly isCommented: boolean;
  /** Release that brought it, where this one takes that back. Absent: this one brings it. */
  readonly takenBack?: string;
}

/** Comments of ours for one release: what went back, then pulls, then issues. More would be noise. */
const COMMENTS_MAX = 20;

/** Pulls of a release that is just being made and the issues they closed, oldest first. */
export function subjectsOf(units: readonly BatchUnit[]): readonly AnnouncementSubject[] {
  const pulls = units.flatMap(({ unit, cancelledBy }) =>
    unit.pull === null || cancelledBy !== null ? [] : [unit.pull],
  );
  const issues = new Map(
    pulls.flatMap(({ closes }) => closes).map((issue) => [issue.nodeId, issue]),
  );
  const isCommented = false;
  return [
    ...pulls.map(({ number, nodeId }) => ({ number, nodeId, isPull: true, isCommented })),
    ...[...issues.values()].map(({ number, nodeId }) => ({
      number,
      nodeId,
      isPull: false,
      isCommented,
    })),
  ];
}

/**
 * Those that may get the comment "Released in": not pulls of bots, none merged before the start,
 * and issues of this repository only where such a pull closed them. At most `COMMENTS_MAX`.
 */
export function chooseSubjects(
  state: Pick<LineState, "pulls" | "startedAt" | "repository">,
  subjects: readonly AnnouncementSubject[],
): readonly AnnouncementSubject[] {
  const fullName = `${state.repository.owner}/${state.repository.name}`.toLowerCase();
  const named = new Set(subjects.filter(({ isPull }) => isPull).map(({ number }) => number));
  const pulls = state.pulls.filter(
    (pull) => named.has(pull.number) && isTold(pull, state.startedAt),
  );
  const closed = new Set(
    pulls
      .flatMap(({ closes }) => closes)
      .filter(({ repository }) => repository.toLowerCase() === fullName)
      .map(({ number }) => number),
  );
  const told = new Set(pulls.map(({ number }) => number));
  const all = [
    ...subjects.filter(({ isPull, number }) => isPull && told.has(number)),
    ...subjects.filter(({ isPull, number }) => !isPull && closed.has(number)),
  ];
  const isBack = ({ takenBack }: AnnouncementSubject): boolean => takenBack !== undefined;
  return [...all.filter(isBack), ...all.filter((each) => !isBack(each))].slice(0, COMMENTS_MAX);
}

/**
 * `startedAt` null: the start is not known, and nothing counts as before it. GitHub's times are whole
 * seconds, and the pull that brings the policy has that of the start: its second counts as after it.
 */
function isTold(pull: Pull, startedAt: Instant | null): boolean {
  return !pull.author.isBot && (startedAt === null || pull.mergedAt >= startedAt);
}
