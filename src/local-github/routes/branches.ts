import type { Hono } from "hono";
import { readBoolean, readObject, readObjects, readStrings, requireString } from "../body.ts";
import { HttpError, notFound, page, readJson, requireRepository, type Env } from "../context.ts";
import type { GitHub } from "../github.ts";
import { encodePath, renderCommit } from "../render/commit.ts";
import { renderTag } from "../render/ref.ts";
import { compareTags } from "../tag-order.ts";
import type { BranchProtection, Repository } from "../world.ts";

const READ = { permission: "contents", access: "read" } as const;
const SEE_RULES = { permission: "administration", access: "read", role: "admin" } as const;
const ADMINISTER = { permission: "administration", access: "write" } as const;
const PROTECTION = "/repos/:owner/:repo/branches/:branch{.+}/protection";

export function register(app: Hono<Env>, github: GitHub): void {
  registerProtection(app, github);

  app.get("/repos/:owner/:repo/branches", async (c) => {
    const repository = requireRepository(c, github, READ);
    const wanted = c.req.query("protected");
    const refs = await github.git.refs(repository.id, "refs/heads/");
    const branches = refs
      .map(({ name, sha }) => ({ name: name.slice("refs/heads/".length), sha }))
      .map((branch) => ({
        ...branch,
        isProtected: findProtection(repository, branch.name) !== null,
      }))
      .filter(({ isProtected }) => wanted === undefined || String(isProtected) === wanted);
    return c.json(
      page(c, branches).map(({ name, sha, isProtected }) => ({
        name,
        commit: { sha, url: `${apiUrl(github, repository)}/commits/${sha}` },
        protected: isProtected,
      })),
    );
  });

  app.get("/repos/:owner/:repo/branches/:branch{.+}", async (c) => {
    const repository = requireRepository(c, github, READ);
    const name = c.req.param("branch");
    const commit = await github.git.commit(repository.id, `refs/heads/${name}`);
    if (commit === null) throw new HttpError(404, { message: "Branch not found" });
    const self = `${apiUrl(github, repository)}/branches/${encodePath(name)}`;
    const protection = findProtection(repository, name);
    const contexts = protection?.requiredContexts ?? [];
    return c.json({
      name,
      commit: renderCommit(github, repository, commit),
      _links: {
        self,
        html: `${github.url}/${github.fullName(repository)}/tree/${encodePath(name)}`,
      },
      protected: protection !== null,
      protection: {
        enabled: protection !== null,
        required_status_checks: {
          enforcement_level: protection === null ? "off" : "non_admins",
          contexts,
          checks: contexts.map((context) => ({ context, app_id: null })),
        },
      },
      protection_url: `${self}/protection`,
    });
  });

  app.get("/repos/:owner/:repo/tags", async (c) => {
    const repository = requireRepository(c, github, READ);
    const refs = await github.git.refs(repository.id, "refs/tags/");
    const sorted = refs.toSorted((one, other) => compareTags(other.name, one.name));
    return c.json(page(c, sorted).map((ref) => renderTag(github, repository, ref)));
  });
}

function registerProtection(app: Hono<Env>, github: GitHub): void {
  app.get(PROTECTION, (c) => {
    const repository = requireRepository(c, github, SEE_RULES);
    const protection = findProtection(repository, c.req.param("branch"));
    if (protection === null) throw new HttpError(404, { message: "Branch not protected" });
    return c.json(renderProtection(github, repository, protection));
  });

  app.put(PROTECTION, async (c) => {
    const repository = requireRepository(c, github, ADMINISTER);
    const branch = c.req.param("branch");
    if ((await github.git.ref(repository.id, `refs/heads/${branch}`)) === null) throw notFound();
    const protection = readProtection(branch, await readJson(c));
    repository.protections = [
      ...repository.protections.filter((each) => each.branch !== branch),
      protection,
    ];
    return c.json(renderProtection(github, repository, protection));
  });

  app.delete(PROTECTION, (c) => {
    const repository = requireRepository(c, github, ADMINISTER);
    const branch = c.req.param("branch");
    if (findProtection(repository, branch) === null) throw notFound();
    repository.protections = repository.protections.filter((each) => each.branch !== branch);
    return c.body(null, 204);
  });
}

function readProtection(branch: string, body: Record<string, unknown>): BranchProtection {
  const checks = readObject(body, "required_status_checks") ?? {};
  const listed = (readObjects(checks, "checks") ?? []).map((each) =>
    requireString(each, "context"),
  );
  const reviews = readObject(body, "required_pull_request_reviews");
  const count = reviews?.["required_approving_review_count"];
  return {
    branch,
    requiredContexts: [...new Set([...(readStrings(checks, "contexts") ?? []), ...listed])],
    requiredReviews: reviews === undefined ? 0 : typeof count === "number" ? count : 1,
    isStrict: readBoolean(checks, "strict") ?? false,
    isLinear: readBoolean(body, "required_linear_history") ?? false,
    enforceAdmins: readBoolean(body, "enforce_admins") ?? false,
  };
}

function renderProtection(github: GitHub, repository: Repository, protection: BranchProtection) {
  const branch = encodePath(protection.branch);
  const url = `${apiUrl(github, repository)}/branches/${branch}/protection`;
  const contexts = protection.requiredContexts;
  return {
    url,
    ...(contexts.length === 0
      ? {}
      : {
          required_status_checks: {
            url: `${url}/required_status_checks`,
            strict: protection.isStrict ?? false,
            contexts,
            contexts_url: `${url}/required_status_checks/contexts`,
            checks: contexts.map((context) => ({ context, app_id: null })),
          },
        }),
    ...(protection.requiredReviews === 0
      ? {}
      : {
          required_pull_request_reviews: {
            url: `${url}/required_pull_request_reviews`,
            dismiss_stale_reviews: false,
            require_code_owner_reviews: false,
            require_last_push_approval: false,
            required_approving_review_count: protection.requiredReviews,
          },
        }),
    enforce_admins: {
      url: `${url}/enforce_admins`,
      enabled: protection.enforceAdmins ?? true,
    },
    required_linear_history: { enabled: protection.isLinear ?? false },
    allow_force_pushes: { enabled: false },
    allow_deletions: { enabled: false },
    block_creations: { enabled: false },
    required_conversation_resolution: { enabled: false },
    lock_branch: { enabled: false },
    allow_fork_syncing: { enabled: false },
    required_signatures: { url: `${url}/required_signatures`, enabled: false },
  };
}

function findProtection(repository: Repository, branch: string): BranchProtection | null {
  return repository.protections.find((each) => each.branch === branch) ?? null;
}

function apiUrl(github: GitHub, repository: Repository): string {
  return `${github.apiUrl}/repos/${github.fullName(repository)}`;
}
