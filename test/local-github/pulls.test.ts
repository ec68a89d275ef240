import { beforeEach, describe, expect, it } from "@jest/globals";
import { commitFiles, createUser, userToken } from "../../src/local-github/seed.ts";
import type { WorldEvent } from "../../src/local-github/world-event.ts";
import type { Repository } from "../../src/local-github/world.ts";
import { useLocalGitHub } from "../support/local-github.ts";
import { buildPlatform, type PlatformWorld } from "./platform-world.ts";
import { openPull } from "./pull-steps.ts";

const local = useLocalGitHub();
let world: PlatformWorld;
const events: WorldEvent[] = [];
let isListening = false;

beforeEach(async () => {
  world = await buildPlatform(local);
  if (!isListening) local.github.onEvent((event) => events.push(event));
  isListening = true;
  events.length = 0;
});

const names = () => events.map(({ name, action }) => (action ? `${name}.${action}` : name));
const get = async (path: string) => (await world.as("wilma")("GET", path)).body;
const A = [{ message: "a", files: { "a.txt": "a\n" } }];

const forkOf = async (login: string) => {
  const outsider = createUser(local.github, `${login}-${world.repository.id}`);
  const as = world.withToken(userToken(local.github, outsider.login));
  const forked = await as("POST", "{repo}/forks");
  expect(forked.status).toBe(202);
  const fork = local.github.repository(forked.body.id) as Repository;
  return { as, fork, outsider };
};
const numbers = (pulls: { number: number }[]) => pulls.map((each) => each.number);
const listPulls = async (query: string) => numbers(await get(`{repo}/pulls${query}`));

