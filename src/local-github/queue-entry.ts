/** A pull that waits in the merge queue of its base, merged after those before it. */
export interface QueueEntry {
  id: number;
  repositoryId: number;
  number: number;
  baseRef: string;
  /** What it is merged onto: the head of the entry before it, or of the base. */
  baseSha: string;
  /** `refs/heads/gh-readonly-queue/main/pr-12-…` */
  headRef: string;
  headSha: string;
  enqueuerId: number;
  enqueuedAt: string;
}
