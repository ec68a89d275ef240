import { formatCommit, formatTag, type GitTag, type NewCommit } from "./git-object.ts";
import type { GitStore } from "./git.ts";

export function writeBlob(
  git: GitStore,
  repositoryId: number,
  content: string | Buffer,
): Promise<string> {
  return git.write(repositoryId, "blob", Buffer.from(content));
}

export function writeCommit(
  git: GitStore,
  repositoryId: number,
  commit: NewCommit,
): Promise<string> {
  return git.write(repositoryId, "commit", formatCommit(commit));
}

export function writeTag(
  git: GitStore,
  repositoryId: number,
  tag: Omit<GitTag, "sha">,
): Promise<string> {
  return git.write(repositoryId, "tag", formatTag(tag));
}
