import type { z } from "zod";
import { compareRollbackBoxes } from "../core/rollback/rollback-box.ts";
import {
  hasRollbackMarker,
  isStateChanged,
  isStateOlder,
} from "../core/rollback/rollback-marker.ts";
import type { RollbackBoxHeard } from "../rollback-port.ts";
import type { deskSchema } from "./desk-events.ts";
import type { issueSchema } from "./payloads.ts";

/** What deliveries say of rollback issues: who ticked which box. */

/** A rollback issue has fewer; more are left out. */
const BOXES_MAX = 10;

const NO_TICKS = { ticked: [], unticked: [] };

/**
 * Null where it is no rollback issue that our App opened, where we wrote it ourselves and nothing newer
 * was lost by that, or where no tick came or went and our last line stands. No other words of the issue
 * are kept.
 */
export function readRollbackHeard(
  action: string | null,
  payload: z.infer<typeof deskSchema> & z.infer<typeof issueSchema>,
  appId: number,
): RollbackBoxHeard | null {
  const { issue, changes, sender = null } = payload;
  const { number, body, updated_at: at, performed_via_github_app: app } = issue;
  if (action !== "edited" || at === undefined || sender === null) return null;
  const after = body ?? "";
  const before = changes?.body?.from ?? after;
  const isOfRollback = hasRollbackMarker(after) || hasRollbackMarker(before);
  if (app?.id !== appId || !isOfRollback) return null;
  const isByUs = sender.id === issue.user?.id;
  if (isByUs && !isStateOlder(before, after)) return null;
  const { ticked, unticked } = isByUs ? NO_TICKS : compareRollbackBoxes(before, after);
  if (ticked.length + unticked.length === 0 && !isStateChanged(before, after)) return null;
  const { id, login, type } = sender;
  return {
    number,
    actor: { id, login, isBot: type === "Bot" },
    at,
    ticked: ticked.slice(0, BOXES_MAX),
    unticked: unticked.slice(0, BOXES_MAX),
  };
}
