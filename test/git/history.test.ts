import { chmod, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { readHistory } from "../../src/git/history.ts";
import { openBranch } from "../../src/git/repository.ts";
import { useFolder, writeRepository } from "../support/local-repository.ts";
import { run } from "../support/run.ts";

const folder = useFolder();

beforeAll(async () => {
  await writeRepository(folder.path("all.git"), [
    { message: "Begin\n", tags: ["v1.0.0"], files: { "src/a.ts": "1", "docs/a.md": "1" } },
    { message: "feat: ünïcode ✓ (#2)\n\nBody\n\n\nwith gaps\n", annotated: "v1.1.0" },
    {
      message: "work",
      on: "side",
      author: "A Bot <9+deps[bot]@users.noreply.github.com>",
      files: { "src/a.ts": "2", "odd \u00fcname\tand\n tab": "x" },
    },
    { message: "fix: meanwhile", author: "Nobody <nobody@example.com>" },
    {
      message: "Merge pull request #3 from mona/side\n\nAdd it\n",
      merges: "side",
      files: { "src/a.ts": "2" },
    },
    { message: "\n", on: "odd", from: "main", tags: ["v9.0.0"] },
  ]);
});

async function readAll(name: string, ref: string | null = null, hasPaths = false) {
  const local = await openBranch({ folder: folder.path(name), ref, to: null });
  const seen: number[] = [];
  const found = await readHistory(local, { hasPaths, onProgress: (count) => seen.push(count) });
  return { local, seen, ...found };
}

describe("a local history", () => {
  it("is read with its parents, people, messages and times", async () => {
    const { commits, local, seen } = await readAll("all.git");
    expect(local).toMatchObject({ branch: "main", head: commits[0]?.sha, fullName: null });
    expect(commits.map(({ message }) => message.trimEnd())).toEqual([
      "Merge pull request #3 from mona/side\n\nAdd it",
      "fix: meanwhile",
      "work",
      "feat: ünïcode ✓ (#2)\n\nBody\n\n\nwith gaps",
      "Begin",
    ]);
    const shas = commits.map(({ sha }) => sha);
    expect(commits.map(({ parents }) => parents.map((parent) => shas.indexOf(parent)))).toEqual([
      [1, 2],
      [3],
      [3],
      [4],
      [],
    ]);
    expect(commits.map(({ author }) => author)).toEqual([
      { id: null, login: "mona", isBot: false },
      { id: null, login: "Nobody", isBot: false },
      { id: null, login: "deps[bot]", isBot: true },
      { id: null, login: "mona", isBot: false },
      { id: null, login: "mona", isBot: false },
    ]);
    expect(commits.at(-1)?.committedAt).toBe(Date.UTC(2026, 2, 2, 13));
    expect(seen.at(-1)).toBe(5);
  });

  it("is read with the tags of the whole repository, annotated ones peeled", async () => {
    const { commits, tags } = await readAll("all.git");
    const odd = await readAll("all.git", "odd");
    expect(tags).toEqual([
      { name: "v1.0.0", sha: commits[4]?.sha, at: Date.UTC(2026, 2, 2, 13) },
      { name: "v1.1.0", sha: commits[3]?.sha, at: Date.UTC(2026, 2, 2, 14) },
      { name: "v9.0.0", sha: odd.commits[0]?.sha, at: Date.UTC(2026, 2, 2, 18) },
    ]);
    expect(odd.commits[0]?.message.trim()).toBe("");
    expect(odd.commits).toHaveLength(6);
  });

  it("is read with the files of each commit, where somebody asks", async () => {
    const { commits, paths } = await readAll("all.git", null, true);
    expect(commits).toHaveLength(5);
    expect(commits.map(({ sha }) => paths?.get(sha))).toEqual([
      ["src/a.ts"],
      [],
      ["odd \u00fcname\tand\n tab", "src/a.ts"],
      [],
      ["docs/a.md", "src/a.ts"],
    ]);
    expect((await readAll("all.git")).paths).toBeNull();
  });
});

describe("a branch", () => {
  it("is the one checked out, bare or not, detached or not", async () => {
    await run("git", ["clone", "--quiet", folder.path("all.git"), folder.path("clone")], {
      cwd: folder.path(""),
    });
    expect((await readAll("clone")).local).toMatchObject({ branch: "main", fullName: null });
    const cwd = folder.path("clone");
    await run("git", ["remote", "set-url", "origin", "https://user:key@example.com/acme/w.git"], {
      cwd,
    });
    await run("git", ["checkout", "--quiet", "HEAD~1"], { cwd });
    const detached = await readAll("clone");
    expect(detached.local).toMatchObject({ branch: "HEAD", fullName: "acme/w" });
    expect(detached.commits).toHaveLength(3);
    // In a subfolder, and inside of a hook of another repository.
    await mkdir(folder.path("clone/sub"));
    process.env["GIT_DIR"] = folder.path("nowhere");
    expect((await readAll("clone/sub", "main")).commits).toHaveLength(5);
    delete process.env["GIT_DIR"];
  });

  it("is found at the remote, by a tag or by a commit", async () => {
    expect((await readAll("clone", "odd")).local.branch).toBe("odd");
    expect((await readAll("clone", "origin/odd")).local.branch).toBe("odd");
    expect((await readAll("clone", "v1.1.0")).commits).toHaveLength(2);
    const { head } = (await readAll("clone", "main")).local;
    expect((await readAll("clone", head.slice(0, 12))).commits).toHaveLength(5);
  });

  it("ends where it is told", async () => {
    const asked = { folder: folder.path("all.git"), ref: "main" };
    const local = await openBranch({ ...asked, to: "v1.1.0" });
    const { commits } = await readHistory(local, { hasPaths: false, onProgress: () => undefined });
    expect(commits).toHaveLength(2);
    await expect(openBranch({ ...asked, to: "odd" })).rejects.toThrow(
      "--to odd is not on main: name a commit or tag of it",
    );
  });
});

async function checkRefused(name: string, ref: string | null, message: RegExp): Promise<void> {
  const failure = await openBranch({ folder: folder.path(name), ref, to: null }).catch(
    (error: unknown) => error,
  );
  expect(failure).toMatchObject({ code: "git/unusable" });
  expect(String(failure)).toMatch(message);
}

describe("a repository that cannot be replayed", () => {
  it("is refused with what to do", async () => {
    await mkdir(folder.path("plain"));
    await writeFile(folder.path("file"), "");
    await run("git", ["init", "--quiet", "--initial-branch=trunk", "unborn"], {
      cwd: folder.path(""),
    });
    const source = `file://${folder.path("all.git")}`;
    await run("git", ["clone", "--quiet", "--depth=1", source, "shallow"], {
      cwd: folder.path(""),
    });
    await checkRefused("missing", null, /there is no folder .*missing/);
    await checkRefused("file", null, /there is no folder .*file/);
    await checkRefused("plain", null, /plain is not a git repository/);
    await checkRefused("unborn", null, /has no commit on trunk: name a branch with --branch/);
    await checkRefused("unborn", "main", /has no branch, tag or commit main.*branches: none/);
    await checkRefused("shallow", null, /git -C .*shallow fetch --unshallow --tags/);
    await checkRefused("all.git", "nope", /commit nope.*branches: odd, main, side$/);
    await checkRefused("all.git", "--all", /commit --all/);
  });

  it("of another user says how to trust it", async () => {
    const { PATH = "" } = process.env;
    await mkdir(folder.path("bin"));
    const script =
      "#!/bin/sh\necho 'fatal: detected dubious ownership in repository' >&2\nexit 128\n";
    await writeFile(folder.path("bin/git"), script);
    await chmod(folder.path("bin/git"), 0o755);
    process.env["PATH"] = `${folder.path("bin")}${path.delimiter}${PATH}`;
    await checkRefused("plain", null, /git config --global --add safe\.directory .*plain/);
    process.env["PATH"] = folder.path("plain");
    await expect(
      openBranch({ folder: folder.path("all.git"), ref: null, to: null }),
    ).rejects.toThrow("could not start the git program");
    process.env["PATH"] = PATH;
  });

  it("breaks off with git's own words where an object is missing", async () => {
    const local = await openBranch({ folder: folder.path("all.git"), ref: null, to: null });
    const broken = { ...local, head: "f".repeat(40) };
    await expect(
      readHistory(broken, { hasPaths: false, onProgress: () => undefined }),
    ).rejects.toMatchObject({ code: "git/failed", message: expect.stringMatching(/bad object/) });
  });
});
