import { isOfLine } from "./components.ts";
import { buildGraph } from "./graph.ts";
import type { Graph, Node } from "./graph.ts";
import { mergesItself, readMergedPull } from "./merge-message.ts";
import type { Component } from "./policy/policy-lines.ts";
import type { Pull } from "./pull.ts";
import type { Commit, Instant, Sha } from "./state.ts";
import type { Unit } from "./units.ts";
import { isStable, orderByVersion, parseTag, prereleaseName } from "./version.ts";

/** A tag as a local repository has it. */
export interface TagRead {
  readonly name: string;
  /** Commit, annotated tags peeled. */
  readonly sha: Sha;
  /** When it was made; of a lightweight tag, when its commit was. */
  readonly at: Instant;
}

/** A version tag on the branch. */
export interface VersionTag {
  readonly tag: TagRead;
  readonly version: string;
  readonly node: Node;
  /**
   * Of a stable version the highest stable one below it; of a prerelease the highest one, if it is
   * a prerelease of the same name (`rc`). Null: it is the first.
   */
  readonly previous: VersionTag | null;
}

/** One branch of a local repository, from its first commit to its head. */
export interface History {
  readonly graph: Graph;
  /** Without `refs/heads/`. */
  readonly branch: string;
  /** `owner/name` on GitHub; null: not known. */
  readonly fullName: string | null;
  /** Oldest commit first; on one commit, lowest version first. */
  readonly tags: readonly VersionTag[];
  /** Pulls that were merged into the branch, by the commit that brought them. */
  readonly pulls: ReadonlyMap<Node, Pull>;
  /** Is a unit one of the line that is looked at? */
  isOwn(unit: Unit): boolean;
}

/** A repository with components, and the one that is looked at. */
interface Scope {
  /** Empty: the whole repository, and what touches no component. */
  readonly component: string;
  /** Not empty. */
  readonly components: readonly Component[];
  /** Files that each commit changed. */
  readonly paths: ReadonlyMap<Sha, readonly string[]>;
}

export interface HistoryRead {
  /** Every child before its parents, newest first otherwise. */
  readonly commits: readonly Commit[];
  /** Of the whole repository. */
  readonly tags: readonly TagRead[];
  readonly branch: string;
  readonly fullName: string | null;
  /** As `tag` of the policy. `v{version}` reads `1.2.3`, too. */
  readonly tagFormat: string;
  /** Null: there are no components. */
  readonly scope: Scope | null;
}

export function buildHistory(read: HistoryRead): History {
  const { branch, fullName, scope } = read;
  const graph = buildGraph(read.commits);
  const pulls = readPulls(graph, branch);
  const tags = orderTags(graph, read.tags, read.tagFormat);
  const isOwn = (unit: Unit): boolean => scope === null || isInScope(unit, scope);
  return { graph, branch, fullName, tags, pulls, isOwn };
}

function isInScope({ commits, pull, sha }: Unit, { component, components, paths }: Scope): boolean {
  const names = new Set(commits.flatMap((commit) => paths.get(commit.sha) ?? []));
  const files = [...names].map((path) => ({ path, previousPath: null }));
  const own = { pull: pull?.number ?? null, sha, files, isComplete: true };
  return isOfLine({ pull, sha }, { line: { component }, files: [own], components });
}

type Placed = Omit<VersionTag, "previous">;

/** Of two tags of one version the older one counts: the version was given there. */
function placeTags(graph: Graph, tags: readonly TagRead[], format: string): readonly Placed[] {
  const byVersion = new Map<string, Placed>();
  for (const tag of tags) {
    const version = parseTag(tag.name, format);
    const node = graph.bySha.get(tag.sha);
    if (version === null || node === undefined) continue;
    const known = byVersion.get(version);
    if (known === undefined || known.node.place < node.place) {
      byVersion.set(version, { tag, version, node });
    }
  }
  return orderByVersion([...byVersion.values()]);
}

/** Each with its previous one, found in one pass from the oldest commit to the newest. */
function orderTags(graph: Graph, tags: readonly TagRead[], format: string): readonly VersionTag[] {
  const ranked = placeTags(graph, tags, format).map((own, rank) => ({ own, rank }));
  const byNode = Map.groupBy(ranked, ({ own }) => own.node);
  const ordered: VersionTag[] = [];
  const byRank = new Map<number, VersionTag>();
  const stable = new Int32Array(graph.nodes.length).fill(-1);
  const prerelease = new Int32Array(graph.nodes.length).fill(-1);
  for (const node of graph.nodes.toReversed()) {
    inherit(node, stable);
    inherit(node, prerelease);
    for (const { own, rank } of byNode.get(node) ?? []) {
      const [below, last] = [Number(stable[node.place]), Number(prerelease[node.place])];
      const isOwn = isStable(own.version);
      const found = byRank.get(isOwn ? below : Math.max(below, last)) ?? null;
      const tag = { ...own, previous: found !== null && isFollowing(own, found) ? found : null };
      byRank.set(rank, tag);
      ordered.push(tag);
      const highest = isOwn ? stable : prerelease;
      highest[node.place] = Math.max(rank, Number(highest[node.place]));
    }
  }
  return ordered;
}

function isFollowing(own: Placed, found: Placed): boolean {
  return (
    isStable(own.version) === isStable(found.version) &&
    prereleaseName(own.version) === prereleaseName(found.version)
  );
}

/** `highest`: rank of the highest tag at or below each commit; -1: none. */
function inherit({ place, parents }: Node, highest: Int32Array): void {
  for (const parent of parents) {
    highest[place] = Math.max(Number(highest[place]), Number(highest[parent.place]));
  }
}

/**
 * The commits that were the branch's head, oldest first: along first parents, and along both where
 * the branch was merged into its own copy. A pull that was merged anywhere else came with a merge.
 */
function readMainline({ nodes }: Graph, branch: string): readonly Node[] {
  const line = new Set<Node>();
  const open = nodes.slice(0, 1);
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (line.has(node)) continue;
    line.add(node);
    const isPulled = node.parents.length > 1 && mergesItself(node.commit, branch);
    open.push(...(isPulled ? node.parents : node.parents.slice(0, 1)));
  }
  return [...line].toSorted((left, right) => right.place - left.place);
}

/** A number that a second commit names (a backport, an issue) stays with the first. */
function readPulls(graph: Graph, branch: string): ReadonlyMap<Node, Pull> {
  const pulls = new Map<Node, Pull>();
  const taken = new Set<number>();
  for (const node of readMainline(graph, branch)) {
    const pull = readPull(node, branch);
    if (pull === null || taken.has(pull.number)) continue;
    taken.add(pull.number);
    pulls.set(node, pull);
  }
  return pulls;
}

function readPull({ commit, parents }: Node, branch: string): Pull | null {
  const merged = readMergedPull(commit);
  if (merged === null) return null;
  const side = parents[1]?.commit;
  return {
    ...merged,
    nodeId: "",
    body: "",
    author: side?.author ?? commit.author,
    mergedBy: side === undefined ? null : commit.author,
    mergedAt: commit.committedAt,
    mergeSha: commit.sha,
    headSha: side?.sha ?? commit.sha,
    baseBranch: branch,
    commitCount: 1,
    // Nothing tells a rebase merge: every commit of it is a unit.
    lastCommitHeadline: "",
    labels: [],
    closes: [],
    reviews: [],
    reviewCount: 0,
  };
}
