import { isWorkflowPath } from "../doctor/workflow-file.ts";
import { nameOf } from "../size/paths.ts";
import type { LineState, Sha } from "../state.ts";
import { listManifests } from "./manifests.ts";
import { goesBack } from "./risk.ts";
import type { LaterPull } from "./risk.ts";
import type { Foreseen } from "./rollback.ts";

/** What of a repository is worth reading for the risk of a rollback. */

/** Later pulls whose files are read, the newest ones. */
export const LATER_MAX = 40;
const WORKFLOWS_MAX = 10;

export interface WantedFiles {
  /** Read at the bad release, and at the good one. */
  readonly manifests: readonly string[];
  /** Read at the bad release; empty where nothing is there to build an image from. */
  readonly workflows: readonly string[];
}

/** `paths`: of the bad release. */
export function wantFiles(
  paths: readonly string[],
  { restore }: Pick<Foreseen, "restore">,
): WantedFiles {
  const scope = restore ?? { path: null, others: [] };
  const own = listManifests(paths.filter((path) => goesBack(path, scope)));
  // Packages of a workspace may take their version from it.
  const root = own.some((path) => path.endsWith("/Cargo.toml")) ? ["Cargo.toml"] : [];
  const hasImage = paths.some((path) => /^(?:Docker|Container)file(?:\.|$)/i.test(nameOf(path)));
  return {
    manifests: [...new Set([...own, ...root])].filter((path) => paths.includes(path)),
    workflows: hasImage ? paths.filter(isWorkflowPath).slice(0, WORKFLOWS_MAX) : [],
  };
}

/** Pulls that came to the branch after the release, oldest first, as far as anybody knows. */
export function listLater(
  { releases, commits, pulls }: LineState,
  { release, affected }: Pick<Foreseen, "release" | "affected">,
): readonly (LaterPull & { readonly sha: Sha })[] {
  const known = new Set(releases.find(({ tag }) => tag === release.tag)?.cardPulls);
  const released = affected.flatMap(({ tag }) => {
    const numbers = releases.find((each) => each.tag === tag)?.cardPulls ?? [];
    return numbers.map((number) => ({ number, tag }));
  });
  const waiting = commits
    .toReversed()
    .flatMap((commit) => commit.pulls.map((number) => ({ number, tag: null })));
  const later = [...released, ...waiting].filter(({ number }, at, all) => {
    const isFirst = all.findIndex((other) => other.number === number) === at;
    return isFirst && !known.has(number);
  });
  return later.slice(-LATER_MAX).map((each) => {
    const sha = pulls.find(({ number }) => number === each.number)?.mergeSha ?? release.tag;
    return { ...each, sha };
  });
}
