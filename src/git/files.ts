import type { FileEntry } from "../core/doctor/doctor-wanted.ts";
import type { Sha } from "../core/state.ts";
import { AppError } from "../errors.ts";
import { askGit, runGit } from "./program.ts";
import type { LocalBranch } from "./repository.ts";

/** A plain file of a commit; links and submodules are none. */
type GitFile = FileEntry & { readonly oid: Sha };

/** Processes of git at the same time. */
const PROCESSES_MAX = 4;

/** All plain files of the commit, in one process of git. */
export async function listFiles({ folder, head }: LocalBranch): Promise<readonly GitFile[]> {
  let listed = "";
  const args = ["ls-tree", "-r", "-z", "-l", "--full-tree", head];
  const { code, stderr } = await runGit(folder, args, (chunk) => {
    listed += chunk;
  });
  if (code !== 0) throw failed(folder, "ls-tree", code, stderr);
  return listed.split("\0").flatMap((line) => {
    const found = /^100(?:644|755) blob ([0-9a-f]+) +(\d+)\t([^]+)$/.exec(line);
    const [, oid, size, path] = found ?? [];
    return oid === undefined || path === undefined ? [] : [{ path, oid, sizeBytes: Number(size) }];
  });
}

/** Texts of some of them, by path; null: not UTF-8. */
export async function readTexts(
  { folder }: LocalBranch,
  files: readonly GitFile[],
): Promise<ReadonlyMap<string, string | null>> {
  const texts = new Map<string, string | null>();
  const open = [...files];
  const work = async (): Promise<void> => {
    for (let file = open.pop(); file !== undefined; file = open.pop()) {
      texts.set(file.path, await readText(folder, file.oid));
    }
  };
  await Promise.all(Array.from({ length: PROCESSES_MAX }, work));
  return texts;
}

async function readText(folder: string, oid: Sha): Promise<string | null> {
  let text = "";
  const { code, stderr } = await runGit(folder, ["cat-file", "blob", oid], (chunk) => {
    text += chunk;
  });
  if (code !== 0) throw failed(folder, "cat-file", code, stderr);
  return text.includes("\u{FFFD}") || text.includes("\0") ? null : text;
}

/** Names of the tags that the commit contains. */
export async function listReachedTags({ folder, head }: LocalBranch): Promise<ReadonlySet<string>> {
  const args = ["for-each-ref", `--merged=${head}`, "--format=%(refname:strip=2)", "refs/tags"];
  const { code, stderr, stdout } = await askGit(folder, args);
  if (code !== 0) throw failed(folder, "for-each-ref", code, stderr);
  return new Set(stdout.split("\n"));
}

function failed(folder: string, what: string, code: number, stderr: string): AppError {
  const message = `git ${what} in ${folder} ended with ${code}: ${stderr}`;
  return new AppError("git/failed", message, { retry: { kind: "never" } });
}
