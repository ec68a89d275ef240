import type { Hono } from "hono";
import { readBoolean, readNullableString, readOneOf, readString, requireString } from "../body.ts";
import {
  forbidden,
  notFound,
  page,
  readJson,
  requireAccount,
  requireRepository,
  validationFailed,
  type Env,
} from "../context.ts";
import type { GitHub } from "../github.ts";
import { judgeAccess } from "../permission.ts";
import {
  renderFullRepository,
  renderMinimalRepository,
  renderRepository,
} from "../render/repository.ts";
import {
  addRepository,
  deleteRepository,
  renameRepository,
  setArchived,
  setDefaultBranch,
  setPrivate,
  transferRepository,
} from "../repositories.ts";
import { commitFiles } from "../seed.ts";
import type { Account, Repository } from "../world.ts";

const READ = { permission: "metadata", access: "read" } as const;
const ADMINISTER = { permission: "administration", access: "write" } as const;
const SQUASH_TITLES = ["PR_TITLE", "COMMIT_OR_PR_TITLE"] as const;
const SQUASH_MESSAGES = ["PR_BODY", "COMMIT_MESSAGES", "BLANK"] as const;

export function register(app: Hono<Env>, github: GitHub): void {
  registerOne(app, github);
  registerLists(app, github);
  registerForks(app, github);
}

function registerOne(app: Hono<Env>, github: GitHub): void {
  app.get("/repos/:owner/:repo", (c) => {
    const repository = requireRepository(c, github, READ);
    return c.json(renderFullRepository(github, repository, c.get("actor")));
  });

  app.patch("/repos/:owner/:repo", async (c) => {
    const repository = requireRepository(c, github, ADMINISTER);
    const sender = requireAccount(c);
    await editRepository(github, repository, sender, await readJson(c));
    return c.json(renderFullRepository(github, repository, c.get("actor")));
  });

  app.delete("/repos/:owner/:repo", async (c) => {
    const repository = requireRepository(c, github, ADMINISTER);
    await deleteRepository(github, repository, requireAccount(c).id);
    return c.body(null, 204);
  });

  app.post("/repos/:owner/:repo/transfer", async (c) => {
    const repository = requireRepository(c, github, ADMINISTER);
    const body = await readJson(c);
    const owner = github.accountByLogin(requireString(body, "new_owner"));
    if (owner === null) {
      throw validationFailed({ resource: "Repository", code: "invalid", field: "new_owner" });
    }
    const name = readString(body, "new_name");
    const target = { owner, ...(name === undefined ? {} : { name }) };
    transferRepository(github, repository, target, requireAccount(c).id);
    return c.json(renderMinimalRepository(github, repository), 202);
  });
}

async function editRepository(
  github: GitHub,
  repository: Repository,
  sender: Account,
  body: Record<string, unknown>,
): Promise<void> {
  const branch = readString(body, "default_branch");
  if (branch !== undefined && branch !== repository.defaultBranch) {
    await setDefaultBranch(github, repository, branch, sender.id);
  }
  const description = readNullableString(body, "description");
  if (description !== undefined) repository.description = description;
  repository.hasIssues = readBoolean(body, "has_issues") ?? repository.hasIssues;
  repository.allowMergeCommit =
    readBoolean(body, "allow_merge_commit") ?? repository.allowMergeCommit;
  repository.allowSquashMerge =
    readBoolean(body, "allow_squash_merge") ?? repository.allowSquashMerge;
  repository.allowRebaseMerge =
    readBoolean(body, "allow_rebase_merge") ?? repository.allowRebaseMerge;
  const allowsAutoMerge = readBoolean(body, "allow_auto_merge");
  if (allowsAutoMerge !== undefined) repository.allowAutoMerge = allowsAutoMerge;
  repository.deleteBranchOnMerge =
    readBoolean(body, "delete_branch_on_merge") ?? repository.deleteBranchOnMerge;
  repository.squashMergeCommitTitle =
    readOneOf(body, "squash_merge_commit_title", SQUASH_TITLES) ??
    repository.squashMergeCommitTitle;
  repository.squashMergeCommitMessage =
    readOneOf(body, "squash_merge_commit_message", SQUASH_MESSAGES) ??
    repository.squashMergeCommitMessage;
  const isPrivate = readBoolean(body, "private");
  if (isPrivate !== undefined) setPrivate(github, repository, isPrivate, sender.id);
  const isArchived = readBoolean(body, "archived");
  if (isArchived !== undefined) setArchived(github, repository, isArchived, sender.id);
  const name = readString(body, "name");
  if (name !== undefined) renameRepository(github, repository, name, sender.id);
}

