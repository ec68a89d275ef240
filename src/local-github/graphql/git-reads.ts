import type { FileChange } from "../changed-files.ts";
import { listShas, type DiffSize, type HistoryQuery } from "../git-history.ts";
import { EMPTY_TREE } from "../git-object.ts";
import type { GitStore } from "../git.ts";
import { findSimpleSize } from "../simple-diff.ts";
import { CommitGraph } from "./commit-graph.ts";

/** Answers of one kind kept in memory; they are named by SHAs and never change. */
const KEPT_MAX = 10_000;
const READ_SINGLY_MAX = 10;

class Memo<T> {
  readonly #known = new Map<string, Promise<T>>();

  /** What `read` answers, asked once for each key. */
  get(key: string, read: () => Promise<T>): Promise<T> {
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    if (this.#known.size >= KEPT_MAX) this.#known.clear();
    const reading = read();
    reading.catch(() => this.#known.delete(key));
    this.#known.set(key, reading);
    return reading;
  }
}

interface Waiting {
  readonly sha: string;
  readonly resolve: (size: DiffSize) => void;
  readonly reject: (error: unknown) => void;
}

/** Reads of git that GraphQL repeats for every commit of a list: few calls of the program. */
export class GitReads {
  readonly #git: GitStore;
  readonly #sizes = new Memo<DiffSize>();
  readonly #revisions = new Memo<string[]>();
  /** Of pulls, by the SHAs that they are compared between. */
  readonly files = new Memo<readonly FileChange[]>();
  readonly pullSizes = new Memo<DiffSize>();
  readonly merges = new Memo<boolean | null>();
  readonly divergences = new Memo<{ ahead: number; behind: number }>();
  readonly #waiting = new Map<number, Waiting[]>();
  readonly #graphs = new Map<number, CommitGraph>();

  constructor(git: GitStore) {
    this.#git = git;
  }

  graph(repositoryId: number): CommitGraph {
    const graph = this.#graphs.get(repositoryId) ?? new CommitGraph(this.#git, repositoryId);
    this.#graphs.set(repositoryId, graph);
    return graph;
  }

  /** Lines and files against the first parent; the sizes of one round are read together. */
  size(repositoryId: number, sha: string): Promise<DiffSize> {
    return this.#sizes.get(`${repositoryId} ${sha}`, () => {
      return new Promise<DiffSize>((resolve, reject) => {
        const waiting = this.#waiting.get(repositoryId) ?? [];
        if (waiting.length === 0) setImmediate(() => void this.#readSizes(repositoryId));
        waiting.push({ sha, resolve, reject });
        this.#waiting.set(repositoryId, waiting);
      });
    });
  }

  async #readSizes(repositoryId: number): Promise<void> {
    const all = this.#waiting.get(repositoryId) ?? [];
    this.#waiting.delete(repositoryId);
    const waiting = await this.#answerSimple(repositoryId, all);
    if (waiting.length === 0) return;
    const args = ["log", "--no-walk=unsorted", "--diff-merges=first-parent", "--root"];
    try {
      const text = await this.#git.run(
        repositoryId,
        [...args, "-M", "--shortstat", "--format=%x00%H", "--stdin"],
        { input: `${waiting.map(({ sha }) => sha).join("\n")}\n` },
      );
      const blocks = new Map(
        text.split("\0").map((block): [string, string] => [block.slice(0, 40), block.slice(40)]),
      );
      for (const { sha, resolve } of waiting) resolve(parseShortstat(blocks.get(sha) ?? ""));
    } catch (error) {
      for (const { reject } of waiting) reject(error);
    }
  }

  /** Those that git has to be asked for. Many are asked together for less. */
  async #answerSimple(repositoryId: number, waiting: Waiting[]): Promise<Waiting[]> {
    if (waiting.length > READ_SINGLY_MAX) return waiting;
    const left: Waiting[] = [];
    for (const each of waiting) {
      const commit = await this.#git.commit(repositoryId, each.sha);
      const from = commit?.parents[0] ?? EMPTY_TREE;
      const size = commit && (await findSimpleSize(this.#git, repositoryId, from, commit.sha));
      if (size === null) left.push(each);
      else each.resolve(size);
    }
    return left;
  }

  /** SHAs of `git rev-list`. The revisions are SHAs, so that the answer never changes. */
  revisions(repositoryId: number, query: HistoryQuery): Promise<string[]> {
    const key = `${repositoryId} ${JSON.stringify(query)}`;
    return this.#revisions.get(key, () => listShas(this.#git, repositoryId, query));
  }
}

function parseShortstat(text: string): DiffSize {
  const read = (pattern: RegExp) => Number(pattern.exec(text)?.[1] ?? 0);
  return {
    additions: read(/(\d+) insertion/),
    deletions: read(/(\d+) deletion/),
    changedFiles: read(/(\d+) files? changed/),
  };
}
