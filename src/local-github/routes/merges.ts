import type { Hono } from "hono";
import { readNullableString, readOneOf, readString, requireString } from "../body.ts";
import { HttpError, notFound, readJson, requireRepository, type Env } from "../context.ts";
import type { GitHub } from "../github.ts";
import { mergeInto, mergePull, updateBranch } from "../merge.ts";
import { renderCommit } from "../render/commit.ts";
import { requirePull } from "./pulls.ts";

const METHODS = ["merge", "squash", "rebase"] as const;

export function register(app: Hono<Env>, github: GitHub): void {
  app.get("/repos/:owner/:repo/pulls/:number{[0-9]+}/merge", (c) => {
    const { issue } = requirePull(c, github, { permission: "pull_requests", access: "read" });
    if (!issue.pull.merged) throw notFound();
    return c.body(null, 204);
  });

  app.put("/repos/:owner/:repo/pulls/:number{[0-9]+}/merge", async (c) => {
    const { repository, issue } = requirePull(c, github, {
      permission: "contents",
      access: "write",
    });
    const body = await readJson(c);
    const sha = await mergePull(github, repository, issue, c.get("actor"), {
      method: readOneOf(body, "merge_method", METHODS) ?? "merge",
      sha: readString(body, "sha") ?? null,
      title: readNullableString(body, "commit_title") ?? null,
      message: readNullableString(body, "commit_message") ?? null,
    });
    return c.json({ sha, merged: true, message: "Pull Request successfully merged" });
  });

  app.put("/repos/:owner/:repo/pulls/:number{[0-9]+}/update-branch", async (c) => {
    const { repository, issue } = requirePull(c, github, {
      permission: "pull_requests",
      access: "write",
      role: "write",
    });
    const body = await readJson(c);
    if (issue.state !== "open") {
      throw new HttpError(422, { message: "Pull request is closed" });
    }
    const expected = readString(body, "expected_head_sha") ?? null;
    await updateBranch(github, issue, c.get("actor"), expected);
    const url = `${github.apiUrl}/repos/${github.fullName(repository)}/pulls/${issue.number}`;
    return c.json({ message: "Updating pull request branch.", url }, 202);
  });

  app.post("/repos/:owner/:repo/merges", async (c) => {
    const repository = requireRepository(c, github, { permission: "contents", access: "write" });
    const body = await readJson(c);
    const sha = await mergeInto(github, repository, c.get("actor"), {
      base: requireString(body, "base"),
      head: requireString(body, "head"),
      message: readString(body, "commit_message") ?? null,
    });
    if (sha === null) return c.body(null, 204);
    const commit = await github.git.commit(repository.id, sha);
    if (commit === null) throw notFound();
    return c.json(renderCommit(github, repository, commit), 201);
  });
}