function registerLists(app: Hono<Env>, github: GitHub): void {
  app.get("/orgs/:org/repos", (c) => {
    const owner = github.accountByLogin(c.req.param("org"));
    if (owner?.type !== "Organization") throw notFound();
    const repositories = github.data.repositories.filter(
      (each) =>
        each.ownerId === owner.id && judgeAccess(github, c.get("actor"), each, READ) === "allowed",
    );
    return c.json(page(c, repositories).map((each) => renderMinimalRepository(github, each)));
  });

  app.get("/user/repos", (c) => {
    const account = requireAccount(c);
    const repositories = github.data.repositories.filter(
      (each) =>
        each.ownerId === account.id ||
        each.collaborators[account.id] !== undefined ||
        github.data.memberships.some(
          ({ organizationId, userId }) => organizationId === each.ownerId && userId === account.id,
        ),
    );
    return c.json(page(c, repositories).map((each) => renderRepository(github, each)));
  });

  app.post("/orgs/:org/repos", async (c) => {
    const owner = github.accountByLogin(c.req.param("org"));
    if (owner?.type !== "Organization") throw notFound();
    const account = requireAccount(c);
    const isAdmin = github.data.memberships.some(
      (each) =>
        each.organizationId === owner.id && each.userId === account.id && each.role === "admin",
    );
    if (!isAdmin) throw forbidden(c.get("actor"));
    const repository = await createFromBody(github, owner, account, await readJson(c));
    return c.json(renderFullRepository(github, repository, c.get("actor")), 201);
  });

  app.post("/user/repos", async (c) => {
    const account = requireAccount(c);
    if (account.type !== "User") throw forbidden(c.get("actor"));
    const repository = await createFromBody(github, account, account, await readJson(c));
    return c.json(renderFullRepository(github, repository, c.get("actor")), 201);
  });
}

async function createFromBody(
  github: GitHub,
  owner: Account,
  sender: Account,
  body: Record<string, unknown>,
): Promise<Repository> {
  const repository = await addRepository(github, owner, {
    name: requireString(body, "name"),
    isPrivate: readBoolean(body, "private") ?? false,
    defaultBranch: "main",
    description: readNullableString(body, "description") ?? null,
    createdById: sender.id,
  });
  if (readBoolean(body, "auto_init")) await writeFirstCommit(github, repository, sender);
  return repository;
}

async function writeFirstCommit(
  github: GitHub,
  repository: Repository,
  sender: Account,
): Promise<void> {
  await commitFiles(github, repository, {
    branch: repository.defaultBranch,
    message: "Initial commit",
    files: { "README.md": `# ${repository.name}\n` },
    author: sender.login,
  });
}

function registerForks(app: Hono<Env>, github: GitHub): void {
  app.get("/repos/:owner/:repo/forks", (c) => {
    const repository = requireRepository(c, github, READ);
    const forks = github.data.repositories.filter((each) => each.forkOfId === repository.id);
    const seen = forks.filter(
      (each) => judgeAccess(github, c.get("actor"), each, READ) === "allowed",
    );
    return c.json(page(c, seen).map((each) => renderMinimalRepository(github, each)));
  });

  app.post("/repos/:owner/:repo/forks", async (c) => {
    const repository = requireRepository(c, github, { permission: "contents", access: "read" });
    const account = requireAccount(c);
    const body = await readJson(c);
    const organization = readString(body, "organization");
    const owner = organization === undefined ? account : github.accountByLogin(organization);
    if (owner === null) throw notFound();
    const existing = github.data.repositories.find(
      (each) => each.ownerId === owner.id && each.forkOfId === repository.id,
    );
    const fork =
      existing ??
      (await addRepository(github, owner, {
        name: readString(body, "name") ?? repository.name,
        isPrivate: repository.private,
        defaultBranch: repository.defaultBranch,
        description: repository.description,
        forkOf: repository,
        createdById: account.id,
      }));
    return c.json(renderFullRepository(github, fork, c.get("actor")), 202);
  });
}
