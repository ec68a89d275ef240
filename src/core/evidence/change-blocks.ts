import type { SourceFile } from "./source.ts";

/** Lines that stand together in a diff: what went and what came in its place. Without signs. */
export interface ChangeBlock {
  readonly path: string;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

export function readBlocks({ path, patch }: SourceFile): readonly ChangeBlock[] {
  const blocks: ChangeBlock[] = [];
  let removed: string[] = [];
  let added: string[] = [];
  const close = (): void => {
    if (removed.length > 0 || added.length > 0) blocks.push({ path, removed, added });
    [removed, added] = [[], []];
  };
  for (const line of (patch ?? "").split("\n")) {
    const sign = line.charAt(0);
    if (sign === "\\") continue;
    if (sign === "+") added.push(line.slice(1));
    else if (sign === "-") {
      // A removed line after added ones begins another change.
      if (added.length > 0) close();
      removed.push(line.slice(1));
    } else close();
  }
  close();
  return blocks;
}

/** Lines that are shown but did not change, and what hunks are headed by. No line numbers. */
export function readContext({ patch }: SourceFile): readonly string[] {
  const lines: string[] = [];
  for (const line of (patch ?? "").split("\n")) {
    if (line.startsWith("@@")) lines.push(line.replace(/^@@[^@]*@@/, ""));
    else if (!/^[-+\\]/.test(line)) lines.push(line.slice(1));
  }
  return lines.filter((line) => line.trim() !== "");
}
