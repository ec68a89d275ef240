import { inertCode } from "./inert.ts";
import { STATUS_MARKER } from "./marker.ts";
import type { CommentSeen } from "./said.ts";

/** What is said of the commands of one comment. */
export interface Said {
  /** What was not done, and why. */
  readonly answers: readonly { readonly said: string; readonly text: string }[];
  /** What somebody wanted to know: blocks of Markdown. */
  readonly told: readonly string[];
}

/** Ours that is edited in place: what was said of the last commands. Markdown. */
export function renderStatus(
  { author, url }: Pick<CommentSeen, "author" | "url">,
  { answers, told }: Said,
): string {
  const rows = answers.map(({ said, text }) => `- ${inertCode(said)}: ${text}`);
  const who = `[${inertCode(author.login)}](${url})`;
  const undone = rows.length === 0 ? [] : [`${who}, this was not done:`, "", ...rows, ""];
  const known = told.length === 0 ? [] : [`${who} asked why:`, "", ...told, ""];
  return [STATUS_MARKER, "", ...undone, ...known].join("\n").trimEnd();
}
