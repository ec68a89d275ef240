/** What continuous integration said about commits. Part of the world: `world.ts`. */

export interface CheckSuite {
  id: number;
  repositoryId: number;
  headSha: string;
  headBranch: string | null;
  appId: number;
  createdAt: string;
  updatedAt: string;
}

export interface CheckRun {
  id: number;
  repositoryId: number;
  suiteId: number;
  appId: number;
  headSha: string;
  name: string;
  externalId: string;
  detailsUrl: string | null;
  status: "queued" | "in_progress" | "completed";
  conclusion:
    | "success"
    | "failure"
    | "neutral"
    | "cancelled"
    | "timed_out"
    | "action_required"
    | "skipped"
    | "stale"
    | null;
  startedAt: string;
  completedAt: string | null;
  output: { title: string | null; summary: string | null; text: string | null };
  annotationsCount: number;
  /** Buttons. */
  actions: { identifier: string; label: string; description: string }[];
}

export interface CommitStatus {
  id: number;
  repositoryId: number;
  sha: string;
  state: "error" | "failure" | "pending" | "success";
  context: string;
  description: string | null;
  targetUrl: string | null;
  creatorId: number;
  createdAt: string;
  updatedAt: string;
}
