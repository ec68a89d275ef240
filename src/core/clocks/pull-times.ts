import type { Instant } from "../state.ts";
import type { PullKind, PullRecord } from "./records.ts";

/** Oldest start that is believed: before, commits were cherry-picked or rebased from elsewhere. */
const EARLY_MS_MAX = 30 * 86_400_000;

export interface WorkStart {
  readonly at: Instant;
  /** Was an older author date left out? */
  readonly isClipped: boolean;
}

/** When work on a pull started: its first commit or its opening, whichever came first. */
export function startOfWork({ createdAt, firstAuthoredAt }: PullRecord): WorkStart {
  const at = Math.min(createdAt, firstAuthoredAt ?? createdAt);
  const earliestAt = createdAt - EARLY_MS_MAX;
  return { at: Math.max(at, earliestAt), isClipped: at < earliestAt };
}

/** Who answers for a pull: who had an agent write it, or its author; null: nobody is known. */
export function personOf({ isBot, authorId, initiatorId }: PullRecord): number | null {
  return initiatorId ?? (isBot ? null : authorId);
}

const CAPABILITY: readonly PullKind[] = ["feature", "fix", "performance", "security", "untyped"];

/**
 * Does it change what the product can do, by a person or an agent? One that says nothing of its
 * kind may, and is counted in: left out, the clock of a team without types would stand still.
 */
export function changesCapability({ kind, isBot }: PullRecord): boolean {
  return !isBot && CAPABILITY.includes(kind);
}

/** Did an agent write it or a part of it? False: no trace was found, which does not say no. */
export function hasAgent({ agents }: PullRecord): boolean {
  return agents.some(({ role }) => role === "author" || role === "coauthor");
}

/** Where the time of one merged pull went, in milliseconds; they add up to the whole. */
export interface Segments {
  /** From the start to ready for review, and what it was a draft again. */
  readonly coding: number;
  /** Until the first review; null: nobody reviewed it. */
  readonly waiting: number | null;
  /** Until the last approval that was needed, or the merge; null: nobody reviewed it. */
  readonly review: number | null;
  /** From the approval, or where nobody reviewed it from ready, to the merge. */
  readonly queue: number | null;
}

/** Null: it is not merged. */
export function segmentsOf(pull: PullRecord): Segments | null {
  const { mergedAt, firstReviewAt, approvedAt } = pull;
  if (mergedAt === null) return null;
  const startAt = startOfWork(pull).at;
  const clip = (at: Instant, from: Instant): Instant => Math.min(Math.max(at, from), mergedAt);
  const readyAt = clip(pull.readyAt ?? mergedAt, startAt);
  /** Without the time in which it was a draft again: that was coding. */
  const within = (from: Instant, to: Instant): number => to - from - draftedIn(pull, from, to);
  const coding = readyAt - startAt + draftedIn(pull, readyAt, mergedAt);
  if (firstReviewAt === null || firstReviewAt > mergedAt) {
    return { coding, waiting: null, review: null, queue: within(readyAt, mergedAt) };
  }
  const reviewedAt = clip(firstReviewAt, readyAt);
  const waiting = within(readyAt, reviewedAt);
  if (approvedAt === null) {
    return { coding, waiting, review: within(reviewedAt, mergedAt), queue: null };
  }
  const allowedAt = clip(approvedAt, reviewedAt);
  const review = within(reviewedAt, allowedAt);
  return { coding, waiting, review, queue: within(allowedAt, mergedAt) };
}

function draftedIn({ redrafts }: PullRecord, from: Instant, to: Instant): number {
  return redrafts.reduce((sum, [since, until]) => {
    return sum + Math.max(0, Math.min(until ?? to, to) - Math.max(since, from));
  }, 0);
}
