import type { z } from "zod";
import { deskSchema, isDeskNews, readDeskHeard } from "./desk-events.ts";
import type { Meaning } from "./meanings.ts";
import { issueSchema } from "./payloads.ts";
import { readRollbackHeard } from "./rollback-events.ts";

/** What deliveries say of issues: those that we opened have boxes. */

export const ownIssueSchema = issueSchema.and(deskSchema);

export function describeIssue(
  payload: z.infer<typeof ownIssueSchema>,
  action: string | null,
  appId: number,
): Meaning {
  const { issue } = payload;
  const desk = readDeskHeard(action, payload, appId);
  const boxes = readRollbackHeard(action, payload, appId);
  return {
    kind: `issue.${action ?? "changed"}`,
    subject: String(issue.number),
    at: null,
    key: null,
    data: { authorId: issue.user?.id ?? null, reason: issue.state_reason ?? null },
    // A tick that was taken back changes nothing that was done.
    hint: (desk !== null && isDeskNews(desk)) || (boxes?.ticked.length ?? 0) > 0,
    ...(desk === null ? {} : { desk }),
    ...(boxes === null ? {} : { rollbackBoxes: boxes }),
  };
}
