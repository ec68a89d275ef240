import { describe, expect, it } from "@jest/globals";
import type { FilesMemory } from "../../src/core/files/files-state.ts";
import { EMPTY_MEMORY, type Memory } from "../../src/core/memory.ts";
import { rememberTry } from "../../src/reconcile/files-tries.ts";

const commitOn = (parent: string) => ({
  kind: "commitFiles" as const,
  base: "v1.4.2",
  parent,
  tag: "v1.4.3",
  releases: [],
  headline: "chore(release): v1.4.3",
  message: "",
  changes: [],
  changelogs: [],
});

/** What is remembered after commits on these heads, of which each came too late. */
function tryOn(...heads: readonly string[]): FilesMemory | null {
  let versionFiles: FilesMemory | null = null;
  for (const head of heads) {
    const outcome = { kind: "conflict", message: "Expected branch to point to it" } as const;
    const memory: Memory = { ...EMPTY_MEMORY, versionFiles };
    versionFiles = rememberTry(memory, commitOn(head), outcome, 0) ?? versionFiles;
  }
  return versionFiles;
}

describe("commits that came too late", () => {
  it("count a head that moved, and not once more the one that reads still show", () => {
    expect(tryOn("a")?.moved).toBe(1);
    expect(tryOn("a", "a", "a")?.moved).toBe(1);
    expect(tryOn("a", "b", "c")?.moved).toBe(3);
  });
});
