import semver from "semver";
import type { GitHub } from "./github.ts";
import type { Release, Repository } from "./world.ts";

/** As GitHub lists them: newest first by the date of their commit, then by id. */
export function releasesOf(github: GitHub, repository: Repository): Release[] {
  return github.data.releases
    .filter((release) => release.repositoryId === repository.id)
    .toSorted((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id - a.id);
}

/** The published release of a tag; drafts do not count. */
export function publishedRelease(
  github: GitHub,
  repository: Repository,
  tagName: string,
): Release | null {
  return (
    github.data.releases.find(
      (release) =>
        release.repositoryId === repository.id && !release.draft && release.tagName === tagName,
    ) ?? null
  );
}

/** Whether the tag belongs to an immutable release, and may so be neither moved nor deleted. */
export function isTagImmutable(github: GitHub, repository: Repository, tagName: string): boolean {
  return publishedRelease(github, repository, tagName)?.immutable ?? false;
}

/**
 * The release marked Latest: the one that was made so, else the newest by date and version of those
 * that did not ask to stay out. Null when there is none; never a draft or a prerelease.
 */
export function latestRelease(github: GitHub, repository: Repository): Release | null {
  const candidates = releasesOf(github, repository).filter(
    (release) => !release.draft && !release.prerelease,
  );
  const chosen = candidates.find((release) => release.id === repository.latestReleaseId);
  const rest = candidates.filter((release) => release.makeLatest !== "false");
  return chosen ?? rest.toSorted(compareLegacy)[0] ?? null;
}

/** Lets a release that was just published, or just edited, take the mark as it asked to. */
export function markLatest(github: GitHub, repository: Repository, release: Release): void {
  const isMarked = repository.latestReleaseId === release.id;
  if (release.prerelease || release.draft || release.makeLatest === "false") {
    if (isMarked) repository.latestReleaseId = null;
    return;
  }
  const latest = latestRelease(github, repository);
  const isNewest = latest === null || compareLegacy(release, latest) < 0;
  if (release.makeLatest === "true" || isNewest) repository.latestReleaseId = release.id;
}

/** Newer commit first; of one date, the higher version. */
function compareLegacy(a: Release, b: Release): number {
  const byDate = b.createdAt.localeCompare(a.createdAt);
  if (byDate !== 0) return byDate;
  const [versionA, versionB] = [semver.parse(a.tagName), semver.parse(b.tagName)];
  if (versionA !== null && versionB !== null) return semver.rcompare(versionA, versionB);
  return b.id - a.id;
}
