import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { AttributeRules } from "../../src/core/size/attributes.ts";
import type { ChangedFile } from "../../src/core/size/size.ts";
import { readChange } from "../../src/git/size.ts";
import { useFolder } from "../support/local-repository.ts";
import { run } from "../support/run.ts";

const folder = useFolder();
const PERSON = ["-c", "user.name=mona", "-c", "user.email=mona@example.com"];
let work: string;
const git = (...args: readonly string[]) => run("git", [...PERSON, ...args], { cwd: work });

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(work, name)), { recursive: true });
    writeFileSync(path.join(work, name), text);
  }
}

async function commit(message: string): Promise<void> {
  await git("add", "--all");
  await git("commit", "--quiet", "--message", message);
}

const lines = (count: number, start = "line") =>
  Array.from({ length: count }, (_, at) => `${start} ${at}\n`).join("");

const braced = (count: number, word: string, every: number) =>
  Array.from({ length: count }, (_, at) => (at % every === 0 ? "}\n" : `${word} ${at}\n`)).join("");

beforeAll(async () => {
  work = folder.path("widgets");
  mkdirSync(work);
  await git("init", "--quiet", "--initial-branch=main");
  write({
    ".gitattributes": "*.gen linguist-generated\n",
    "sub/.gitattributes": "own.ts linguist-generated\n",
    "keep.ts": lines(20),
    "gone.ts": lines(7),
    "moved.ts": lines(30),
    "indent.ts": lines(20),
    "link.ts": lines(3),
    "image.png": "\0\u0001",
  });
  await commit("begin");
  await git("checkout", "--quiet", "-b", "change");
  rmSync(path.join(work, "gone.ts"));
  rmSync(path.join(work, "link.ts"));
  await git("mv", "moved.ts", "ün named\tnow.ts");
  write({
    // None of these may hide anything: what counts is what stood at the base.
    ".gitattributes": "* linguist-generated -diff\n",
    "keep.ts": `${lines(20)}diff --git a/x b/x\n@@ -1 +1 @@\n--- old\n+++ new\n`,
    "indent.ts": lines(20, "  line").replaceAll(" ", "  "),
    "image.png": "\0\u0002",
    "sub/own.ts": "generated\n",
    "new/.gitattributes": "own.ts linguist-generated\n",
    "new/own.ts": "a\nb",
  });
  await run("ln", ["-s", "keep.ts", "link.ts"], { cwd: work });
  await commit("change");
  await git("checkout", "--quiet", "main");
  write({ "later.ts": "on main only\n" });
  await commit("later");
  await git("checkout", "--quiet", "change");
});

const byPath = (files: readonly ChangedFile[]) =>
  Object.fromEntries(
    files.map(({ path: name, status, additions, deletions, isBinary, real, previousPath }) => [
      name,
      [
        status,
        additions,
        deletions,
        ...(isBinary ? ["binary"] : []),
        ...(real?.additions === additions && real.deletions === deletions ? [] : ["white"]),
        ...(previousPath === null ? [] : [previousPath]),
      ],
    ]),
  );

const CHANGED = {
  ".gitattributes": ["modified", 1, 1],
  "gone.ts": ["removed", 0, 7],
  "image.png": ["modified", 0, 0, "binary"],
  "indent.ts": ["modified", 20, 20, "white"],
  "keep.ts": ["modified", 4, 0],
  "link.ts": ["modified", 1, 3],
  "new/.gitattributes": ["added", 1, 0],
  "new/own.ts": ["added", 2, 0],
  "sub/own.ts": ["added", 1, 0],
  "ün named\tnow.ts": ["renamed", 0, 0, "moved.ts"],
};

