import { inertCode } from "./inert.ts";
import { STATUS_MARKER } from "./marker.ts";
import type { CommentSeen } from "./said.ts";

/** Ours that is edited in place: what was not done of the last commands, and why. Markdown. */
export function renderStatus(
  { author, url }: Pick<CommentSeen, "author" | "url">,
  answers: readonly { readonly said: string; readonly text: string }[],
): string {
  const rows = answers.map(({ said, text }) => `- ${inertCode(said)}: ${text}`);
  const head = `[${inertCode(author.login)}](${url}), this was not done:`;
  return [STATUS_MARKER, "", head, "", ...rows].join("\n");
}
