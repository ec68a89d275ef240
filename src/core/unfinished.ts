import { judgeBatch } from "./batch.ts";
import type { BatchRules, BatchState } from "./batch.ts";
import { nextVersion } from "./version.ts";

/**
 * Would the batch between `previous` (null: the start) and a tag without a release give the tag's
 * version? Then the tag is a release of ours that was not finished; else somebody tagged by hand.
 * Versions are without a tag prefix.
 */
export function givesVersion(
  state: BatchState,
  previous: string | null,
  version: string,
  rules: BatchRules = {},
): boolean {
  const { level } = judgeBatch(state, rules);
  return level !== "none" && nextVersion(previous, level) === version;
}
