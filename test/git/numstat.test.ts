import { rm } from "node:fs/promises";
import { describe, expect, it } from "@jest/globals";
import { readNumstat } from "../../src/git/numstat.ts";
import { askGit, runGit } from "../../src/git/program.ts";
import { useFolder, writeRepository } from "../support/local-repository.ts";
import type { Written } from "../support/local-repository.ts";

const folder = useFolder();

const lines = (count: number, word = "line"): string =>
  Array.from({ length: count }, (_, at) => `${word} ${at}\n`).join("");

async function shasOf(name: string): Promise<readonly string[]> {
  const { stdout } = await askGit(folder.path(name), ["log", "--first-parent", "--format=%H"]);
  return stdout.split("\n");
}

async function read(name: string, shas: readonly string[]) {
  const found = await readNumstat(folder.path(name), shas, () => undefined);
  return shas.map(
    (sha) =>
      found
        .get(sha)
        ?.map(({ path, previousPath, additions, deletions, isBinary }) =>
          [path, previousPath, additions, deletions, isBinary].join(" "),
        ) ?? null,
  );
}

/** Of a history that goes back and forth between two texts. */
function back(at: number): Written {
  return { message: `${at}`, files: { "a.ts": at % 2 === 0 ? "lost\n" : "here\n" } };
}

describe("numbers of git", () => {
  it("are read for each commit, against its first parent", async () => {
    await writeRepository(folder.path("all.git"), [
      { message: "Begin", files: { "a.ts": lines(20), "odd\tname\n": "1\n" } },
      { message: "work", on: "side", files: { "b.ts": lines(3) } },
      { message: "more", on: "side", files: { "c.ts": lines(4), "a.ts": lines(19) } },
      { message: "Nothing" },
      {
        message: "Merge pull request #3 from mona/side",
        merges: "side",
        files: { "b.ts": lines(3), "c.ts": lines(4), "a.ts": lines(19) },
      },
      { message: "Binary", files: { "d.png": "\0\u0001" } },
    ]);
    expect(await read("all.git", await shasOf("all.git"))).toEqual([
      ["d.png  0 0 true"],
      ["a.ts  0 1 false", "b.ts  3 0 false", "c.ts  4 0 false"],
      [],
      ["a.ts  20 0 false", "odd\tname\n  1 0 false"],
    ]);
  });

  it("tell a rename with what changed in it", async () => {
    const path = folder.path("moved.git");
    await writeRepository(path, [{ message: "Begin", files: { "a.ts": lines(40) } }]);
    const { stdout: blob } = await askGit(path, ["rev-parse", "HEAD:a.ts"]);
    let tree = "";
    await runGit(path, ["mktree"], (text) => (tree += text), {
      input: `100644 blob ${blob}\tb.ts\n`,
    });
    const author = ["-c", "user.name=Mona", "-c", "user.email=mona@example.com"];
    const commit = [...author, "commit-tree", "-p", "HEAD", "-m", "Move it", tree.trim()];
    const { stdout: sha } = await askGit(path, commit);
    expect(await read("moved.git", [sha])).toEqual([["b.ts a.ts 0 0 false"]]);
  });

  it("go on behind a file that is not there, as in a partial clone", async () => {
    const path = folder.path("partial.git");
    await writeRepository(path, [
      { message: "1", files: { "a.ts": lines(5, "one") } },
      { message: "2", files: { "b.ts": lines(5, "two") } },
      { message: "3", files: { "c.ts": lines(5, "three") } },
      { message: "4", files: { "d.ts": lines(5, "four") } },
    ]);
    await lose(path, "HEAD:c.ts");
    const shas = await shasOf("partial.git");
    const others = [["d.ts  5 0 false"], null, ["b.ts  5 0 false"], ["a.ts  5 0 false"]];
    expect(await read("partial.git", shas)).toEqual(others);
    expect(await read("partial.git", shas.toReversed())).toEqual(others.toReversed());
    expect(await read("partial.git", shas.slice(1, 2))).toEqual([null]);
  });

  it("are given up where most files are not there, with what to do", async () => {
    const path = folder.path("filtered.git");
    await writeRepository(
      path,
      Array.from({ length: 52 }, (_, at) => back(at)),
    );
    await lose(path, "HEAD~1:a.ts");
    await expect(read("filtered.git", await shasOf("filtered.git"))).rejects.toThrow(
      /git cannot read all files of .*filtered\.git, as in a partial clone\. Get them with: git -C/,
    );
  });
});

async function lose(path: string, name: string): Promise<void> {
  const { stdout: blob } = await askGit(path, ["rev-parse", name]);
  await rm(`${path}/objects/${blob.slice(0, 2)}/${blob.slice(2)}`);
}
