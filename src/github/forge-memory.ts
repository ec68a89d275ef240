import type { BranchMemory } from "./first-look.ts";
import { MissingMemory } from "./missing-reading.ts";
import { FileMemory } from "./pull-files.ts";

/**
 * What a process remembers of GitHub between looks, by ids of repositories: default branches as last
 * seen, and answers about commits, which never change. Lost, it costs requests.
 */
export interface ForgeMemory {
  readonly branches: BranchMemory;
  readonly files: FileMemory;
  readonly missing: MissingMemory;
}

export function createForgeMemory(): ForgeMemory {
  return { branches: new Map(), files: new FileMemory(), missing: new MissingMemory() };
}
