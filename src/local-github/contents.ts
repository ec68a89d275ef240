import { HttpError, notFound } from "./context.ts";
import type { TreeEntry } from "./git-object.ts";
import { findTreeEntry, writeTree } from "./git-tree.ts";
import { writeBlob, writeCommit } from "./git-write.ts";
import type { GitHub } from "./github.ts";
import { authorOf } from "./issues.ts";
import type { Actor } from "./permission.ts";
import { moveRef, requireRules, requireWorkflowRight } from "./refs.ts";
import type { Signatures } from "./signature-fields.ts";
import type { Repository } from "./world.ts";

export interface FileWrite {
  path: string;
  /** Null removes the file. */
  content: Buffer | null;
  message: string;
  branch: string;
  /** The blob that the caller saw; null where it saw none. */
  sha: string | null;
  signatures: Signatures;
}

export interface FileWritten {
  commitSha: string;
  isNew: boolean;
}

/** Null when nothing is there. `path` is the whole one, without slashes at its ends. */
export async function findEntry(
  github: GitHub,
  repository: Repository,
  commitSha: string,
  path: string,
): Promise<TreeEntry | null> {
  const entry = await findTreeEntry(github.git, repository.id, commitSha, path);
  if (entry === null) return null;
  const type = entry.mode === "040000" ? "tree" : entry.mode === "160000" ? "commit" : "blob";
  const content = type === "blob" ? await github.git.blob(repository.id, entry.sha) : null;
  return { path, type, ...entry, size: content?.length ?? null };
}

/**
 * One commit that writes or removes one file. Throws 409 for another blob than the caller saw and
 * for rules, 422 for an existing file without its SHA, 404 for what is not there.
 */
export function writeFileContent(
  github: GitHub,
  repository: Repository,
  actor: Actor,
  input: FileWrite,
): Promise<FileWritten> {
  const { git } = github;
  const { path, content } = input;
  const ref = `refs/heads/${input.branch}`;
  requirePath(path);
  return git.exclusive(repository.id, async () => {
    const before = await git.resolve(repository.id, ref);
    const isFirst = before === null && input.branch === repository.defaultBranch;
    if (before === null && !isFirst) {
      throw new HttpError(404, { message: `Branch ${input.branch} not found` });
    }
    const entry = before === null ? null : await findEntry(github, repository, before, path);
    requireSameBlob(input, entry);
    const blob = content === null ? null : await writeBlob(git, repository.id, content);
    const mode = entry?.mode ?? "100644";
    const commitSha = await writeCommit(git, repository.id, {
      treeSha: await writeTree(git, repository.id, before, [{ path, mode, sha: blob }]),
      parents: before === null ? [] : [before],
      author: input.signatures.author,
      committer: input.signatures.committer,
      message: input.message,
      isSigned: input.signatures.isOwn,
    });
    const change = { ref, before, after: commitSha };
    requireRules(github, repository, authorOf(actor), change, 409);
    await requireWorkflowRight(github, repository, actor, commitSha);
    if (!(await moveRef(github, repository, authorOf(actor), change))) {
      throw new HttpError(409, { message: `${input.branch} was moved while it was written` });
    }
    return { commitSha, isNew: entry === null };
  });
}

function requirePath(path: string): void {
  const isBad = path.split("/").some((part) => ["", ".", "..", ".git"].includes(part));
  if (isBad) throw new HttpError(422, { message: "path contains a malformed path component" });
}

function requireSameBlob(input: FileWrite, entry: TreeEntry | null): void {
  const { path, sha, content } = input;
  if (entry === null) {
    if (content === null) throw notFound();
    if (sha !== null) throw new HttpError(409, { message: `${path} does not match ${sha}` });
    return;
  }
  if (entry.type !== "blob") {
    throw new HttpError(422, { message: `${path} is a directory` });
  }
  if (sha === null) {
    throw new HttpError(422, { message: `Invalid request.\n\n"sha" wasn't supplied.` });
  }
  if (sha !== entry.sha) throw new HttpError(409, { message: `${path} does not match ${sha}` });
}
