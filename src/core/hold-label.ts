import type { BatchUnit } from "./batch.ts";
import { maySteer } from "./level.ts";
import type { Label } from "./pull.ts";

/** Holds the line from its pull on, where somebody with write has set it. */
const HOLD_LABEL = "release:hold";

/** The first unit that is held, with its label; null: none is. Taken back, it holds nothing. */
export function findHeld(
  units: readonly BatchUnit[],
): { readonly first: BatchUnit; readonly label: Label } | null {
  for (const first of units) {
    const label = (first.unit.pull?.labels ?? []).find(
      ({ name, setterPermission }) =>
        name.toLowerCase().replaceAll(" ", "") === HOLD_LABEL && maySteer(setterPermission),
    );
    if (label !== undefined && first.cancelledBy === null) return { first, label };
  }
  return null;
}
