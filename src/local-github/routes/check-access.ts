import {
  HttpError,
  notFound,
  requireAccount,
  requireRepository,
  type RequestContext,
} from "../context.ts";
import type { GitHub } from "../github.ts";
import type { App, CheckSuite, Repository } from "../world.ts";

const READ = { permission: "checks", access: "read" } as const;
const WRITE = { permission: "checks", access: "write" } as const;

/** Only Apps write check runs. */
export function requireWriter(
  c: RequestContext,
  github: GitHub,
): { repository: Repository; writer: App } {
  const actor = c.get("actor");
  if (actor.kind === "installation") {
    return { repository: requireRepository(c, github, WRITE), writer: actor.app };
  }
  requireRepository(c, github, READ);
  requireAccount(c);
  throw new HttpError(403, { message: "You must authenticate via a GitHub App." });
}

/** A branch whose head the commit is, the default branch first; null when it is none's. */
export async function branchOf(
  github: GitHub,
  repository: Repository,
  sha: string,
): Promise<string | null> {
  const heads = await github.git.refs(repository.id, "refs/heads/");
  const names = heads
    .filter((ref) => ref.sha === sha)
    .map((ref) => ref.name.slice("refs/heads/".length));
  return names.find((name) => name === repository.defaultBranch) ?? names[0] ?? null;
}

/** Throws 404. */
export function requireSuite(
  c: RequestContext,
  github: GitHub,
  repository: Repository,
): CheckSuite {
  const id = Number(c.req.param("id"));
  const suite = github.data.checkSuites.find(
    (each) => each.repositoryId === repository.id && each.id === id,
  );
  if (suite === undefined) throw notFound();
  return suite;
}
