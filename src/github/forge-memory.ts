import type { LineState } from "../core/state.ts";
import { AttributeMemory } from "./attribute-reading.ts";
import type { BranchMemory, FirstLook } from "./first-look.ts";
import { MissingMemory } from "./missing-reading.ts";
import { OurMemory } from "./our-commits.ts";
import { FileMemory } from "./pull-files.ts";

/**
 * What a process remembers of GitHub between looks, by ids of repositories: default branches as last
 * seen, and answers about commits, which never change. Lost, it costs requests.
 */
export interface ForgeMemory {
  readonly branches: BranchMemory;
  readonly files: FileMemory;
  readonly attributes: AttributeMemory;
  readonly missing: MissingMemory;
  readonly ours: OurMemory;
  /** What was asked for a state, for other lines of its branch in the same pass. */
  readonly looks: WeakMap<LineState, FirstLook>;
}

export function createForgeMemory(): ForgeMemory {
  return {
    branches: new Map(),
    files: new FileMemory(),
    attributes: new AttributeMemory(),
    missing: new MissingMemory(),
    ours: new OurMemory(),
    looks: new WeakMap(),
  };
}
