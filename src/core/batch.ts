import { isBrought } from "./brought-units.ts";
import { isOfLine } from "./components.ts";
import { judgeLevel, judgeReleaseLabel } from "./level.ts";
import type { LevelVerdict } from "./level.ts";
import { isChannelLine } from "./lines.ts";
import type { Policy } from "./policy/policy-schema.ts";
import { judgeReverts, readClaim } from "./reverts.ts";
import type { Claim, Fate } from "./reverts.ts";
import type { LineState } from "./state.ts";
import { joinUnits } from "./units.ts";
import type { Unit } from "./units.ts";
import { exceedsLevel, maxLevel } from "./version.ts";
import type { Level } from "./version.ts";

export interface BatchUnit extends LevelVerdict {
  readonly unit: Unit;
  /** Later unit of the batch that takes it back; null where it stands. */
  readonly cancelledBy: Unit | null;
  /** Units of the batch that it takes back. */
  readonly cancels: readonly Unit[];
  /** Our own pull that takes a release back (`withRollbacks`). Absent: it is not. */
  readonly isRollback?: true;
}

/** What the next release would carry, and how far it moves the version. */
export interface Batch {
  /** Oldest first, every unit once, those that cancel each other included. */
  readonly units: readonly BatchUnit[];
  readonly level: Level;
}

export type BatchState = Pick<
  LineState,
  "commits" | "pulls" | "line" | "repository" | "unitFiles" | "versionFiles"
>;

/** What the policy says about batches; without it all units are one line's, by convention. */
export type BatchRules = Partial<Pick<Policy, "versioning" | "components" | "channels">>;

export function judgeBatch(state: BatchState, rules: BatchRules = {}): Batch {
  const { commits, pulls, line, repository, unitFiles: files = [] } = state;
  const fullName = `${repository.owner}/${repository.name}`;
  const brought = state.versionFiles?.brought ?? [];
  const joined = joinUnits(commits, pulls, basesOf(state, rules));
  const whole = judgeUnits(
    joined.filter((unit) => !isBrought(unit, brought)),
    { level: judgeLevel, claim: (unit) => readClaim(unit, fullName) },
  );
  const scope = { line, files, components: rules.components ?? [] };
  return limitBatch(whole, (unit) => isOfLine(unit, scope), rules);
}

/** What of a batch is one line's, and how far that moves its version. */
export function limitBatch(
  whole: Batch,
  isOwn: (unit: Unit) => boolean,
  rules: Pick<BatchRules, "versioning">,
): Batch {
  const units = whole.units.filter(({ unit }) => isOwn(unit));
  const level = units.reduce<Level>((high, unit) => maxLevel(high, stepOf(unit, rules)), "none");
  return { units, level };
}

/** What a unit says by itself, whatever else is in the batch. */
export interface Reading {
  level(unit: Unit): LevelVerdict;
  claim(unit: Unit): Claim | null;
}

/** `units` are oldest first. */
export function judgeUnits(joined: readonly Unit[], reading: Reading): Batch {
  const fates = judgeReverts(joined, (unit) => reading.claim(unit));
  const units = fates.map(({ unit, fate }) => judgeUnit(unit, fate, reading));
  const level = units.reduce<Level>((highest, unit) => maxLevel(highest, unit.level), "none");
  return { units, level };
}

/**
 * Branches whose pulls are units of the line: its own, and on the default branch those of channels,
 * whose pulls come with the merge of the channel.
 */
export function basesOf(
  { line, repository }: Pick<BatchState, "line" | "repository">,
  { channels = [] }: BatchRules,
): readonly string[] {
  const isDefault = line.branch === repository.defaultBranch && !isChannelLine(line);
  return [line.branch, ...(isDefault ? channels.filter((name) => name !== line.branch) : [])];
}

/**
 * How far a unit moves the version. With `versioning: patch` every merge is a patch, whatever its
 * title says; only a label asks for more, or for nothing.
 */
function stepOf(judged: BatchUnit, { versioning }: Pick<BatchRules, "versioning">): Level {
  const { level, from, type, cancelledBy, cancels } = judged;
  if (versioning !== "patch" || from === "label") return level;
  const isUndone = cancelledBy !== null || cancels.length > 0;
  // A merge commit that brought only other units.
  const isEmpty = from === "commits" && type === null;
  return isUndone || isEmpty ? "none" : "patch";
}

function judgeUnit(unit: Unit, fate: Fate, reading: Reading): BatchUnit {
  const cancelledBy = fate.kind === "cancelled" ? fate.by : null;
  const cancels = fate.kind === "cancels" ? fate.units : [];
  return { unit, cancelledBy, cancels, ...judgeFate(unit, fate, reading) };
}

function judgeFate(unit: Unit, fate: Fate, reading: Reading): LevelVerdict {
  if (fate.kind === "stands") return reading.level(unit);
  if (fate.kind === "cancelled") return { level: "none", from: "revert", type: null };
  // Somebody with write may still ask for a release of a revert, or for none.
  const label = judgeReleaseLabel(unit.pull?.labels ?? []);
  if (label !== null) return { level: label, from: "label", type: "revert" };
  if (fate.kind === "cancels") return { level: "none", from: "revert", type: "revert" };
  const revert: LevelVerdict = { level: fate.level, from: "revert", type: "revert" };
  if (fate.isPure) return revert;
  // One of many commits takes something back: the others say what they say.
  const own = reading.level(unit);
  return exceedsLevel(own.level, revert.level) ? own : revert;
}
