import type { Memory, PersonHold } from "../memory.ts";
import { restoreHold } from "../person-hold.ts";
import { holdOf, isOver } from "./roll-forward.ts";
import { hearResumed } from "./rollback.ts";

/**
 * The hold that comes with a rollback, where it was lost: with the database, before the desk told of
 * it. It stands until a person resumes or the release that carries the code of before is out. Null:
 * nothing is missing.
 */
export function findLostHold({
  hold,
  resumedAt,
  rollbacks,
}: Pick<Memory, "hold" | "resumedAt" | "rollbacks">): PersonHold | null {
  if (hold !== null) return null;
  const newest = (rollbacks ?? []).findLast((each) => !isOver(hearResumed(each, resumedAt)));
  if (newest === undefined) return null;
  return restoreHold({ hold, resumedAt }, holdOf(newest));
}
