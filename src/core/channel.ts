import { judgeBatch } from "./batch.ts";
import type { Batch, BatchRules, BatchState } from "./batch.ts";
import { reachedFrom } from "./graph.ts";
import type { LineState, TagSeen } from "./state.ts";
import {
  compareVersions,
  isStable,
  nextVersion,
  parseTag,
  prereleaseName,
  stableOf,
} from "./version.ts";

export type ChannelState = BatchState & Pick<LineState, "tags">;

/** What the next prerelease of a channel would be. */
export interface ChannelNext {
  /** Units since the last prerelease. */
  readonly batch: Batch;
  /** Without a tag prefix; of a tag that stands, the one that would have been chosen. */
  readonly version: string;
  /** The last prerelease; null: the stable base comes before it. */
  readonly previous: TagSeen | null;
  /** Stable tag that is not below the version; the channel has fallen behind it. Null: none. */
  readonly behind: TagSeen | null;
}

interface Prerelease {
  readonly tag: TagSeen;
  readonly version: string;
}

/**
 * The version that all units since the stable base ask for, with a counter; its batch is what came
 * since the last prerelease. `upTo`: the tag that the prerelease has already; null: the head.
 */
export function judgeChannel(
  state: ChannelState,
  base: string | null,
  {
    format,
    rules,
    upTo = null,
  }: {
    readonly format: string;
    readonly rules: BatchRules;
    readonly upTo?: TagSeen | null;
  },
): ChannelNext {
  const { channel } = state.line;
  const commits = upTo === null ? state.commits : reachedFrom(state.commits, upTo.sha);
  const own = readPrereleases(state, format).filter(({ tag }) => tag.name !== upTo?.name);
  const shas = new Set(commits.map(({ sha }) => sha));
  const last = own.find(({ tag, version }) => shas.has(tag.sha) && isAbove(version, base)) ?? null;
  const reached = new Set(last === null ? [] : reachedFrom(state.commits, last.tag.sha));
  const batch = judgeBatch({ ...state, commits: commits.filter((it) => !reached.has(it)) }, rules);
  const whole = judgeBatch({ ...state, commits }, rules).level;
  const asked = nextVersion(base, whole === "none" ? "patch" : whole);
  // Versions only rise: a change that was taken back does not bring an old number again.
  const least = last === null ? asked : stableOf(last.version);
  const target = compareVersions(asked, least) < 0 ? least : asked;
  return {
    batch,
    version: `${target}-${channel}.${nextCount(own, target)}`,
    previous: last?.tag ?? null,
    behind: findStable(state, target, format),
  };
}

/** The newest prerelease of the channel that the branch contains; null: none since the base. */
export function lastPrerelease(
  state: Pick<ChannelState, "tags" | "commits" | "line">,
  base: string | null,
  format: string,
): TagSeen | null {
  const shas = new Set(state.commits.map(({ sha }) => sha));
  const found = readPrereleases(state, format).find(
    ({ tag, version }) => shas.has(tag.sha) && isAbove(version, base),
  );
  return found?.tag ?? null;
}

/** Highest first, wherever they stand. */
function readPrereleases(
  { tags, line }: Pick<LineState, "tags" | "line">,
  format: string,
): readonly Prerelease[] {
  return tags
    .flatMap((tag) => {
      const version = parseTag(tag.name, format);
      const isOwn = version !== null && prereleaseName(version) === line.channel;
      return isOwn ? [{ tag, version }] : [];
    })
    .toSorted((left, right) => compareVersions(right.version, left.version));
}

function isAbove(version: string, base: string | null): boolean {
  return base === null || compareVersions(version, base) > 0;
}

/** A number is given once, also where its tag stands on another branch by now. */
function nextCount(own: readonly Prerelease[], target: string): number {
  const counts = own
    .filter(({ version }) => stableOf(version) === target)
    .map(({ version }) => Number(version.split(".").at(-1)) || 0);
  return Math.max(0, ...counts) + 1;
}

function findStable({ tags }: ChannelState, target: string, format: string): TagSeen | null {
  return (
    tags.find(({ name }) => {
      const version = parseTag(name, format);
      return version !== null && isStable(version) && compareVersions(version, target) >= 0;
    }) ?? null
  );
}
