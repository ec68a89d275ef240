import { z } from "zod";
import { compareTicks } from "../core/desk/desk-ticks.ts";
import { hasDeskMarker } from "../core/desk/desk.ts";
import type { DeskHeard } from "../desk-port.ts";
import { instant, person, text } from "./payloads.ts";

/** What deliveries say of the release desk: who ticked which box, who closed or reopened it. */

export const deskSchema = z.object({
  issue: z.object({
    node_id: text.optional(),
    body: text.nullish(),
    created_at: instant.optional(),
    updated_at: instant.optional(),
    performed_via_github_app: z.object({ id: z.number().int() }).nullish(),
  }),
  changes: z.object({ body: z.object({ from: text.nullish() }).nullish() }).nullish(),
  sender: person.nullish(),
});

const LIFE = new Set(["closed", "reopened", "deleted", "transferred"]);

/** Lines of boxes in one edit; more are left out. */
const BOXES_MAX = 100;

/**
 * Null where it is no desk that our App opened, or says nothing of boxes. What a line of a box says
 * is believed only as far as our own text has it; other words of the issue are not kept at all.
 */
export function readDeskHeard(
  action: string | null,
  payload: z.infer<typeof deskSchema> & {
    readonly issue: { readonly user?: z.infer<typeof person> | null | undefined };
  },
  appId: number,
): DeskHeard | null {
  const { issue, changes, sender = null } = payload;
  const { node_id: nodeId, body, updated_at: at, performed_via_github_app: app } = issue;
  if (nodeId === undefined || at === undefined || sender === null) return null;
  const after = body ?? "";
  const before = changes?.body?.from ?? after;
  const isDesk = app?.id === appId && (hasDeskMarker(after) || hasDeskMarker(before));
  if (!isDesk || action === null) return null;
  const { ticked, unticked } = compareTicks(before, after);
  const isEdit = action === "edited" && ticked.length + unticked.length > 0;
  if (!isEdit && !LIFE.has(action)) return null;
  const { id, login, type } = sender;
  return {
    nodeId,
    action,
    actor: { id, login, isBot: type === "Bot" },
    isOurs: id === issue.user?.id,
    at,
    ticked: ticked.slice(0, BOXES_MAX),
    unticked: unticked.slice(0, BOXES_MAX),
  };
}

/** Is somebody to look? What we wrote ourselves, and a tick that was taken back, can wait. */
export function isDeskNews({ isOurs, action, ticked }: DeskHeard): boolean {
  return !isOurs && (action !== "edited" || ticked.length > 0);
}
