import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "@jest/globals";
import { useFolder } from "../support/local-repository.ts";
import { run } from "../support/run.ts";

const folder = useFolder();
const ROOT = path.join(import.meta.dirname, "../..");
const PAGE = readFileSync(path.join(ROOT, "docs/agents.md"), "utf8");
/** What stands in for `npx smallbatch` in a clone. */
const SMALLBATCH = `"${process.execPath}" "${path.join(ROOT, "src/cli/bin.ts")}"`;
const lines = (count: number) => "line\n".repeat(count);
let work: string;

const git = (...args: readonly string[]) => run("git", args, { cwd: work });
const branches = async () =>
  (await run("git", ["for-each-ref", "--format=%(refname:short)"], { cwd: folder.path("hub.git") }))
    .trim()
    .split("\n");

beforeAll(async () => {
  work = folder.path("work");
  await run("git", ["init", "--quiet", "--bare", "--initial-branch=main", "hub.git"], {
    cwd: folder.path("."),
  });
  mkdirSync(work);
  await git("init", "--quiet", "--initial-branch=main");
  await git("config", "user.name", "mona");
  await git("config", "user.email", "mona@example.com");
  await git("remote", "add", "origin", folder.path("hub.git"));
  const hook = /```sh\n(#!\/bin\/sh\n.*?)```/s.exec(PAGE)?.[1] ?? "";
  const file = path.join(work, ".git/hooks/pre-push");
  writeFileSync(file, hook.replaceAll("npx smallbatch", SMALLBATCH));
  chmodSync(file, 0o755);
  await commit("main", { "a.ts": lines(3) });
  await git("push", "--quiet", "origin", "main");
  await commit("small", { "b.ts": lines(30) });
  await commit("large", { "b.ts": lines(1_001) });
});

async function commit(branch: string, files: Readonly<Record<string, string>>): Promise<void> {
  if (branch !== "main") await git("checkout", "--quiet", "-b", branch, "main");
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(work, name), text);
  await git("add", "--all");
  await git("commit", "--quiet", "--message", branch);
}

describe("the page for agents", () => {
  it("has a hook that lets small pushes through and stops large ones", async () => {
    // What is checked out is large, and what is pushed is not.
    await git("push", "--quiet", "origin", "small");
    expect(await branches()).toEqual(["main", "small"]);
    await git("checkout", "--quiet", "small");
    await expect(git("push", "--quiet", "origin", "small", "large")).rejects.toThrow(
      /XXL over: 1,001 weighted lines.*refs\/heads\/large was not pushed: split it/s,
    );
    expect(await branches()).toEqual(["main", "small"]);
    await git("push", "--quiet", "--no-verify", "origin", "large");
    await git("push", "--quiet", "origin", ":small");
    expect(await branches()).toEqual(["large", "main"]);
  });

  it("has a command that says of each edit how large all of them are", async () => {
    const asked = /`(git add --all && npx smallbatch size [^`]*)`/.exec(PAGE)?.[1] ?? "";
    const call = asked.replace("npx smallbatch", SMALLBATCH);
    writeFileSync(path.join(work, "c.ts"), lines(400));
    const warned: unknown = JSON.parse(await run("sh", ["-c", call], { cwd: work }));
    expect(warned).toMatchObject({ verdict: "warn", lines: 430, list: [{ path: "c.ts" }, {}] });
    writeFileSync(path.join(work, "c.ts"), lines(1_000));
    await expect(run("sh", ["-c", call], { cwd: work })).rejects.toThrow(/exited with 1.*"over"/s);
  });
});
