import { mkdtemp, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import * as fc from "fast-check";
import {
  countCommits,
  countDivergence,
  diffSize,
  isAncestor,
  listShas,
  mergeBase,
  mergeTrees,
} from "../../src/local-github/git-history.ts";
import { EMPTY_TREE, parseTree } from "../../src/local-github/git-object.ts";
import { writeTree } from "../../src/local-github/git-tree.ts";
import { writeBlob, writeCommit, writeTag } from "../../src/local-github/git-write.ts";
import { GitStore } from "../../src/local-github/git.ts";
import { readSeed } from "../support/seed.ts";

/** What the local GitHub reads and writes itself is held against what the program says. */
let git: GitStore;
let lastId = 0;

beforeAll(async () => {
  git = new GitStore(await mkdtemp(path.join(os.tmpdir(), "git-store-")));
});
afterAll(async () => {
  git.close();
  await rm(git.directory, { recursive: true, force: true });
});

const signature = { name: "Mona", email: "mona@example.com", date: "2026-11-22T12:00:00Z" };

/** A repository with one commit for each of the file sets; each on the commit of that number. */
async function build(
  commits: readonly { parent: number; files: Readonly<Record<string, string>> }[],
): Promise<{ id: number; shas: string[] }> {
  lastId += 1;
  const id = lastId;
  await git.create(id, "main");
  const shas: string[] = [];
  for (const { parent, files } of commits) {
    const changes = await Promise.all(
      Object.entries(files).map(async ([name, text]) => ({
        path: name,
        mode: "100644",
        sha: await writeBlob(git, id, text),
      })),
    );
    const below = shas[parent];
    shas.push(
      await writeCommit(git, id, {
        treeSha: await writeTree(git, id, null, changes),
        parents: below === undefined ? [] : [below],
        author: signature,
        committer: signature,
        message: `Commit ${shas.length}`,
        isSigned: false,
      }),
    );
  }
  return { id, shas };
}

const files = fc.dictionary(
  fc.constantFrom("a.txt", "b.txt", "src/c.txt", "src/deep/d.txt"),
  fc
    .array(fc.constantFrom("one", "two", "three", "", "\0"), { maxLength: 6 })
    .chain((lines) => fc.constantFrom(lines.join("\n"), `${lines.join("\n")}\n`)),
  { noNullPrototype: true },
);
const commits = fc.array(fc.record({ parent: fc.nat(5), files }), { minLength: 2, maxLength: 7 });

async function say(id: number, ...args: string[]): Promise<string> {
  return (await git.run(id, args)).trim();
}

async function checkPair(id: number, one: string, other: string): Promise<void> {
  const range = [other, `^${one}`];
  const listed = (await say(id, "rev-list", ...range)).split("\n").filter((row) => row !== "");
  expect(await listShas(git, id, { revisions: range })).toEqual(listed);
  expect(await countCommits(git, id, range)).toBe(listed.length);
  for (const name of ["a.txt", "src", "src/deep/d.txt"]) {
    const changing = (await say(id, "rev-list", other, "--", name)).split("\n");
    const found = await listShas(git, id, { revisions: [other], path: name });
    expect(found).toEqual(changing.filter((row) => row !== ""));
  }
  for (const isRecursive of [false, true]) {
    const below = isRecursive ? ["-r", "-t"] : [];
    const entries = parseTree(await say(id, "ls-tree", "-z", "-l", ...below, other));
    expect((await git.tree(id, other, { isRecursive }))?.entries).toEqual(entries);
  }
  const divergence = await say(id, "rev-list", "--left-right", "--count", `${one}...${other}`);
  const { behind, ahead } = await countDivergence(git, id, one, other);
  expect(`${behind}\t${ahead}`).toBe(divergence);
  const base = await git.tryRun(id, ["merge-base", one, other]);
  const said = base.stdout.toString("utf8").trim();
  expect(await mergeBase(git, id, one, other)).toBe(base.code === 0 ? said : null);
  expect(await isAncestor(git, id, one, other)).toBe(base.code === 0 && said === one);
  const merge = await git.tryRun(id, ["merge-tree", "--write-tree", one, other]);
  const { treeSha, conflicts } = await mergeTrees(git, id, one, other);
  const merged = conflicts.length === 0 ? treeSha : null;
  expect(merged).toBe(merge.code === 0 ? merge.stdout.toString("utf8").trim() : null);
  for (const from of [one, EMPTY_TREE]) {
    const size = await diffSize(git, id, from, other);
    const text = await say(id, "diff-tree", "-r", "-M", "--shortstat", from, other);
    const read = (pattern: RegExp): number => Number(pattern.exec(text)?.[1] ?? 0);
    expect(size).toEqual({
      additions: read(/(\d+) insertion/),
      deletions: read(/(\d+) deletion/),
      changedFiles: read(/(\d+) files? changed/),
    });
  }
}

describe("what is read without git", () => {
  it("is what git says of any two commits", async () => {
    await fc.assert(
      fc.asyncProperty(commits, fc.nat(), fc.nat(), async (made, left, right) => {
        const { id, shas } = await build(made);
        const [one = "", other = ""] = [shas[left % shas.length], shas[right % shas.length]];
        await checkPair(id, one, other);
        await git.remove(id);
      }),
      { numRuns: 15, seed: readSeed() },
    );
  }, 180_000);

  it.each([
    {
      pair: "that touch other files",
      ours: { "a.txt": "one\n", "src/c.txt": "c\n", "src/new/d.txt": "d\n" },
      theirs: { "a.txt": "two\n", "b.txt": "b\n" },
    },
    {
      pair: "that touch other files of a folder",
      ours: { "a.txt": "one\n", "src/c.txt": "ours\n" },
      theirs: { "a.txt": "one\n", "src/c.txt": "c\n", "src/d.txt": "d\n" },
    },
    {
      pair: "of which one moved what the other changed",
      ours: { "a.txt": "one\nmore\n", "src/c.txt": "c\n" },
      theirs: { "b.txt": "one\n", "src/c.txt": "c\n" },
    },
    {
      pair: "of which one moved a folder where the other wrote",
      ours: { "a.txt": "one\n", "src/c.txt": "c\n", "src/d.txt": "d\n" },
      theirs: { "a.txt": "one\n", "lib/c.txt": "c\n" },
    },
    {
      pair: "that write the same file",
      ours: { "a.txt": "ours\n", "src/c.txt": "c\n" },
      theirs: { "a.txt": "theirs\n", "src/c.txt": "c\n" },
    },
    {
      pair: "with a file where the other has a folder",
      ours: { "a.txt": "one\n", "src/c.txt": "c\n", b: "file\n" },
      theirs: { "a.txt": "one\n", "src/c.txt": "c\n", "b/c.txt": "folder\n" },
    },
  ])("is what git says of two commits $pair", async ({ ours, theirs }) => {
    const base = { "a.txt": "one\n", "src/c.txt": "c\n" };
    const { id, shas } = await build([
      { parent: -1, files: base },
      { parent: 0, files: ours },
      { parent: 0, files: theirs },
    ]);
    const [, one = "", other = ""] = shas;
    await checkPair(id, one, other);
    await checkPair(id, other, one);
    await git.remove(id);
  });

  it("is what git says of any expression, loose and packed", async () => {
    const { id, shas } = await build([
      { parent: -1, files: { "a.txt": "a\n", "src/b.txt": "b\n" } },
      { parent: 0, files: { "a.txt": "b\n" } },
    ]);
    const [first = "", second = ""] = shas;
    const target = { sha: second, type: "commit" } as const;
    const tag = await writeTag(git, id, { name: "v1", message: "v1", tagger: signature, target });
    await git.swapRef(id, "refs/heads/main", null, first);
    await git.swapRef(id, "refs/heads/feature/x", null, second);
    await git.swapRef(id, "refs/tags/v1", null, tag);
    await git.pointRef(id, "refs/pull/1/head", second);
    const names = ["main", "feature/x", "feature", "none"].map((name) => `refs/heads/${name}`);
    const starts = [first, second, tag, ...names, "refs/tags/v1", "refs/pull/1/head", "main"];
    const ends = ["", "^{commit}", "^{tree}", "^{}", ":", ":a.txt", ":src/b.txt", ":src", ":no"];
    const ask = () =>
      Promise.all(
        starts.flatMap((start) =>
          ends.map(async (end) => {
            const object = await git.read(id, `${start}${end}`);
            return [`${start}${end}`, object?.sha ?? null, object?.type ?? null];
          }),
        ),
      );
    const listed = await git.refs(id);
    const loose = await ask();
    for (const [expression, sha] of loose) {
      const said = await git.tryRun(id, ["rev-parse", "--verify", "--quiet", expression ?? ""]);
      const expected = said.code === 0 ? said.stdout.toString("utf8").trim() : null;
      expect([expression, sha]).toEqual([expression, expected]);
    }
    await git.run(id, ["pack-refs", "--all"]);
    await git.run(id, ["repack", "-a", "-d", "-q"]);
    git.forgetRefs(id);
    expect(await ask()).toEqual(loose);
    expect(await git.refs(id)).toEqual(listed);
    expect(listed.map(({ name, type }) => `${name} ${type}`)).toEqual([
      "refs/heads/feature/x commit",
      "refs/heads/main commit",
      "refs/pull/1/head commit",
      "refs/tags/v1 tag",
    ]);
  });
});

describe("what is written without git", () => {
  it("is a repository without a fault to git", async () => {
    const { id, shas } = await build([{ parent: -1, files: { "src/a.txt": "a\n" } }]);
    await git.swapRef(id, "refs/heads/main", null, shas[0] ?? "");
    expect(await say(id, "fsck", "--strict", "--no-progress")).toBe("");
    expect(await say(id, "rev-parse", "HEAD")).toBe(shas[0]);
    expect(await say(id, "status", "--short").catch(() => "bare")).toBe("bare");
  });

  it("swaps a ref as git does, loose and packed", async () => {
    for (const isPacked of [false, true]) {
      const { id, shas } = await build([
        { parent: -1, files: { a: "a" } },
        { parent: 0, files: { a: "b" } },
      ]);
      const [first = "", second = ""] = shas;
      const ref = "refs/heads/main";
      const blob = await writeBlob(git, id, "no commit");
      const swap = async (name: string, before: string | null, after: string | null) => {
        if (isPacked) await git.run(id, ["pack-refs", "--all"]);
        return git.swapRef(id, name, before, after);
      };
      expect(await swap(ref, first, second)).toBe(false);
      expect(await swap(ref, null, blob)).toBe(false);
      expect(await swap(ref, null, "1".repeat(40))).toBe(false);
      expect(await swap(ref, null, first)).toBe(true);
      expect(await swap(ref, null, second)).toBe(false);
      expect(await swap(`${ref}/below`, null, first)).toBe(false);
      expect(await swap(ref, second, null)).toBe(false);
      expect(await swap(ref, first, second)).toBe(true);
      expect(await git.resolve(id, ref)).toBe(second);
      expect(await swap(ref, second, null)).toBe(true);
      expect(await git.refs(id)).toEqual([]);
      // The name of a ref that is gone may be a folder by now.
      expect(await swap(`${ref}/below`, null, first)).toBe(true);
      expect(await swap(`${ref}/below`, first, null)).toBe(true);
      expect(await swap(ref, null, first)).toBe(true);
      expect((await git.refs(id)).map(({ name }) => name)).toEqual([ref]);
    }
  });

  it("leaves a ref to whoever holds its lock", async () => {
    const { id, shas } = await build([
      { parent: -1, files: { a: "a" } },
      { parent: 0, files: { a: "b" } },
    ]);
    const [first = "", second = ""] = shas;
    await git.swapRef(id, "refs/tags/v1", null, first);
    await writeFile(path.join(git.path(id), "refs/tags/v1.lock"), "");
    expect(await git.swapRef(id, "refs/tags/v1", first, second)).toBe(false);
    expect(await git.resolve(id, "refs/tags/v1")).toBe(first);
  });
});
