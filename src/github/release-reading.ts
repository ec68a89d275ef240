import { parseCard } from "../core/card-text.ts";
import type { ReleaseCard } from "../core/card.ts";
import { isChannelLine, isForeignTag, isOwnBranch, isOwnVersion } from "../core/lines.ts";
import { isMarked, readMarker } from "../core/marker.ts";
import { readBanner } from "../core/rollback/banner.ts";
import { readRollsBack } from "../core/rollback/rolled-back.ts";
import type { Instant, ReleaseSeen, Sha, TagSeen } from "../core/state.ts";
import { chooseTagFormat, isStable, parseTag } from "../core/version.ts";
import { releasesAnswer } from "./answers.ts";
import type { CheckedCommitAnswer, LineAnswer, ReleaseAnswer } from "./answers.ts";
import { readAllChecks } from "./checks.ts";
import { formatReleases } from "./documents.ts";
import { ask, numbered } from "./look.ts";
import type { Look } from "./look.ts";

/** Releases whose checks are read: the last one and the one before it, which says what to expect. */
const CHECKED_RELEASES = 2;
/** Releases in the first look; a list that is full may hide an older one. */
const RELEASES_LISTED = 20;

export interface ReleasesRead {
  /** Those of the line, and drafts of anything. */
  readonly releases: readonly ReleaseSeen[];
  readonly areAllListed: boolean;
  /** When the oldest one that was listed was published, of whichever line; null: all were listed. */
  readonly knownSince: Instant | null;
}

/**
 * Ours by our marker, or because we meant to make it and a workflow was faster. Other tools keep
 * drafts for the next tag too: of drafts only the marker, or the number, counts.
 */
export function readRelease(
  answer: ReleaseAnswer,
  look: Pick<Look, "line" | "family" | "memory">,
): ReleaseSeen {
  const body = answer.description ?? "";
  const { intent } = look.memory;
  const { isDraft, tagCommit } = answer;
  const isIntended = intent?.tag === answer.tagName && intent.sha === tagCommit?.oid;
  const marked = markedCommit(body, look);
  const card = parseCard(body);
  const banner = readBanner(body);
  const rollsBack = marked === null ? [] : readRollsBack(body);
  return {
    id: answer.databaseId ?? 0,
    tag: answer.tagName,
    sha: tagCommit?.oid ?? null,
    isDraft,
    isPrerelease: answer.isPrerelease,
    isLatest: answer.isLatest,
    publishedAt: isDraft ? null : answer.publishedAt,
    draftedAt: isDraft ? readDraftedAt(answer, card) : null,
    url: answer.url,
    isOurs: isDraft
      ? isOwnDraft(answer, { marked, draftId: intent?.draftId ?? null })
      : isIntended || marked !== null,
    cardPulls:
      card?.units.flatMap(({ pull, cancelledBy, isMissing }) =>
        pull === null || cancelledBy !== null || isMissing === true ? [] : [pull],
      ) ?? null,
    cardChecks:
      card?.checks.filter(({ state }) => state === "green").map(({ name }) => name) ?? null,
    checks: [],
    ...(isDraft ? {} : { body }),
    ...(banner === null ? {} : { banner }),
    ...(rollsBack.length === 0 ? {} : { rollsBack }),
  };
}

/** Commit in our marker for this line; null where there is none. */
function markedCommit(body: string, { line, family }: Pick<Look, "line" | "family">): Sha | null {
  if (family === null) return readMarker(body, line);
  return readMarker(body, line, (branch) => isOwnBranch(branch, family));
}

/** A draft that was made for another commit of this tag's name is none of ours any more. */
function isOwnDraft(
  { databaseId, tagCommit }: ReleaseAnswer,
  ours: { readonly marked: Sha | null; readonly draftId: number | null },
): boolean {
  if (ours.draftId !== null && ours.draftId === databaseId) return true;
  return ours.marked !== null && (tagCommit === null || tagCommit.oid === ours.marked);
}

