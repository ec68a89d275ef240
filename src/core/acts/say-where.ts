import type { DeskMemory } from "../desk/desk-memory.ts";
import type { LineState } from "../state.ts";

/** Where somebody says it, so that Smallbatch hears it and everybody can read it. */
export interface Place {
  /** Of the issue or pull. */
  readonly number: number;
  readonly url: string;
  readonly isDesk: boolean;
}

/**
 * The release desk, also a closed one; else the pull that was merged last. A comment on an issue speaks
 * to the default branch, so that another branch is spoken to on a pull into it. `branch` null: it does
 * not matter, as for a tag. Null: nothing is known to comment on.
 */
export function chooseWhere(
  states: readonly LineState[],
  desk: Pick<DeskMemory, "issue" | "off"> | null,
  branch: string | null,
): Place | null {
  const [root] = states;
  if (root === undefined) return null;
  const { url, defaultBranch } = root.repository;
  const issue = desk?.issue ?? null;
  const isThere = desk?.off?.why !== "gone" && desk?.off?.why !== "disabled";
  const isForAll = branch === null || branch === defaultBranch;
  if (issue !== null && isThere && isForAll) {
    return { number: issue.number, url: issue.url, isDesk: true };
  }
  const number = newestPull(states, branch ?? defaultBranch);
  return number === null ? null : { number, url: `${url}/pull/${number}`, isDesk: false };
}

function newestPull(states: readonly LineState[], branch: string): number | null {
  const [newest] = states
    .flatMap(({ pulls }) => pulls)
    .filter(({ baseBranch, isOpen }) => baseBranch === branch && isOpen !== true)
    .toSorted((left, right) => right.mergedAt - left.mergedAt);
  if (newest !== undefined) return newest.number;
  // A card does not say into which branch its pulls went; those of the default branch are sure.
  const own = states.filter(({ line, repository }) => {
    return line.branch === branch && branch === repository.defaultBranch;
  });
  const carded = own.flatMap(({ releases }) =>
    releases.flatMap(({ cardPulls }) => cardPulls ?? []),
  );
  return carded.length === 0 ? null : Math.max(...carded);
}
