import type { TreeEntry } from "../git-object.ts";
import type { GitHub } from "../github.ts";
import type { Repository } from "../world.ts";
import { encodePath } from "./commit.ts";

const TYPE_BY_MODE: Record<string, string> = {
  "040000": "dir",
  "120000": "symlink",
  "160000": "submodule",
};

/** One entry of a directory, or a file without its content. `entry.path` is the whole path. */
export function renderEntry(github: GitHub, repository: Repository, ref: string, entry: TreeEntry) {
  const fullName = github.fullName(repository);
  const path = encodePath(entry.path);
  const isTree = entry.type === "tree";
  const self = `${github.apiUrl}/repos/${fullName}/contents/${path}?ref=${encodeURIComponent(ref)}`;
  const page = `${github.url}/${fullName}/${isTree ? "tree" : "blob"}/${encodePath(ref)}/${path}`;
  const object = `${github.apiUrl}/repos/${fullName}/git/${isTree ? "trees" : "blobs"}/${entry.sha}`;
  return {
    name: entry.path.split("/").at(-1) ?? "",
    path: entry.path,
    sha: entry.sha,
    size: entry.size ?? 0,
    url: self,
    html_url: page,
    git_url: object,
    download_url: isTree ? null : `${github.url}/${fullName}/raw/${encodePath(ref)}/${path}`,
    type: TYPE_BY_MODE[entry.mode] ?? "file",
    _links: { self, git: object, html: page },
  };
}

/** A file with its content, in lines of sixty characters as GitHub sends it. */
export function renderContentFile(
  github: GitHub,
  repository: Repository,
  ref: string,
  entry: TreeEntry,
  content: Buffer,
) {
  return {
    ...renderEntry(github, repository, ref, entry),
    content: encodeContent(content),
    encoding: "base64",
  };
}

export function encodeContent(content: Buffer): string {
  return content.toString("base64").replace(/.{1,60}/g, "$&\n");
}