/** The card says when it was decided, and a person may have taken it out; an edit comes later. */
function readDraftedAt({ updatedAt }: ReleaseAnswer, card: ReleaseCard | null): Instant | null {
  const decidedAt = card === null ? NaN : Date.parse(card.decidedAt);
  const known = [updatedAt ?? NaN, decidedAt].filter((at) => !Number.isNaN(at));
  return known.length === 0 ? null : Math.min(...known);
}

/** A release of another line, as far as its marker, its tag and its version say. */
function isOthers(
  release: ReleaseAnswer,
  {
    look,
    tags,
    policyTag,
  }: {
    readonly look: Look;
    readonly tags: readonly TagSeen[];
    readonly policyTag: string | null;
  },
): boolean {
  const { family, memory } = look;
  const body = release.description ?? "";
  if (family === null || release.isDraft || memory.intent?.tag === release.tagName) return false;
  if (isMarked(body)) return markedCommit(body, look) === null;
  if (isForeignTag(release.tagName, family)) return true;
  const version = parseTag(release.tagName, chooseTagFormat(policyTag, release.tagName));
  if (version === null) return family.line.component !== "";
  const isAncestor = tags.find(({ name }) => name === release.tagName)?.isAncestor ?? null;
  return !isOwnVersion({ version, isAncestor }, family);
}

/** The line's releases of the first look; the newest two with the checks of their commits. */
export async function readReleases(
  look: Look,
  answer: LineAnswer,
  { policyTag, tags }: { readonly policyTag: string | null; readonly tags: readonly TagSeen[] },
): Promise<ReleasesRead> {
  const listed = answer.releases.nodes;
  const releases = listed
    .filter((release) => !isOthers(release, { look, tags, policyTag }))
    .map((release) => readRelease(release, look));
  const takesPrereleases = isChannelLine(look.line);
  const newest = releases
    .filter((release) => isOnLine(release, policyTag, takesPrereleases))
    .slice(0, CHECKED_RELEASES)
    .map(({ tag }) => tag);
  const found = new Map<string, CheckedCommitAnswer | null>(
    answer.checkedReleases.nodes.map(({ tagName, tagCommit }) => [tagName, tagCommit]),
  );
  const missing = newest.filter((tag) => !found.has(tag));
  if (missing.length > 0) {
    const { repository } = await ask(look, releasesAnswer, {
      document: formatReleases(missing.length),
      variables: numbered("r", missing),
    });
    for (const release of Object.values(repository)) {
      if (release !== null) found.set(release.tagName, release.checked);
    }
  }
  const read = new Map<string, Pick<ReleaseSeen, "checks" | "ourCheck">>();
  for (const tag of newest) {
    const commit = found.get(tag) ?? null;
    if (commit === null) continue;
    read.set(tag, await readAllChecks(look, commit.oid, commit.statusCheckRollup));
  }
  const areAllListed = listed.length < RELEASES_LISTED;
  return {
    releases: releases.map((release) => ({ ...release, ...read.get(release.tag) })),
    areAllListed,
    knownSince: areAllListed
      ? null
      : Math.min(...listed.map(({ publishedAt }) => publishedAt ?? Infinity)),
  };
}

function isOnLine(
  release: ReleaseSeen,
  policyTag: string | null,
  takesPrereleases: boolean,
): boolean {
  if (release.isDraft || release.sha === null) return false;
  const version = parseTag(release.tag, chooseTagFormat(policyTag, release.tag));
  return version !== null && (takesPrereleases || isStable(version));
}

/** The release of a tag that is older than the newest 20; null: the tag has none. */
export async function findRelease(look: Look, tag: string): Promise<ReleaseSeen | null> {
  const { repository } = await ask(look, releasesAnswer, {
    document: formatReleases(1),
    variables: numbered("r", [tag]),
  });
  const [answer] = Object.values(repository);
  return answer === undefined || answer === null ? null : readRelease(answer, look);
}
