import { apply, START, treeOf } from "./drawn-history.ts";
import type { Entry, Files, History, Tree, Unit } from "./drawn-history.ts";

/** The commits of a drawn history, and the text that `git fast-import` makes them from. */

interface Commit {
  readonly files: Files;
  /** Numbers of commits in the list; the first parent is the branch it was merged into. */
  readonly parents: readonly number[];
}

export interface Written {
  readonly commits: readonly Commit[];
  /** Commits of the branch from the tag before the bad one, which is the first, to the bad one. */
  readonly steps: readonly number[];
  /** Head of the branch. */
  readonly main: number;
}

class Writer {
  readonly commits: Commit[] = [{ files: START, parents: [] }];
  /** Commits on the branch. */
  readonly main: number[] = [0];

  get head(): number {
    return this.main.at(-1) ?? 0;
  }

  merge({ by, changes }: Unit): void {
    if (by === "squash") this.#commit(this.head, changes, null);
    else if (by === "merge" || by === "parallel") {
      const from = by === "parallel" ? (this.main.at(-2) ?? this.head) : this.head;
      const side = changes.reduce(
        (head, each) => this.#add(this.#after(head, [each]), [head]),
        from,
      );
      this.#commit(this.head, changes, side);
    } else for (const each of changes) this.#commit(this.head, [each], null);
  }

  #commit(head: number, changes: Unit["changes"], merged: number | null): void {
    const parents = merged === null ? [head] : [head, merged];
    this.main.push(this.#add(this.#after(head, changes), parents));
  }

  #after(commit: number, changes: Unit["changes"]): Files {
    const files = this.commits[commit]?.files ?? START;
    return changes.reduce((current, each) => apply(current, each), files);
  }

  #add(files: Files, parents: readonly number[]): number {
    return this.commits.push({ files, parents }) - 1;
  }
}

export function writeDown({ batches, later, bad }: History): Written {
  const writer = new Writer();
  const nth = bad % batches.length;
  let steps: readonly number[] = [];
  for (const [at, batch] of batches.entries()) {
    const from = writer.main.length - 1;
    for (const unit of batch) writer.merge(unit);
    if (at === nth) steps = writer.main.slice(from);
  }
  for (const unit of later) writer.merge(unit);
  return { commits: writer.commits, steps, main: writer.head };
}

export const filesAt = ({ commits }: Written, commit: number | undefined): Files =>
  commits[commit ?? 0]?.files ?? START;

/**
 * Refs `refs/heads/NAME/NUMBER`, one a commit; `refs/heads/NAME/restore`: the tree on the bad one. Tags
 * `NAME/before` and `NAME/bad`.
 */
export function formatImport(name: string, written: Written, restore: Tree): string {
  const rows = written.commits.map(({ files, parents }, at) =>
    formatCommit(
      `${name}/${at}`,
      parents.map((each) => `${name}/${each}`),
      treeOf(files),
    ),
  );
  const bad = written.steps.at(-1) ?? 0;
  const tag = (tagged: string, commit: number | undefined): string =>
    `reset refs/tags/${name}/${tagged}\nfrom refs/heads/${name}/${commit ?? 0}\n\n`;
  return [
    ...rows,
    formatCommit(`${name}/restore`, [`${name}/${bad}`], restore),
    tag("before", written.steps[0]),
    tag("bad", bad),
  ].join("");
}

function formatCommit(branch: string, parents: readonly string[], tree: Tree): string {
  const [first, ...merged] = parents.map((parent) => `refs/heads/${parent}`);
  return [
    `commit refs/heads/${branch}`,
    "committer Mona <mona@example.com> 1772452800 +0000",
    // The same commit may come twice otherwise: its name would be that of one made to restore.
    `data ${branch.length}`,
    branch,
    ...(first === undefined ? [] : [`from ${first}`]),
    ...merged.map((parent) => `merge ${parent}`),
    "deleteall",
    ...[...tree].map(([path, entry]) => formatEntry(path, entry)),
    "",
    "",
  ].join("\n");
}

function formatEntry(path: string, { mode, content }: Entry): string {
  if (mode === "160000") return `M ${mode} ${content} ${path}`;
  return `M ${mode} inline ${path}\ndata ${Buffer.byteLength(content)}\n${content}`;
}
