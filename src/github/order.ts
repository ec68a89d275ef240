import type { Commit } from "../core/state.ts";

/**
 * Newest first: every commit before its parents, `headSha` first, and otherwise by date. GitHub
 * lists the commits of a comparison oldest first, and by dates, which lie.
 */
export function orderNewestFirst(commits: readonly Commit[], headSha: string): readonly Commit[] {
  const bySha = new Map(commits.map((commit) => [commit.sha, commit]));
  const children = new Map<string, number>();
  for (const commit of bySha.values()) {
    for (const parent of commit.parents) {
      if (bySha.has(parent)) children.set(parent, (children.get(parent) ?? 0) + 1);
    }
  }
  const ready = [...bySha.values()].filter((commit) => !children.has(commit.sha));
  const ordered: Commit[] = [];
  while (ready.length > 0) {
    const next = takeNewest(ready, headSha);
    ordered.push(next);
    for (const parent of next.parents) {
      const commit = bySha.get(parent);
      if (commit === undefined) continue;
      const left = (children.get(parent) ?? 0) - 1;
      children.set(parent, left);
      if (left === 0) ready.push(commit);
    }
  }
  return ordered;
}

function takeNewest(ready: Commit[], headSha: string): Commit {
  let best = 0;
  for (const [index, commit] of ready.entries()) {
    const newest = ready[best];
    if (newest === undefined || newest.sha === headSha) break;
    if (commit.sha === headSha || commit.committedAt > newest.committedAt) best = index;
  }
  const [taken] = ready.splice(best, 1);
  if (taken === undefined) throw new Error("Invariant broken: nothing is ready");
  return taken;
}
