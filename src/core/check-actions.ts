import type { Action, Reason } from "./action.ts";
import { renderCheck, saysReleased } from "./check.ts";
import { plannedOn } from "./files/files-brought.ts";
import { isChannelLine } from "./lines.ts";
import type { LineState, OurCheck, Sha } from "./state.ts";
import type { Subject } from "./subject.ts";

/** Checks of earlier commits of a batch that are brought up to date with one release. */
export const STALE_CHECKS_MAX = 20;

/** Nothing where the check says it already: never rewritten in a loop. */
export function writeCheck(said: Parameters<typeof renderCheck>[0]): readonly Action[] {
  const check = renderCheck(said);
  return check.externalId === said.existing?.externalId ? [] : [check];
}

/** The head's, where an earlier commit is released: what holds the rest. */
export function checkLeft({ state, head }: Subject, left: Reason): readonly Action[] {
  const said = { line: state.line, reason: left, version: null, wakeAt: null };
  return writeCheck({ ...said, sha: head.sha, existing: head.ourCheck });
}

export function checkOn(subject: Subject, sha: Sha): OurCheck | null {
  const { state, head } = subject;
  if (head.sha === sha) return head.ourCheck;
  return state.commits.find((commit) => commit.sha === sha)?.ourCheck ?? null;
}

/**
 * Where the tag stands on a commit of ours, people look at the one that they merged. Between tag and
 * release, because a pass that dies there is carried on, and nobody looks at it later.
 */
export function checkMerged(
  subject: Subject,
  said: Omit<Parameters<typeof renderCheck>[0], "existing">,
): readonly Action[] {
  const sha = plannedOn(subject.state, said.sha);
  if (sha === null || checkOn(subject, sha) !== null) return [];
  return writeCheck({ ...said, sha, existing: null });
}

/**
 * Checks of ours on other commits of the batch: they still say what held it. On a channel those that
 * an earlier prerelease carried stand among them, and say so already.
 */
export function staleChecks(
  state: LineState,
  sha: Sha,
  externalId: string,
): readonly { readonly sha: Sha; readonly existing: OurCheck }[] {
  const isDone = (check: OurCheck): boolean => isChannelLine(state.line) && saysReleased(check);
  return state.commits
    .flatMap((commit) =>
      commit.sha === sha ||
      commit.ourCheck === null ||
      commit.ourCheck.externalId === externalId ||
      isDone(commit.ourCheck)
        ? []
        : [{ sha: commit.sha, existing: commit.ourCheck }],
    )
    .slice(0, STALE_CHECKS_MAX);
}
