import type { Sha } from "../core/state.ts";
import { AppError } from "../errors.ts";
import { askGit } from "./program.ts";

/** Where the lines came from that a commit changed. */

export interface BlameAsked {
  /** The commit that changed them, against its first parent. */
  readonly fix: Sha;
  /** What this holds is too old to be of interest; null: nothing is. */
  readonly after: Sha | null;
  /** Files that are looked at. */
  readonly isWanted: (path: string) => boolean;
}

export interface LineOrigin {
  /** Path of the file as it was before the fix. */
  readonly path: string;
  /** Commit that wrote the line. */
  readonly sha: Sha;
}

/** Hunks of one file that are looked at: of more the first ones. */
const HUNKS_MAX = 50;
const FILES_MAX = 20;

const DIFF = "diff-tree -r -M --root --no-commit-id -U0 --no-color --no-ext-diff --no-textconv";

/**
 * Commits after `after` that wrote lines which the fix took away or changed, or between which it put
 * something, each once per file. Throws `git/failed`.
 */
export async function readOrigins(
  folder: string,
  { fix, after, isWanted }: BlameAsked,
): Promise<readonly LineOrigin[]> {
  const parent = `${fix}^`;
  const { code, stdout, stderr } = await askGit(folder, [
    "-c",
    "core.quotePath=false",
    ...DIFF.split(" "),
    parent,
    fix,
  ]);
  if (code !== 0) throw failed(`git diff-tree ${fix} in ${folder} ended with ${code}: ${stderr}`);
  const origins: LineOrigin[] = [];
  const files = readHunks(stdout).filter(({ path }) => isWanted(path));
  for (const { path, hunks } of files.slice(0, FILES_MAX)) {
    const ranges = hunks.slice(0, HUNKS_MAX).flatMap((range) => ["-L", range]);
    const range = [parent, ...(after === null ? [] : [`^${after}`])];
    const blame = ["blame", "--porcelain", "-w", ...ranges, ...range, "--", path];
    const asked = await askGit(folder, blame);
    // A range that is past the end of the file, or a file that git cannot read, says nothing.
    if (asked.code !== 0) continue;
    const shas = new Set(readShas(asked.stdout));
    for (const sha of shas) origins.push({ path, sha });
  }
  return origins;
}

interface FileHunks {
  readonly path: string;
  /** As `git blame -L` takes them. */
  readonly hunks: string[];
}

/** Names in quotes are left out: git writes those with special characters so. */
function readHunks(diff: string): readonly FileHunks[] {
  const files: FileHunks[] = [];
  for (const line of diff.split("\n")) {
    const [, path] = /^--- a\/([^\t]+)\t?$/.exec(line) ?? [];
    if (path !== undefined) files.push({ path, hunks: [] });
    else if (line.startsWith("--- ")) files.push({ path: "", hunks: [] });
    const [, start, count = "1"] = /^@@ -(\d+)(?:,(\d+))? \+/.exec(line) ?? [];
    if (start === undefined) continue;
    const from = Number(start);
    const lines = Number(count);
    // Of what was only put in, the lines around it.
    const range = lines > 0 ? `${from},${from + lines - 1}` : `${Math.max(1, from)},${from + 1}`;
    files.at(-1)?.hunks.push(range);
  }
  return files.filter(({ path, hunks }) => path !== "" && hunks.length > 0);
}

/** Nothing but marks, or an import: whatever is added touches these. */
const SAYS_LITTLE =
  /^\s*(?:[^\p{L}\p{N}]*|(?:import|from|use|using|#include|require)\b.*|.*\bfrom ['"].*)$/u;

/** Lines of the range's edge are told as `boundary`, and are older than what was asked for. */
function readShas(porcelain: string): readonly Sha[] {
  const shas = new Set<Sha>();
  const old = new Set<Sha>();
  let sha = "";
  for (const line of porcelain.split("\n")) {
    const [, own] = /^([0-9a-f]{40,64}) \d+ \d+/.exec(line) ?? [];
    if (own !== undefined) sha = own;
    else if (line === "boundary") old.add(sha);
    else if (line.startsWith("\t") && !SAYS_LITTLE.test(line)) shas.add(sha);
  }
  return [...shas].filter((each) => !old.has(each));
}

function failed(message: string): AppError {
  return new AppError("git/failed", message, { retry: { kind: "never" } });
}
