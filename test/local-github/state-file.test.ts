import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "@jest/globals";
import { GitStore } from "../../src/local-github/git.ts";
import { GitHub } from "../../src/local-github/github.ts";
import { commitFiles, createRepository, createUser } from "../../src/local-github/seed.ts";
import { keepState, readState } from "../../src/local-github/state-file.ts";

let folder: string;
const open = async () => {
  const data = await readState(folder);
  const git = new GitStore(join(folder, "git"));
  const github = new GitHub({ git, now: () => new Date(), ...(data === null ? {} : { data }) });
  return { github, state: keepState(github, folder) };
};

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "state-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it("keeps data and git from one start to the next", async () => {
  expect(await readState(folder)).toBeNull();
  const first = await open();
  createUser(first.github, "ada");
  const repository = await createRepository(first.github, "ada", "widgets");
  const files = { "a.txt": "a" };
  const sha = await commitFiles(first.github, repository, { branch: "main", message: "a", files });
  first.github.git.close();
  await first.state.close();

  const second = await open();
  const found = second.github.findRepository("ada", "widgets")?.repository;
  expect(found).toEqual(repository);
  expect(await second.github.git.resolve(repository.id, "refs/heads/main")).toBe(sha);
  expect(second.github.nextId()).toBeGreaterThan(repository.id);
  second.github.git.close();
  await second.state.close();
});
