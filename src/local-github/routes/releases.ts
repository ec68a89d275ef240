import type { Hono } from "hono";
import { readBoolean, readNullableString, readOneOf, readString, requireString } from "../body.ts";
import {
  notFound,
  page,
  readJson,
  requireAccount,
  requireRepository,
  validationFailed,
  type Env,
  type RequestContext,
} from "../context.ts";
import type { GitHub } from "../github.ts";
import { latestRelease, publishedRelease, releasesOf } from "../latest-release.ts";
import { judgeAccess } from "../permission.ts";
import { generateNotes } from "../release-notes.ts";
import { createRelease, deleteRelease, editRelease, type ReleaseFields } from "../releases.ts";
import { renderRelease } from "../render/release.ts";
import type { Release, Repository } from "../world.ts";

const READ = { permission: "contents", access: "read" } as const;
const WRITE = { permission: "contents", access: "write" } as const;
const MAKE_LATEST = ["true", "false", "legacy"] as const;

export function register(app: Hono<Env>, github: GitHub): void {
  registerReads(app, github);
  registerWrites(app, github);
}

function registerReads(app: Hono<Env>, github: GitHub): void {
  app.get("/repos/:owner/:repo/releases", (c) => {
    const repository = requireRepository(c, github, READ);
    const releases = releasesOf(github, repository).filter(
      (release) => !release.draft || maySeeDrafts(c, github, repository),
    );
    return c.json(page(c, releases).map((each) => renderRelease(github, repository, each)));
  });

  app.get("/repos/:owner/:repo/releases/latest", (c) => {
    const repository = requireRepository(c, github, READ);
    const release = latestRelease(github, repository);
    if (release === null) throw notFound();
    return c.json(renderRelease(github, repository, release));
  });

  app.get("/repos/:owner/:repo/releases/tags/:tag{.+}", (c) => {
    const repository = requireRepository(c, github, READ);
    const release = publishedRelease(github, repository, c.req.param("tag"));
    if (release === null) throw notFound();
    return c.json(renderRelease(github, repository, release));
  });

  app.get("/repos/:owner/:repo/releases/:id{[0-9]+}", (c) => {
    const repository = requireRepository(c, github, READ);
    return c.json(renderRelease(github, repository, requireRelease(c, github, repository)));
  });

  app.get("/repos/:owner/:repo/releases/:id{[0-9]+}/assets", (c) => {
    requireRelease(c, github, requireRepository(c, github, READ));
    return c.json([]);
  });
}

function registerWrites(app: Hono<Env>, github: GitHub): void {
  app.post("/repos/:owner/:repo/releases", async (c) => {
    const repository = requireRepository(c, github, WRITE);
    const body = await readJson(c);
    const tagName = readString(body, "tag_name");
    if (tagName === undefined || tagName === "") {
      throw validationFailed({ resource: "Release", code: "missing_field", field: "tag_name" });
    }
    const change = readFields(body);
    const { makeLatest } = change;
    const input = {
      tagName,
      targetCommitish: change.targetCommitish ?? repository.defaultBranch,
      name: change.name ?? null,
      body: change.body ?? null,
      draft: change.draft ?? false,
      prerelease: change.prerelease ?? false,
      ...(makeLatest === undefined ? {} : { makeLatest }),
    };
    if (readBoolean(body, "generate_release_notes")) {
      const notes = await generateNotes(github, repository, input);
      input.name ??= notes.name;
      input.body = [input.body, notes.body].filter(Boolean).join("\n\n");
    }
    const release = await createRelease(github, repository, c.get("actor"), input);
    const rendered = renderRelease(github, repository, release);
    return c.json(rendered, 201, { location: rendered.url });
  });

  app.post("/repos/:owner/:repo/releases/generate-notes", async (c) => {
    const repository = requireRepository(c, github, WRITE);
    const body = await readJson(c);
    const previous = readString(body, "previous_tag_name");
    const notes = await generateNotes(github, repository, {
      tagName: requireString(body, "tag_name"),
      targetCommitish: readString(body, "target_commitish") ?? repository.defaultBranch,
      ...(previous === undefined ? {} : { previousTagName: previous }),
    });
    return c.json(notes);
  });

  app.patch("/repos/:owner/:repo/releases/:id{[0-9]+}", async (c) => {
    const repository = requireRepository(c, github, WRITE);
    const release = requireRelease(c, github, repository);
    const change = readFields(await readJson(c));
    await editRelease(github, repository, c.get("actor"), release, change);
    return c.json(renderRelease(github, repository, release));
  });

  app.delete("/repos/:owner/:repo/releases/:id{[0-9]+}", (c) => {
    const repository = requireRepository(c, github, WRITE);
    const release = requireRelease(c, github, repository);
    deleteRelease(github, release, requireAccount(c).id);
    return c.body(null, 204);
  });
}

/** Only the fields that the body has. */
function readFields(body: Record<string, unknown>): Partial<ReleaseFields> {
  const tagName = readString(body, "tag_name");
  const targetCommitish = readString(body, "target_commitish");
  const name = readNullableString(body, "name");
  const text = readNullableString(body, "body");
  const draft = readBoolean(body, "draft");
  const prerelease = readBoolean(body, "prerelease");
  const makeLatest = readOneOf(body, "make_latest", MAKE_LATEST);
  return {
    ...(tagName === undefined ? {} : { tagName }),
    ...(targetCommitish === undefined ? {} : { targetCommitish }),
    ...(name === undefined ? {} : { name }),
    ...(text === undefined ? {} : { body: text }),
    ...(draft === undefined ? {} : { draft }),
    ...(prerelease === undefined ? {} : { prerelease }),
    ...(makeLatest === undefined ? {} : { makeLatest }),
  };
}

function requireRelease(c: RequestContext, github: GitHub, repository: Repository): Release {
  const release = github.data.releases.find(
    (each) => each.repositoryId === repository.id && each.id === Number(c.req.param("id")),
  );
  if (release === undefined) throw notFound();
  if (release.draft && !maySeeDrafts(c, github, repository)) throw notFound();
  return release;
}

/** Drafts are for those who could publish them. */
function maySeeDrafts(c: RequestContext, github: GitHub, repository: Repository): boolean {
  return judgeAccess(github, c.get("actor"), repository, WRITE) === "allowed";
}
