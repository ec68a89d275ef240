import type { ReleaseCard } from "../card.ts";
import type { Carried } from "../clocks/records.ts";
import { headline } from "../conventional.ts";
import type { CheckSeen, Instant, Sha } from "../state.ts";
import { compareVersions, isStable, parseTag, prereleaseName } from "../version.ts";
import { DAY_MS } from "../zone.ts";
import type { KeptKinds, Seen } from "./kept.ts";
import { isReleasable, kindOf } from "./kind.ts";
import { judgePublished } from "./published.ts";

/** A published release as GitHub has it. */
export interface ReleaseRead {
  readonly tag: string;
  readonly sha: Sha;
  readonly isPrerelease: boolean;
  readonly publishedAt: Instant;
  /** Of its commit. */
  readonly committedAt: Instant;
  readonly actorId: number | null;
  /** In its body; null: it has none. */
  readonly card: ReleaseCard | null;
  /** On its commit, ours left out. */
  readonly checks: readonly CheckSeen[];
  /** There is no more than the tag. */
  readonly isTagOnly: boolean;
}

/** A tag as GitHub has it. */
export interface TagRead {
  readonly name: string;
  readonly sha: Sha;
  /** Null: it is a name for a commit and no more, so nobody knows when it came. */
  readonly taggedAt: Instant | null;
  /** Of its commit; null: it is a tag of something else. */
  readonly committedAt: Instant | null;
}

/** Tags with a version and a time of their own, as releases where there are no others. */
export function releasesOfTags(tags: readonly TagRead[]): readonly ReleaseRead[] {
  return tags.flatMap(({ name, sha, taggedAt, committedAt }) => {
    const place = placeTag(name);
    if (place === null || taggedAt === null || committedAt === null) return [];
    const own = { tag: name, sha, publishedAt: taggedAt, committedAt };
    const isPrerelease = !isStable(place.version);
    return [{ ...own, isPrerelease, actorId: null, card: null, checks: [], isTagOnly: true }];
  });
}

/** A commit that a release has and the one before it had not, as GitHub compares them. */
export interface CarriedCommit {
  readonly sha: Sha;
  readonly message: string;
  readonly committedAt: Instant;
  readonly isMerge: boolean;
  /** Merged pulls that GitHub ties to it. */
  readonly pulls: readonly { readonly number: number; readonly mergeSha: Sha | null }[];
}

/** Where a tag belongs: `cli-v1.4.2` is version 1.4.2 of `cli`. */
interface TagPlace {
  readonly component: string;
  readonly version: string;
}

/** Null for a tag that has no version. */
export function placeTag(tag: string): TagPlace | null {
  const [, before = "", version = ""] = /^(.*?)(\d+\.\d+\.\d+\S*)$/.exec(tag) ?? [];
  const parsed = parseTag(version, "{version}");
  if (parsed === null) return null;
  return { component: before.replace(/[-@/_]?v?$/, ""), version: parsed };
}

/**
 * The tag that a release follows: the highest lower version of the same component, and for a stable
 * one the highest stable. Null: it is the first.
 */
export function previousTag(tag: string, tags: readonly string[]): string | null {
  const own = placeTag(tag);
  if (own === null) return null;
  const isOwnStable = isStable(own.version);
  let best: { readonly tag: string; readonly version: string } | null = null;
  for (const other of tags) {
    const place = placeTag(other);
    if (place === null || place.component !== own.component) continue;
    if (isOwnStable && !isStable(place.version)) continue;
    if (compareVersions(place.version, own.version) >= 0) continue;
    if (best === null || compareVersions(place.version, best.version) > 0) {
      best = { tag: other, version: place.version };
    }
  }
  return best?.tag ?? null;
}

const BACKFILLED_MS = 7 * DAY_MS;

/** Published long after its commit, when a later version stood already: no release of its day. */
export function isBackfilled(
  release: Pick<ReleaseRead, "tag" | "publishedAt" | "committedAt">,
  others: readonly Pick<ReleaseRead, "tag" | "publishedAt">[],
): boolean {
  const own = placeTag(release.tag);
  if (own === null || release.publishedAt - release.committedAt <= BACKFILLED_MS) return false;
  return others.some(({ tag, publishedAt }) => {
    const place = placeTag(tag);
    const isLater =
      place?.component === own.component && compareVersions(place.version, own.version) > 0;
    return isLater && publishedAt < release.publishedAt;
  });
}

const CHERRY = /^\(cherry picked from commit ([0-9a-f]{40})\)/m;