describe("a change in a local repository", () => {
  it("is what a pull request shows, with the attributes of its base", async () => {
    const change = await readChange({ folder: work, base: null, head: "HEAD", isStaged: false });
    expect(change.base).toBe("main");
    expect(byPath(change.files)).toEqual(CHANGED);
    const rules = new AttributeRules(change.attributeFiles);
    const marked = change.files.filter(({ path: name }) => rules.of(name).size > 0);
    expect(marked.map(({ path: name }) => name)).toEqual(["sub/own.ts"]);
  });

  it("is the same in a bare clone, from a folder inside, and staged", async () => {
    await git("clone", "--quiet", "--bare", work, folder.path("bare.git"));
    const asked = { base: "main", head: "change", isStaged: false };
    const bare = await readChange({ ...asked, folder: folder.path("bare.git") });
    expect(byPath(bare.files)).toEqual(CHANGED);
    const inside = await readChange({ ...asked, folder: path.join(work, "sub") });
    expect(byPath(inside.files)).toEqual(CHANGED);
    // The attributes of the change are staged and checked out, with their -diff, and hide nothing.
    write({ "staged.ts": "a\n", "other.ts": "not staged\n" });
    await git("add", "staged.ts");
    await git("add", "--intent-to-add", "other.ts");
    const objects = () => run("git", ["count-objects", "-v"], { cwd: work });
    const before = await objects();
    const staged = await readChange({ folder: work, base: null, head: "HEAD", isStaged: true });
    expect(byPath(staged.files)).toEqual({ ...CHANGED, "staged.ts": ["added", 1, 0] });
    expect(await objects()).toEqual(before);
    const fromWorktree = folder.path("tree: 2");
    await git("worktree", "add", "--quiet", "--detach", fromWorktree, "change");
    const other = await readChange({ ...asked, base: null, isStaged: true, folder: fromWorktree });
    expect(byPath(other.files)).toEqual(CHANGED);
  });

  it("that is staged with conflicts says so", async () => {
    const blob = (await run("git", ["hash-object", "keep.ts"], { cwd: work })).trim();
    const lines3 = [1, 2, 3].map((stage) => `100644 ${blob} ${stage}\tclash.ts\n`).join("");
    writeFileSync(path.join(work, "index-info"), lines3);
    await run("sh", ["-c", "git update-index --index-info < index-info"], { cwd: work });
    const asked = { folder: work, base: null, head: "HEAD", isStaged: true };
    await expect(readChange(asked)).rejects.toThrow(
      /cannot be committed as it is \(clash.ts: unmerged/,
    );
    await git("update-index", "--force-remove", "clash.ts");
  });

  it("can be the first of all", async () => {
    const empty = folder.path("empty");
    await run("git", ["init", "--quiet", "--initial-branch=main", empty], {
      cwd: folder.path("."),
    });
    const asked = { folder: empty, base: null, head: "HEAD" };
    await expect(readChange({ ...asked, isStaged: false })).rejects.toThrow(/no commit yet/);
    writeFileSync(path.join(empty, "a.ts"), "a\nb\n");
    await run("git", ["add", "a.ts"], { cwd: empty });
    const change = await readChange({ ...asked, isStaged: true });
    expect([change.base, byPath(change.files)]).toEqual(["(nothing)", { "a.ts": ["added", 2, 0] }]);
  });

  it.each([
    [["--depth=1", "--branch=change"], /shallow clone and has none of origin\/HEAD.*--unshallow/],
    [["--depth=1", "--no-single-branch"], /no commit in common in .*shallow clone.*--unshallow/],
    [["--filter=blob:none", "--no-checkout"], /partial clone without some .* diff --shortstat/],
  ])("of which a part is not here is unknown: %j", async (how, message) => {
    const clone = folder.path(`clone${how[0]}${how[1]}`);
    const bare = folder.path("source.git");
    await git("clone", "--quiet", "--bare", work, bare);
    await run("git", ["config", "uploadpack.allowFilter", "true"], { cwd: bare });
    await run("git", ["symbolic-ref", "HEAD", "refs/heads/main"], { cwd: bare });
    await run("git", ["clone", "--quiet", ...how, `file://${bare}`, clone], { cwd: work });
    // Whoever has left the network cannot fetch what is missing on demand.
    rmSync(bare, { recursive: true });
    const asked = { folder: clone, base: null, head: "origin/change", isStaged: false };
    await expect(readChange(asked)).rejects.toMatchObject({
      code: "git/incomplete",
      message: expect.stringMatching(message),
    });
  });

  it.each([
    [{ base: "nowhere" }, /no branch, tag or commit nowhere: name another with --base/],
    [{ head: "nowhere" }, /no branch, tag or commit nowhere: name another with --head/],
    [{ folder: "/" }, /is not a git repository/],
  ])("that cannot be read says why: %j", async (more, message) => {
    const asked = { folder: work, base: null, head: "HEAD", isStaged: false, ...more };
    await expect(readChange(asked)).rejects.toThrow(message);
  });

  it("has the lines that git counts in a file whose long end stays as it was", async () => {
    const end = lines(300);
    await git("checkout", "--quiet", "-b", "long", "main");
    write({ "long.ts": `${braced(60, "old", 3)}${end}` });
    await commit("long");
    await git("checkout", "--quiet", "-b", "longer");
    write({ "long.ts": `${braced(60, "new", 5)}${end}` });
    await commit("longer");
    const numbers = await git("diff", "--numstat", "long", "longer");
    const asked = { folder: work, base: "long", head: "longer", isStaged: false };
    const { files } = await readChange(asked);
    const [file] = files;
    expect(`${file?.additions}\t${file?.deletions}\tlong.ts\n`).toBe(numbers);
    expect(file?.real).toEqual({ additions: file?.additions, deletions: file?.deletions });
  });

  it("with nothing in common with its base says so", async () => {
    await git("checkout", "--quiet", "--orphan", "alone");
    await commit("alone");
    const asked = { folder: work, base: "main", head: "alone", isStaged: false };
    await expect(readChange(asked)).rejects.toThrow(/no commit in common/);
  });
});
