import { headline } from "./conventional.ts";
import { firstParents } from "./graph.ts";
import type { Pull } from "./pull.ts";
import type { Actor, Commit, Instant, Sha } from "./state.ts";

/** What a release is made of: one merged pull with all its commits, or a push without a pull. */
export interface Unit {
  /**
   * `push` is one commit; `merge` without a pull is a merge commit with the commits of its side
   * that belong to no pull. A rebase merge of a single commit looks like a squash, and counts as one.
   */
  readonly kind: "merge" | "squash" | "rebase" | "push";
  /** Commit that brought it to the branch. */
  readonly sha: Sha;
  /** Null for a push without a pull. */
  readonly pull: Pull | null;
  /** Oldest first, a merge commit included. */
  readonly commits: readonly Commit[];
  /** Untrusted text. */
  readonly title: string;
  readonly author: Actor;
  /** When it came to the branch. */
  readonly at: Instant;
}

/** `#12`, or the short SHA of a push without a pull. */
export function nameUnit(unit: Unit): string {
  return unit.pull === null ? unit.sha.slice(0, 7) : `#${unit.pull.number}`;
}

/** Commits of a unit without its merge commit: those that say what was done. */
export function workOf(unit: Unit): readonly Commit[] {
  return unit.kind === "merge" ? unit.commits.filter(({ sha }) => sha !== unit.sha) : unit.commits;
}

interface Index {
  readonly commits: ReadonlyMap<Sha, Commit>;
  readonly pulls: ReadonlyMap<number, Pull>;
  /** Pull that each merge commit merged. */
  readonly merges: ReadonlyMap<Sha, number>;
  /** Group of each commit: the pull's number, or the SHA of a push. */
  readonly groups: Map<Sha, number | Sha>;
}

/**
 * Every commit in exactly one unit, oldest unit first. `commits` are newest first, as observed.
 * Pulls are joined by their merge commit and by GitHub's index, because the index lags; pulls into
 * other branches than `bases` are no units here.
 */
export function joinUnits(
  commits: readonly Commit[],
  pulls: readonly Pull[],
  bases: string | readonly string[],
): readonly Unit[] {
  const merged = pulls.filter((pull) => [bases].flat().includes(pull.baseBranch));
  const index: Index = {
    commits: new Map(commits.map((commit) => [commit.sha, commit])),
    pulls: new Map(merged.map((pull) => [pull.number, pull])),
    merges: new Map(merged.map((pull) => [pull.mergeSha, pull.number])),
    groups: new Map(),
  };
  for (const commit of commits) {
    const group = index.merges.get(commit.sha) ?? associated(commit, index);
    if (group !== null) index.groups.set(commit.sha, group);
  }
  for (const pull of merged) joinRebased(pull, index);
  const chain = firstParents(commits);
  for (const commit of [...chain].toReversed()) joinSide(commit, chain, index);
  return formUnits(commits, index);
}

/** The pull that GitHub ties to the commit; with several, the one merged first. */
function associated(commit: Commit, index: Index): number | null {
  const found = commit.pulls
    .map((number) => index.pulls.get(number))
    .filter((pull) => pull !== undefined)
    .toSorted((left, right) => left.mergedAt - right.mergedAt);
  return found[0]?.number ?? null;
}

/**
 * A rebase merge leaves as many commits as the pull had, and its last one keeps its message; a
 * squash gets the title with the number. Commits that the index does not know yet are taken along.
 */
function joinRebased(pull: Pull, index: Index): void {
  const last = index.commits.get(pull.mergeSha);
  if (last === undefined || last.parents.length !== 1 || !endsWithLast(pull, last)) return;
  let parent = String(last.parents[0]);
  for (let left = pull.commitCount - 1; left > 0; left -= 1) {
    const commit = index.commits.get(parent);
    if (commit === undefined || commit.parents.length !== 1) return;
    const owner = index.groups.get(commit.sha);
    if (owner !== undefined && owner !== pull.number) return;
    index.groups.set(commit.sha, pull.number);
    parent = String(commit.parents[0]);
  }
}

/** GitHub cuts a long headline and ends it with `…`. */
function endsWithLast(pull: Pull, commit: Commit): boolean {
  const said = pull.lastCommitHeadline;
  const seen = headline(commit.message);
  return said.endsWith("…") ? seen.startsWith(said.slice(0, -1)) : seen === said;
}

/** Give a merge commit the commits of its side that nobody else has, or that are its pull's. */
function joinSide(merge: Commit, chain: ReadonlySet<Commit>, index: Index): void {
  const owner = index.groups.get(merge.sha) ?? merge.sha;
  index.groups.set(merge.sha, owner);
  const visited = new Set<Sha>();
  const open = merge.parents.slice(1);
  for (let sha = open.pop(); sha !== undefined; sha = open.pop()) {
    const commit = index.commits.get(sha);
    if (commit === undefined || chain.has(commit) || visited.has(sha)) continue;
    visited.add(sha);
    const current = index.groups.get(sha);
    const isOwners = typeof owner === "number" && commit.pulls.includes(owner);
    const isMergeOfOther = (index.merges.get(sha) ?? owner) !== owner;
    if (current === undefined || (isOwners && !isMergeOfOther)) index.groups.set(sha, owner);
    open.push(...commit.parents);
  }
}

type Members = [Commit, ...Commit[]];

function formUnits(commits: readonly Commit[], index: Index): readonly Unit[] {
  const members = new Map<number | Sha, Members>();
  for (const commit of commits.toReversed()) {
    // A commit that no parent of the head leads to is still a unit: nothing is lost.
    const key = index.groups.get(commit.sha) ?? commit.sha;
    const known = members.get(key);
    if (known === undefined) members.set(key, [commit]);
    else known.push(commit);
  }
  const units = new Map<Sha, Unit>();
  for (const [key, own] of members) {
    const unit = toUnit(typeof key === "number" ? index.pulls.get(key) : undefined, own);
    units.set(unit.sha, unit);
  }
  return commits.toReversed().flatMap(({ sha }) => units.get(sha) ?? []);
}

function toUnit(pull: Pull | undefined, commits: Members): Unit {
  const bringing = commits.reduce((found, commit) =>
    found.sha === pull?.mergeSha ? found : commit,
  );
  const isMerge = bringing.parents.length > 1;
  const single = pull === undefined ? "push" : "squash";
  return {
    kind: isMerge ? "merge" : commits.length > 1 ? "rebase" : single,
    sha: bringing.sha,
    pull: pull ?? null,
    commits,
    title: pull?.title ?? headline(bringing.message),
    author: pull?.author ?? bringing.author,
    at: pull?.mergedAt ?? bringing.committedAt,
  };
}
