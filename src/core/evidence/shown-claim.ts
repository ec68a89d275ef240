import { plainLine } from "../inert.ts";
import { redactSource } from "../redact.ts";
import type { RejectedClaim } from "./note-line.ts";
import { findMarkup } from "./prose.ts";

/** Characters of a claim, and of each reason. */
const CHARS_MAX = 300;

/** In the place of what is not shown anywhere. */
const NOT_KEPT = "(not kept)";

/**
 * A claim that was not published, for records that are. What somebody may have planted, an address,
 * a command or a text that steers, gets no other page to stand on: its codes tell.
 */
export function shownClaim({ text, codes, reasons }: RejectedClaim): RejectedClaim {
  if (findMarkup(text).length > 0 || codes.includes("injection-suspected")) {
    return { text: NOT_KEPT, codes, reasons: [] };
  }
  return { text: shown(text), codes, reasons: reasons.map(shown) };
}

function shown(text: string): string {
  return redactSource(plainLine(text, CHARS_MAX));
}
