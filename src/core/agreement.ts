import { judgeUnits, limitBatch } from "./batch.ts";
import type { Batch, BatchRules } from "./batch.ts";
import { readRange } from "./graph.ts";
import type { Node } from "./graph.ts";
import type { History, VersionTag } from "./history.ts";
import { judgeLevel } from "./level.ts";
import { readReleaseCommit } from "./release-commit.ts";
import { readClaim } from "./reverts.ts";
import { joinUnits } from "./units.ts";
import {
  compareVersions,
  exceedsLevel,
  isStable,
  nextPrerelease,
  nextVersion,
  prereleaseName,
  stepBetween,
} from "./version.ts";
import type { Level } from "./version.ts";

type VersionRules = Pick<BatchRules, "versioning">;

/** What Smallbatch would have chosen at a tag. */
export interface Comparison {
  readonly tag: VersionTag;
  /** Name of the tag before; a version alone where its commit stands and its tag is missing. */
  readonly previous: string;
  readonly chosen: string;
  /** How the tag differs from what was chosen; null: it does not. */
  readonly difference: Difference | null;
  readonly level: Exclude<Level, "none">;
  readonly batch: Batch;
}

/** A tag that goes further, or less far; leaves out a number; is not above the one before. */
export type Difference = "further" | "less" | "skipped" | "backwards";

/**
 * The version that follows the previous tag, judged from the same commits. Null for the first tag:
 * there is nothing to follow. Somebody decided to release there, so the least is a patch.
 */
export function compareTag(
  history: History,
  tag: VersionTag,
  rules: VersionRules = {},
): Comparison | null {
  const { previous } = tag;
  if (previous === null) return null;
  const range = readRange(history.graph, tag.node, previous.node);
  const untagged = findUntagged(range, { after: previous.version, before: tag.version });
  const nodes = untagged === null ? range : readRange(history.graph, tag.node, untagged.node);
  const batch = judgeNodes(history, nodes, rules);
  const level = batch.level === "none" ? "patch" : batch.level;
  const base = untagged?.version ?? previous.version;
  const chosen = isStable(base) ? nextVersion(base, level) : nextPrerelease(base, level);
  return {
    tag,
    previous: untagged?.version ?? previous.tag.name,
    chosen,
    difference: judgeDifference(base, tag.version, chosen),
    level,
    batch,
  };
}

function judgeDifference(base: string, actual: string, chosen: string): Difference | null {
  if (actual === chosen) return null;
  if (compareVersions(actual, base) <= 0) return "backwards";
  const [went, goes] = [stepBetween(base, actual), stepBetween(base, chosen)];
  if (went === goes) return "skipped";
  return exceedsLevel(went, goes) ? "further" : "less";
}

function judgeNodes(history: History, nodes: readonly Node[], rules: VersionRules): Batch {
  const { branch, pulls, fullName } = history;
  const commits = nodes.map(({ commit }) => commit);
  const merged = nodes.flatMap((node) => pulls.get(node) ?? []);
  const whole = judgeUnits(joinUnits(commits, merged, branch), {
    level: judgeLevel,
    claim: (unit) => readClaim(unit, fullName),
  });
  return limitBatch(whole, (unit) => history.isOwn(unit), rules);
}

/**
 * The newest commit between two tags that gave a version itself, without a tag that stands. A
 * version is given once: what follows, follows that one.
 */
function findUntagged(
  range: readonly Node[],
  { after, before }: { readonly after: string; readonly before: string },
): { readonly version: string; readonly node: Node } | null {
  for (const node of range) {
    const version = readReleaseCommit(node.commit.message)?.version ?? null;
    if (version === null || isStable(version) !== isStable(before)) continue;
    if (prereleaseName(version) !== prereleaseName(before)) continue;
    const isBetween = compareVersions(version, after) > 0 && compareVersions(version, before) < 0;
    if (isBetween) return { version, node };
  }
  return null;
}
