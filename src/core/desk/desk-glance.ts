import type { Instant } from "../state.ts";
import type { DeskMemory } from "./desk-memory.ts";

/**
 * The desk in passing: each look at the default line shows when its text was last edited and by whom,
 * so that a tick is found also where its delivery never came.
 */
export interface DeskGlance {
  /** GitHub's clock; null: nobody ever did. */
  readonly editedAt: Instant | null;
  /** The text as it stands is ours. */
  readonly isOurs: boolean;
  readonly isOpen: boolean;
}

/**
 * What a glance tells beyond what we know, as a word to remember: the desk is read once for each.
 * Null: nothing. Words of somebody else stand there until we write the next time.
 */
export function tellGlance(
  { editedAt, isOurs, isOpen }: DeskGlance,
  { off }: Pick<DeskMemory, "off">,
): string | null {
  if (off !== null) return off.why === "closed" && isOpen ? "reopened" : null;
  if (!isOpen) return "closed";
  return isOurs ? null : `edited ${editedAt}`;
}
