import { inertCode } from "./inert.ts";
import { STATUS_MARKER } from "./marker.ts";
import type { CommentSeen } from "./said.ts";

/** What is said of the commands of one comment. */
export interface Said {
  /** What was not done, and why. */
  readonly answers: readonly { readonly said: string; readonly text: string }[];
  /** What somebody wanted to know: blocks of Markdown. */
  readonly told: readonly string[];
  /** What was done, where a rocket does not say enough: blocks of Markdown. */
  readonly done?: readonly string[];
}

/** Below it stands what is said of the size, whatever was said of commands. */
const SIZE_MARKER = "<!-- smallbatch:size v1 -->";

/** Ours that is edited in place: what was said of the last commands, and the rest of it. Markdown. */
export function renderStatus(
  { author, url, status }: Pick<CommentSeen, "author" | "url" | "status">,
  { answers, told, done = [] }: Said,
): string {
  const rows = answers.map(({ said, text }) => `- ${inertCode(said)}: ${text}`);
  const who = `[${inertCode(author.login)}](${url})`;
  const undone = rows.length === 0 ? [] : [`${who}, this was not done:`, "", ...rows, ""];
  const known = told.length === 0 ? [] : [`${who} asked why:`, "", ...told, ""];
  const taken = done.flatMap((text) => [`${who}, ${text}`, ""]);
  const said = [STATUS_MARKER, "", ...taken, ...undone, ...known].join("\n").trimEnd();
  return withSizeNote(said, sizeNoteIn(status?.body ?? ""));
}

/** What the comment says of the size; null: nothing, and never did. */
export function sizeNoteIn(body: string): string | null {
  const lines = body.split(/\r?\n/);
  const at = lines.findIndex((line) => line.trimEnd() === SIZE_MARKER);
  return at === -1
    ? null
    : lines
        .slice(at + 1)
        .join("\n")
        .trim();
}

/** The comment with another note of the size. `body`: as it stands; null: there is none yet. */
export function replaceSizeNote(body: string | null, note: string): string {
  const lines = (body ?? STATUS_MARKER).split(/\r?\n/);
  const at = lines.findIndex((line) => line.trimEnd() === SIZE_MARKER);
  const said = lines.slice(0, at === -1 ? lines.length : at).join("\n");
  return withSizeNote(said.trimEnd(), note);
}

function withSizeNote(said: string, note: string | null): string {
  return note === null ? said : `${said}\n\n${SIZE_MARKER}\n\n${note}`;
}
