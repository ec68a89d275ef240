import type { Instant } from "../state.ts";
import type { FeedbackRecord, PullRecord, Records, ReleaseRecord } from "./records.ts";

/**
 * The records as they stood at an instant: what came later is left out, so that a number of the past
 * stays what it was. Three things have no time and stay as they are known today: what feedback is
 * attributed to, which feedback it repeats, and who reviewed a pull after its first reviewer.
 */
export function recordsAsOf(records: Records, asOf: Instant): Records {
  const since = (at: Instant | null): Instant | null => (at !== null && at > asOf ? null : at);
  return {
    pulls: records.pulls
      .filter(({ createdAt }) => createdAt <= asOf)
      .map((pull) => pullAsOf(pull, since)),
    commits: records.commits.filter(({ at }) => at <= asOf),
    releases: records.releases
      .filter(({ publishedAt }) => publishedAt <= asOf)
      .map((release) => releaseAsOf(release, since)),
    feedback: records.feedback
      .filter(({ openedAt }) => openedAt <= asOf)
      .map((feedback) => feedbackAsOf(feedback, since)),
  };
}

type Since = (at: Instant | null) => Instant | null;

/** What nothing happened to later stays the object that it is: most of two years do. */
function pullAsOf(pull: PullRecord, since: Since): PullRecord {
  const { mergedAt: mergeAt, readyAt, firstReviewAt, approvedAt, closedAt, revertedAt } = pull;
  const drafts = pull.redrafts.flat();
  const all = [mergeAt, readyAt, firstReviewAt, approvedAt, closedAt, revertedAt, ...drafts];
  if (all.every((at) => since(at) === at)) return pull;
  const mergedAt = since(pull.mergedAt);
  const reviewedAt = since(pull.firstReviewAt);
  return {
    ...pull,
    mergedAt,
    readyAt: since(pull.readyAt),
    redrafts: pull.redrafts.flatMap(([from, to]) =>
      since(from) === null ? [] : [[from, since(to)] as const],
    ),
    firstReviewAt: reviewedAt,
    reviewerIds: reviewedAt === null ? [] : pull.reviewerIds,
    approvedAt: since(pull.approvedAt),
    closedAt: since(pull.closedAt),
    revertedAt: since(pull.revertedAt),
    mergeSha: mergedAt === null ? null : pull.mergeSha,
    mergedById: mergedAt === null ? null : pull.mergedById,
  };
}

function releaseAsOf(release: ReleaseRecord, since: Since): ReleaseRecord {
  const all = [release.usableAt, release.withdrawnAt, release.rolledBackAt];
  if (all.every((at) => since(at) === at)) return release;
  return {
    ...release,
    usableAt: since(release.usableAt),
    withdrawnAt: since(release.withdrawnAt),
    rolledBackAt: since(release.rolledBackAt),
  };
}

function feedbackAsOf(feedback: FeedbackRecord, since: Since): FeedbackRecord {
  const closedAt = since(feedback.closedAt);
  const fixUsableAt = since(feedback.fixUsableAt);
  return {
    ...feedback,
    closedAt,
    resolution: closedAt === null ? null : feedback.resolution,
    fixedAt: since(feedback.fixedAt),
    fixUsableAt,
    fixTag: fixUsableAt === null ? null : feedback.fixTag,
  };
}
