import { parseCommands } from "../command.ts";
import type { Asked } from "../command.ts";
import type { RightName } from "../permission.ts";

/** What somebody can ask for from a page, and how it is said on GitHub: as a command. */

export type PageActKind = "publish" | "release" | "hold" | "resume" | "rollback";

export type PageAct =
  /** `line`: `keyOfLine`. `publish` is `/release`, `release` is `/release now`, as on the desk. */
  | { readonly kind: "publish" | "release"; readonly line: string }
  /** Every line of the branch, as `/hold` in a comment. */
  | { readonly kind: "hold" | "resume"; readonly branch: string }
  | { readonly kind: "rollback"; readonly tag: string };

/** Longer reasons would be cut where they are read. */
export const ACT_REASON_CHARS_MAX = 160;

/** The right of the table that each needs. */
export const RIGHT_OF_ACT: Readonly<Record<PageActKind, RightName>> = {
  publish: "release",
  release: "release",
  hold: "hold",
  resume: "hold",
  rollback: "rollBack",
};

/** One line without controls, as a command takes it. */
export function cleanReason(text: string): string {
  const line = text.replaceAll(/[\p{C}\s]+/gu, " ").trim();
  return Array.from(line).slice(0, ACT_REASON_CHARS_MAX).join("").trim();
}

/**
 * The command as a comment. Null: it would not be read as what it is meant to be, as a reason that is
 * a word of ours or a tag with a blank; nothing is said then.
 */
export function sayAsked(asked: Asked): string | null {
  const text = formatAsked(asked);
  const [command, ...more] = parseCommands(text);
  const isSame =
    more.length === 0 &&
    command?.kind === "asked" &&
    JSON.stringify(command.asked) === JSON.stringify(asked);
  return isSame ? text : null;
}

/** Empty: no page asks for it. */
function formatAsked(asked: Asked): string {
  if (asked.kind === "hold" || asked.kind === "resume") {
    return `/${asked.kind} ${asked.reason}`.trim();
  }
  if (asked.kind === "rollback") return `/rollback ${asked.tag} ${asked.reason}`.trim();
  if (asked.kind !== "release") return "";
  const { component } = asked;
  const target = component === undefined ? "" : ` for ${component === "" ? "." : component}`;
  return `/release${asked.how === "now" ? " now" : ""}${target}`;
}
