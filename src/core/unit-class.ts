import type { BatchUnit } from "./batch.ts";
import { isSecurityLabel, isSecurityUpdate } from "./dependency-bots.ts";
import { maySteer } from "./level.ts";

/** What a change is to those who hold releases back; a freeze names the classes that pass it. */
export const UNIT_CLASSES = ["security", "rollback"] as const;

export type UnitClass = (typeof UNIT_CLASSES)[number];

/**
 * Classes of a unit. `security`: a security update by a bot that says so in its own words, or a
 * pull with the label `security`, set by somebody with write: a title anybody can write.
 * `rollback`: our own pull that takes a release back.
 */
export function classesOf({ unit, isRollback }: BatchUnit): readonly UnitClass[] {
  const isLabelled = (unit.pull?.labels ?? []).some(
    ({ name, setterPermission }) => isSecurityLabel(name) && maySteer(setterPermission),
  );
  return [
    ...(isLabelled || isSecurityUpdate(unit) ? (["security"] as const) : []),
    ...(isRollback === true ? (["rollback"] as const) : []),
  ];
}
