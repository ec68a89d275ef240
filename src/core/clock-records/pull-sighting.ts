import { isAgent, isPersonsCommit, seeTraces } from "../agents.ts";
import type { TracedCommit } from "../agents.ts";
import type { Redraft } from "../clocks/records.ts";
import { ownerOf } from "../components.ts";
import { isDependencyBot } from "../dependency-bots.ts";
import type { Component } from "../policy/policy-lines.ts";
import { readClaim } from "../reverts.ts";
import { findKind } from "../size/size-kind.ts";
import { DEFAULT_SIZE } from "../size/size-policy.ts";
import type { SizePolicy } from "../size/size-policy.ts";
import { measureSize } from "../size/size.ts";
import type { ChangedFile } from "../size/size.ts";
import type { Actor, Commit, Instant, Sha } from "../state.ts";
import type { KeptKinds, Seen } from "./kept.ts";
import { isReleasable, kindOf } from "./kind.ts";

/** A commit of a pull before its merge. */
interface PullCommit extends TracedCommit {
  readonly sha: Sha;
  readonly authoredAt: Instant;
  /** It only joins others. */
  readonly isMerge: boolean;
}

export interface PullReview {
  readonly author: Actor;
  readonly state: "approved" | "changes_requested" | "commented" | "dismissed";
  readonly at: Instant;
}

/** A pull as GitHub has it. */
export interface PullRead {
  readonly number: number;
  readonly title: string;
  readonly body: string;
  readonly author: Actor;
  readonly createdAt: Instant;
  readonly mergedAt: Instant | null;
  readonly closedAt: Instant | null;
  readonly isDraft: boolean;
  /** When it was made ready, or a draft, oldest first. */
  readonly turns: readonly { readonly isReady: boolean; readonly at: Instant }[];
  readonly headBranch: string;
  /** Its branch is one of another repository. */
  readonly isFork: boolean;
  readonly mergeSha: Sha | null;
  readonly mergedBy: Actor | null;
  readonly labels: readonly string[];
  readonly assigneeIds: readonly number[];
  /** Oldest first. */
  readonly reviews: readonly PullReview[];
  /** Oldest first. */
  readonly commits: readonly PullCommit[];
  readonly additions: number;
  readonly deletions: number;
  readonly files: readonly ChangedFile[];
  readonly hasMoreFiles: boolean;
  /** Checks of its head; null: none, or not done. */
  readonly isGreen: boolean | null;
  readonly oldestIssueAt: Instant | null;
}

/** How what a pull changes is measured, by the policy. */
interface Measures {
  readonly size: SizePolicy;
  readonly components: readonly Component[];
}

interface Look {
  readonly at: Instant;
  readonly fullName: string;
  readonly measures: Measures;
}

/** All that a record keeps of a pull into a followed branch. */
export function seePull(pull: PullRead, { at, fullName, measures }: Look): Seen<KeptKinds["pull"]> {
  const { title, labels, author, commits, mergedAt } = pull;
  const work = commits.filter(({ isMerge }) => !isMerge);
  const messages = work.map(({ message }) => message);
  const kind = kindOf({ title, labels, messages, isDependencyBot: isDependencyBot(author.login) });
  const people = pull.reviews.filter((review) => isReviewer(review.author, author));
  const reverts = readReverts(pull, fullName);
  const isBot = author.isBot || isAgent(author);
  return {
    at,
    isWhole: true,
    record: {
      number: pull.number,
      title,
      kind,
      authorId: author.id,
      isBot: author.isBot && !isAgent(author),
      initiatorId: isBot ? (pull.assigneeIds[0] ?? null) : null,
      agents: seeTraces({ ...pull, commits, reviewers: pull.reviews.map((one) => one.author) }),
      hasPersonsCommit: work.length === 0 ? null : work.some(isPersonsCommit),
      createdAt: pull.createdAt,
      firstAuthoredAt: work.length === 0 ? null : Math.min(...work.map((one) => one.authoredAt)),
      readyAt: readyAtOf(pull),
      redrafts: redraftsOf(pull),
      firstReviewAt: people[0]?.at ?? null,
      approvedAt: approvedAtOf(people, mergedAt),
      mergedAt,
      closedAt: mergedAt === null ? pull.closedAt : null,
      mergeSha: pull.mergeSha,
      mergedById: pull.mergedBy?.id ?? null,
      reviewerIds: [...new Set(people.map((one) => one.author.id).filter((id) => id !== null))],
      additions: pull.additions,
      deletions: pull.deletions,
      ...measureFiles(pull, measures),
      wasGreen: mergedAt === null ? null : pull.isGreen,
      isReleasable: isReleasable(kind, pull),
      oldestIssueAt: pull.oldestIssueAt,
      headBranch: pull.isFork ? null : pull.headBranch,
      onto: null,
      ontoAt: null,
      revertsPulls: reverts.pulls,
      revertsShas: reverts.shas,
    },
  };
}

