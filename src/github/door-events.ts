import type { z } from "zod";
import { parseCommands } from "../core/command.ts";
import { readIssueCommand } from "../core/rollback/rollback-door.ts";
import { isOfGroup, readSizeId } from "../core/size/size-check.ts";
import type { Interpretation } from "../deliveries-port.ts";
import type { CommandHeard } from "../doors-port.ts";
import type { deskSchema } from "./desk-events.ts";
import type { Meaning } from "./meanings.ts";
import type { checkRunSchema, commentSchema, issueSchema, mergeGroupSchema } from "./payloads.ts";

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

/** What somebody asks for by "Re-run" on a check of ours, or on all of them. */
export function readRerun(check: {
  readonly head_sha: string;
  readonly external_id?: string | null | undefined;
  readonly pull_requests?: z.infer<typeof checkRunSchema>["check_run"]["pull_requests"];
}): Pick<Interpretation, "pull" | "rerunOf"> {
  const [listed] = check.pull_requests ?? [];
  const { head_sha: sha, external_id: id = null } = check;
  const number = listed?.number ?? readSizeId(id ?? "");
  if (number === null) return { rerunOf: sha };
  const pull = { number, branch: listed?.base?.ref ?? "", isOpen: true, isForced: true };
  return { pull: isOfGroup(id ?? "") ? { ...pull, group: sha } : pull };
}

/** `refs/heads/gh-readonly-queue/main/pr-12-…`: a group is named by the last pull in it. */
const GROUP = /^refs\/heads\/gh-readonly-queue\/.+\/pr-(\d{1,9})-[0-9a-f]{40}$/;

/** It waits for checks until it is destroyed. */
export function describeGroup(
  group: z.infer<typeof mergeGroupSchema>["merge_group"],
  action: string | null,
): Meaning {
  const { head_sha: sha, head_ref: ref = "", base_ref: base } = group;
  const isWaiting = action === "checks_requested";
  const [, number] = GROUP.exec(ref) ?? [];
  const branch = base.replace(/^refs\/heads\//, "");
  return {
    kind: `merge-group.${action ?? "changed"}`,
    subject: sha,
    at: null,
    key: null,
    data: { baseRef: base },
    hint: false,
    hintIfSized: isWaiting,
    ...(isWaiting && number !== undefined
      ? { pull: { number: Number(number), branch, isOpen: true, group: sha } }
      : {}),
  };
}

/**
 * Commands in a comment that was just made; null: none. Only of a person, and only of what was said
 * at once: an old comment that is edited would speak for whoever wrote it. Of what Apps say in
 * people's names our own counts alone: somebody said yes to it on a page of ours.
 */
export function readCommand(
  comment: z.infer<typeof commentSchema>["comment"],
  number: number,
  appId: number,
): CommandHeard | null {
  const { id, node_id: nodeId, user = null, body, performed_via_github_app: app = null } = comment;
  const isSpoken = (app?.id ?? appId) === appId && user !== null && user.type !== "Bot";
  if (!isSpoken || nodeId === undefined || parseCommands(body ?? "").length === 0) return null;
  return { commentId: id, nodeId, number, authorId: user.id, saidAt: comment.created_at };
}

/**
 * What an issue asks for that a person just opened; null: nothing. One that came from another
 * repository was said there, to others.
 */
export function readIssueText(
  payload: z.infer<typeof deskSchema> & Pick<z.infer<typeof issueSchema>, "issue">,
): CommandHeard | null {
  const { issue, sender = null, changes = null } = payload;
  const { number, node_id: nodeId, user = null, created_at: saidAt, body } = issue;
  const app = issue.performed_via_github_app ?? null;
  const isSpoken = app === null && user !== null && user.type !== "Bot" && changes === null;
  if (!isSpoken || user.id !== sender?.id || issue.pull_request !== undefined) return null;
  if (nodeId === undefined || saidAt === undefined) return null;
  if (readIssueCommand(body ?? "") === null) return null;
  return { commentId: null, nodeId, number, authorId: user.id, saidAt };
}
