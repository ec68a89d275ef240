import { changedFiles, type FileChange } from "../changed-files.ts";
import { EMPTY_TREE, type GitCommit } from "../git-object.ts";
import type { GitHub } from "../github.ts";
import { formatNodeId } from "../node-id.ts";
import { limitPatches } from "../patch-limit.ts";
import { accountByAddress } from "../signature.ts";
import type { Repository } from "../world.ts";
import { renderAccount } from "./account.ts";

/** GitHub answers no more files of a comparison, and on one page of a commit. */
const FILES_MAX = 300;
/** Nor more of one commit on all its pages (REST, "Get a commit"). */
const COMMIT_PAGES_MAX = 10;

function renderVerification(commit: GitCommit) {
  const { signature } = commit;
  const isVerified = signature?.isVerified ?? false;
  return {
    verified: isVerified,
    reason: signature === null ? "unsigned" : isVerified ? "valid" : "unknown_key",
    signature: signature?.text ?? null,
    payload: signature?.payload ?? null,
    verified_at: isVerified ? commit.committer.date : null,
  };
}

/** As in lists. */
export function renderCommit(github: GitHub, repository: Repository, commit: GitCommit) {
  const fullName = github.fullName(repository);
  const api = `${github.apiUrl}/repos/${fullName}`;
  const user = (address: string) => {
    const account = accountByAddress(github, address);
    return account === null ? null : renderAccount(github, account);
  };
  return {
    sha: commit.sha,
    node_id: formatNodeId("Commit", repository.id, commit.sha),
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.treeSha, url: `${api}/git/trees/${commit.treeSha}` },
      url: `${api}/git/commits/${commit.sha}`,
      comment_count: 0,
      verification: renderVerification(commit),
    },
    url: `${api}/commits/${commit.sha}`,
    html_url: `${github.url}/${fullName}/commit/${commit.sha}`,
    comments_url: `${api}/commits/${commit.sha}/comments`,
    author: user(commit.author.email),
    committer: user(commit.committer.email),
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/commits/${sha}`,
      html_url: `${github.url}/${fullName}/commit/${sha}`,
    })),
  };
}

/** As asked for by its SHA: with the sizes and files of its difference to its first parent. */
export async function renderFullCommit(
  github: GitHub,
  repository: Repository,
  commit: GitCommit,
  page: number,
) {
  const from = commit.parents[0] ?? EMPTY_TREE;
  const files = await changedFiles(github.git, repository.id, from, commit.sha);
  const additions = files.reduce((sum, file) => sum + file.additions, 0);
  const deletions = files.reduce((sum, file) => sum + file.deletions, 0);
  const shown = files.slice((page - 1) * FILES_MAX, page * FILES_MAX);
  return {
    pages: Math.min(COMMIT_PAGES_MAX, Math.ceil(files.length / FILES_MAX)),
    commit: {
      ...renderCommit(github, repository, commit),
      stats: { total: additions + deletions, additions, deletions },
      files: page > COMMIT_PAGES_MAX ? [] : renderFiles(github, repository, commit.sha, shown),
    },
  };
}

/** `ref` is where the files are looked at: a commit's SHA. */
export function renderFiles(
  github: GitHub,
  repository: Repository,
  ref: string,
  files: readonly FileChange[],
) {
  const listed = limitPatches(files.slice(0, FILES_MAX));
  return listed.map((file) => renderFile(github, repository, ref, file));
}

export function renderFile(github: GitHub, repository: Repository, ref: string, file: FileChange) {
  const fullName = github.fullName(repository);
  const path = encodePath(file.filename);
  return {
    sha: file.sha,
    filename: file.filename,
    status: file.status,
    additions: file.additions,
    deletions: file.deletions,
    changes: file.additions + file.deletions,
    blob_url: `${github.url}/${fullName}/blob/${ref}/${path}`,
    raw_url: `${github.url}/${fullName}/raw/${ref}/${path}`,
    contents_url: `${github.apiUrl}/repos/${fullName}/contents/${path}?ref=${ref}`,
    ...(file.patch === null ? {} : { patch: file.patch }),
    ...(file.previousFilename === null ? {} : { previous_filename: file.previousFilename }),
  };
}

/** As the git data API shows it. */
export function renderGitCommit(github: GitHub, repository: Repository, commit: GitCommit) {
  const fullName = github.fullName(repository);
  const api = `${github.apiUrl}/repos/${fullName}/git`;
  return {
    sha: commit.sha,
    node_id: formatNodeId("Commit", repository.id, commit.sha),
    url: `${api}/commits/${commit.sha}`,
    html_url: `${github.url}/${fullName}/commit/${commit.sha}`,
    author: commit.author,
    committer: commit.committer,
    tree: { sha: commit.treeSha, url: `${api}/trees/${commit.treeSha}` },
    message: commit.message,
    parents: commit.parents.map((sha) => ({
      sha,
      url: `${api}/commits/${sha}`,
      html_url: `${github.url}/${fullName}/commit/${sha}`,
    })),
    verification: renderVerification(commit),
  };
}

/** Keeps the slashes. */
export function encodePath(path: string): string {
  return path.split("/").map(encodeURIComponent).join("/");
}
