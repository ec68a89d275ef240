import { HttpError } from "../context.ts";
import { writeTree, type TreeChange } from "../git-tree.ts";
import { writeBlob, writeCommit } from "../git-write.ts";
import { authorOf } from "../issues.ts";
import { parseNodeId } from "../node-id.ts";
import { moveRef, requireRules, requireWorkflowRight } from "../refs.ts";
import { judgeRefChange, protectionFor, type RefChange } from "../rules.ts";
import { signatureOf, webFlowSignature } from "../signature.ts";
import type { Repository } from "../world.ts";
import { Failure, notFound } from "./errors.ts";
import { requireAccess, sees, type Scope } from "./scope.ts";

export interface CommitOnBranchInput {
  branch: {
    id?: string | null;
    branchName?: string | null;
    repositoryNameWithOwner?: string | null;
  };
  expectedHeadOid: string;
  message: { headline: string; body?: string | null };
  fileChanges?: {
    additions?: { path: string; contents: string }[] | null;
    deletions?: { path: string }[] | null;
  } | null;
}

interface Branch {
  repository: Repository;
  /** `refs/heads/main`. */
  ref: string;
}

function findBranch(scope: Scope, { branch }: CommitOnBranchInput): Branch {
  const { github } = scope;
  const [owner = "", name = ""] = (branch.repositoryNameWithOwner ?? "").split("/");
  const parsed = parseNodeId(branch.id ?? "");
  const repository =
    parsed?.type === "Ref"
      ? github.repository(Number(parsed.ids[0]))
      : (github.findRepository(owner, name)?.repository ?? null);
  if (repository === null || !sees(scope, repository)) {
    throw notFound(`a Repository with the name '${branch.repositoryNameWithOwner ?? branch.id}'`);
  }
  const short = branch.branchName?.replace(/^refs\/heads\//, "");
  return { repository, ref: parsed ? String(parsed.ids[1]) : `refs/heads/${short}` };
}

/** Branch protection has an error type of its own here; rulesets word theirs as everywhere. */
function requireUnprotected({ github, actor }: Scope, repository: Repository, change: RefChange) {
  const by = authorOf(actor);
  const branch = change.ref.slice("refs/heads/".length);
  const violations = judgeRefChange(github, repository, by, change);
  if (violations.length === 0 || protectionFor(github, repository, branch, by) === null) return;
  throw new Failure("BRANCH_PROTECTION_RULE_VIOLATION", violations.join(" "));
}

async function writeFiles(scope: Scope, repositoryId: number, input: CommitOnBranchInput) {
  const { additions, deletions } = input.fileChanges ?? {};
  const added = (additions ?? []).map(async ({ path, contents }): Promise<TreeChange> => {
    const content = Buffer.from(contents, "base64");
    const sha = await writeBlob(scope.github.git, repositoryId, content);
    return { path, mode: "100644", sha };
  });
  const removed = (deletions ?? []).map(({ path }): TreeChange => ({
    path,
    mode: "100644",
    sha: null,
  }));
  return [...removed, ...(await Promise.all(added))];
}

/**
 * One signed commit on top of a branch. Throws STALE_DATA unless the branch is where the sender
 * expects it.
 */
export async function commitOnBranch(
  scope: Scope,
  input: CommitOnBranchInput,
): Promise<{ repository: Repository; ref: string; sha: string }> {
  const { github, actor } = scope;
  const { repository, ref } = findBranch(scope, input);
  requireAccess(scope, repository, "contents", "write");
  if (repository.archived)
    throw new HttpError(403, { message: "Repository was archived so is read-only." });
  const by = authorOf(actor);
  const before = input.expectedHeadOid;
  const stale = new Failure(
    "STALE_DATA",
    `Expected branch to point to "${before}" but it did not. Pull and try again.`,
  );
  return github.git.exclusive(repository.id, async () => {
    const present = await github.git.ref(repository.id, ref);
    if (present === null) throw notFound(`a Ref with the name '${ref}'`);
    if (present.sha !== before) throw stale;
    const changes = await writeFiles(scope, repository.id, input);
    const { headline, body } = input.message;
    const sha = await writeCommit(github.git, repository.id, {
      treeSha: await writeTree(github.git, repository.id, `${before}^{tree}`, changes),
      parents: [before],
      author: signatureOf(github.account(by.accountId), github.now()),
      committer: webFlowSignature(github.now()),
      message: body ? `${headline}\n\n${body}` : headline,
      isSigned: true,
    });
    await requireWorkflowRight(github, repository, actor, sha);
    const change = { ref, before, after: sha };
    requireUnprotected(scope, repository, change);
    requireRules(github, repository, by, change);
    if (!(await moveRef(github, repository, by, change))) throw stale;
    return { repository, ref, sha };
  });
}
