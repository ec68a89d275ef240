import { isChannelLine, isForeignTag, isMaintenanceLine, mayBeElsewhere } from "./lines.ts";
import type { Family } from "./lines.ts";
import type { Memory } from "./memory.ts";
import { isPreviewTag } from "./preview-tag.ts";
import { isBelowEnd } from "./range.ts";
import type { ReleaseSeen, TagSeen } from "./state.ts";
import {
  FIRST_VERSION,
  chooseTagFormat,
  compareVersions,
  isStable,
  parseTag,
  prereleaseName,
} from "./version.ts";

export type BaseChoice =
  /** Releases follow this tag. */
  | { readonly kind: "base"; readonly tag: TagSeen; readonly version: string }
  /** No version tag at all: the first release is 0.1.0. */
  | { readonly kind: "none" }
  /** It cannot be known without guessing; a person has to write one policy line. */
  | {
      readonly kind: "hold";
      readonly code:
        | "base-not-highest"
        | "base-prerelease"
        | "base-other-tags"
        | "base-missing"
        | "base-unreadable"
        | "base-not-ancestor";
      /** Tags that were seen and are in the way, highest first. */
      readonly seen: readonly string[];
      /** Tag to offer for the policy line; null where none is likely. */
      readonly suggestion: string | null;
    }
  /**
   * The place of these tags is not known yet (`isAncestor` null), or the policy names a tag that
   * was not listed: ask GitHub for them, add what exists, and choose again.
   */
  | { readonly kind: "ask"; readonly tags: readonly string[] };

export interface BaseQuestion {
  readonly tags: readonly TagSeen[];
  /** `tag:` of the policy; null without it. */
  readonly policyTag: string | null;
  /** `base:` of the policy; null without it. */
  readonly policyBase: string | null;
  /** Tags that were asked by name and do not exist. */
  readonly absent?: readonly string[];
  /** Lines beside this one; absent: it is alone. */
  readonly family?: Family;
}

/** Tags asked in one go: few, because the highest is nearly always the answer. */
const ASKED_AT_ONCE = 5;

/** Tags looked at before it is said that none of the highest is on the branch. */
const LOOKED_AT_MAX = 30;

/** A name that carries a version, or is a part of one (`pkg@1.2.3`, `release-2.0`, `v1`). */
export const LOOKS_LIKE_VERSION = /^v?\d+$|(?:^|[^\d.])\d+\.\d+(?:\.\d+)?(?:[-+][\w.+-]*)?$/i;

interface VersionTag {
  readonly tag: TagSeen;
  readonly version: string;
}

/**
 * The tag that the next release follows: the highest stable version tag that is an ancestor of the
 * branch head, never "the latest release". Anything that makes this a guess is a hold. For a
 * channel it is the stable tag that its prereleases lead on from.
 */
export function chooseBase(question: BaseQuestion): BaseChoice {
  const { policyTag, policyBase } = question;
  if (policyBase !== null) return chooseFromPolicy(question, policyBase);
  const versions = readVersions(question, chooseTagFormat(policyTag, null));
  if (versions.length === 0) {
    const seen = listOtherTags(question);
    if (seen.length === 0) return { kind: "none" };
    return { kind: "hold", code: "base-other-tags", seen: seen.slice(0, 5), suggestion: null };
  }
  return walk(versions, question);
}

/** Tags that may be versions of this line in another form. */
function listOtherTags({ tags, family }: BaseQuestion): readonly string[] {
  const seen = tags
    .map(({ name }) => name)
    .filter((name) => LOOKS_LIKE_VERSION.test(name) && !isPreviewTag(name));
  if (family === undefined || isMaintenanceLine(family.line, family.defaultBranch)) return seen;
  const own = seen.filter((name) => !isForeignTag(name, family));
  const { component } = family.line;
  if (component === "") return own;
  // What does not carry its name is of the whole repository, or of a component that is gone.
  return own.filter((name) => name.includes(component.slice(component.lastIndexOf("/") + 1)));
}

