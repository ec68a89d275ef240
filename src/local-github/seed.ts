import { randomBytes } from "node:crypto";
import { writeTree } from "./git-tree.ts";
import { writeBlob, writeCommit, writeTag } from "./git-write.ts";
import type { GitHub } from "./github.ts";
import { createUserToken } from "./logins.ts";
import { moveRef } from "./refs.ts";
import { addRepository } from "./repositories.ts";
import { signatureOf } from "./signature.ts";
import type { Account, App, Repository, RepositoryRole } from "./world.ts";

export function createUser(github: GitHub, login: string): Account {
  return addAccount(github, login, "User");
}

/** Logins must exist already. */
export function createOrganization(
  github: GitHub,
  login: string,
  people: { admins: readonly string[]; members?: readonly string[] },
): Account {
  const organization = addAccount(github, login, "Organization");
  const add = (logins: readonly string[], role: "admin" | "member"): void => {
    for (const each of logins) {
      const userId = requireAccount(github, each).id;
      github.data.memberships.push({ organizationId: organization.id, userId, role });
    }
  };
  add(people.admins, "admin");
  add(people.members ?? [], "member");
  return organization;
}

/** A token as an App gets it for a person who logs in: `ghu_`, for eight hours. */
export function appUserToken(github: GitHub, app: App, login: string): string {
  return createUserToken(github, app, requireAccount(github, login)).token;
}

/** Empty, with the default branch `main` to come. */
export function createRepository(
  github: GitHub,
  ownerLogin: string,
  name: string,
  options: {
    private?: boolean;
    defaultBranch?: string;
    collaborators?: Readonly<Record<string, RepositoryRole>>;
  } = {},
): Promise<Repository> {
  const collaborators: Record<number, RepositoryRole> = {};
  for (const [login, role] of Object.entries(options.collaborators ?? {})) {
    collaborators[requireAccount(github, login).id] = role;
  }
  return addRepository(github, requireAccount(github, ownerLogin), {
    name,
    isPrivate: options.private ?? false,
    defaultBranch: options.defaultBranch ?? "main",
    collaborators,
  });
}

export interface SeedCommit {
  branch: string;
  message: string;
  /** Null removes the file. */
  files: Readonly<Record<string, string | null>>;
  /** Login; the repository's owner, or the first admin of the organisation, when left out. */
  author?: string;
  /** The clock's time when left out. */
  at?: Date;
  /** The branch's head when left out, or the default branch's for a new one. The first is the base. */
  parents?: readonly string[];
}

/** One commit on a branch, as a push: its SHA. Pulls follow and events go out. */
export function commitFiles(
  github: GitHub,
  repository: Repository,
  input: SeedCommit,
): Promise<string> {
  const { git } = github;
  const author =
    input.author === undefined
      ? defaultAuthor(github, repository)
      : requireAccount(github, input.author);
  const ref = `refs/heads/${input.branch}`;
  return git.exclusive(repository.id, async () => {
    const before = await git.resolve(repository.id, ref);
    const start = before ?? (await git.resolve(repository.id, defaultRef(repository)));
    const parents = input.parents ?? (start === null ? [] : [start]);
    const changes = await Promise.all(
      Object.entries(input.files).map(async ([path, content]) => ({
        path,
        mode: "100644",
        sha: content === null ? null : await writeBlob(git, repository.id, content),
      })),
    );
    const signature = signatureOf(author, input.at ?? github.now());
    const sha = await writeCommit(git, repository.id, {
      treeSha: await writeTree(git, repository.id, parents[0] ?? null, changes),
      parents,
      author: signature,
      committer: signature,
      message: input.message,
      isSigned: false,
    });
    const by = { accountId: author.id, appId: null };
    const isMoved = await moveRef(github, repository, by, { ref, before, after: sha });
    if (!isMoved) throw new Error(`${ref} moved while it was written.`);
    return sha;
  });
}

/** Annotated with a message, lightweight without; the SHA that the ref points to. */
export function createTag(
  github: GitHub,
  repository: Repository,
  input: { name: string; target: string; message?: string; at?: Date },
): Promise<string> {
  const { git } = github;
  const author = defaultAuthor(github, repository);
  return git.exclusive(repository.id, async () => {
    const target = await git.resolveCommit(repository.id, input.target);
    if (target === null) throw new Error(`There is no commit ${input.target}.`);
    const sha =
      input.message === undefined
        ? target
        : await writeTag(git, repository.id, {
            name: input.name,
            message: input.message,
            tagger: signatureOf(author, input.at ?? github.now()),
            target: { sha: target, type: "commit" },
          });
    const change = { ref: `refs/tags/${input.name}`, before: null, after: sha };
    if (!(await moveRef(github, repository, { accountId: author.id, appId: null }, change))) {
      throw new Error(`The tag ${input.name} exists.`);
    }
    return sha;
  });
}

/** Takes all branches and tags of a local repository; its HEAD names the default branch. */
export async function importRepository(
  github: GitHub,
  repository: Repository,
  path: string,
): Promise<void> {
  const { git } = github;
  await git.exclusive(repository.id, async () => {
    // A clone has its upstream's branches under another name; what is checked out goes first.
    const remote = `+refs/remotes/origin/*:refs/heads/*`;
    const refs = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];
    const fetch = ["fetch", "--quiet", "--update-head-ok", path];
    const listed = await git.run(repository.id, ["ls-remote", "--symref", path, "HEAD"]);
    if (!/^ref: refs\/heads\//m.test(listed)) refs.unshift(remote);
    await git.run(repository.id, [...fetch, ...refs]);
    const branch = /^ref: refs\/heads\/(.+)\tHEAD$/m.exec(listed)?.[1];
    const branches = await git.refs(repository.id, "refs/heads/");
    const first = branches[0]?.name.slice("refs/heads/".length);
    repository.defaultBranch = branch ?? first ?? repository.defaultBranch;
    await git.setHead(repository.id, repository.defaultBranch);
  });
  github.changed();
}

/** A token that may do what the person may, without an end. */
export function userToken(github: GitHub, login: string): string {
  const token = `ghp_${randomBytes(18).toString("hex")}`;
  github.data.tokens.push({
    token,
    userId: requireAccount(github, login).id,
    installationId: null,
    permissions: null,
    repositoryIds: null,
    expiresAt: null,
  });
  github.changed();
  return token;
}

function defaultRef(repository: Repository): string {
  return `refs/heads/${repository.defaultBranch}`;
}

function addAccount(github: GitHub, login: string, type: "User" | "Organization"): Account {
  if (github.accountByLogin(login) !== null) throw new Error(`The login ${login} is taken.`);
  const account: Account = {
    id: github.nextId(),
    login,
    type,
    name: null,
    email: null,
    createdAt: github.timestamp(),
  };
  github.data.accounts.push(account);
  github.changed();
  return account;
}

function requireAccount(github: GitHub, login: string): Account {
  const account = github.accountByLogin(login);
  if (account === null) throw new Error(`There is no account ${login}.`);
  return account;
}

function defaultAuthor(github: GitHub, repository: Repository): Account {
  const owner = github.owner(repository);
  if (owner.type !== "Organization") return owner;
  const admin = github.data.memberships.find(
    (each) => each.organizationId === owner.id && each.role === "admin",
  );
  return admin === undefined ? owner : github.account(admin.userId);
}
