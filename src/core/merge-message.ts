import { headline } from "./conventional.ts";
import type { Commit } from "./state.ts";

/** What GitHub wrote into the commit that merged a pull. */
export interface MergedPull {
  readonly number: number;
  readonly title: string;
}

const MERGE = /^Merge pull request #(\d{1,9}) from \S/;
const SQUASH = /^(.*\S) \(#(\d{1,9})\)$/;

/**
 * The pull that a commit merged, by its message: `Merge pull request #12 from …` with the title in
 * the body's first line, or a squash's `title (#12)`. Null for everything else: a rebase merge
 * carries no number.
 */
export function readMergedPull(commit: Commit): MergedPull | null {
  const first = headline(commit.message);
  const merge = MERGE.exec(first);
  if (merge !== null) {
    const title = headline(commit.message.slice(first.length).trimStart());
    return { number: Number(merge[1]), title: title === "" ? first : title };
  }
  const squash = commit.parents.length === 1 ? SQUASH.exec(first) : null;
  return squash === null ? null : { number: Number(squash[2]), title: String(squash[1]) };
}

/**
 * Did somebody merge the branch's own newer commits into an older copy of it (`git pull`)? Then the
 * second parent is the branch as well.
 */
export function mergesItself(commit: Commit, branch: string): boolean {
  const merged = /^Merge (?:remote-tracking )?branch '([^']+)'(?: of \S+)?$/.exec(
    headline(commit.message),
  )?.[1];
  return merged === branch || merged?.slice(merged.indexOf("/") + 1) === branch;
}
