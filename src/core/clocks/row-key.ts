import type { DirectCommitRecord, FeedbackRecord, PullRecord, ReleaseRecord } from "./records.ts";

/** Names of rows, so that a number can show what it was made of: `42/pull/17`. */

export function keyOfPull({ repositoryId, number }: Pick<PullRecord, "repositoryId" | "number">) {
  return `${repositoryId}/pull/${number}`;
}

export function keyOfCommit(commit: Pick<DirectCommitRecord, "repositoryId" | "sha">): string {
  return `${commit.repositoryId}/commit/${commit.sha}`;
}

export function keyOfRelease(release: Pick<ReleaseRecord, "repositoryId" | "tag">): string {
  return `${release.repositoryId}/release/${release.tag}`;
}

/** `42/issue/12`, `42/rollback/v1.4.3` */
export function keyOfFeedback({ repositoryId, key }: Pick<FeedbackRecord, "repositoryId" | "key">) {
  return `${repositoryId}/${key}`;
}
