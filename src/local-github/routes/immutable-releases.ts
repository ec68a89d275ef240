import type { Hono } from "hono";
import { notFound, requireRepository, type Env } from "../context.ts";
import type { GitHub } from "../github.ts";

const PATH = "/repos/:owner/:repo/immutable-releases";
const READ = { permission: "administration", access: "read", role: "admin" } as const;
const WRITE = { permission: "administration", access: "write" } as const;

/** Whether releases become immutable when they are published; those published before stay open. */
export function register(app: Hono<Env>, github: GitHub): void {
  app.get(PATH, (c) => {
    const repository = requireRepository(c, github, READ);
    if (!repository.immutableReleases) throw notFound();
    return c.json({ enabled: true, enforced_by_owner: false });
  });

  app.put(PATH, (c) => {
    requireRepository(c, github, WRITE).immutableReleases = true;
    return c.body(null, 204);
  });

  app.delete(PATH, (c) => {
    requireRepository(c, github, WRITE).immutableReleases = false;
    return c.body(null, 204);
  });
}
