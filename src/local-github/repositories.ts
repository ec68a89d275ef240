import { validationFailed } from "./context.ts";
import type { GitHub } from "./github.ts";
import { DEFAULT_LABELS } from "./labels.ts";
import type { EventDetail } from "./world-event.ts";
import type { Account, Repository, RepositoryRole } from "./world.ts";

export interface NewRepository {
  name: string;
  isPrivate: boolean;
  defaultBranch: string;
  description?: string | null;
  collaborators?: Record<number, RepositoryRole>;
  forkOf?: Repository;
  /** Who made it, for `repository.created`; absent: it was there before anybody listened. */
  createdById?: number;
}

/** Makes the bare repository as well. Throws 422 when the owner has one of that name. */
export async function addRepository(
  github: GitHub,
  owner: Account,
  input: NewRepository,
): Promise<Repository> {
  requireFreeName(github, owner, input.name);
  const at = github.timestamp();
  const repository: Repository = {
    id: github.nextId(),
    name: input.name,
    ownerId: owner.id,
    private: input.isPrivate,
    archived: false,
    hasIssues: input.forkOf === undefined,
    description: input.description ?? null,
    defaultBranch: input.defaultBranch,
    createdAt: at,
    pushedAt: at,
    updatedAt: at,
    collaborators: { ...input.collaborators },
    forkOfId: input.forkOf?.id ?? null,
    allowMergeCommit: true,
    allowSquashMerge: true,
    allowRebaseMerge: true,
    squashMergeCommitTitle: "COMMIT_OR_PR_TITLE",
    squashMergeCommitMessage: "COMMIT_MESSAGES",
    deleteBranchOnMerge: false,
    immutableReleases: false,
    labels: DEFAULT_LABELS.map((label) => ({ id: github.nextId(), ...label })),
    rulesets: [],
    protections: [],
    formerNames: [],
    nextNumber: 1,
  };
  github.data.repositories.push(repository);
  await github.git.create(repository.id, input.defaultBranch);
  if (input.forkOf !== undefined) {
    const source = github.git.path(input.forkOf.id);
    const refs = ["+refs/heads/*:refs/heads/*", "+refs/tags/*:refs/tags/*"];
    await github.git.run(repository.id, ["fetch", "--quiet", "--update-head-ok", source, ...refs]);
  }
  if (input.createdById !== undefined) {
    emitRepository(github, repository, "created", input.createdById);
  }
  github.changed();
  return repository;
}

/** Throws 422 for a name that the owner uses already or that GitHub would not take. */
function requireFreeName(github: GitHub, owner: Account, name: string): void {
  const isValid = /^[\w.-]{1,100}$/.test(name) && !/^\.+$/.test(name);
  const found = github.findRepository(owner.login, name);
  const isFree = found === null || found.isFormerName;
  if (isValid && isFree) return;
  const message = isValid ? "name already exists on this account" : "name is invalid";
  throw validationFailed({ resource: "Repository", code: "custom", field: "name", message });
}

/** The old name goes on answering with a redirect until somebody takes it. */
export function renameRepository(
  github: GitHub,
  repository: Repository,
  name: string,
  senderId: number,
): void {
  if (name === repository.name) return;
  const owner = github.owner(repository);
  const isSameButCase = name.toLowerCase() === repository.name.toLowerCase();
  if (!isSameButCase) requireFreeName(github, owner, name);
  const from = repository.name;
  repository.formerNames.push(`${owner.login}/${from}`);
  repository.name = name;
  emitRepository(github, repository, "renamed", senderId, {
    changes: { repository: { name: { from } } },
  });
}

export function transferRepository(
  github: GitHub,
  repository: Repository,
  target: { owner: Account; name?: string },
  senderId: number,
): void {
  const from = github.owner(repository);
  const name = target.name ?? repository.name;
  requireFreeName(github, target.owner, name);
  repository.formerNames.push(`${from.login}/${repository.name}`);
  repository.name = name;
  repository.ownerId = target.owner.id;
  emitRepository(github, repository, "transferred", senderId, { transferredFrom: from });
}

/** Throws 422 when there is no such branch. */
export async function setDefaultBranch(
  github: GitHub,
  repository: Repository,
  branch: string,
  senderId: number,
): Promise<void> {
  const from = repository.defaultBranch;
  if ((await github.git.ref(repository.id, `refs/heads/${branch}`)) === null) {
    const message = `The branch ${branch} was not found. Please push that ref first or create it via the Git Data API.`;
    const error = { resource: "Repository", code: "custom", field: "default_branch" } as const;
    throw validationFailed({ ...error, message });
  }
  await github.git.setHead(repository.id, branch);
  repository.defaultBranch = branch;
  emitRepository(github, repository, "edited", senderId, { changes: { default_branch: { from } } });
}

export function setPrivate(
  github: GitHub,
  repository: Repository,
  isPrivate: boolean,
  senderId: number,
): void {
  if (repository.private === isPrivate) return;
  repository.private = isPrivate;
  emitRepository(github, repository, isPrivate ? "privatized" : "publicized", senderId);
}

export function setArchived(
  github: GitHub,
  repository: Repository,
  isArchived: boolean,
  senderId: number,
): void {
  if (repository.archived === isArchived) return;
  repository.archived = isArchived;
  emitRepository(github, repository, isArchived ? "archived" : "unarchived", senderId);
}

/** Everything in it goes with it. */
export async function deleteRepository(
  github: GitHub,
  repository: Repository,
  senderId: number,
): Promise<void> {
  const { data } = github;
  const belongsToOther = (each: { repositoryId: number }): boolean =>
    each.repositoryId !== repository.id;
  emitRepository(github, repository, "deleted", senderId);
  data.issues = data.issues.filter(belongsToOther);
  data.reviews = data.reviews.filter(belongsToOther);
  data.comments = data.comments.filter(belongsToOther);
  data.releases = data.releases.filter(belongsToOther);
  data.checkSuites = data.checkSuites.filter(belongsToOther);
  data.checkRuns = data.checkRuns.filter(belongsToOther);
  data.statuses = data.statuses.filter(belongsToOther);
  data.reactions = data.reactions.filter(belongsToOther);
  data.mergeQueue = (data.mergeQueue ?? []).filter(belongsToOther);
  data.repositories = data.repositories.filter((each) => each !== repository);
  await github.git.remove(repository.id);
}

function emitRepository(
  github: GitHub,
  repository: Repository,
  action: string,
  senderId: number,
  detail: EventDetail = {},
): void {
  repository.updatedAt = github.timestamp();
  github.emit({ name: "repository", action, repositoryId: repository.id, senderId, detail });
}
