import { writeFileSync, mkdirSync, symlinkSync, rmSync } from "node:fs";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { readPatches } from "../../src/git/patches.ts";
import { useFolder } from "../support/local-repository.ts";
import { run } from "../support/run.ts";

const folder = useFolder();
const commits: { readonly sha: string; readonly parents: readonly string[] }[] = [];

async function git(...args: readonly string[]): Promise<string> {
  const identity = ["-c", "user.name=mona", "-c", "user.email=mona@example.com"];
  return (await run("git", [...identity, ...args], { cwd: folder.path("widgets") })).trim();
}

async function commit(message: string): Promise<void> {
  await git("add", "--all");
  await git("commit", "--quiet", "--message", message);
  await take();
}

async function take(): Promise<void> {
  const [sha = "", ...parents] = (await git("rev-list", "--parents", "-1", "HEAD")).split(" ");
  commits.push({ sha, parents });
}

beforeAll(async () => {
  mkdirSync(folder.path("widgets"));
  await git("init", "--quiet", "--initial-branch=main");
  const write = (name: string, text: string | Buffer) =>
    writeFileSync(folder.path(`widgets/${name}`), text);
  write("a.ts", "one\ntwo\nthree\n");
  write("size.ts", "x\n".repeat(20));
  await commit("root");
  write("a.ts", "one\ndiff --git a/b b/b\nthree\nfour");
  write("spaces and ü.ts", "+++ b/a\n");
  write("b.png", Buffer.from([0, 1, 2, 0]));
  await git("mv", "size.ts", "width.ts");
  await commit("everything");
  rmSync(folder.path("widgets/a.ts"));
  symlinkSync("width.ts", folder.path("widgets/a.ts"));
  await commit("another type");
  await git("checkout", "--quiet", "-b", "side", "HEAD~1");
  write("c.ts", "c\n");
  await commit("side");
  await git("checkout", "--quiet", "main");
  await git("merge", "--quiet", "--no-ff", "--message", "merge", "side");
  await take();
});

describe("patches of commits", () => {
  it("are those of a pull: names, counts and hunks, in order", async () => {
    const found = await readPatches(folder.path("widgets"), commits);
    const [root, everything, another, side, merge] = commits.map(
      ({ sha }) => found.get(sha)?.files,
    );
    expect(root?.map(({ path, additions }) => [path, additions])).toEqual([
      ["a.ts", 3],
      ["size.ts", 20],
    ]);
    expect(everything).toEqual([
      {
        path: "a.ts",
        previousPath: null,
        additions: 2,
        deletions: 1,
        patch:
          "@@ -1,3 +1,4 @@\n one\n-two\n+diff --git a/b b/b\n three\n+four\n\\ No newline at end of file",
      },
      { path: "b.png", previousPath: null, additions: 0, deletions: 0, patch: null },
      {
        path: "spaces and ü.ts",
        previousPath: null,
        additions: 1,
        deletions: 0,
        patch: "@@ -0,0 +1 @@\n++++ b/a",
      },
      { path: "width.ts", previousPath: "size.ts", additions: 0, deletions: 0, patch: null },
    ]);
    expect(another).toMatchObject([{ path: "a.ts", additions: 1, deletions: 4 }]);
    expect(side).toMatchObject([{ path: "c.ts", additions: 1 }]);
    expect(merge).toEqual(side);
  });

  it("say which commit git does not have", async () => {
    const nowhere = { sha: "0".repeat(40), parents: [] };
    await expect(readPatches(folder.path("widgets"), [nowhere])).rejects.toThrow(
      /git diff-tree 0{40} in .* ended with 128/,
    );
  });
});