/** Highest first. Of two tags of one version (`v1.2.3`, `1.2.3`) the one on the branch. */
function readVersions(
  { tags, family }: Pick<BaseQuestion, "tags" | "family">,
  format: string,
): readonly VersionTag[] {
  const byVersion = new Map<string, VersionTag>();
  for (const tag of tags) {
    const version = parseTag(tag.name, format);
    if (version === null || (family !== undefined && isOthers(tag.name, version, family))) continue;
    if (byVersion.get(version)?.tag.isAncestor !== true) byVersion.set(version, { tag, version });
  }
  return [...byVersion.values()].toSorted((left, right) =>
    compareVersions(right.version, left.version),
  );
}

/** Prereleases of other channels; and above the range of a maintenance branch, everything. */
function isOthers(name: string, version: string, family: Family): boolean {
  const { line, defaultBranch } = family;
  if (isChannelLine(line) && !isStable(version)) return true;
  if (isMaintenanceLine(line, defaultBranch)) {
    return !isStable(version) || !isBelowEnd(version, line.branch);
  }
  return isForeignTag(name, family);
}

/** From the highest version down to the first that is on the branch. */
function walk(versions: readonly VersionTag[], { family }: BaseQuestion): BaseChoice {
  const elsewhere: string[] = [];
  for (const [at, { tag, version }] of versions.slice(0, LOOKED_AT_MAX).entries()) {
    if (tag.isAncestor === null) return ask(versions.slice(at));
    if (tag.isAncestor) {
      if (elsewhere.length > 0) {
        const suggestion = firstStable(versions.slice(at));
        return { kind: "hold", code: "base-not-highest", seen: elsewhere, suggestion };
      }
      if (isStable(version)) return { kind: "base", tag, version };
      const suggestion = firstStable(versions.slice(at));
      return { kind: "hold", code: "base-prerelease", seen: [tag.name], suggestion };
    }
    const isExpected = family !== undefined && mayBeElsewhere(version, family);
    if (isStable(version) && !isExpected) elsewhere.push(tag.name);
  }
  // Prereleases of another branch only: this line has no version yet, and none may be guessed.
  const seen = elsewhere.length > 0 ? elsewhere : versions.map(({ tag }) => tag.name);
  return { kind: "hold", code: "base-not-highest", seen: seen.slice(0, 5), suggestion: null };
}

function ask(versions: readonly VersionTag[]): Extract<BaseChoice, { kind: "ask" }> {
  const unknown = versions.filter(({ tag }) => tag.isAncestor === null);
  return { kind: "ask", tags: unknown.slice(0, ASKED_AT_ONCE).map(({ tag }) => tag.name) };
}

function firstStable(versions: readonly VersionTag[]): string | null {
  const found = versions.find(({ tag, version }) => isStable(version) && tag.isAncestor !== false);
  return found?.tag.name ?? null;
}

/** The policy's tag is the least base; what is higher and not a stable ancestor is left aside. */
function chooseFromPolicy(question: BaseQuestion, name: string): BaseChoice {
  const { tags, policyTag, absent = [] } = question;
  const hold = (code: "base-missing" | "base-unreadable" | "base-not-ancestor"): BaseChoice => ({
    kind: "hold",
    code,
    seen: [name],
    suggestion: null,
  });
  const tag = tags.find((candidate) => candidate.name === name);
  if (tag === undefined) {
    return absent.includes(name) ? hold("base-missing") : { kind: "ask", tags: [name] };
  }
  const format = chooseTagFormat(policyTag, name);
  const least = parseTag(name, format);
  const isOfFamily = question.family === undefined || !isForeignTag(name, question.family);
  if (least === null || !isOfFamily) return hold("base-unreadable");
  if (tag.isAncestor === null) return { kind: "ask", tags: [name] };
  if (!tag.isAncestor) return hold("base-not-ancestor");
  // A prerelease goes on with those of its name, until a stable version is tagged by hand.
  const word = isStable(least) ? null : prereleaseName(least);
  const higher = readVersions(question, format).filter(
    ({ version }) =>
      compareVersions(version, least) > 0 &&
      (isStable(version) || (!isStable(least) && prereleaseName(version) === word)),
  );
  for (const [at, candidate] of higher.entries()) {
    if (candidate.tag.isAncestor === null) return ask(higher.slice(at));
    if (candidate.tag.isAncestor) return { kind: "base", ...candidate };
  }
  return { kind: "base", tag, version: least };
}

