import { createHash, randomUUID } from "node:crypto";
import { mkdir, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { deflate } from "node:zlib";
import { formatCommit, formatTag, type GitTag, type NewCommit } from "./git-object.ts";
import type { ObjectType } from "./git-reader.ts";
import type { GitStore } from "./git.ts";

const deflateAsync = promisify(deflate);

/** Writes one loose object in git's own format; a process for each would cost fifty times more. */
export async function writeObject(
  git: GitStore,
  repositoryId: number,
  type: ObjectType,
  content: Buffer,
): Promise<string> {
  const data = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
  const sha = createHash("sha1").update(data).digest("hex");
  const folder = join(git.path(repositoryId), "objects", sha.slice(0, 2));
  const path = join(folder, sha.slice(2));
  const exists = await stat(path).then(
    () => true,
    () => false,
  );
  if (exists) return sha;
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `tmp_obj_${randomUUID()}`);
  await writeFile(temporary, await deflateAsync(data), { mode: 0o444 });
  await rename(temporary, path);
  return sha;
}

export function writeBlob(
  git: GitStore,
  repositoryId: number,
  content: string | Buffer,
): Promise<string> {
  return writeObject(git, repositoryId, "blob", Buffer.from(content));
}

export function writeCommit(
  git: GitStore,
  repositoryId: number,
  commit: NewCommit,
): Promise<string> {
  return writeObject(git, repositoryId, "commit", formatCommit(commit));
}

export function writeTag(
  git: GitStore,
  repositoryId: number,
  tag: Omit<GitTag, "sha">,
): Promise<string> {
  return writeObject(git, repositoryId, "tag", formatTag(tag));
}
