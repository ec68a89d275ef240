import type { ChangedFile } from "../core/size/size.ts";
import type { Sha } from "../core/state.ts";
import { runGit } from "./program.ts";
import { unusable } from "./repository.ts";

/** Commits whose files are not all there; with more of them it is a partial clone. */
const UNREADABLE_MAX = 50;

/** Against the first parent, as a pull request's files are; renames as git finds them by itself. */
const DIFF =
  "diff-tree --stdin --always --root -r -M --numstat -z --diff-merges=first-parent --no-ext-diff --no-textconv --no-relative".split(
    " ",
  );

/**
 * What each of the commits changed, by the numbers of git alone: it does not say which files were
 * deleted whole. Null: git could not read one of its files. Throws `git/unusable` where there are
 * many of these.
 */
export async function readNumstat(
  folder: string,
  commits: readonly Sha[],
  onProgress: (commits: number) => void,
): Promise<ReadonlyMap<Sha, readonly ChangedFile[] | null>> {
  const found = new Map<Sha, readonly ChangedFile[] | null>();
  let at = 0;
  for (let unreadable = 0; at < commits.length; unreadable += 1) {
    const reader = new NumstatReader(found);
    const input = `${commits.slice(at).join("\n")}\n`;
    const { code, stderr } = await runGit(
      folder,
      DIFF,
      (chunk) => {
        reader.add(chunk);
        onProgress(found.size);
      },
      { input },
    );
    if (code === 0) return found;
    if (unreadable === UNREADABLE_MAX) {
      throw unusable(
        `git cannot read all files of ${folder}, as in a partial clone. Get them with: git -C ${folder} fetch --refetch --no-filter (${stderr})`,
      );
    }
    // Numbers come when all of a commit is read: it was this one, or else the one after it.
    const { last } = reader;
    const lastAt = last === null ? at - 1 : commits.indexOf(last, at);
    const isLast = last !== null && found.get(last)?.length === 0;
    const failed = isLast ? lastAt : lastAt + 1;
    const sha = commits[failed];
    if (sha !== undefined) found.set(sha, null);
    at = failed + 1;
  }
  return found;
}

/** Puts rows together, wherever the output was cut into chunks. */
class NumstatReader {
  /** The commit that was begun last. */
  last: Sha | null = null;
  readonly #found: Map<Sha, readonly ChangedFile[] | null>;
  #files: ChangedFile[] = [];
  #rest = "";
  /** Of a rename: its numbers, and its old path. */
  #moved: { readonly row: readonly string[]; previous: string | null } | null = null;

  constructor(found: Map<Sha, readonly ChangedFile[] | null>) {
    this.#found = found;
  }

  add(chunk: string): void {
    const tokens = (this.#rest + chunk).split("\0");
    this.#rest = tokens.pop() ?? "";
    for (const token of tokens) this.#take(token);
  }

  #take(token: string): void {
    const moved = this.#moved;
    if (moved !== null && moved.previous === null) {
      moved.previous = token;
      return;
    }
    if (moved !== null) {
      this.#moved = null;
      this.#files.push(toFile(moved.row, token, moved.previous));
      return;
    }
    const first = token.indexOf("\t");
    if (first === -1) {
      this.last = token;
      this.#files = [];
      this.#found.set(token, this.#files);
      return;
    }
    const second = token.indexOf("\t", first + 1);
    const row = [token.slice(0, first), token.slice(first + 1, second)];
    const path = token.slice(second + 1);
    if (path === "") this.#moved = { row, previous: null };
    else this.#files.push(toFile(row, path, null));
  }
}

function toFile(
  [additions = "", deletions = ""]: readonly string[],
  path: string,
  previousPath: string | null,
): ChangedFile {
  return {
    path,
    previousPath,
    status: previousPath === null ? "modified" : "renamed",
    isBinary: additions === "-",
    additions: additions === "-" ? 0 : Number(additions),
    deletions: deletions === "-" ? 0 : Number(deletions),
    real: null,
  };
}
