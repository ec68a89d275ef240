import type { Hono } from "hono";
import {
  readNullableString,
  readObjects,
  readOneOf,
  readString,
  readStrings,
  requireString,
} from "../body.ts";
import {
  HttpError,
  notFound,
  readJson,
  requireAccount,
  requireRepository,
  type Env,
} from "../context.ts";
import type { TreeEntry } from "../git-object.ts";
import { type TreeChange, writeTree } from "../git-tree.ts";
import { writeBlob, writeCommit, writeTag } from "../git-write.ts";
import type { GitHub } from "../github.ts";
import { formatNodeId } from "../node-id.ts";
import { renderGitCommit } from "../render/commit.ts";
import { encodeContent } from "../render/contents.ts";
import { renderTagObject } from "../render/ref.ts";
import { readSignatures } from "../signature-fields.ts";
import type { Repository } from "../world.ts";

const READ = { permission: "contents", access: "read" } as const;
const WRITE = { permission: "contents", access: "write" } as const;
const OBJECT_TYPES = ["commit", "tree", "blob", "tag"] as const;
const MODES = ["100644", "100755", "040000", "120000", "160000"] as const;

export function register(app: Hono<Env>, github: GitHub): void {
  registerBlobs(app, github);
  registerTrees(app, github);
  registerCommits(app, github);
  registerTags(app, github);
}

function registerBlobs(app: Hono<Env>, github: GitHub): void {
  app.get("/repos/:owner/:repo/git/blobs/:sha", async (c) => {
    const repository = requireRepository(c, github, READ);
    const sha = c.req.param("sha");
    const content = await github.git.blob(repository.id, sha);
    if (content === null) throw notFound();
    return c.json({
      sha,
      node_id: formatNodeId("Blob", repository.id, sha),
      size: content.length,
      url: objectUrl(github, repository, "blobs", sha),
      content: encodeContent(content),
      encoding: "base64",
    });
  });

  app.post("/repos/:owner/:repo/git/blobs", async (c) => {
    const repository = requireRepository(c, github, WRITE);
    const body = await readJson(c);
    const encoding = readOneOf(body, "encoding", ["utf-8", "base64"]) ?? "utf-8";
    const content = requireString(body, "content");
    const sha = await writeBlob(
      github.git,
      repository.id,
      Buffer.from(content, encoding === "base64" ? "base64" : "utf8"),
    );
    return c.json({ sha, url: objectUrl(github, repository, "blobs", sha) }, 201);
  });
}

function registerTrees(app: Hono<Env>, github: GitHub): void {
  app.get("/repos/:owner/:repo/git/trees/:sha{.+}", async (c) => {
    const repository = requireRepository(c, github, READ);
    const isRecursive = c.req.query("recursive") !== undefined;
    const tree = await github.git.tree(repository.id, c.req.param("sha"), { isRecursive });
    if (tree === null) throw notFound();
    return c.json(renderTree(github, repository, tree));
  });

  app.post("/repos/:owner/:repo/git/trees", async (c) => {
    const repository = requireRepository(c, github, WRITE);
    const body = await readJson(c);
    const entries = readObjects(body, "tree");
    if (entries === undefined) {
      throw new HttpError(422, { message: `Invalid request.\n\n"tree" wasn't supplied.` });
    }
    const base = readString(body, "base_tree");
    const baseTree = base === undefined ? null : await github.git.tree(repository.id, base);
    if (base !== undefined && baseTree === null) {
      throw new HttpError(404, { message: "Not Found" });
    }
    const changes: TreeChange[] = [];
    for (const entry of entries) {
      changes.push(await readTreeEntry(github, repository, entry));
    }
    const sha = await writeTree(github.git, repository.id, baseTree?.sha ?? null, changes);
    const tree = await github.git.tree(repository.id, sha);
    return c.json(renderTree(github, repository, tree ?? { sha, entries: [] }), 201);
  });
}