describe("a pull", () => {
  it("has its sizes, files and commits from git", async () => {
    const from = await commitFiles(local.github, world.repository, {
      branch: "main",
      message: "before",
      files: { "old.txt": "1\n2\n3\n4\n5\n6\n", "gone.txt": "x\n", "edit.txt": "1\n2\n3\n" },
    });
    const pull = await openPull(local, world, {
      branch: "work",
      from,
      commits: [
        { message: "one", files: { "old.txt": null, "new.txt": "1\n2\n3\n4\n5\n6\n7\n" } },
        { message: "two", files: { "gone.txt": null, "edit.txt": "1\nTWO\n3\n" } },
      ],
    });
    await world.commit("later on main");
    const seen = await get(`{repo}/pulls/${pull.number}`);
    expect(seen).toMatchObject({ additions: 2, deletions: 2, changed_files: 3, commits: 2 });
    expect(seen).toMatchObject({ mergeable: true, mergeable_state: "clean", merged: false });
    const files = await get(`{repo}/pulls/${pull.number}/files`);
    expect(files).toMatchObject([
      { filename: "edit.txt", status: "modified", additions: 1, deletions: 1 },
      { filename: "gone.txt", status: "removed", additions: 0, deletions: 1 },
      { filename: "new.txt", status: "renamed", previous_filename: "old.txt", additions: 1 },
    ]);
    expect(files[0].patch).toBe("@@ -1,3 +1,3 @@\n 1\n-2\n+TWO\n 3");
    const commits = await get(`{repo}/pulls/${pull.number}/commits`);
    expect(commits.map((each: { commit: { message: string } }) => each.commit.message)).toEqual([
      "one",
      "two",
    ]);
    await world.as("wilma")("PUT", `{repo}/pulls/${pull.number}/merge`, {});
    const merged = await get(`{repo}/pulls/${pull.number}`);
    expect(merged).toMatchObject({ additions: 2, deletions: 2, changed_files: 3, commits: 2 });
  });

  it("says of long lists no more than GitHub does", async () => {
    const text = "line\n".repeat(1_000);
    const paths = Array.from({ length: 25 }, (_, at) => `api/${String(at).padStart(2, "0")}.txt`);
    const files = Object.fromEntries(paths.map((name) => [name, text]));
    const commits = [{ message: "long", files }];
    const { number } = await openPull(local, world, { branch: "long", commits });
    const sizes = async (path: string): Promise<number[]> => {
      const body = await get(`{repo}/${path}`);
      const rows = (Array.isArray(body) ? body : body.files) as { additions: number }[];
      return rows.map(({ additions }) => additions);
    };
    // Each patch has a line more than its file: the head of its only hunk.
    const whole = Array.from({ length: 25 }, () => 1_000);
    const cut = whole.map((lines, at) => (at < 20 ? lines : 0));
    expect((await get(`{repo}/pulls/${number}`)).additions).toBe(25_000);
    expect(await sizes(`pulls/${number}/files?per_page=100`)).toEqual(cut);
    expect(await sizes("compare/main...long")).toEqual(cut);
    expect(await sizes(`pulls/${number}/files?per_page=10&page=3`)).toEqual(whole.slice(20));
    const rows = await get(`{repo}/pulls/${number}/files`);
    expect(rows.filter(({ patch }: { patch?: string }) => patch === undefined)).toHaveLength(6);
  });

  it.each([
    ["the same branch again", { head: "work" }, "A pull request already exists for OWNER:work."],
    ["a branch without commits", { head: "same" }, "No commits between main and same"],
    ["a head that does not exist", { head: "nowhere" }, undefined],
    ["a base that does not exist", { head: "work", base: "nowhere" }, undefined],
  ])("is refused for %s", async (_, more, message) => {
    await openPull(local, world, { branch: "work", commits: A });
    const ref = { ref: "refs/heads/same", sha: world.head };
    await world.as("wilma")("POST", "{repo}/git/refs", ref);
    const count = local.github.data.issues.length;
    const body = { title: "Again", base: "main", ...more };
    const answer = await world.as("wilma")("POST", "{repo}/pulls", body);
    const owner = local.github.owner(world.repository).login;
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0].message).toBe(message?.replace("OWNER", owner));
    expect(local.github.data.issues).toHaveLength(count);
  });

  it("follows its branch while it is open, and says from where to where", async () => {
    const pull = await openPull(local, world, { branch: "work", commits: A });
    const files = { "b.txt": "b" };
    const input = { branch: "work", message: "b", files };
    const after = await commitFiles(local.github, world.repository, input);
    expect((await get(`{repo}/pulls/${pull.number}`)).head.sha).toBe(after);
    expect(names()).toEqual(expect.arrayContaining(["push", "pull_request.synchronize"]));
    expect(events.at(-1)?.detail).toMatchObject({ before: pull.head.sha, after });
  });

  it("closes with its branch, and counts as merged when its commits reach the base", async () => {
    const gone = await openPull(local, world, { branch: "gone", commits: A });
    await world.as("wilma")("DELETE", "{repo}/git/refs/heads/gone");
    expect(await get(`{repo}/pulls/${gone.number}`)).toMatchObject({
      state: "closed",
      merged: false,
    });
    const pushed = await openPull(local, world, { branch: "pushed", commits: A });
    const body = { sha: pushed.head.sha };
    await world.as("wilma")("PATCH", "{repo}/git/refs/heads/main", body);
    expect(await get(`{repo}/pulls/${pushed.number}`)).toMatchObject({
      state: "closed",
      merged: true,
      merge_commit_sha: pushed.head.sha,
    });
  });

  it("deletes its branch on merge where the repository says so", async () => {
    world.repository.deleteBranchOnMerge = true;
    const pull = await openPull(local, world, { branch: "work", commits: A });
    events.length = 0;
    await world.as("wilma")("PUT", `{repo}/pulls/${pull.number}/merge`, {});
    const expected = ["pull_request.closed", "push", "check_suite.requested", "delete", "push"];
    expect(names()).toEqual(expected);
    expect((await world.as("wilma")("GET", "{repo}/git/ref/heads/work")).status).toBe(404);
  });

  it("is known to the commits that it brought", async () => {
    const pull = await openPull(local, world, { branch: "work", commits: A });
    expect(numbers(await get(`{repo}/commits/${pull.head.sha}/pulls`))).toEqual([pull.number]);
    expect(numbers(await get(`{repo}/commits/${world.head}/pulls`))).toEqual([]);
    const merge = { merge_method: "squash" };
    const merged = await world.as("wilma")("PUT", `{repo}/pulls/${pull.number}/merge`, merge);
    expect(numbers(await get(`{repo}/commits/${merged.body.sha}/pulls`))).toEqual([pull.number]);
  });

  it("is listed by state, base and head", async () => {
    const one = await openPull(local, world, { branch: "one", commits: A });
    const two = await openPull(local, world, { branch: "two", commits: A });
    await world.as("wilma")("PATCH", `{repo}/pulls/${one.number}`, { state: "closed" });
    const owner = local.github.owner(world.repository).login;
    expect(await listPulls("")).toEqual([two.number]);
    expect(await listPulls("?state=all")).toEqual([two.number, one.number]);
    expect(await listPulls(`?state=all&head=${owner}:one`)).toEqual([one.number]);
    expect(await listPulls("?base=other")).toEqual([]);
  });
});

