import type { GitHub } from "../github.ts";
import { formatNodeId } from "../node-id.ts";
import type { Release, Repository } from "../world.ts";
import { renderAccount } from "./account.ts";

export function renderRelease(github: GitHub, repository: Repository, release: Release) {
  const fullName = github.fullName(repository);
  const url = `${github.apiUrl}/repos/${fullName}/releases/${release.id}`;
  const archive = (kind: "tarball" | "zipball"): string | null =>
    release.draft
      ? null
      : `${github.apiUrl}/repos/${fullName}/${kind}/${encodeURIComponent(release.tagName)}`;
  return {
    url,
    assets_url: `${url}/assets`,
    upload_url: `${url}/assets{?name,label}`,
    html_url: releasePage(github, repository, release),
    id: release.id,
    author: renderAccount(github, github.account(release.authorId)),
    node_id: formatNodeId("Release", release.id),
    tag_name: release.tagName,
    target_commitish: release.targetCommitish,
    name: release.name,
    draft: release.draft,
    immutable: release.immutable,
    prerelease: release.prerelease,
    created_at: release.createdAt,
    updated_at: release.updatedAt,
    published_at: release.publishedAt,
    assets: [],
    tarball_url: archive("tarball"),
    zipball_url: archive("zipball"),
    body: release.body,
  };
}

/** A draft has no tag, so its page is named by its id. */
export function releasePage(github: GitHub, repository: Repository, release: Release): string {
  const tag = release.draft
    ? `untagged-${release.id.toString(16).padStart(20, "0")}`
    : encodeURIComponent(release.tagName);
  return `${github.url}/${github.fullName(repository)}/releases/tag/${tag}`;
}
