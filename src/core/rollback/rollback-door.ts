import { asksFor, parseFirst } from "../command.ts";
import type { Command } from "../command.ts";

/**
 * The door by an issue: whoever opens one whose first line is `/rollback v1.4.3` asks for it. Only
 * the line asks. Who may is asked of GitHub, and neither template nor label says it.
 */

/** What the text of an issue asks for; null: nothing, so that other issues are left alone. */
export function readIssueCommand(body: string): Command | null {
  const command = parseFirst(body);
  if (command === null || asksFor(command, "rollback")) return command;
  return command.kind === "wrong" && /^\/rollback(?:\s|$)/i.test(command.text) ? command : null;
}

/** Hidden in the issue, and read by who is about to submit it. */
const HINT =
  "<!-- Write the reason behind it if you like, and submit. Smallbatch asks GitHub whether you may, " +
  "and closes this issue with a link to what it did. -->";

/**
 * Page of GitHub that opens such an issue, to be submitted. It sets no label, which not everybody may,
 * and it is shown only where we speak to the people of the repository: whoever follows it asks.
 * `said`: Markdown of one line, what to know before.
 */
export function rollbackLink(repositoryUrl: string, tag: string, said: string): string {
  const title = encode(`Roll back ${tag}`);
  const body = encode(`/rollback ${tag} \n\n${HINT}\n\n${said}\n`);
  return `${repositoryUrl}/issues/new?title=${title}&body=${body}`;
}

/** A bracket would end the link in Markdown. */
function encode(text: string): string {
  return encodeURIComponent(text).replaceAll("(", "%28").replaceAll(")", "%29");
}
