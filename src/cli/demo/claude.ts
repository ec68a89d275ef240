import type { Change, Line } from "../../local-claude/changes.ts";
import { draftFaithfully } from "../../local-claude/faithful.ts";
import { startLocalClaude } from "../../local-claude/server.ts";
import type { LocalClaude } from "../../local-claude/server.ts";

/** What the local model says of the pulls of the scene about notes, by their titles. */
const WORDS: Readonly<Record<string, string>> = {
  "fix: off by one in the printer": "The last label of a sheet is printed, too.",
  // Nobody measured anything.
  "perf: print labels in one go": "Labels are printed 40 % faster.",
};

/** A Messages API on this machine. Its model keeps to the titles, and boasts once. */
export async function startClaude(): Promise<LocalClaude> {
  return startLocalClaude({ model: draft });
}

function draft(changes: readonly Change[]): readonly Line[] {
  const faithful = draftFaithfully(changes);
  return changes.flatMap((change, at): Line[] => {
    const line = faithful[at];
    const text = WORDS[change.title];
    return line === undefined ? [] : [text === undefined ? line : { ...line, text }];
  });
}
