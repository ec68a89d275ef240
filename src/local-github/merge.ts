import { forbidden, HttpError, notFound } from "./context.ts";
import { countDivergence, isAncestor, listCommits, mergeTrees } from "./git-history.ts";
import type { GitCommit } from "./git-object.ts";
import { writeCommit } from "./git-write.ts";
import type { GitHub } from "./github.ts";
import { authorOf } from "./issues.ts";
import { closeByKeywords } from "./keywords.ts";
import { mergeMessage, squashMessage, type MergeText } from "./merge-message.ts";
import { allowsMethod, isLinear, judgeMerge, judgeStrictness } from "./merge-rules.ts";
import { actorAccount, type Actor } from "./permission.ts";
import { markMerged, type Pull } from "./pull-heads.ts";
import { announceRefChange, moveRef, requireRules, requireWorkflowRight } from "./refs.ts";
import { signatureOf, webFlowSignature } from "./signature.ts";
import type { Account, MergeMethod, Repository } from "./world.ts";

export interface MergeRequest {
  method: MergeMethod;
  /** The head that the caller saw; null: any. */
  sha: string | null;
  /** Null: GitHub's own text. */
  title: string | null;
  message: string | null;
}

/**
 * Merges a pull into the head that its base has now: the SHA that the base points to then. Throws
 * 405 when it cannot be merged (closed, draft, conflict, method off, required checks) and 409 when
 * the head is another one than `sha`.
 */
export function mergePull(
  github: GitHub,
  repository: Repository,
  issue: Pull,
  actor: Actor,
  request: MergeRequest,
): Promise<string> {
  const account = actorAccount(actor);
  if (account === null) throw forbidden(actor);
  const by = authorOf(actor);
  return github.git.exclusive(repository.id, async () => {
    requireMergeable(github, repository, issue, actor, request);
    const ref = `refs/heads/${issue.pull.baseRef}`;
    const base = await github.git.resolve(repository.id, ref);
    if (base === null) throw notMergeable("Base branch does not exist");
    const outdated = await judgeStrictness(github, repository, issue, by);
    if (outdated !== null) throw notMergeable(outdated);
    const sha = await writeMerge(github, repository, issue, { account, base, request });
    await requireWorkflowRight(github, repository, actor, sha);
    if (!(await github.git.swapRef(repository.id, ref, base, sha))) throw baseModified();
    markMerged(github, issue, by, { mergeCommitSha: sha, baseSha: base });
    await announceRefChange(github, repository, by, { ref, before: base, after: sha });
    if (issue.pull.baseRef === repository.defaultBranch) {
      closeByKeywords(github, repository, by, issue.body ?? "", sha);
    }
    if (repository.deleteBranchOnMerge) await deleteHead(github, repository, issue, actor);
    return sha;
  });
}

function requireMergeable(
  github: GitHub,
  repository: Repository,
  issue: Pull,
  actor: Actor,
  request: MergeRequest,
): void {
  const { method, sha } = request;
  if (issue.state !== "open") throw notMergeable();
  if (issue.pull.draft) throw notMergeable("Pull Request is still a draft");
  const by = authorOf(actor);
  if (!allowsMethod(repository, issue, method, by)) {
    throw notMergeable(`${METHODS[method]} are not allowed on this repository.`);
  }
  if (method === "merge" && isLinear(github, repository, issue, by)) {
    throw notMergeable("This branch must not contain merge commits.");
  }
  if (sha !== null && sha !== issue.pull.headSha) {
    throw new HttpError(409, {
      message: "Head branch was modified. Review and try the merge again.",
    });
  }
  const [reason] = judgeMerge(github, repository, issue, by);
  if (reason !== undefined) throw notMergeable(reason);
}

const METHODS = { merge: "Merge commits", squash: "Squash merges", rebase: "Rebase merges" };

async function writeMerge(
  github: GitHub,
  repository: Repository,
  issue: Pull,
  merge: { account: Account; base: string; request: MergeRequest },
): Promise<string> {
  const { git } = github;
  const { account, base, request } = merge;
  const { headSha } = issue.pull;
  const commits = await listCommits(git, repository.id, {
    revisions: [headSha, `^${base}`],
    isOldestFirst: true,
  });
  if (request.method === "rebase") {
    return replay(github, repository, { account, base, commits });
  }
  const { treeSha, conflicts } = await mergeTrees(git, repository.id, base, headSha);
  if (conflicts.length > 0) throw notMergeable();
  const text: MergeText = { title: request.title, message: request.message };
  const isSquash = request.method === "squash";
  const author = isSquash ? github.account(issue.authorId) : account;
  return writeCommit(git, repository.id, {
    treeSha,
    parents: isSquash ? [base] : [base, headSha],
    author: signatureOf(author, github.now()),
    committer: webFlowSignature(github.now()),
    message: isSquash
      ? squashMessage(github, repository, issue, commits, text)
      : mergeMessage(github, issue, text),
    isSigned: true,
  });
}

