import { forbidden, HttpError } from "./context.ts";
import { mergeTrees } from "./git-history.ts";
import { writeCommit } from "./git-write.ts";
import type { GitHub } from "./github.ts";
import { authorOf } from "./issues.ts";
import { mergeMessage } from "./merge-message.ts";
import { actorAccount, type Actor } from "./permission.ts";
import { isPull, markMerged, type Pull } from "./pull-heads.ts";
import type { QueueEntry } from "./queue-entry.ts";
import { announceRefChange, moveRef } from "./refs.ts";
import { signatureOf, webFlowSignature } from "./signature.ts";
import type { Repository } from "./world.ts";

/** What waits to be merged into a branch, the first to go first. */
export function queueOf(github: GitHub, repository: Repository, branch: string): QueueEntry[] {
  return (github.data.mergeQueue ?? []).filter(
    (entry) =>
      entry.repositoryId === repository.id &&
      entry.baseRef === branch &&
      github.issue(repository.id, entry.number)?.state === "open",
  );
}

/**
 * Puts a pull at the end of the queue of its base: merged after all that waits before it, on a
 * branch `gh-readonly-queue/…` whose head has to be checked (`merge_group.checks_requested`). What
 * waits is merged by nobody here: people merge it by hand. Throws 422 where git cannot merge it.
 */
export function enqueuePull(
  github: GitHub,
  repository: Repository,
  issue: Pull,
  actor: Actor,
): Promise<QueueEntry> {
  const account = actorAccount(actor);
  if (account === null) throw forbidden(actor);
  const { git } = github;
  const { baseRef, headSha } = issue.pull;
  return git.exclusive(repository.id, async () => {
    const before = queueOf(github, repository, baseRef).at(-1);
    const baseSha = before?.headSha ?? (await git.resolve(repository.id, `refs/heads/${baseRef}`));
    if (baseSha === null) throw new HttpError(422, { message: "Base branch does not exist" });
    const { treeSha, conflicts } = await mergeTrees(git, repository.id, baseSha, headSha);
    if (conflicts.length > 0) throw new HttpError(422, { message: "Pull request has conflicts" });
    const sha = await writeCommit(git, repository.id, {
      treeSha,
      parents: [baseSha, headSha],
      author: signatureOf(account, github.now()),
      committer: webFlowSignature(github.now()),
      message: mergeMessage(github, issue, { title: null, message: null }),
      isSigned: true,
    });
    const ref = `refs/heads/gh-readonly-queue/${baseRef}/pr-${issue.number}-${baseSha}`;
    await moveRef(github, repository, authorOf(actor), { ref, before: null, after: sha });
    const entry: QueueEntry = {
      id: github.nextId(),
      repositoryId: repository.id,
      number: issue.number,
      baseRef,
      baseSha,
      headRef: ref,
      headSha: sha,
      enqueuerId: account.id,
      enqueuedAt: github.timestamp(),
    };
    github.data.mergeQueue = [...(github.data.mergeQueue ?? []), entry];
    github.emit({
      name: "merge_group",
      action: "checks_requested",
      repositoryId: repository.id,
      senderId: account.id,
      detail: { queueEntry: entry },
    });
    return entry;
  });
}

/** The first of the queue of a branch is merged, as when the checks of its group are green. */
export async function mergeFirst(
  github: GitHub,
  repository: Repository,
  branch: string,
): Promise<void> {
  const [entry] = queueOf(github, repository, branch);
  const issue = entry === undefined ? null : github.issue(repository.id, entry.number);
  if (entry === undefined || issue === null || !isPull(issue)) throw new Error("Nothing waits");
  const ref = `refs/heads/${branch}`;
  const by = { accountId: entry.enqueuerId, appId: null };
  const change = { ref, before: entry.baseSha, after: entry.headSha };
  await github.git.exclusive(repository.id, async () => {
    if (!(await github.git.swapRef(repository.id, ref, entry.baseSha, entry.headSha))) {
      throw new Error(`${branch} moved`);
    }
    markMerged(github, issue, by, { mergeCommitSha: entry.headSha, baseSha: entry.baseSha });
    await announceRefChange(github, repository, by, change);
  });
}
