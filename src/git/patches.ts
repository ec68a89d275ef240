import type { SourceFile } from "../core/evidence/source.ts";
import type { Commit, Sha } from "../core/state.ts";
import { AppError } from "../errors.ts";
import { runGit } from "./program.ts";

/** What a commit changed, against its first parent. */
export interface CommitPatches {
  readonly files: readonly SourceFile[];
  /** Git had more to say than is kept. */
  readonly isTruncated: boolean;
}

/** Characters of git's output for one commit. Of more nobody words a line. */
const OUTPUT_CHARS_MAX = 2_000_000;

/** Processes of git at the same time. */
const PROCESSES_MAX = 4;

const DIFF =
  "diff-tree -r -M --root --no-commit-id --raw --patch -z --no-color --no-ext-diff --no-textconv".split(
    " ",
  );

/** Files and patches of some commits, one process each. Throws `git/failed`. */
export async function readPatches(
  folder: string,
  commits: readonly Pick<Commit, "sha" | "parents">[],
): Promise<ReadonlyMap<Sha, CommitPatches>> {
  const found = new Map<Sha, CommitPatches>();
  const open = [...commits];
  const work = async (): Promise<void> => {
    for (let commit = open.pop(); commit !== undefined; commit = open.pop()) {
      found.set(commit.sha, await readPatch(folder, commit));
    }
  };
  await Promise.all(Array.from({ length: PROCESSES_MAX }, work));
  return found;
}

async function readPatch(
  folder: string,
  { sha, parents }: Pick<Commit, "sha" | "parents">,
): Promise<CommitPatches> {
  let output = "";
  const { code, stderr } = await runGit(folder, [...DIFF, ...parents.slice(0, 1), sha], (chunk) => {
    if (output.length <= OUTPUT_CHARS_MAX) output += chunk;
  });
  if (code !== 0) {
    const message = `git diff-tree ${sha} in ${folder} ended with ${code}: ${stderr}`;
    throw new AppError("git/failed", message, { retry: { kind: "never" } });
  }
  const isTruncated = output.length > OUTPUT_CHARS_MAX;
  return { files: parsePatches(output.slice(0, OUTPUT_CHARS_MAX)), isTruncated };
}

interface Entry {
  readonly status: string;
  readonly path: string;
  readonly previousPath: string | null;
}

/**
 * Entries (`:100644 100644 aaa bbb M`, path, of a rename both paths) up to an empty one, then
 * patches in the order of the entries. A change of type has two; what was cut off has none.
 */
function parsePatches(output: string): readonly SourceFile[] {
  const end = output.indexOf("\0\0");
  const fields = (end === -1 ? output : output.slice(0, end)).split("\0");
  const patches = end === -1 ? [] : output.slice(end + 2).split(/^(?=diff --git )/m);
  const entries = readEntries(fields);
  let at = 0;
  return entries.map((entry) => {
    const own = patches.slice(at, at + (entry.status === "T" ? 2 : 1));
    at += own.length;
    return toFile(entry, own);
  });
}

function readEntries(fields: readonly string[]): readonly Entry[] {
  const entries: Entry[] = [];
  for (let at = 0; at < fields.length;) {
    const status = /^:\d+ \d+ \w+ \w+ ([A-Z])\d*$/.exec(fields[at] ?? "")?.[1] ?? "";
    const isMoved = status === "R" || status === "C";
    const [first, second] = fields.slice(at + 1, at + 3);
    if (status !== "" && first !== undefined) {
      const path = isMoved ? (second ?? first) : first;
      entries.push({ status, path, previousPath: isMoved ? first : null });
    }
    at += isMoved ? 3 : 2;
  }
  return entries;
}

function toFile({ path, previousPath }: Entry, patches: readonly string[]): SourceFile {
  const hunks = patches.flatMap((patch) => {
    const begin = patch.search(/^@@ /m);
    return begin === -1 ? [] : [patch.slice(begin).trimEnd()];
  });
  const patch = hunks.length === 0 ? null : hunks.join("\n");
  const count = (mark: string): number =>
    (patch ?? "").split("\n").filter((line) => line.startsWith(mark)).length;
  return { path, previousPath, additions: count("+"), deletions: count("-"), patch };
}
