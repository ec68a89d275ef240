import type { z } from "zod";
import { deskSchema, isDeskNews, readDeskHeard } from "./desk-events.ts";
import { readIssueText } from "./door-events.ts";
import type { Meaning } from "./meanings.ts";
import { issueSchema } from "./payloads.ts";
import { readRollbackHeard } from "./rollback-events.ts";
import { isSignalIssue } from "./signal-events.ts";

/** What deliveries say of issues: those that we opened have boxes, others may ask for something. */

export const ownIssueSchema = issueSchema.and(deskSchema);

export function describeIssue(
  payload: z.infer<typeof ownIssueSchema>,
  action: string | null,
  appId: number,
): Meaning {
  const { issue } = payload;
  const desk = readDeskHeard(action, payload, appId);
  const boxes = readRollbackHeard(action, payload, appId);
  // What was edited into it later, or opened again, asks for nothing.
  const command = action === "opened" ? readIssueText(payload) : null;
  const isSignal = isSignalIssue(payload, action);
  return {
    kind: `issue.${action ?? "changed"}`,
    subject: String(issue.number),
    at: null,
    key: null,
    data: {
      authorId: issue.user?.id ?? null,
      reason: issue.state_reason ?? null,
      ...(isSignal ? { signal: true } : {}),
    },
    // A tick that was taken back changes nothing that was done.
    hint:
      isSignal ||
      command !== null ||
      (desk !== null && isDeskNews(desk)) ||
      (boxes?.ticked.length ?? 0) > 0,
    ...(command === null ? {} : { command }),
    ...(desk === null ? {} : { desk }),
    ...(boxes === null ? {} : { rollbackBoxes: boxes }),
  };
}