export type UnfinishedVerdict =
  /** The base has its release, or it is none of ours. */
  | { readonly kind: "finished" }
  /** Ours: `commits` are to be read between `previous` (null: from the start) and the base. */
  | { readonly kind: "ours"; readonly previous: TagSeen | null }
  /**
   * Ours if the batch from `previous` (null: from the start, which must be known) to the base gives
   * the base's version: read it and ask `givesVersion` of `core/unfinished`.
   */
  | { readonly kind: "candidate"; readonly previous: TagSeen | null }
  /** The place of these tags is not known yet: ask GitHub, and judge again. */
  | { readonly kind: "ask"; readonly tags: readonly string[] };

/**
 * Was the base tagged by us without its release (a crash between the two requests)? It is where the
 * stored intent names it, and may be where the version before it on the line has a release.
 */
export function judgeUnfinished(
  base: { readonly tag: TagSeen; readonly version: string },
  question: BaseQuestion & {
    readonly releases: readonly ReleaseSeen[];
    readonly memory: Pick<Memory, "intent" | "announcedTag">;
  },
): UnfinishedVerdict {
  const { policyTag, releases, memory } = question;
  const { intent, announcedTag } = memory;
  // Its release stood, and all was said: a person took it away.
  if (announcedTag === base.tag.name) return { kind: "finished" };
  const isIntended = intent?.tag === base.tag.name && intent.sha === base.tag.sha;
  const own = releases.filter(({ tag }) => tag === base.tag.name);
  const hasDraft = own.some(({ isDraft, isOurs: is }) => isDraft && is);
  // A draft for the tag is a person at work, or, for a tag of ours, notes that wait for it.
  if (own.some(({ isDraft }) => !(isDraft && (isIntended || hasDraft))))
    return { kind: "finished" };
  const format = chooseTagFormat(policyTag, base.tag.name);
  const isOfSeries = (version: string): boolean => isStable(version) || !isStable(base.version);
  const earlier = readVersions(question, format)
    .filter(({ version }) => isOfSeries(version) && compareVersions(version, base.version) < 0)
    .slice(0, LOOKED_AT_MAX)
    .filter(({ tag }) => tag.isAncestor !== false || isOurs(tag, releases));
  const previous = earlier[0]?.tag ?? null;
  if (previous !== null && previous.isAncestor === null && !isOurs(previous, releases)) {
    // One that nobody released would not make the base ours, wherever it stands.
    if (isIntended || hasDraft || isReleased(previous, releases)) return ask(earlier);
  }
  if (isIntended || hasDraft) return { kind: "ours", previous };
  const isCandidate =
    previous === null
      ? base.version === FIRST_VERSION && releases.every((release) => release.isDraft)
      : isReleased(previous, releases);
  return isCandidate ? { kind: "candidate", previous } : { kind: "finished" };
}

/** Drafts do not count: nobody has seen them. */
function isReleased(tag: TagSeen, releases: readonly ReleaseSeen[]): boolean {
  return releases.some((release) => release.tag === tag.name && release.publishedAt !== null);
}

function isOurs(tag: TagSeen, releases: readonly ReleaseSeen[]): boolean {
  return releases.some((release) => release.tag === tag.name && release.isOurs);
}
