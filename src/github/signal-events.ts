import type { z } from "zod";
import { SIGNAL_LABELS } from "../core/rollback/signals.ts";
import type { Meaning } from "./meanings.ts";
import type { deploymentStatusSchema, issueSchema } from "./payloads.ts";

/** What deliveries say that may speak against a release. Whether it does, GitHub is asked. */

/** A pull is a signal by one of the labels alone: `bug` is what it mends. */
export function isSignalLabel(name: string | null | undefined, of: "issue" | "pull"): boolean {
  const label = name?.toLowerCase();
  return of === "pull" ? label === "regression" : SIGNAL_LABELS.some((each) => each === label);
}

const TELLING = new Set(["opened", "edited", "labeled", "unlabeled", "closed", "reopened"]);

/** Somebody reported something, or took it back. */
export function isSignalIssue(
  { issue, label }: z.infer<typeof issueSchema>,
  action: string | null,
): boolean {
  if (issue.pull_request !== undefined || !TELLING.has(action ?? "")) return false;
  const isAboutLabel = action === "labeled" || action === "unlabeled";
  const labels = isAboutLabel ? [label ?? null] : (issue.labels ?? []);
  return labels.some((each) => isSignalLabel(each?.name, "issue"));
}

const FAILED = new Set(["failure", "error"]);

export function describeDeployment({
  deployment: of,
  deployment_status: it,
}: z.infer<typeof deploymentStatusSchema>): Meaning {
  const isFailed = FAILED.has(it.state);
  return {
    kind: "deployment.status",
    subject: of.sha,
    at: it.created_at,
    key: `deployment.status/${it.id}`,
    data: {
      deploymentId: of.id,
      ref: of.ref,
      state: it.state,
      environment: it.environment ?? null,
      ...(isFailed ? { signal: true } : {}),
    },
    hint: isFailed,
  };
}
