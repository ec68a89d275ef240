import { commitFiles } from "../../src/local-github/seed.ts";
import type { LocalGitHubFixture } from "../support/local-github.ts";
import type { Answer, PlatformWorld, Send } from "./platform-world.ts";

export interface PullRecipe {
  branch: string;
  /** One commit for each, on top of the base. */
  commits: { message: string; files: Record<string, string | null>; author?: string }[];
  /** Commit that the branch starts at; the head of `main` when left out. */
  from?: string;
  title?: string;
  body?: string;
  draft?: boolean;
  by?: Send;
}

/** Pushes a branch and opens a pull from it to `main`. */
export async function openPull(
  local: LocalGitHubFixture,
  world: PlatformWorld,
  recipe: PullRecipe,
): Promise<Answer["body"]> {
  const { github } = local;
  const { branch, commits, title = `Change ${branch}`, body = "", draft = false } = recipe;
  let parent = recipe.from ?? (await github.git.resolve(world.repository.id, "refs/heads/main"));
  for (const commit of commits) {
    const parents = parent === null ? [] : [parent];
    parent = await commitFiles(github, world.repository, { branch, parents, ...commit });
  }
  const send = recipe.by ?? world.as("wilma");
  const answer = await send("POST", "{repo}/pulls", {
    title,
    body,
    draft,
    head: branch,
    base: "main",
  });
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body));
  return answer.body;
}

/** The messages on a branch, newest first, down to the first commit. */
export async function messagesOn(
  local: LocalGitHubFixture,
  world: PlatformWorld,
  branch = "main",
): Promise<string[]> {
  const args = ["log", "-z", "--topo-order", "--format=%B", `refs/heads/${branch}`];
  const text = await local.github.git.run(world.repository.id, args);
  return text
    .split("\0")
    .slice(0, -1)
    .map((message) => message.trim());
}

/** Paths and contents of all files of a branch. */
export async function filesOn(
  local: LocalGitHubFixture,
  world: PlatformWorld,
  branch = "main",
): Promise<Record<string, string>> {
  const { git } = local.github;
  const tree = await git.tree(world.repository.id, `refs/heads/${branch}`, { isRecursive: true });
  const files: Record<string, string> = {};
  for (const entry of tree?.entries ?? []) {
    if (entry.type !== "blob") continue;
    files[entry.path] = (await git.blob(world.repository.id, entry.sha))?.toString("utf8") ?? "";
  }
  return files;
}
