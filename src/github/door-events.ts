import type { z } from "zod";
import { parseCommands } from "../core/command.ts";
import type { CommandHeard } from "../ports.ts";
import type { commentSchema } from "./payloads.ts";

/** What deliveries say to the doors: commands in comments, and changes of open pulls. */

const TELLING = new Set([
  "opened",
  "reopened",
  "synchronize",
  "edited",
  "labeled",
  "unlabeled",
  "ready_for_review",
  "converted_to_draft",
]);

/** May this change of an open pull change what its check says? */
export function isTellingOfPull(action: string | null): boolean {
  return TELLING.has(action ?? "");
}

/**
 * Commands in a comment that was just made; null: none. Only of a person, and only of what was said
 * at once: an old comment that is edited would speak for whoever wrote it.
 */
export function readCommand(
  comment: z.infer<typeof commentSchema>["comment"],
  number: number,
): CommandHeard | null {
  const { id, node_id: nodeId, user = null, body, performed_via_github_app: app = null } = comment;
  const isSpoken = app === null && user !== null && user.type !== "Bot";
  if (!isSpoken || nodeId === undefined || parseCommands(body ?? "").length === 0) return null;
  return { commentId: id, nodeId, number, authorId: user.id, saidAt: comment.created_at };
}
