import { EMPTY_TREE } from "./git-object.ts";
import type { GitStore } from "./git.ts";

export interface FileChange {
  filename: string;
  previousFilename: string | null;
  status: "added" | "removed" | "modified" | "renamed" | "changed";
  additions: number;
  deletions: number;
  /** Null for binary files and for moves without a change. */
  patch: string | null;
  /** Of the blob after the change; of the one before for a removed file. */
  sha: string;
}

/** Two trees differ in the same way wherever they stand: by `tree tree`, the oldest first. */
const differences = new WeakMap<GitStore, Map<string, Promise<readonly FileChange[]>>>();
const DIFFERENCES_MAX = 500;
const PATCH_CHARACTERS_MAX = 65_536;

/** Moves are found as git finds them, with at least half of the content alike. */
export async function changedFiles(
  git: GitStore,
  repositoryId: number,
  from: string,
  to: string,
): Promise<readonly FileChange[]> {
  const trees = await Promise.all(
    [from, to].map(async (side) =>
      side === EMPTY_TREE ? side : ((await git.commit(repositoryId, side))?.treeSha ?? side),
    ),
  );
  const known = differences.get(git) ?? new Map<string, Promise<readonly FileChange[]>>();
  differences.set(git, known);
  const key = trees.join(" ");
  const found = known.get(key);
  if (found !== undefined) return found;
  const read = readChangedFiles(git, repositoryId, trees);
  known.set(key, read);
  const [oldest] = known.keys();
  if (known.size > DIFFERENCES_MAX && oldest !== undefined) known.delete(oldest);
  try {
    const files = await read;
    const characters = files.reduce((sum, { patch }) => sum + (patch?.length ?? 100), 0);
    if (characters > PATCH_CHARACTERS_MAX) known.delete(key);
    return files;
  } catch (error) {
    known.delete(key);
    throw error;
  }
}

async function readChangedFiles(
  git: GitStore,
  repositoryId: number,
  trees: readonly string[],
): Promise<readonly FileChange[]> {
  const forms = ["--raw", "--numstat", "--patch", "-z"];
  const args = ["diff-tree", "-r", "-M", "--no-color", "--full-index", ...forms, ...trees];
  const said = new Fields(await git.run(repositoryId, args));
  const files = readRaw(said);
  const sizes = files.map(() => readNumbers(said));
  // An empty field stands before the patches.
  said.next();
  const patches = said
    .rest()
    .split(/^diff --git /m)
    .slice(1);
  let next = 0;
  return files.map((file, index) => {
    const text = patches[next] ?? "";
    // A change of type is written as a removal and an addition.
    next += file.status === "changed" ? 2 : 1;
    const hunk = text.search(/^@@ /m);
    return {
      ...file,
      additions: sizes[index]?.additions ?? 0,
      deletions: sizes[index]?.deletions ?? 0,
      patch: hunk === -1 ? null : text.slice(hunk).replace(/\n$/, ""),
    };
  });
}

/** What git wrote, one field after the other. */
class Fields {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  begins(start: string): boolean {
    return this.#text.startsWith(start, this.#at);
  }

  next(): string {
    const end = this.#text.indexOf("\0", this.#at);
    const field = this.#text.slice(this.#at, end === -1 ? undefined : end);
    this.#at = end === -1 ? this.#text.length : end + 1;
    return field;
  }

  rest(): string {
    return this.#text.slice(this.#at);
  }
}

function readRaw(said: Fields): Omit<FileChange, "additions" | "deletions" | "patch">[] {
  const files: Omit<FileChange, "additions" | "deletions" | "patch">[] = [];
  while (said.begins(":")) {
    const [, , before = "", after = "", letter = ""] = said.next().split(" ");
    const isMove = letter.startsWith("R") || letter.startsWith("C");
    const first = said.next();
    const second = isMove ? said.next() : first;
    files.push({
      filename: second,
      previousFilename: isMove ? first : null,
      status: STATUS_BY_LETTER[letter.charAt(0)] ?? "modified",
      sha: letter === "D" ? before : after,
    });
  }
  return files;
}

const STATUS_BY_LETTER: Record<string, FileChange["status"]> = {
  A: "added",
  D: "removed",
  M: "modified",
  R: "renamed",
  T: "changed",
};

function readNumbers(said: Fields): { additions: number; deletions: number } {
  const [additions = "0", deletions = "0", path] = said.next().split("\t");
  if (path === "") {
    // A move: both paths follow.
    said.next();
    said.next();
  }
  // A dash stands for a binary file.
  return { additions: Number(additions) || 0, deletions: Number(deletions) || 0 };
}
