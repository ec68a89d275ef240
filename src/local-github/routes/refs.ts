import type { Hono } from "hono";
import { readBoolean, requireString } from "../body.ts";
import { HttpError, notFound, page, readJson, requireRepository, type Env } from "../context.ts";
import type { GitRef } from "../git.ts";
import type { GitHub } from "../github.ts";
import { authorOf } from "../issues.ts";
import { createRef, deleteRef, updateRef } from "../refs.ts";
import { renderRef } from "../render/ref.ts";
import type { Repository } from "../world.ts";

const READ = { permission: "contents", access: "read" } as const;
const WRITE = { permission: "contents", access: "write" } as const;

export function register(app: Hono<Env>, github: GitHub): void {
  app.get("/repos/:owner/:repo/git/ref/:ref{.+}", async (c) => {
    const repository = requireRepository(c, github, READ);
    const ref = await requireRef(github, repository, `refs/${c.req.param("ref")}`);
    return c.json(renderRef(github, repository, ref));
  });

  app.get("/repos/:owner/:repo/git/matching-refs/:ref{.+}?", async (c) => {
    const repository = requireRepository(c, github, READ);
    const prefix = `refs/${c.req.param("ref") ?? ""}`;
    const refs = await github.git.refs(repository.id, prefix);
    return c.json(page(c, refs).map((ref) => renderRef(github, repository, ref)));
  });

  app.post("/repos/:owner/:repo/git/refs", async (c) => {
    const repository = requireRepository(c, github, WRITE);
    const body = await readJson(c);
    const ref = requireString(body, "ref");
    if (!/^refs\/.+\/./.test(ref)) {
      throw new HttpError(422, {
        message: "Reference name must start with 'refs/' and contain at least two slashes.",
      });
    }
    await createRef(github, repository, c.get("actor"), { ref, sha: requireString(body, "sha") });
    const created = renderRef(github, repository, await requireRef(github, repository, ref));
    return c.json(created, 201, { Location: created.url });
  });

  app.patch("/repos/:owner/:repo/git/refs/:ref{.+}", async (c) => {
    const repository = requireRepository(c, github, WRITE);
    const body = await readJson(c);
    const ref = `refs/${c.req.param("ref")}`;
    await updateRef(github, repository, c.get("actor"), {
      ref,
      sha: requireString(body, "sha"),
      isForced: readBoolean(body, "force") ?? false,
    });
    return c.json(renderRef(github, repository, await requireRef(github, repository, ref)));
  });

  app.delete("/repos/:owner/:repo/git/refs/:ref{.+}", async (c) => {
    const repository = requireRepository(c, github, WRITE);
    const ref = `refs/${c.req.param("ref")}`;
    await deleteRef(github, repository, authorOf(c.get("actor")), ref);
    return c.body(null, 204);
  });
}

async function requireRef(github: GitHub, repository: Repository, name: string): Promise<GitRef> {
  const ref = await github.git.ref(repository.id, name);
  if (ref === null) throw notFound();
  return ref;
}
