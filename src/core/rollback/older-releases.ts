import { isForeignTag, isOwnBranch, isOwnVersion } from "../lines.ts";
import { isMarked, readMarker } from "../marker.ts";
import type { LineState, ReleaseSeen } from "../state.ts";
import type { Subject } from "../subject.ts";
import { chooseTagFormat, compareVersions, formatTag, isStable, parseTag } from "../version.ts";

/**
 * Releases that are older than the newest 20 of the repository: which ones have to be read, by their
 * tags and in one request, before it can be said what a rollback would do.
 */

/** Before the one that is named: one of them is the last good one. */
const BEFORE_MAX = 8;
/** After it; the newest of them, which people have. */
const AFTER_MAX = 20;

interface Versioned {
  readonly tag: string;
  readonly version: string;
}

/**
 * Tags whose releases nobody read yet, of the line; at most 30. Empty: all that is needed was read,
 * or `asked`, a tag with or without its `v`, is none of the line's.
 */
export function listUnread(subject: Subject, asked: string): readonly string[] {
  const { state } = subject;
  if ((state.releasesKnownSince ?? null) === null) return [];
  const tags = listTags(subject);
  const target = tags.find(({ tag }) => tag === asked) ?? findVersion(tags, asked);
  // Older than the tags that were read, or of another line.
  if (target === undefined) return nameTag(subject, asked);
  const known = new Set(state.releases.map(({ tag }) => tag));
  const isUnread = ({ tag }: Versioned): boolean => !known.has(tag);
  const series = tags.filter(({ version }) => isStable(version) || !isStable(target.version));
  const before = series.filter((each) => compareVersions(each.version, target.version) < 0);
  const after = series.filter((each) => compareVersions(each.version, target.version) > 0);
  if (!isUnread(target) && before.some((each) => !isUnread(each))) return [];
  return [
    ...(isUnread(target) ? [target] : []),
    ...before.slice(-BEFORE_MAX).filter(isUnread),
    ...after.slice(-AFTER_MAX).filter(isUnread),
  ].map(({ tag }) => tag);
}

/** With releases that were read by their tags, and are none of another line. */
export function withRead({ state, family }: Subject, read: readonly ReleaseSeen[]): LineState {
  const known = new Set(state.releases.map(({ tag }) => tag));
  const isOwn = ({ body = "", tag }: ReleaseSeen): boolean =>
    isMarked(body)
      ? readMarker(body, state.line, (branch) => isOwnBranch(branch, family)) !== null
      : !isForeignTag(tag, family);
  const own = read.filter((each) => !known.has(each.tag) && isOwn(each));
  return { ...state, releases: [...state.releases, ...own] };
}

/** Tag before a version on the line, whether it has a release or not; null: none is known. */
export function tagBefore(subject: Subject, version: string): string | null {
  const isOfSeries = (each: Versioned): boolean => isStable(each.version) || !isStable(version);
  const below = listTags(subject).filter((each) => compareVersions(each.version, version) < 0);
  return below.findLast(isOfSeries)?.tag ?? null;
}

/** Versions after one whose releases nobody read, because there are too many. */
export function countUnread(subject: Subject, version: string): number {
  const { releases, releasesKnownSince } = subject.state;
  if ((releasesKnownSince ?? null) === null) return 0;
  const known = new Set(releases.map(({ tag }) => tag));
  return listTags(subject)
    .filter((each) => isStable(each.version) || !isStable(version))
    .filter((each) => compareVersions(each.version, version) > 0 && !known.has(each.tag)).length;
}

/** Versions of the line, ascending, by their tags and releases. One of another branch is none of it. */
function listTags({ state, policy, family }: Subject): readonly Versioned[] {
  const released = state.releases.flatMap(({ tag, sha, isDraft }) => {
    return isDraft || sha === null ? [] : [tag];
  });
  const places = new Map(state.tags.map(({ name, isAncestor }) => [name, isAncestor]));
  const isOwn = (name: string, version: string): boolean => {
    const isAncestor = places.get(name) ?? null;
    if (isAncestor === false || isForeignTag(name, family)) return false;
    return released.includes(name) || isOwnVersion({ version, isAncestor }, family);
  };
  return [...new Set([...places.keys(), ...released])]
    .flatMap((tag): Versioned[] => {
      const version = parseTag(tag, chooseTagFormat(policy.tag ?? null, tag));
      return version === null || !isOwn(tag, version) ? [] : [{ tag, version }];
    })
    .toSorted((left, right) => compareVersions(left.version, right.version));
}

function findVersion(tags: readonly Versioned[], asked: string): Versioned | undefined {
  return tags.find(({ version }) => version === withoutV(asked));
}

function withoutV(asked: string): string {
  return asked.replace(/^v(?=\d)/i, "");
}

/** As it may be called on this line. */
function nameTag({ state, policy, family }: Subject, asked: string): readonly string[] {
  const format = chooseTagFormat(policy.tag ?? null, state.baseTag?.name ?? null);
  const named = [asked, formatTag(withoutV(asked), format)].filter(
    (name) => parseTag(name, format) !== null && !isForeignTag(name, family),
  );
  return [...new Set(named)];
}