describe("a pull from a fork", () => {
  it("is opened by an outsider, moves with the fork, and is merged by a maintainer", async () => {
    const { as, fork, outsider } = await forkOf("otto");
    const files = { "o.txt": "o" };
    const author = outsider.login;
    await commitFiles(local.github, fork, { branch: "idea", message: "o", files, author });
    const opened = await as("POST", "{repo}/pulls", {
      title: "An idea",
      head: `${outsider.login}:idea`,
      base: "main",
    });
    expect(opened.status).toBe(201);
    expect(opened.body.head.repo.id).toBe(fork.id);
    const more = { "p.txt": "p" };
    const branch = "idea";
    const sha = await commitFiles(local.github, fork, {
      branch,
      message: "p",
      files: more,
      author,
    });
    const path = `{repo}/pulls/${opened.body.number}`;
    expect(await get(path)).toMatchObject({ head: { sha }, changed_files: 2 });
    expect((await as("PUT", `${path}/merge`, {})).status).toBe(403);
    expect((await world.as("wilma")("PUT", `${path}/merge`, {})).status).toBe(200);
    expect(await get(`{repo}/contents/p.txt`)).toMatchObject({ name: "p.txt" });
  });

  it("is refused for somebody who may not push to the head", async () => {
    const { as } = await forkOf("olga");
    await commitFiles(local.github, world.repository, {
      branch: "work",
      message: "w",
      files: { "w.txt": "w" },
      parents: [world.head],
    });
    const answer = await as("POST", "{repo}/pulls", { title: "x", head: "work", base: "main" });
    expect(answer.status).toBe(403);
  });
});

describe("a review", () => {
  it("is refused by the author and counts from somebody with write access", async () => {
    await world.as("owner")("PUT", "{repo}/branches/main/protection", {
      required_status_checks: null,
      enforce_admins: true,
      required_pull_request_reviews: { required_approving_review_count: 1 },
      restrictions: null,
    });
    const pull = await openPull(local, world, { branch: "work", commits: A });
    const path = `{repo}/pulls/${pull.number}`;
    const approve = { event: "APPROVE" };
    expect((await world.as("wilma")("POST", `${path}/reviews`, approve)).status).toBe(422);
    expect((await world.as("rita")("POST", `${path}/reviews`, approve)).status).toBe(200);
    expect((await world.as("wilma")("PUT", `${path}/merge`, {})).status).toBe(405);
    const { body } = await world.as("owner")("POST", `${path}/reviews`, approve);
    expect(body.state).toBe("APPROVED");
    expect((await world.as("wilma")("PUT", `${path}/merge`, {})).status).toBe(200);
    expect(names()).toContain("pull_request_review.submitted");
  });
});
