import type { Commit, Sha } from "./state.ts";

/**
 * From `head` along first parents, newest first: what was on the branch itself. Commits are newest
 * first; a parent that is not among them ends the way.
 */
export function firstParents(
  commits: readonly Commit[],
  head = commits[0]?.sha,
): ReadonlySet<Commit> {
  const bySha = indexBySha(commits);
  const chain = new Set<Commit>();
  let commit = head === undefined ? undefined : bySha.get(head);
  while (commit !== undefined && !chain.has(commit)) {
    chain.add(commit);
    const [parent] = commit.parents;
    commit = parent === undefined ? undefined : bySha.get(parent);
  }
  return chain;
}

/** Those that `head` contains, itself included, in their order. */
export function reachedFrom(commits: readonly Commit[], head: Sha): readonly Commit[] {
  const bySha = indexBySha(commits);
  const reached = new Set<Commit>();
  const open = [head];
  for (let sha = open.pop(); sha !== undefined; sha = open.pop()) {
    const commit = bySha.get(sha);
    if (commit === undefined || reached.has(commit)) continue;
    reached.add(commit);
    open.push(...commit.parents);
  }
  return commits.filter((commit) => reached.has(commit));
}

function indexBySha(commits: readonly Commit[]): ReadonlyMap<Sha, Commit> {
  return new Map(commits.map((commit) => [commit.sha, commit]));
}

/** A commit in its history. */
export interface Node {
  readonly commit: Commit;
  /** In `Graph.nodes`. */
  readonly place: number;
  /** First parent first. Those outside of the history are left out. */
  readonly parents: readonly Node[];
}

export interface Graph {
  /** Every child before its parents, newest first otherwise (`git log --date-order`). */
  readonly nodes: readonly Node[];
  readonly bySha: ReadonlyMap<Sha, Node>;
}

/** `commits` in the order of `Graph.nodes`. */
export function buildGraph(commits: readonly Commit[]): Graph {
  const nodes = commits.map((commit, place) => {
    const parents: Node[] = [];
    return { commit, place, parents };
  });
  const bySha = new Map(nodes.map((node) => [node.commit.sha, node]));
  for (const { commit, parents } of nodes) {
    for (const sha of commit.parents) {
      const parent = bySha.get(sha);
      if (parent !== undefined) parents.push(parent);
    }
  }
  return { nodes, bySha };
}

/**
 * What `head` reaches and `base` does not (`git log base..head`), newest first. `base` null: all
 * that `head` reaches.
 */
export function readRange({ nodes }: Graph, head: Node, base: Node | null): Node[] {
  const found: Node[] = [];
  const wanted = new Set([head]);
  const below = new Set(base === null ? [] : [base]);
  let at = Math.min(head.place, base?.place ?? head.place);
  // Children stand before parents: whoever is passed is known for good.
  let open = 1;
  for (let node = nodes[at]; node !== undefined && open > 0; node = nodes[(at += 1)]) {
    const isWanted = wanted.has(node);
    if (isWanted) open -= 1;
    if (below.has(node)) {
      for (const parent of node.parents) below.add(parent);
    } else if (isWanted) {
      found.push(node);
      for (const parent of node.parents) {
        if (!wanted.has(parent)) open += 1;
        wanted.add(parent);
      }
    }
  }
  return found;
}
