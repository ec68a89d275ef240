import { spawn } from "node:child_process";
import { readHistory } from "../../src/git/history.ts";
import type { HistoryFound } from "../../src/git/history.ts";
import { openBranch } from "../../src/git/repository.ts";
import { run } from "../../test/support/run.ts";

/** The history of what is checked out, or of a bare repository's main branch. */
export async function readWhole(folder: string): Promise<HistoryFound & { branch: string }> {
  const local = await openBranch({ folder, ref: null, to: null });
  const found = await readHistory(local, { hasPaths: false, onProgress: () => undefined });
  return { ...found, branch: local.branch };
}

/**
 * A bare repository with the newest commits alone: their messages, times, parents and tags, and no
 * files, which none of the tools reads. The same for all of them.
 */
export async function writeNewest(
  folder: string,
  { commits, tags }: HistoryFound,
  count: number,
): Promise<void> {
  await run("git", ["init", "--quiet", "--bare", "--initial-branch=main", folder], { cwd: "/" });
  const kept = commits.slice(0, count).toReversed();
  const marks = new Map(kept.map(({ sha }, at) => [sha, at + 1]));
  const parts = kept.map(({ sha, parents, committedAt, message }) => {
    const when = `Mona <mona@example.com> ${committedAt / 1_000} +0000`;
    const known = parents.flatMap((parent) => marks.get(parent) ?? []);
    return [
      "commit refs/heads/main",
      `mark :${marks.get(sha)}`,
      `author ${when}`,
      `committer ${when}`,
      `data ${Buffer.byteLength(message)}\n${message}`,
      ...known.map((mark, at) => `${at === 0 ? "from" : "merge"} :${mark}`),
      "",
    ].join("\n");
  });
  for (const { name, sha } of tags) {
    const mark = marks.get(sha);
    if (mark !== undefined) parts.push(`reset refs/tags/${name}\nfrom :${mark}\n`);
  }
  const head = kept.at(-1);
  if (head !== undefined) parts.push(`reset refs/heads/main\nfrom :${marks.get(head.sha)}\n`);
  await importAll(folder, parts.join("\n"));
  await run("git", ["gc", "--quiet"], { cwd: folder });
}

/** Give a stream to `git fast-import`. */
export function importAll(folder: string, text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("git", ["fast-import", "--quiet"], { cwd: folder, stdio: "pipe" });
    let said = "";
    child.stderr.on("data", (chunk: Buffer) => {
      said += chunk.toString();
    });
    child.on("error", reject);
    child.on("close", (code) => {
      if (code === 0) resolve();
      else reject(new Error(`git fast-import ended with ${String(code)}: ${said}`));
    });
    child.stdin.end(text);
  });
}