/** Units among the commits: each pull once, by the commit that merged it; the rest was pushed. */
export function unitsIn(commits: readonly CarriedCommit[]): readonly Carried[] {
  const units = new Map<number | Sha, Carried>();
  for (const { sha, message, isMerge, pulls } of commits) {
    const picked = CHERRY.exec(message)?.[1];
    const merged = pulls.find(({ mergeSha }) => mergeSha === sha) ?? pulls[0];
    if (merged !== undefined) {
      const how = picked === undefined ? "ancestry" : "cherry-pick";
      const isMerging = merged.mergeSha === sha;
      if (isMerging || !units.has(merged.number)) {
        units.set(merged.number, { pull: merged.number, sha, how });
      }
    } else if (picked !== undefined)
      units.set(picked, { pull: null, sha: picked, how: "cherry-pick" });
    else if (!isMerge) units.set(sha, { pull: null, sha, how: "direct" });
  }
  return [...units.values()];
}

/** Those that were pushed without a pull, as units of their own. */
export function seeDirect(
  commits: readonly CarriedCommit[],
  at: Instant,
): readonly Seen<KeptKinds["commit"]>[] {
  const direct = new Set(
    unitsIn(commits).flatMap(({ how, sha }) => (how === "direct" ? [sha] : [])),
  );
  return commits
    .filter(({ sha }) => direct.has(sha))
    .map(({ sha, message, committedAt }) => {
      const title = headline(message);
      const kind = kindOf({ title, labels: [], messages: [], isDependencyBot: false });
      const releasable = isReleasable(kind, { title, labels: [] });
      return { at, isWhole: false, record: { sha, at: committedAt, isReleasable: releasable } };
    });
}

/** Units of a card, without those that came back in the same batch. */
function unitsOfCard(card: ReleaseCard): readonly Carried[] {
  return card.units
    .filter(({ isMissing }) => isMissing !== true)
    .map(({ pull, sha }) => ({ pull, sha, how: pull === null ? "direct" : "ancestry" }));
}

/** `carries` null: nobody could tell, as of the first release. */
export function seeRelease(
  release: ReleaseRead,
  known: {
    readonly at: Instant;
    readonly carries: readonly Carried[] | null;
    readonly isBackfill: boolean;
  },
): Seen<KeptKinds["release"]> {
  const { tag, sha, isPrerelease, publishedAt, actorId, card, checks } = release;
  const cardChecks = card === null ? null : card.checks.map(({ name }) => name);
  const place = placeTag(tag);
  const channel =
    place === null || isStable(place.version)
      ? "stable"
      : (prereleaseName(place.version) ?? "prerelease");
  const ofCard =
    card === null ? {} : { component: card.line.component, channel: card.line.channel };
  const carries = card === null ? known.carries : unitsOfCard(card);
  const isFirst = card === null ? carries === null : card.previousTag === null;
  return {
    at: known.at,
    isWhole: true,
    record: {
      tag,
      sha,
      component: place?.component ?? "",
      channel,
      ...ofCard,
      isPrerelease,
      publishedAt,
      withdrawnAt: null,
      isTagOnly: release.isTagOnly,
      actorId,
      ownKind: isFirst ? "first" : known.isBackfill ? "backfill" : "regular",
      carries: carries ?? [],
      rollsBack: (card?.rollsBack ?? []).map((own) => own.tag),
      overrides: card?.overrides.length ?? 0,
      excepted: (card?.overrides ?? []).flatMap(({ pull }) => pull ?? []),
      ...judgePublished({ cardChecks, publishedAt, checks }),
    },
  };
}

/** What a release that takes others back says of each. */
export function seeRollbacks(
  release: Pick<ReleaseRead, "tag" | "publishedAt" | "card">,
  at: Instant,
): readonly Seen<KeptKinds["feedback"]>[] {
  return (release.card?.rollsBack ?? []).map(({ tag }) => ({
    at,
    isWhole: false,
    record: {
      key: `rollback/${tag}`,
      kind: "rollback",
      openedAt: release.publishedAt,
      reporter: "internal",
      claim: { by: "rollback", tag },
      closedAt: release.publishedAt,
      resolution: "fixed",
      fixRelease: release.tag,
    },
  }));
}

/** A revert of work, as feedback; whether the work was released, the store finds out. */
export function seeRevert(seen: Seen<KeptKinds["pull"]>): readonly Seen<KeptKinds["feedback"]>[] {
  const { number, mergedAt, revertsPulls = [], revertsShas = [], authorId } = seen.record;
  if (number === undefined || !mergedAt) return [];
  const [pull] = revertsPulls;
  const [sha] = revertsShas;
  const named = pull === undefined ? (sha === undefined ? null : { sha }) : { pull };
  if (named === null) return [];
  return [
    {
      at: seen.at,
      isWhole: seen.isWhole,
      record: {
        key: `revert/${number}`,
        kind: "revert",
        openedAt: mergedAt,
        reporterId: authorId ?? null,
        reporter: "internal",
        claim: { by: "reverted-sha", ...named },
        duplicateOf: null,
        closedAt: mergedAt,
        resolution: "fixed",
        fixPulls: [number],
        fixRelease: null,
      },
    },
  ];
}

/** It stands no more: whoever did not take it until then cannot. */
export function seeWithdrawn(tag: string, at: Instant): Seen<KeptKinds["release"]> {
  return { at, isWhole: false, record: { tag, withdrawnAt: at } };
}
