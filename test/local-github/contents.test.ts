import { beforeEach, describe, expect, it } from "@jest/globals";
import { commitFiles } from "../../src/local-github/seed.ts";
import { useLocalGitHub } from "../support/local-github.ts";
import { buildPlatform, type PlatformWorld } from "./platform-world.ts";
import { filesOn, messagesOn } from "./pull-steps.ts";

const local = useLocalGitHub();
let world: PlatformWorld;

beforeEach(async () => {
  world = await buildPlatform(local);
});

const base64 = (text: string) => Buffer.from(text).toString("base64");
const get = (path: string) => world.as("wilma")("GET", path);
const put = (path: string, body: object) =>
  world.as("wilma")("PUT", `{repo}/contents/${path}`, { message: "write", ...body });

const commitFile = (branch: string, file: string, parents: string[]) =>
  commitFiles(local.github, world.repository, {
    branch,
    message: file,
    files: { [file]: file },
    parents,
  });

describe("contents", () => {
  it("are written, read, changed and removed, one commit each", async () => {
    const created = await put("docs/a b.md", { content: base64("one") });
    expect(created.status).toBe(201);
    const seen = await get("{repo}/contents/docs/a%20b.md");
    expect(Buffer.from(seen.body.content, "base64").toString()).toBe("one");
    const { sha } = seen.body;
    expect((await put("docs/a b.md", { content: base64("two"), sha })).status).toBe(200);
    expect(await filesOn(local, world)).toMatchObject({ "docs/a b.md": "two" });
    const now = (await get("{repo}/contents/docs/a%20b.md")).body.sha;
    const gone = { message: "remove", sha: now };
    const removed = await world.as("wilma")("DELETE", "{repo}/contents/docs/a%20b.md", gone);
    expect([removed.status, removed.body.content]).toEqual([200, null]);
    expect(Object.keys(await filesOn(local, world))).toEqual(["first.txt"]);
    expect(await messagesOn(local, world)).toEqual(["remove", "write", "write", "first"]);
  });

  it.each([
    ["a stale SHA", { sha: "1".repeat(40) }, 409],
    ["no SHA", {}, 422],
    ["content that is not Base64", { content: "ä" }, 422],
    ["an unknown branch", { branch: "nowhere" }, 404],
  ])("refuse a change with %s", async (_, more, status) => {
    const answer = await put("first.txt", { content: base64("x"), ...more });
    expect(answer.status).toBe(status);
    expect(await messagesOn(local, world)).toEqual(["first"]);
  });

  it("list a folder, and answer 404 for nothing", async () => {
    await put("docs/a.md", { content: base64("a") });
    const names = async (path: string) =>
      (await get(path)).body.map(({ name, type }: Record<string, string>) => `${type} ${name}`);
    await put("docs/deep/b.md", { content: base64("b") });
    expect(await names("{repo}/contents/docs")).toEqual(["file a.md", "dir deep"]);
    expect(await names("{repo}/contents/docs/deep")).toEqual(["file b.md"]);
    expect((await get("{repo}/contents/nothing")).status).toBe(404);
    expect((await get("{repo}/contents/first.txt?ref=nowhere")).status).toBe(404);
  });
});

