import { isChannelLine, mayBeLatest } from "./lines.ts";
import { judgePublish } from "./publish.ts";
import type { PublishVerdict } from "./publish.ts";
import type { Instant, LineState, ReleaseSeen } from "./state.ts";
import type { Subject } from "./subject.ts";
import { chooseTagFormat, compareVersions, isStable, parseTag } from "./version.ts";

/**
 * Published releases of the line, newest first: stable ones, and prereleases where the line leads
 * from one to the next. Contexts that gate the branch are never
 * publish checks, also where they ended after a release that a person made: left out here.
 */
export function lineReleases(state: LineState, policyTag: string | null): readonly ReleaseSeen[] {
  const gates = [...(state.memory.settledContexts ?? []), ...(state.head?.requiredContexts ?? [])];
  const isChain = leadsOnPrereleases(state, policyTag);
  return publishedReleases(state, policyTag)
    .filter(({ isPrerelease }) => isChain || !isPrerelease)
    .map((release) => ({
      ...release,
      checks: release.checks.filter(({ name }) => !gates.includes(name)),
    }));
}

/** The same with those that were made prereleases because they were taken back. */
export function publishedReleases(
  state: LineState,
  policyTag: string | null,
): readonly ReleaseSeen[] {
  const isChain = leadsOnPrereleases(state, policyTag);
  return state.releases
    .filter(({ isDraft, publishedAt, tag }) => {
      const version = parseTag(tag, chooseTagFormat(policyTag, tag));
      if (isDraft || publishedAt === null || version === null) return false;
      return isChain || isStable(version);
    })
    .toSorted((left, right) => Number(right.publishedAt) - Number(left.publishedAt));
}

/** A channel does, and the default line where the policy's base is a prerelease. */
function leadsOnPrereleases({ line, baseTag }: LineState, policyTag: string | null): boolean {
  const base =
    baseTag === null ? null : parseTag(baseTag.name, chooseTagFormat(policyTag, baseTag.name));
  return isChannelLine(line) || (base !== null && !isStable(base));
}

/** How the publish checks of a release stand; `releases` are those of `lineReleases`. */
export function publishOf(
  releases: readonly ReleaseSeen[],
  release: ReleaseSeen,
  now: Instant,
): PublishVerdict {
  return judgePublish(release, releases[releases.indexOf(release) + 1] ?? null, now);
}

/** Is a release of this version the newest that the repository has? */
export function isLatest(subject: Subject, version: string): boolean {
  const { state, policy, family } = subject;
  if (!isStable(version) || !mayBeLatest(family, state.tags)) return false;
  const format = chooseTagFormat(policy.tag ?? null, state.baseTag?.name ?? null);
  return state.tags.every(({ name }) => {
    const other = parseTag(name, format);
    return other === null || !isStable(other) || compareVersions(other, version) <= 0;
  });
}
