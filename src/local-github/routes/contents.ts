import type { Hono } from "hono";
import { readString, requireString } from "../body.ts";
import { findEntry, writeFileContent } from "../contents.ts";
import {
  HttpError,
  notFound,
  readJson,
  requireAccount,
  requireRepository,
  type Env,
  type RequestContext,
} from "../context.ts";
import type { GitHub } from "../github.ts";
import { renderGitCommit } from "../render/commit.ts";
import { renderContentFile, renderEntry } from "../render/contents.ts";
import { readSignatures } from "../signature-fields.ts";
import type { Repository } from "../world.ts";

const READ = { permission: "contents", access: "read" } as const;
const WRITE = { permission: "contents", access: "write" } as const;
const ROUTE = "/repos/:owner/:repo/contents/:path{.+}";

export function register(app: Hono<Env>, github: GitHub): void {
  app.get("/repos/:owner/:repo/contents", (c) => answerContents(c, github, ""));
  app.get("/repos/:owner/:repo/contents/", (c) => answerContents(c, github, ""));
  app.get(ROUTE, (c) => answerContents(c, github, c.req.param("path").replace(/\/+$/, "")));

  app.put(ROUTE, async (c) => {
    const repository = requireRepository(c, github, WRITE);
    const body = await readJson(c);
    const content = requireString(body, "content");
    if (!/^[A-Za-z0-9+/=\s]*$/.test(content)) {
      throw new HttpError(422, { message: "content is not valid Base64" });
    }
    return writeAndAnswer(c, github, repository, { body, content: Buffer.from(content, "base64") });
  });

  app.delete(ROUTE, async (c) => {
    const repository = requireRepository(c, github, WRITE);
    // Octokit sends the fields of a DELETE in its body, others in the query.
    const body = { ...c.req.query(), ...(await readJson(c)) };
    requireString(body, "sha");
    return writeAndAnswer(c, github, repository, { body, content: null });
  });
}

async function answerContents(c: RequestContext, github: GitHub, path: string): Promise<Response> {
  const repository = requireRepository(c, github, READ);
  const ref = c.req.query("ref") ?? repository.defaultBranch;
  const commitSha = await github.git.resolveCommit(repository.id, ref);
  if (commitSha === null) {
    const isEmpty = c.req.query("ref") === undefined;
    throw isEmpty
      ? new HttpError(404, { message: "This repository is empty." })
      : new HttpError(404, { message: `No commit found for the ref ${ref}` });
  }
  if (path === "") return answerFolder(c, github, repository, { ref, commitSha, path });
  const entry = await findEntry(github, repository, commitSha, path);
  if (entry === null) throw notFound();
  if (entry.type === "tree") return answerFolder(c, github, repository, { ref, commitSha, path });
  const content = await github.git.blob(repository.id, entry.sha);
  if (content === null) return c.json(renderEntry(github, repository, ref, entry));
  if (/[.+]raw/.test(c.req.header("accept") ?? "")) {
    return c.body(new Uint8Array(content), 200, {
      "Content-Type": "application/vnd.github.raw; charset=utf-8",
    });
  }
  return c.json(renderContentFile(github, repository, ref, entry, content));
}

async function answerFolder(
  c: RequestContext,
  github: GitHub,
  repository: Repository,
  place: { ref: string; commitSha: string; path: string },
): Promise<Response> {
  const { ref, commitSha, path } = place;
  const expression = path === "" ? commitSha : `${commitSha}:${path}`;
  const tree = await github.git.tree(repository.id, expression);
  const prefix = path === "" ? "" : `${path}/`;
  const entries = (tree?.entries ?? []).map((entry) =>
    renderEntry(github, repository, ref, { ...entry, path: `${prefix}${entry.path}` }),
  );
  return c.json(entries);
}

async function writeAndAnswer(
  c: RequestContext,
  github: GitHub,
  repository: Repository,
  input: { body: Record<string, unknown>; content: Buffer | null },
): Promise<Response> {
  const { body, content } = input;
  const path = c.req.param("path") ?? "";
  const branch = readString(body, "branch") ?? repository.defaultBranch;
  const { commitSha, isNew } = await writeFileContent(github, repository, c.get("actor"), {
    path,
    content,
    branch,
    message: requireString(body, "message"),
    sha: readString(body, "sha") ?? null,
    signatures: readSignatures(github, requireAccount(c), body),
  });
  const commit = await github.git.commit(repository.id, commitSha);
  if (commit === null) throw notFound();
  const entry = await findEntry(github, repository, commitSha, path);
  return c.json(
    {
      content: entry === null ? null : renderEntry(github, repository, branch, entry),
      commit: renderGitCommit(github, repository, commit),
    },
    isNew ? 201 : 200,
  );
}
