import type { RawSource, SourceFile } from "../../src/core/evidence/source.ts";
import { askGit } from "../../src/git/program.ts";

/** Longer patches are not sent by GitHub either. */
const PATCH_CHARS_MAX = 100_000;
const FILES_MAX = 300;

/** Where the published line itself was written: it would prove itself. */
export const NOTES_FILE =
  /(?:^|\/)(?:\.changeset|\.changes|changes|changelog|changelog_unreleased|changelog\.d|newsfragments|relnotes|news)\/|(?:^|\/)(?:CHANGELOG|CHANGES|HISTORY|NEWS|RELEASES?)[^/]*$/i;

/** Commits by the number of their pull: squashed, or merged. The newest wins. */
export async function findPulls(folder: string): Promise<ReadonlyMap<number, string>> {
  const { stdout } = await askGit(folder, ["log", "--first-parent", "--format=%H %s", "HEAD"]);
  const found = new Map<number, string>();
  for (const line of stdout.split("\n")) {
    const subject = line.slice(41);
    const number =
      /\(#(\d+)\)$/.exec(subject)?.[1] ?? /^Merge pull request #(\d+) /.exec(subject)?.[1];
    if (number === undefined || /^Revert\b/i.test(subject)) continue;
    if (!found.has(Number(number))) found.set(Number(number), line.slice(0, 40));
  }
  return found;
}

interface PullAsked {
  readonly pull: number;
  readonly sha: string;
  /** With the file in which the pull itself words its note, or without. */
  readonly notesFiles: boolean;
}

/** Null: the commit changed nothing that can be shown, e.g. beyond a shallow history. */
export async function readPull(
  folder: string,
  { pull, sha, notesFiles }: PullAsked,
): Promise<RawSource | null> {
  const { stdout: message } = await askGit(folder, ["log", "-1", "--format=%P%n%B", sha]);
  const [parents = "", subject = "", ...rest] = message.split("\n");
  // A merge queue writes the title of the pull on its merge.
  const isMerge = parents.includes(" ");
  const isTitled = !isMerge || !subject.startsWith("Merge ");
  const lines = rest.join("\n").trim();
  const title = isTitled ? subject.replace(/ \(#\d+\)$/, "") : (lines.split("\n")[0] ?? "");
  const body = isTitled ? lines : lines.split("\n").slice(1).join("\n").trim();
  const commits = isMerge ? await readCommits(folder, sha) : [];
  const args = ["diff", "-M", "--no-color", "--no-ext-diff", "-U3", `${sha}^1`, sha];
  const { stdout: diff, code } = await askGit(folder, args);
  if (code !== 0) return null;
  const files = readDiff(diff).filter(({ path }) => notesFiles || !NOTES_FILE.test(path));
  if (files.length === 0 || title === "") return null;
  return {
    unit: `#${pull}`,
    pull,
    title,
    body,
    labels: [],
    commits,
    files: files.slice(0, FILES_MAX),
    isTruncated: files.length > FILES_MAX,
  };
}

async function readCommits(folder: string, sha: string): Promise<readonly string[]> {
  const args = ["log", "--no-merges", "--reverse", "--format=%B%x00", `${sha}^1..${sha}^2`];
  const { stdout } = await askGit(folder, args);
  return stdout
    .split("\0")
    .map((message) => message.trim())
    .filter((message) => message !== "");
}

function readDiff(diff: string): readonly SourceFile[] {
  return diff
    .split(/^(?=diff --git )/m)
    .filter((part) => part.startsWith("diff --git "))
    .map((part) => {
      const start = part.indexOf("\n@@");
      const head = start < 0 ? part : part.slice(0, start);
      const patch = start < 0 ? null : part.slice(start + 1).replace(/\n$/, "");
      const after = /^\+\+\+ b\/(.*)$/m.exec(head)?.[1];
      const before = /^--- a\/(.*)$/m.exec(head)?.[1];
      const renamed = /^rename from (.*)$/m.exec(head)?.[1] ?? null;
      const moved = /^rename to (.*)$/m.exec(head)?.[1];
      const named = /^diff --git a\/.* b\/(.*)$/m.exec(head)?.[1];
      const lines = (patch ?? "").split("\n");
      return {
        path: after ?? moved ?? before ?? named ?? "",
        previousPath: renamed,
        additions: lines.filter((line) => line.startsWith("+")).length,
        deletions: lines.filter((line) => line.startsWith("-")).length,
        patch: patch !== null && patch.length > PATCH_CHARS_MAX ? null : patch,
      };
    });
}
