import type { Commit, Sha } from "./state.ts";

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