/**
 * One that was merged into a branch that is not followed: it is merged when that branch is, and
 * released with the pull that brings it. Null: it is not merged anywhere yet.
 */
export function seeStacked(
  pull: PullRead & { readonly baseBranch: string },
  look: Look,
): Seen<KeptKinds["pull"]> | null {
  const { mergedAt: ontoAt, baseBranch: onto } = pull;
  if (ontoAt === null) return null;
  const seen = seePull(pull, look);
  const stacked = { mergedAt: null, closedAt: null, isReleasable: false, onto, ontoAt };
  return { ...seen, record: { ...seen.record, ...stacked } };
}

/** Null: not all of its files were read; or the policy names no components. */
function measureFiles({ files, hasMoreFiles }: PullRead, { size, components }: Measures) {
  const paths = files.map(({ path }) => path);
  const hasTest = paths.some(isTestPath);
  if (hasMoreFiles)
    return { hasTestChange: hasTest || null, weightedLines: null, components: null };
  const change = { files, isTruncated: false, attributesOf: () => new Map() };
  const owners = new Set(paths.flatMap((path) => ownerOf(path, components) ?? []));
  return {
    hasTestChange: hasTest,
    weightedLines: measureSize(change, size).lines,
    components: components.length === 0 ? null : [...owners].toSorted(),
  };
}

/** By its name alone. */
function isTestPath(path: string): boolean {
  return findKind(path, new Map(), DEFAULT_SIZE).kind === "tests";
}

/** A person who is not its author. */
export function isReviewer(reviewer: Actor, author: Pick<Actor, "id">): boolean {
  return !reviewer.isBot && !isAgent(reviewer) && reviewer.id !== null && reviewer.id !== author.id;
}

/** First time that it was no draft. */
function readyAtOf({ turns, isDraft, createdAt }: PullRead): Instant | null {
  const [first] = turns;
  if (first === undefined) return isDraft ? null : createdAt;
  return first.isReady ? first.at : createdAt;
}

/** From each time that it was made a draft to the next that it was made ready. */
function redraftsOf({ turns }: PullRead): Redraft[] {
  const redrafts: Redraft[] = [];
  let since: Instant | null = null;
  for (const { isReady, at } of turns) {
    if (!isReady) since ??= at;
    else if (since !== null) {
      redrafts.push([since, at]);
      since = null;
    }
  }
  return since === null ? redrafts : [...redrafts, [since, null]];
}

/** When it became approved for the last time before its merge: somebody approves, nobody objects. */
export function approvedAtOf(
  reviews: readonly PullReview[],
  mergedAt: Instant | null,
): Instant | null {
  const newest = new Map<number | null, PullReview["state"]>();
  let since: Instant | null = null;
  for (const { author, state, at } of reviews) {
    if (state === "commented" || (mergedAt !== null && at > mergedAt)) continue;
    newest.set(author.id, state);
    const states = [...newest.values()];
    const isApproved = states.includes("approved") && !states.includes("changes_requested");
    since = isApproved ? (since ?? at) : null;
  }
  return since;
}

/** What it says that it takes back. */
function readReverts(
  { title, body, author, commits }: PullRead,
  fullName: string,
): { readonly pulls: readonly number[]; readonly shas: readonly Sha[] } {
  const described = { sha: "", message: body, author, committedAt: 0, parents: [], pulls: [] };
  const own = commits.map((commit): Commit => ({ ...described, ...commit, ourCheck: null }));
  const claim = readClaim(
    {
      kind: "squash",
      sha: "",
      pull: null,
      title,
      author,
      at: 0,
      commits: [{ ...described, ourCheck: null }, ...own],
    },
    fullName,
  );
  return claim ?? { pulls: [], shas: [] };
}
