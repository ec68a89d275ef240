import type { Sha } from "../core/state.ts";
import { AppError } from "../errors.ts";
import { readGitByFile } from "./program.ts";

/** One changed file of a commit, with what `git apply` needs to change it. */
export interface FilePatch {
  readonly path: string;
  /** Letter of git: `A`dded, `M`odified, `D`eleted, `R`enamed, `C`opied, `T`ype changed. */
  readonly status: string;
  readonly patch: Buffer;
}

const DIFF =
  "diff-tree -r -M --no-commit-id --raw --patch --binary --full-index -z --no-color --no-ext-diff --no-textconv";

/** Null: git has more to say than `bytesMax`. Against the first parent. Throws `git/failed`. */
export async function readFixPatch(
  folder: string,
  { sha, before, bytesMax }: { readonly sha: Sha; readonly before: Sha; readonly bytesMax: number },
): Promise<readonly FilePatch[] | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  const { code, stderr } = await readGitByFile(
    folder,
    [...DIFF.split(" "), before, sha],
    (chunk) => {
      bytes += chunk.length;
      if (bytes <= bytesMax) chunks.push(chunk);
    },
  );
  if (code !== 0) {
    const message = `git diff-tree ${sha} in ${folder} ended with ${code}: ${stderr}`;
    throw new AppError("git/failed", message, { retry: { kind: "never" } });
  }
  return bytes > bytesMax ? null : parse(Buffer.concat(chunks));
}

/**
 * Entries (`:100644 100644 aaa bbb M`, path, of a rename both paths) up to an empty one, then
 * patches in the order of the entries. A change of type has two. Files may be in any encoding.
 */
function parse(output: Buffer): readonly FilePatch[] {
  const end = output.indexOf("\0\0");
  const head = end === -1 ? output : output.subarray(0, end);
  const body = end === -1 ? "" : output.subarray(end + 2).toString("latin1");
  const patches = body.split(/^(?=diff --git )/m);
  const fields = head.toString("utf8").split("\0");
  const files: FilePatch[] = [];
  let taken = 0;
  for (let at = 0; at < fields.length;) {
    const [, status = ""] = /^:\d+ \d+ \w+ \w+ ([A-Z])\d*$/.exec(fields[at] ?? "") ?? [];
    const isMoved = status === "R" || status === "C";
    const path = fields[at + (isMoved ? 2 : 1)];
    at += isMoved ? 3 : 2;
    if (status === "" || path === undefined) continue;
    const count = status === "T" ? 2 : 1;
    const own = patches.slice(taken, taken + count).join("");
    taken += count;
    files.push({ path, status, patch: Buffer.from(own, "latin1") });
  }
  return files;
}