async function readTreeEntry(
  github: GitHub,
  repository: Repository,
  entry: Record<string, unknown>,
): Promise<TreeChange> {
  const path = requireString(entry, "path");
  const isBad = path.split("/").some((part) => ["", ".", "..", ".git"].includes(part));
  if (isBad) throw new HttpError(422, { message: `tree.path contains a malformed path component` });
  const mode = readOneOf(entry, "mode", MODES) ?? "100644";
  const content = readString(entry, "content");
  if (content !== undefined) {
    return { path, mode, sha: await writeBlob(github.git, repository.id, content) };
  }
  const sha = readNullableString(entry, "sha");
  if (sha === undefined) {
    throw new HttpError(422, { message: "Must supply either tree.sha or tree.content" });
  }
  if (sha !== null && mode !== "160000" && (await github.git.read(repository.id, sha)) === null) {
    throw new HttpError(422, { message: `tree.sha ${sha} is not a valid blob` });
  }
  return { path, mode, sha };
}

function registerCommits(app: Hono<Env>, github: GitHub): void {
  app.get("/repos/:owner/:repo/git/commits/:sha", async (c) => {
    const repository = requireRepository(c, github, READ);
    const commit = await github.git.commit(repository.id, c.req.param("sha"));
    if (commit === null) throw notFound();
    return c.json(renderGitCommit(github, repository, commit));
  });

  app.post("/repos/:owner/:repo/git/commits", async (c) => {
    const repository = requireRepository(c, github, WRITE);
    const body = await readJson(c);
    const treeSha = requireString(body, "tree");
    if ((await github.git.tree(repository.id, treeSha)) === null) {
      throw new HttpError(422, { message: "Tree SHA does not exist" });
    }
    const parents = readStrings(body, "parents") ?? [];
    for (const parent of parents) {
      if ((await github.git.resolve(repository.id, `${parent}^{commit}`)) !== parent) {
        throw new HttpError(422, {
          message: `Parent SHA does not exist or is not a commit object`,
        });
      }
    }
    const { author, committer, isOwn } = readSignatures(github, requireAccount(c), body);
    const sha = await writeCommit(github.git, repository.id, {
      treeSha,
      parents,
      author,
      committer,
      message: requireString(body, "message"),
      // GitHub signs for Apps alone, and only what stands under their own name.
      isSigned: c.get("actor").kind === "installation" && isOwn,
    });
    const commit = await github.git.commit(repository.id, sha);
    if (commit === null) throw notFound();
    return c.json(renderGitCommit(github, repository, commit), 201);
  });
}

function registerTags(app: Hono<Env>, github: GitHub): void {
  app.get("/repos/:owner/:repo/git/tags/:sha", async (c) => {
    const repository = requireRepository(c, github, READ);
    const tag = await github.git.tag(repository.id, c.req.param("sha"));
    if (tag === null) throw notFound();
    return c.json(renderTagObject(github, repository, tag));
  });

  app.post("/repos/:owner/:repo/git/tags", async (c) => {
    const repository = requireRepository(c, github, WRITE);
    const body = await readJson(c);
    const target = await github.git.read(repository.id, requireString(body, "object"));
    if (target === null) throw new HttpError(422, { message: "Object does not exist" });
    const type = readOneOf(body, "type", OBJECT_TYPES) ?? target.type;
    if (type !== target.type) {
      throw new HttpError(422, { message: `Object is a ${target.type}, not a ${type}` });
    }
    const { author: tagger } = readSignatures(github, requireAccount(c), {
      author: body["tagger"],
    });
    const sha = await writeTag(github.git, repository.id, {
      name: requireString(body, "tag"),
      message: requireString(body, "message"),
      tagger,
      target: { sha: target.sha, type },
    });
    const tag = await github.git.tag(repository.id, sha);
    if (tag === null) throw notFound();
    return c.json(renderTagObject(github, repository, tag), 201);
  });
}

function renderTree(
  github: GitHub,
  repository: Repository,
  tree: { sha: string; entries: TreeEntry[] },
) {
  return {
    sha: tree.sha,
    url: objectUrl(github, repository, "trees", tree.sha),
    tree: tree.entries.map((entry) => ({
      path: entry.path,
      mode: entry.mode,
      type: entry.type,
      sha: entry.sha,
      ...(entry.size === null ? {} : { size: entry.size }),
      ...(entry.type === "commit"
        ? {}
        : { url: objectUrl(github, repository, `${entry.type}s`, entry.sha) }),
    })),
    truncated: false,
  };
}

function objectUrl(github: GitHub, repository: Repository, kind: string, sha: string): string {
  return `${github.apiUrl}/repos/${github.fullName(repository)}/git/${kind}/${sha}`;
}
