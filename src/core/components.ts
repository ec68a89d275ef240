import { pathsOf } from "./changes.ts";
import type { UnitFiles } from "./changes.ts";
import type { Component } from "./policy/policy-lines.ts";
import type { Line } from "./state.ts";
import type { Unit } from "./units.ts";

/** The files of a unit; undefined: nobody asked. */
export function filesOf(
  unit: Pick<Unit, "pull" | "sha">,
  files: readonly UnitFiles[],
): UnitFiles | undefined {
  const number = unit.pull?.number ?? null;
  return files.find(({ pull, sha }) => (number === null ? sha === unit.sha : pull === number));
}

/**
 * Is the unit one of this line? It is in every component that one of its files belongs to; where it
 * touches none it rides with the whole repository. Where not all of its files are known, it counts
 * for every component.
 */
export function isOfLine(
  unit: Pick<Unit, "pull" | "sha">,
  {
    line,
    files,
    components,
  }: {
    readonly line: Pick<Line, "component">;
    readonly files: readonly UnitFiles[];
    readonly components: readonly Component[];
  },
): boolean {
  if (components.length === 0) return true;
  const known = filesOf(unit, files);
  if (known?.isComplete !== true) return line.component !== "";
  const touched = new Set(pathsOf(known).map((path) => ownerOf(path, components)));
  if (line.component !== "") return touched.has(line.component);
  touched.delete(null);
  return touched.size === 0;
}

/** The component that a file belongs to: the one with the longest path. Null: none. */
export function ownerOf(path: string, components: readonly Component[]): string | null {
  let owner: Component | null = null;
  for (const component of components) {
    const isIn =
      component.path === "." || path === component.path || path.startsWith(`${component.path}/`);
    if (isIn && (owner === null || weightOf(component) > weightOf(owner))) owner = component;
  }
  return owner?.name ?? null;
}

function weightOf({ path }: Component): number {
  return path === "." ? 0 : path.length;
}
