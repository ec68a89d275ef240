import type { Reason } from "../action.ts";
import { plainLine } from "../inert.ts";
import { isOver } from "./roll-forward.ts";
import type { Rollback } from "./rollback.ts";

/** Holds that end by themselves within minutes: the issue would only change and say nothing. */
const PASSING: ReadonlySet<string> = new Set([
  "base-moved",
  "checks-awaited",
  "checks-pending",
  "files-unread",
  "notes-drafting",
  "publish-running",
]);

/** Words that let the release go, where a person has to say some. */
const WORDS: ReadonlyMap<string, string> = new Map([
  ["hold-person", "/resume"],
  ["level", "/release"],
  ["untyped", "/release"],
]);

const REASON_CHARS_MAX = 300;

/**
 * With why its release is not out yet, where its code is back and somebody has to do something;
 * itself where that is known already. `reason`: of the line, as it was planned.
 */
export function withReason(
  rollback: Rollback,
  { state, code, text }: Pick<Reason, "state" | "code" | "text">,
): Rollback {
  const { restoration } = rollback;
  if (restoration?.state !== "merged" || isOver(rollback)) return rollback;
  const isHeld = (state === "held" || state === "prepared") && !PASSING.has(code);
  const words = WORDS.get(code);
  const how = words === undefined ? "" : `; say ${words} to let it go`;
  const reason = isHeld ? `${plainLine(text, REASON_CHARS_MAX)}${how}` : null;
  return reason === restoration.reason
    ? rollback
    : { ...rollback, restoration: { ...restoration, reason } };
}
