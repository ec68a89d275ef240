import { forbidden, HttpError } from "./context.ts";
import { isAncestor, listCommits } from "./git-history.ts";
import type { GitCommit } from "./git-object.ts";
import { diffPaths, type PathChange } from "./git-tree.ts";
import { ZERO_SHA } from "./git.ts";
import type { GitHub } from "./github.ts";
import { authorOf, type Author } from "./issues.ts";
import { closeByKeywords } from "./keywords.ts";
import { isRefName } from "./loose-refs.ts";
import type { Actor } from "./permission.ts";
import { followBase, followHead } from "./pull-heads.ts";
import { judgeRefChange, violationError, type RefChange } from "./rules.ts";
import type { EventDetail, PushCommit } from "./world-event.ts";
import type { Repository } from "./world.ts";

/** GitHub lists no more commits than this in a push (webhook events and payloads, "push"). */
const PUSH_COMMITS_MAX = 2_048;
const WORKFLOWS = ".github/workflows";

/**
 * Creates a ref as `POST git/refs` does. Throws 422 when the name is bad, the ref or the object's
 * absence is in the way, or a ruleset refuses; 403 for workflow files without the permission.
 */
export function createRef(
  github: GitHub,
  repository: Repository,
  actor: Actor,
  input: { ref: string; sha: string },
): Promise<void> {
  const { ref, sha } = input;
  const by = authorOf(actor);
  if (!isRefName(ref)) throw unprocessable(`${ref} is not a valid ref name.`);
  return github.git.exclusive(repository.id, async () => {
    const object = /^[0-9a-f]{40}$/.test(sha) ? await github.git.read(repository.id, sha) : null;
    if (object === null) throw unprocessable("Object does not exist");
    if (ref.startsWith("refs/heads/") && object.type !== "commit") {
      throw unprocessable("Reference cannot be updated: branches point to commits.");
    }
    if ((await github.git.ref(repository.id, ref)) !== null)
      throw unprocessable("Reference already exists");
    await requireWorkflowRight(github, repository, actor, sha);
    const change = { ref, before: null, after: sha };
    requireRules(github, repository, by, change);
    if (!(await moveRef(github, repository, by, change)))
      throw unprocessable("Reference already exists");
  });
}

/** Moves an existing ref. Throws 422 when it is absent, or the way is not straight and not forced. */
export function updateRef(
  github: GitHub,
  repository: Repository,
  actor: Actor,
  input: { ref: string; sha: string; isForced: boolean },
): Promise<void> {
  const { ref, sha, isForced } = input;
  const { git } = github;
  const by = authorOf(actor);
  return git.exclusive(repository.id, async () => {
    const current = await git.ref(repository.id, ref);
    if (current === null) throw unprocessable("Reference does not exist");
    const object = /^[0-9a-f]{40}$/.test(sha) ? await git.read(repository.id, sha) : null;
    if (object === null) throw unprocessable("Object does not exist");
    const isStraight = await isAncestor(git, repository.id, current.peeledSha, sha);
    if (!isStraight && !isForced) {
      throw unprocessable("Update is not a fast forward");
    }
    await requireWorkflowRight(github, repository, actor, sha);
    const change = { ref, before: current.sha, after: sha };
    requireRules(github, repository, by, change);
    if (!(await moveRef(github, repository, by, change))) {
      throw unprocessable("Reference cannot be updated");
    }
  });
}

/** Throws 422 when there is no such ref, it is the default branch, or a rule protects it. */
export function deleteRef(
  github: GitHub,
  repository: Repository,
  by: Author,
  ref: string,
): Promise<void> {
  return github.git.exclusive(repository.id, async () => {
    const current = await github.git.ref(repository.id, ref);
    if (current === null) throw unprocessable("Reference does not exist");
    if (ref === `refs/heads/${repository.defaultBranch}`) {
      throw unprocessable("Cannot delete the default branch");
    }
    const change = { ref, before: current.sha, after: null };
    requireRules(github, repository, by, change);
    if (!(await moveRef(github, repository, by, change))) {
      throw unprocessable("Reference cannot be deleted");
    }
  });
}

/** Throws 422 in the words of GitHub, 409 where `status` asks for it. */
export function requireRules(
  github: GitHub,
  repository: Repository,
  by: Author,
  change: RefChange,
  status: 409 | 422 = 422,
): void {
  const violations = judgeRefChange(github, repository, by, change);
  if (violations.length > 0) throw violationError(status, violations);
}

/**
 * An App needs `workflows: write` for a ref to a commit that adds or modifies a file under
 * `.github/workflows/` relative to the default branch. Throws 403.
 */
