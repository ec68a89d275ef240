import { execFile } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, it } from "@jest/globals";
import { gitEnvironment } from "../../src/local-github/git-process.ts";
import { createRepository, importRepository, userToken } from "../../src/local-github/seed.ts";
import type { WorldEvent } from "../../src/local-github/world-event.ts";
import { useLocalGitHub } from "../support/local-github.ts";
import { tagRuleset } from "../support/rulesets.ts";
import { buildPlatform, type PlatformWorld } from "./platform-world.ts";
import { openPull } from "./pull-steps.ts";

const local = useLocalGitHub();
const run = promisify(execFile);
let world: PlatformWorld;
let folder: string;

beforeEach(async () => {
  world = await buildPlatform(local);
  folder = await mkdtemp(join(tmpdir(), "clone-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** The real git program; what it printed and whether it was satisfied. */
async function git(...args: string[]): Promise<{ isOk: boolean; text: string }> {
  const identity = ["-c", "user.name=Erin", "-c", "user.email=erin@example.com"];
  const options = { cwd: folder, env: gitEnvironment() };
  return run("git", [...identity, ...args], options).then(
    ({ stdout, stderr }) => ({ isOk: true, text: `${stdout}${stderr}` }),
    (error: { stdout: string; stderr: string }) => ({
      isOk: false,
      text: `${error.stdout}${error.stderr}`,
    }),
  );
}

function address(token: string | null): string {
  const { host } = new URL(local.gitUrl);
  const user = token === null ? "" : `x-access-token:${token}@`;
  return `http://${user}${host}/${local.github.fullName(world.repository)}.git`;
}

const tokenOf = (role: "write" | "triage") => {
  const id = Object.entries(world.repository.collaborators).find(([, each]) => each === role)?.[0];
  return userToken(local.github, local.github.account(Number(id)).login);
};

async function cloneAndCommit(token: string | null, file = "pushed.txt"): Promise<string> {
  expect(await git("clone", "--quiet", address(token), ".")).toMatchObject({ isOk: true });
  await writeFile(join(folder, file), "pushed\n");
  await git("add", ".");
  await git("commit", "--quiet", "-m", "Pushed by git");
  return (await git("rev-parse", "HEAD")).text.trim();
}

const mainSha = () => local.github.git.resolve(world.repository.id, "refs/heads/main");

describe("git", () => {
  it("clones what is public without a token, and what is private with one", async () => {
    expect(await git("clone", address(null), "public")).toMatchObject({ isOk: true });
    world.repository.private = true;
    expect(await git("clone", address(null), "hidden")).toMatchObject({ isOk: false });
    expect(await git("clone", address(tokenOf("triage")), "private")).toMatchObject({ isOk: true });
  });

  it("pushes a commit, which arrives with its events and moves pulls", async () => {
    const pull = await openPull(local, world, {
      branch: "work",
      commits: [{ message: "a", files: { "a.txt": "a" } }],
    });
    const sha = await cloneAndCommit(tokenOf("write"));
    const events: WorldEvent[] = [];
    local.github.onEvent((event) => events.push(event));
    const pushed = await git("push", "origin", "HEAD:main", "HEAD:refs/tags/v1", "+HEAD:work");
    expect(pushed).toMatchObject({ isOk: true });
    expect(await mainSha()).toBe(sha);
    const names = events.map(({ name, action }) => (action ? `${name}.${action}` : name));
    expect(names).toEqual(expect.arrayContaining(["push", "create", "pull_request.synchronize"]));
    const push = events.find(({ detail }) => detail.push?.ref === "refs/heads/main");
    expect(push?.detail.push).toMatchObject({
      before: world.head,
      after: sha,
      created: false,
      forced: false,
      commits: [{ commit: { sha, message: "Pushed by git" }, added: ["pushed.txt"] }],
    });
    const seen = await world.as("wilma")("GET", `{repo}/pulls/${pull.number}`);
    expect(seen.body.head.sha).toBe(sha);
  });

  it.each([
    ["nobody", () => null],
    ["somebody without write access", () => tokenOf("triage")],
    ["a wrong token", () => "ghp_wrong"],
  ])("is refused a push by %s", async (_, token) => {
    await cloneAndCommit(tokenOf("write"));
    const pushed = await git("push", address(token()), "HEAD:main");
    expect(pushed.isOk).toBe(false);
    expect(await mainSha()).toBe(world.head);
  });

  it("is refused a push against a ruleset, and told why", async () => {
    world.repository.rulesets.push(tagRuleset());
    await cloneAndCommit(tokenOf("write"));
    const pushed = await git("push", "origin", "HEAD:refs/tags/v1.0.0");
    expect(pushed.isOk).toBe(false);
    expect(pushed.text).toContain("GH013: Repository rule violations found for refs/tags/v1.0.0");
    expect(pushed.text).toContain("Cannot create ref due to creations being restricted.");
    expect(await local.github.git.ref(world.repository.id, "refs/tags/v1.0.0")).toBeNull();
  });

  it("follows a renamed repository", async () => {
    const before = address(null);
    await world.as("owner")("PATCH", "{repo}", { name: "gadgets" });
    expect(await git("clone", before, "renamed")).toMatchObject({ isOk: true });
  });
});

describe("importing a local repository", () => {
  it("takes its branches, tags and default branch with every SHA", async () => {
    const sha = await cloneAndCommit(null);
    await git("branch", "-m", "trunk");
    await git("tag", "-a", "v1.0.0", "-m", "first");
    const owner = local.github.owner(world.repository).login;
    const repository = await createRepository(local.github, owner, "imported");
    await importRepository(local.github, repository, folder);
    expect(repository.defaultBranch).toBe("trunk");
    const refs = await local.github.git.refs(repository.id);
    expect(refs.map(({ name, peeledSha }) => [name, peeledSha])).toEqual([
      ["refs/heads/trunk", sha],
      ["refs/tags/v1.0.0", sha],
    ]);
  });
});
