import { judgeLevel, judgeReleaseLabel } from "./level.ts";
import type { LevelVerdict } from "./level.ts";
import { judgeReverts } from "./reverts.ts";
import type { Fate } from "./reverts.ts";
import type { LineState } from "./state.ts";
import { joinUnits } from "./units.ts";
import type { Unit } from "./units.ts";
import { maxLevel } from "./version.ts";
import type { Level } from "./version.ts";

export interface BatchUnit extends LevelVerdict {
  readonly unit: Unit;
  /** Later unit of the batch that takes it back; null where it stands. */
  readonly cancelledBy: Unit | null;
  /** Units of the batch that it takes back. */
  readonly cancels: readonly Unit[];
}

/** What the next release would carry, and how far it moves the version. */
export interface Batch {
  /** Oldest first, every unit once, those that cancel each other included. */
  readonly units: readonly BatchUnit[];
  readonly level: Level;
}

export type BatchState = Pick<LineState, "commits" | "pulls" | "line" | "repository">;

export function judgeBatch(state: BatchState): Batch {
  const { commits, pulls, line, repository } = state;
  const joined = joinUnits(commits, pulls, line.branch);
  const fates = judgeReverts(joined, `${repository.owner}/${repository.name}`);
  const units = fates.map(({ unit, fate }) => judgeUnit(unit, fate));
  const level = units.reduce<Level>((highest, unit) => maxLevel(highest, unit.level), "none");
  return { units, level };
}

function judgeUnit(unit: Unit, fate: Fate): BatchUnit {
  const cancelledBy = fate.kind === "cancelled" ? fate.by : null;
  const cancels = fate.kind === "cancels" ? fate.units : [];
  return { unit, cancelledBy, cancels, ...judgeFate(unit, fate) };
}

function judgeFate(unit: Unit, fate: Fate): LevelVerdict {
  if (fate.kind === "stands") return judgeLevel(unit);
  if (fate.kind === "cancelled") return { level: "none", from: "revert", type: null };
  // Somebody with write may still ask for a release of a revert, or for none.
  const label = judgeReleaseLabel(unit.pull?.labels ?? []);
  if (label !== null) return { level: label, from: "label", type: "revert" };
  const level = fate.kind === "cancels" ? "none" : fate.level;
  return { level, from: "revert", type: "revert" };
}
