import type { UnitFiles } from "../core/changes.ts";
import type { Policy } from "../core/policy/policy-schema.ts";
import type { Pull } from "../core/pull.ts";
import { joinUnits } from "../core/units.ts";
import type { CommitsRead } from "./commits.ts";
import type { Look } from "./look.ts";
import type { Ours } from "./our-commits.ts";
import { readCommitFiles, readPullFiles } from "./pull-files.ts";
import type { FileMemory } from "./pull-files.ts";

/**
 * The files of every unit of the batch, where the policy has components, or gates for paths; empty
 * otherwise.
 */
export async function readUnitFiles(
  look: Look,
  memory: FileMemory,
  read: {
    readonly policy: Policy | null;
    readonly batch: Pick<CommitsRead, "commits">;
    readonly pulls: readonly Pull[];
    /** Commits of ours, which are no units. Absent: nobody knows of any. */
    readonly ours?: Ours | undefined;
  },
): Promise<readonly UnitFiles[]> {
  const hasPaths = Object.keys(read.policy?.gates?.paths ?? {}).length > 0;
  if (!hasPaths && read.policy?.components === undefined) return [];
  const made = new Set(read.ours?.made.map(({ commit }) => commit.sha));
  const units = joinUnits(read.batch.commits, read.pulls, look.bases).filter(
    ({ sha, commits }) => commits.length > 1 || !made.has(sha),
  );
  const pulls = units.flatMap(({ pull }) => pull ?? []);
  const pushes = units.filter(({ pull }) => pull === null).map(({ sha }) => sha);
  const ofPulls = await readPullFiles(
    look,
    pulls.map(({ number, mergeSha }) => ({ number, sha: mergeSha })),
    memory,
  );
  const ofPushes = await readCommitFiles(look, pushes, memory);
  return [
    ...pulls.flatMap(({ number, mergeSha: sha }) => {
      const list = ofPulls.get(number);
      return list === undefined ? [] : [{ pull: number, sha, ...list }];
    }),
    ...[...ofPushes].map(([sha, list]) => ({ pull: null, sha, ...list })),
  ];
}