/** Writes each commit anew on top of the base, with its own author and its own change only. */
async function replay(
  github: GitHub,
  repository: Repository,
  input: { account: Account; base: string; commits: readonly GitCommit[] },
): Promise<string> {
  const { git } = github;
  const committer = signatureOf(input.account, github.now());
  const base = await git.commit(repository.id, input.base);
  if (base === null) throw notMergeable();
  let head = { sha: base.sha, treeSha: base.treeSha };
  for (const commit of input.commits.filter((each) => each.parents.length === 1)) {
    // A commit with the new head's tree on the old parent makes git take that parent as the base.
    const graft = await writeCommit(git, repository.id, {
      treeSha: head.treeSha,
      parents: commit.parents,
      author: commit.author,
      committer: commit.author,
      message: "graft",
      isSigned: false,
    });
    const { treeSha, conflicts } = await mergeTrees(git, repository.id, graft, commit.sha);
    if (conflicts.length > 0) throw notMergeable();
    if (treeSha === head.treeSha) continue;
    const sha = await writeCommit(git, repository.id, {
      treeSha,
      parents: [head.sha],
      author: commit.author,
      committer,
      message: commit.message,
      isSigned: false,
    });
    head = { sha, treeSha };
  }
  return head.sha;
}

async function deleteHead(
  github: GitHub,
  repository: Repository,
  issue: Pull,
  actor: Actor,
): Promise<void> {
  const { headRepositoryId, headRef, headSha } = issue.pull;
  if (headRepositoryId !== repository.id || headRef === repository.defaultBranch) return;
  const change = { ref: `refs/heads/${headRef}`, before: headSha, after: null };
  await moveRef(github, repository, authorOf(actor), change);
}

/**
 * Merges one branch, tag or commit into a branch, as `POST merges` does: the new commit's SHA, or
 * null when the base has it all already. Throws 404 for what does not exist, 409 for a conflict.
 */
export function mergeInto(
  github: GitHub,
  repository: Repository,
  actor: Actor,
  input: { base: string; head: string; message: string | null },
): Promise<string | null> {
  const { git } = github;
  const account = actorAccount(actor);
  if (account === null) throw forbidden(actor);
  const ref = `refs/heads/${input.base}`;
  return git.exclusive(repository.id, async () => {
    const base = await git.resolve(repository.id, ref);
    if (base === null) throw new HttpError(404, { message: "Base does not exist" });
    const head = await git.resolveCommit(repository.id, input.head);
    if (head === null) throw new HttpError(404, { message: "Head does not exist" });
    if (await isAncestor(git, repository.id, head, base)) return null;
    const { treeSha, conflicts } = await mergeTrees(git, repository.id, base, head);
    if (conflicts.length > 0) throw new HttpError(409, { message: "Merge conflict" });
    const sha = await writeCommit(git, repository.id, {
      treeSha,
      parents: [base, head],
      author: signatureOf(account, github.now()),
      committer: webFlowSignature(github.now()),
      message: input.message ?? `Merge ${input.head} into ${input.base}`,
      isSigned: true,
    });
    const change = { ref, before: base, after: sha };
    requireRules(github, repository, authorOf(actor), change, 409);
    if (!(await moveRef(github, repository, authorOf(actor), change))) throw baseModified();
    return sha;
  });
}

/**
 * Brings the base into a pull's branch, as the button "Update branch" does. Throws 422 when there
 * is nothing to bring or it conflicts, or the head is another one than the caller saw.
 */
export async function updateBranch(
  github: GitHub,
  issue: Pull,
  actor: Actor,
  expectedHeadSha: string | null,
): Promise<void> {
  const { git } = github;
  const { pull } = issue;
  const head = github.repository(pull.headRepositoryId);
  const base = await git.resolve(issue.repositoryId, `refs/heads/${pull.baseRef}`);
  if (head === null || base === null) throw notFound();
  if (expectedHeadSha !== null && expectedHeadSha !== pull.headSha) {
    throw unprocessable("expected head sha didn't match current head ref.");
  }
  const { behind } = await countDivergence(git, issue.repositoryId, base, pull.headSha);
  if (behind === 0) throw unprocessable("There are no new commits on the base branch.");
  if (head.id !== issue.repositoryId) {
    const source = git.path(issue.repositoryId);
    await git.run(head.id, ["fetch", "--quiet", "--no-tags", source, base]);
  }
  const message = `Merge branch '${pull.baseRef}' into ${pull.headRef}`;
  try {
    await mergeInto(github, head, actor, { base: pull.headRef, head: base, message });
  } catch (error) {
    if (error instanceof HttpError && error.status === 409) {
      throw unprocessable("merge conflict between base and head");
    }
    throw error;
  }
}

function unprocessable(message: string): HttpError {
  return new HttpError(422, { message });
}

function notMergeable(message = "Pull Request is not mergeable"): HttpError {
  return new HttpError(405, { message });
}

function baseModified(): HttpError {
  return new HttpError(409, {
    message: "Base branch was modified. Review and try the merge again.",
  });
}