describe("git data", () => {
  it("makes blob, tree and commit, and reads the same back", async () => {
    const post = async (path: string, body: object) =>
      (await world.bot("POST", `{repo}/git/${path}`, body)).body;
    const blob = await post("blobs", { content: base64("\u0000\u0001"), encoding: "base64" });
    const tree = await post("trees", {
      base_tree: world.head,
      tree: [
        { path: "deep/er/blob.bin", mode: "100755", type: "blob", sha: blob.sha },
        { path: "deep/inline.txt", mode: "100644", type: "blob", content: "inline" },
        { path: "first.txt", mode: "100644", type: "blob", sha: null },
      ],
    });
    const commit = await post("commits", {
      message: "made",
      tree: tree.sha,
      parents: [world.head],
    });
    expect(commit.verification).toMatchObject({ verified: true, reason: "valid" });
    await world.bot("PATCH", "{repo}/git/refs/heads/main", { sha: commit.sha });
    expect(await filesOn(local, world)).toEqual({
      "deep/er/blob.bin": "\u0000\u0001",
      "deep/inline.txt": "inline",
    });
    const args = ["fsck", "--strict", "--no-dangling"];
    expect(await local.github.git.run(world.repository.id, args)).toBe("");
    const seen = await world.bot("GET", "{repo}/git/trees/main?recursive=1");
    expect(seen.body.tree.map(({ path }: { path: string }) => path)).toEqual([
      "deep",
      "deep/er",
      "deep/er/blob.bin",
      "deep/inline.txt",
    ]);
    const author = { name: "Erin", email: "erin@example.com", date: "2026-01-02T03:04:05Z" };
    const parents = [commit.sha];
    const own = await post("commits", { message: "own", tree: tree.sha, parents, author });
    expect(own).toMatchObject({ author, verification: { verified: false, reason: "unsigned" } });
  });
});

describe("commits", () => {
  it("are listed in pages with links, by path and by author", async () => {
    for (const name of ["a", "b", "c", "d"]) await world.commit(name);
    const first = await get("{repo}/commits?per_page=2");
    expect(first.body).toHaveLength(2);
    const links = first.headers.get("link") ?? "";
    expect(links).toMatch(/page=2>; rel="next".*page=3>; rel="last"/);
    const next = /<([^>]+)>; rel="next"/.exec(links)?.[1] ?? "";
    const second = await get(next);
    expect(
      second.body.map(({ commit }: { commit: { message: string } }) => commit.message),
    ).toEqual(["b", "a"]);
    const messages = async (query: string) =>
      (await get(`{repo}/commits${query}`)).body.map(
        ({ commit }: { commit: { message: string } }) => commit.message,
      );
    expect(await messages("?path=c.txt")).toEqual(["c"]);
    expect(await messages("?author=nobody")).toEqual([]);
    expect((await get("{repo}/commits?sha=nowhere")).status).toBe(404);
  });

  it("show sizes, files and patch of one, and 422 for an unknown one", async () => {
    const sha = await world.commit("more");
    expect((await get(`{repo}/commits/${sha}`)).body).toMatchObject({
      stats: { additions: 1, deletions: 0, total: 1 },
      files: [{ filename: "more.txt", status: "added" }],
    });
    const unknown = await get(`{repo}/commits/${"1".repeat(40)}`);
    expect([unknown.status, unknown.body.message]).toEqual([
      422,
      `No commit found for SHA: ${"1".repeat(40)}`,
    ]);
  });
});

describe("comparing", () => {
  it.each([
    ["main...main", "identical", 0, 0, 0],
    ["main...work", "diverged", 2, 1, 2],
    ["HEAD...work", "ahead", 2, 0, 2],
    ["work...HEAD", "behind", 0, 2, 0],
  ])("%s is %s", async (range, status, ahead, behind, files) => {
    const one = await commitFile("work", "one", [world.head]);
    await commitFile("work", "two", [one]);
    await commitFile("main", "three", [world.head]);
    const { body } = await get(`{repo}/compare/${range.replace("HEAD", world.head)}`);
    expect(body).toMatchObject({ status, ahead_by: ahead, behind_by: behind });
    expect(body.total_commits).toBe(ahead);
    expect(body.merge_base_commit.sha).toBe(
      range === "main...main" ? body.base_commit.sha : world.head,
    );
    expect(body.files).toHaveLength(files);
  });

  it("pages the commits, oldest first, with the files on the first page only", async () => {
    let parent = world.head;
    for (const name of ["a", "b", "c"]) parent = await commitFile("work", name, [parent]);
    const second = await get(`{repo}/compare/${world.head}...work?per_page=2&page=2`);
    expect(second.body.commits.map(({ sha }: { sha: string }) => sha)).toEqual([parent]);
    expect(second.body.files).toEqual([]);
    expect((await get(`{repo}/compare/main...nowhere`)).status).toBe(404);
  });
});
