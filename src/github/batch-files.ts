import type { UnitFiles } from "../core/changes.ts";
import { isOfLine } from "../core/components.ts";
import { headOnForeign } from "../core/files/files-brought.ts";
import type { FilesSeen } from "../core/files/files-state.ts";
import type { Missing } from "../core/missing.ts";
import type { Policy } from "../core/policy/policy-schema.ts";
import type { Head, ReleaseSeen, Repository, TagSeen } from "../core/state.ts";
import { joinUnits } from "../core/units.ts";
import type { BatchReading, PullsReading } from "./batch-reading.ts";
import { partsOf, readFilesSeen } from "./brought-reading.ts";
import type { ForgeMemory } from "./forge-memory.ts";
import type { Look } from "./look.ts";
import { readMissing } from "./missing-reading.ts";
import { readOurs } from "./our-commits.ts";
import type { FilesSources, Ours } from "./our-commits.ts";
import { readUnitFiles } from "./unit-files.ts";

/** What lies in the changes of a batch, and in the repository's files. */
export interface BatchContents {
  readonly unitFiles: readonly UnitFiles[];
  /** Absent: the policy names no files, or nothing may be released. */
  readonly versionFiles?: FilesSeen;
  /** Merged work that the head does not hold; null: nobody looked for it. */
  readonly missing: Missing | null;
}

interface Seen {
  readonly repository: Repository;
  readonly head: Head;
  readonly batch: BatchReading;
  readonly pulls: PullsReading;
  readonly releases: readonly ReleaseSeen[];
  readonly tags: readonly TagSeen[];
  /** Null: none applies. */
  readonly policy: Policy | null;
  readonly mayFinish: boolean;
}

/** Files of what was merged, files that say the version, and what a merge lacks. */
export async function readBatchFiles(
  look: Look,
  seen: Seen,
  memory: Pick<ForgeMemory, "files" | "missing" | "ours">,
): Promise<BatchContents> {
  const { head, batch, tags, policy, mayFinish } = seen;
  const { commits } = batch;
  const pulls = seen.pulls.batch;
  const sources = { head, policy, base: batch.baseTag?.name ?? null, tags, commits, pulls };
  const ours = mayFinish ? await readOurs(look, sources, memory.ours) : undefined;
  const files = { policy, batch: { commits }, pulls, ours };
  const unitFiles = await readUnitFiles(look, memory.files, files);
  if (!mayFinish) return { unitFiles, missing: null };
  if (ours === undefined || policy === null) {
    const whole = { ...seen, unitFiles, versionFiles: undefined };
    return { unitFiles, missing: await readMissing(look, whole, memory) };
  }
  const isDue = hasUnits(look, { ...sources, policy, unitFiles, ours });
  const versionFiles = await readFilesSeen(look, ours, { ...sources, policy, isDue });
  // While another line's commit is checked, its parent counts.
  const at = headOnForeign(head, versionFiles.brought);
  const whole = { ...seen, head: at, unitFiles, versionFiles };
  return { unitFiles, versionFiles, missing: await readMissing(look, whole, memory) };
}

/** Was something merged into the component, or into one that is linked with it? */
function hasUnits(
  look: Look,
  seen: FilesSources & {
    readonly policy: Policy;
    readonly unitFiles: readonly UnitFiles[];
    readonly ours: Ours;
  },
): boolean {
  const { policy, commits, pulls, unitFiles, ours } = seen;
  const { components = [] } = policy;
  const made = new Set(ours.made.map(({ commit }) => commit.sha));
  const units = joinUnits(commits, pulls, look.bases).filter(({ sha }) => !made.has(sha));
  return partsOf(look, policy).some((component) => {
    const scope = { line: { component }, files: unitFiles, components };
    return units.some((unit) => isOfLine(unit, scope));
  });
}
