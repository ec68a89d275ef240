import type { Brought } from "./files/files-state.ts";
import type { Unit } from "./units.ts";

/** Commits that our App made for a release are no work of anybody. */
export function isBrought(unit: Unit, brought: readonly Brought[]): boolean {
  return brought.some(({ sha, pull }) =>
    pull === null ? unit.sha === sha && unit.commits.length === 1 : unit.pull?.number === pull,
  );
}
