import { validationFailed } from "./context.ts";
import type { GitHub } from "./github.ts";
import type { CommitStatus, Repository } from "./world.ts";

const STATES = ["error", "failure", "pending", "success"] as const;
const DESCRIPTION_CHARACTERS_MAX = 140;

export interface NewStatus {
  sha: string;
  state: unknown;
  context?: string;
  description?: string | null;
  targetUrl?: string | null;
}

/** Newest first, every report. */
export function statusesOf(github: GitHub, repositoryId: number, sha: string): CommitStatus[] {
  return github.data.statuses
    .filter((status) => status.repositoryId === repositoryId && status.sha === sha)
    .toReversed();
}

/** The newest report of each context, oldest context first. */
export function latestStatuses(github: GitHub, repositoryId: number, sha: string): CommitStatus[] {
  const seen = new Set<string>();
  return statusesOf(github, repositoryId, sha)
    .filter(({ context }) => !seen.has(context) && seen.add(context))
    .toReversed();
}

/** `failure` for any error or failure, `pending` for none or any pending, else `success`. */
export function combinedState(
  statuses: readonly CommitStatus[],
): "failure" | "pending" | "success" {
  if (statuses.some(({ state }) => state === "error" || state === "failure")) return "failure";
  if (statuses.length === 0 || statuses.some(({ state }) => state === "pending")) return "pending";
  return "success";
}

/** Emits `status`. A status is never changed: the next one of its context stands before it. */
export function createStatus(
  github: GitHub,
  repository: Repository,
  creatorId: number,
  input: NewStatus,
): CommitStatus {
  const state = STATES.find((each) => each === input.state);
  if (state === undefined) {
    throw validationFailed({
      resource: "Status",
      code: "custom",
      field: "state",
      message: `state is not included in the list: ${STATES.join(", ")}`,
    });
  }
  if ((input.description ?? "").length > DESCRIPTION_CHARACTERS_MAX) {
    throw validationFailed({
      resource: "Status",
      code: "custom",
      field: "description",
      message: `description is too long (maximum is ${DESCRIPTION_CHARACTERS_MAX} characters)`,
    });
  }
  const at = github.timestamp();
  const status: CommitStatus = {
    id: github.nextId(),
    repositoryId: repository.id,
    sha: input.sha,
    state,
    context: input.context ?? "default",
    description: input.description ?? null,
    targetUrl: input.targetUrl ?? null,
    creatorId,
    createdAt: at,
    updatedAt: at,
  };
  github.data.statuses.push(status);
  github.emit({
    name: "status",
    action: null,
    repositoryId: repository.id,
    senderId: creatorId,
    detail: { status },
  });
  return status;
}
