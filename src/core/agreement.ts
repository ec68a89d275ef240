import { judgeBatch } from "./batch.ts";
import type { Batch } from "./batch.ts";
import { readRange } from "./graph.ts";
import type { Node } from "./graph.ts";
import type { History, VersionTag } from "./history.ts";
import { readReleaseCommit } from "./release-commit.ts";
import type { Repository } from "./state.ts";
import { compareVersions, isStable, nextVersion } from "./version.ts";
import type { Level } from "./version.ts";

/** What Smallbatch would have chosen at a tag. */
export interface Comparison {
  readonly tag: VersionTag;
  /** Name of the tag before; a version alone where its commit stands and its tag is missing. */
  readonly previous: string;
  readonly chosen: string;
  readonly level: Exclude<Level, "none">;
  readonly batch: Batch;
}

/** A local history does not say what it is called elsewhere, and nothing decided needs it. */
const LOCAL: Repository = {
  id: 0,
  nodeId: "",
  owner: "",
  name: "",
  isPrivate: false,
  isArchived: false,
  defaultBranch: "",
  url: "",
};

/**
 * The version that follows the previous tag, judged from the same commits. Null for the first tag:
 * there is nothing to follow. Somebody decided to release there, so the least is a patch.
 */
export function compareTag(history: History, tag: VersionTag): Comparison | null {
  const { previous } = tag;
  if (previous === null) return null;
  const range = readRange(history.graph, tag.node, previous.node);
  const untagged = findUntagged(range, { after: previous.version, before: tag.version });
  const nodes = untagged === null ? range : readRange(history.graph, tag.node, untagged.node);
  const batch = judgeNodes(history, nodes);
  const level = batch.level === "none" ? "patch" : batch.level;
  return {
    tag,
    previous: untagged?.version ?? previous.tag.name,
    chosen: nextVersion(untagged?.version ?? previous.version, level),
    level,
    batch,
  };
}

function judgeNodes({ branch, pulls }: History, nodes: readonly Node[]): Batch {
  return judgeBatch({
    commits: nodes.map(({ commit }) => commit),
    pulls: nodes.flatMap((node) => pulls.get(node) ?? []),
    line: { repositoryId: 0, branch, component: "", channel: "stable" },
    repository: LOCAL,
  });
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
    const isBetween = compareVersions(version, after) > 0 && compareVersions(version, before) < 0;
    if (isBetween) return { version, node };
  }
  return null;
}
