import { setImmediate as immediate } from "node:timers/promises";
import type { GitStore } from "../git.ts";

/** Starts that are given to git as known, so that it lists only what came since. */
const KNOWN_TIPS_MAX = 50;
/** So many new commits are read one by one, for less than a process of git costs. */
const WALKED_MAX = 50;

/**
 * Parents of commits in memory, so that "which commits does this merge bring" costs no process for
 * each of hundreds of pulls. A commit is never known before its parents.
 */
export class CommitGraph {
  readonly #git: GitStore;
  readonly #repositoryId: number;
  readonly #parents = new Map<string, readonly string[]>();
  /** Longest way down to a first commit: higher than that of any ancestor. */
  readonly #heights = new Map<string, number>();
  #tips: string[] = [];
  readonly #wanted = new Set<string>();
  #reading: Promise<void> = Promise.resolve();
  #next: Promise<void> | null = null;

  constructor(git: GitStore, repositoryId: number) {
    this.#git = git;
    this.#repositoryId = repositoryId;
  }

  /** Makes commits and all their ancestors known: what one round of resolvers asks, at once. */
  load(shas: readonly string[]): Promise<void> {
    if (shas.every((sha) => this.#parents.has(sha))) return Promise.resolve();
    for (const sha of shas) this.#wanted.add(sha);
    this.#next ??= this.#readNext(this.#reading);
    return this.#next;
  }

  async #readNext(before: Promise<void>): Promise<void> {
    await Promise.allSettled([before, immediate()]);
    const wanted = [...this.#wanted];
    this.#wanted.clear();
    this.#reading = this.#read(wanted);
    this.#next = null;
    return this.#reading;
  }

  async #read(shas: readonly string[]): Promise<void> {
    const missing = shas.filter((sha) => !this.#parents.has(sha));
    if (missing.length === 0 || (await this.#walk(missing))) return;
    const args = ["rev-list", "--topo-order", "--reverse", "--parents"];
    const lines = [...missing, ...this.#tips.map((tip) => `^${tip}`)];
    const text = await this.#git.run(this.#repositoryId, [...args, "--ignore-missing", "--stdin"], {
      input: `${lines.join("\n")}\n`,
    });
    for (const line of text.split("\n").filter((each) => each !== "")) {
      const [sha = "", ...parents] = line.split(" ");
      this.#add(sha, parents);
    }
    this.#tips = [...missing, ...this.#tips].slice(0, KNOWN_TIPS_MAX);
  }

  /** Down to what is known, commit by commit. False where that is too far: nothing is added then. */
  async #walk(missing: readonly string[]): Promise<boolean> {
    const found = new Map<string, readonly string[]>();
    let next = [...new Set(missing)];
    while (next.length > 0) {
      if (found.size + next.length > WALKED_MAX) return false;
      for (const { sha, parents } of await this.#git.commits(this.#repositoryId, next)) {
        found.set(sha, parents);
      }
      const parents = new Set(next.flatMap((sha) => found.get(sha) ?? []));
      next = [...parents].filter((sha) => !found.has(sha) && !this.#parents.has(sha));
    }
    const add = (sha: string): void => {
      const parents = found.get(sha);
      if (parents === undefined || this.#parents.has(sha)) return;
      for (const parent of parents) add(parent);
      this.#add(sha, parents);
    };
    for (const sha of missing) add(sha);
    this.#tips = [...missing, ...this.#tips].slice(0, KNOWN_TIPS_MAX);
    return true;
  }

  #add(sha: string, parents: readonly string[]): void {
    this.#parents.set(sha, parents);
    this.#heights.set(sha, 1 + Math.max(0, ...parents.map((parent) => this.#height(parent))));
  }

  #height(sha: string): number {
    return this.#heights.get(sha) ?? 0;
  }

  /** Commits that `head` has and `base` has not, oldest first. Both must be loaded. */
  beyond(head: string, base: string): string[] {
    const isOfBase = new Map([[head, false]]);
    isOfBase.set(base, true);
    const waiting = new Set(isOfBase.keys());
    const found: string[] = [];
    // From high to low, so that all descendants of a commit are seen before it.
    while ([...waiting].some((sha) => !isOfBase.get(sha))) {
      const next = [...waiting].reduce((a, b) => (this.#height(b) > this.#height(a) ? b : a));
      waiting.delete(next);
      const mark = isOfBase.get(next) ?? false;
      if (!mark) found.push(next);
      for (const parent of this.#parents.get(next) ?? []) {
        isOfBase.set(parent, mark || (isOfBase.get(parent) ?? false));
        waiting.add(parent);
      }
    }
    return found.toReversed();
  }
}