export async function requireWorkflowRight(
  github: GitHub,
  repository: Repository,
  actor: Actor,
  sha: string,
): Promise<void> {
  if (actor.kind !== "installation") return;
  const granted = actor.token.permissions ?? actor.installation.permissions;
  if (granted["workflows"] === "write") return;
  const [theirs, ours] = await Promise.all([
    github.git.resolve(repository.id, `${sha}:${WORKFLOWS}`),
    github.git.resolve(repository.id, `refs/heads/${repository.defaultBranch}:${WORKFLOWS}`),
  ]);
  if (theirs === null || theirs === ours) return;
  if (ours === null) throw forbidden(actor);
  const changes = await diffPaths(github.git, repository.id, ours, theirs);
  if (changes.some((change) => change.status !== "removed")) throw forbidden(actor);
}

/**
 * Moves a ref by compare and swap and does what follows from it: pulls move, issues close, events
 * go out. False when the ref was not at `before` any more. Only within `git.exclusive`.
 */
export async function moveRef(
  github: GitHub,
  repository: Repository,
  by: Author,
  change: RefChange,
): Promise<boolean> {
  const { ref, before, after } = change;
  if (before === after) return true;
  if (!(await github.git.swapRef(repository.id, ref, before, after))) return false;
  await announceRefChange(github, repository, by, change);
  return true;
}

/** What follows from a ref that has moved already, such as by `git push`. */
export async function announceRefChange(
  github: GitHub,
  repository: Repository,
  by: Author,
  change: RefChange,
): Promise<void> {
  const { ref, before, after } = change;
  repository.pushedAt = github.timestamp();
  repository.updatedAt = repository.pushedAt;
  const kind = ref.startsWith("refs/tags/") ? "tag" : "branch";
  if (!/^refs\/(heads|tags)\//.test(ref)) return;
  const name = ref.split("/").slice(2).join("/");
  const commits = after === null ? [] : await pushedCommits(github, repository, change);
  const emit = (event: string, detail: EventDetail): void => {
    const senderId = by.accountId;
    github.emit({ name: event, action: null, repositoryId: repository.id, senderId, detail });
  };
  const detail: EventDetail = { ref: name, refType: kind };
  if (before === null) emit("create", detail);
  if (after === null) emit("delete", detail);
  const forced =
    before !== null &&
    after !== null &&
    !(await isAncestor(github.git, repository.id, before, after));
  emit("push", {
    push: {
      ref,
      before: before ?? ZERO_SHA,
      after: after ?? ZERO_SHA,
      created: before === null,
      deleted: after === null,
      forced,
      commits,
    },
  });
  if (kind === "tag") return;
  await followHead(github, repository, by, { branch: name, before, after });
  if (after === null) return;
  if (before !== null) await followBase(github, repository, by, { branch: name, before, after });
  if (name === repository.defaultBranch) {
    for (const { commit } of commits) {
      closeByKeywords(github, repository, by, commit.message, commit.sha);
    }
  }
}

/** Commits that no branch of the repository had before; oldest first, the newest of too many. */
async function pushedCommits(
  github: GitHub,
  repository: Repository,
  change: RefChange,
): Promise<PushCommit[]> {
  const { ref, before, after } = change;
  if (after === null || ref.startsWith("refs/tags/")) return [];
  const { git } = github;
  const branches = before === null ? await git.refs(repository.id, "refs/heads/") : [];
  const known =
    before === null
      ? new Set(branches.filter((each) => each.name !== ref).map(({ sha }) => sha))
      : new Set([before]);
  if (known.has(after)) return [];
  const newest = await git.commit(repository.id, after);
  const isAlone = newest !== null && newest.parents.every((parent) => known.has(parent));
  const commits = isAlone
    ? [newest]
    : await listCommits(git, repository.id, {
        revisions: [after, ...[...known].map((sha) => `^${sha}`)],
        limit: PUSH_COMMITS_MAX,
        isOldestFirst: true,
      });
  return Promise.all(commits.map((commit) => describeCommit(github, repository, commit)));
}

async function describeCommit(
  github: GitHub,
  repository: Repository,
  commit: GitCommit,
): Promise<PushCommit> {
  const [parent = null] = commit.parents;
  const changes = await diffPaths(github.git, repository.id, parent, commit.treeSha);
  const paths = (status: PathChange["status"]): string[] =>
    changes.filter((each) => each.status === status).map(({ path }) => path);
  return { commit, added: paths("added"), removed: paths("removed"), modified: paths("modified") };
}

function unprocessable(message: string): HttpError {
  return new HttpError(422, { message });
}
