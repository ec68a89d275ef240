import { judgeRight } from "../permission.ts";
import type { Review } from "../pull.ts";
import type { OpenPull } from "../pulls/open-pull.ts";
import { listNames } from "../reasons.ts";
import type { SettleVerdict } from "../settle.ts";
import type { Instant, Permission } from "../state.ts";
import type { UnitDraft } from "./unit-draft.ts";

/**
 * May the line of an open pull be drafted now? Whoever can read may open pulls and push to them: what
 * costs money waits for the word of somebody who has write.
 */

/** Drafts of one pull while it is open; the one at its merge is not among them. */
export const DRAFTS_MAX = 5;
const BETWEEN_MS = 10 * 60_000;

/** GitHub finds out about conflicts in the background, when it is asked. */
const CONFLICT_UNKNOWN_MS = 60_000;

/** Who waits longer for checks is looked at as something changes, or drafted at the merge. */
const PENDING_MS_MAX = 24 * 60 * 60_000;

/** What has to be asked of GitHub before a draft may be paid for. */
export interface Readiness {
  /** Do its checks say that it can be merged? */
  readonly settled: SettleVerdict;
  /** When its head came, at the latest. */
  readonly arrivedAt: Instant;
  /** Null: GitHub has not found out yet. */
  readonly hasConflict: boolean | null;
}

export interface DraftingFacts {
  readonly pull: Pick<OpenPull, "author" | "headSha" | "isDraft" | "reviews" | "baseBranch">;
  /** Of its author, asked now; null: not asked. */
  readonly authorPermission: Permission | null;
  /** Null: not asked. */
  readonly readiness: Readiness | null;
}

/** When drafts of a pull were asked for while it was open, the oldest first. */
export function listDraftedBefore(drafts: readonly UnitDraft[]): readonly Instant[] {
  return drafts
    .filter(({ purpose, failure }) => purpose === "pull" && failure?.code !== "injection-suspected")
    .map(({ askedAt }) => askedAt)
    .toSorted((left, right) => left - right);
}

export type DraftingVerdict =
  | { readonly kind: "draft" }
  /** Only GitHub can tell: `author` is their permission, `readiness` what its checks say. */
  | { readonly kind: "ask"; readonly what: "author" | "readiness" }
  | {
      readonly kind: "wait";
      /** Stable word. */
      readonly code: string;
      /** One plain sentence without a full stop: what it waits for. Holds names of others. */
      readonly reason: string;
      /** Look again then; null: only as the pull changes. */
      readonly wakeAt: Instant | null;
    };

/** What costs no request is judged first, and what costs the least next. */
export function judgeDrafting(
  facts: DraftingFacts,
  past: readonly Instant[],
  now: Instant,
): DraftingVerdict {
  const { pull, authorPermission, readiness } = facts;
  if (pull.isDraft)
    return wait("draft", "it is drafted when the pull request is no draft any more");
  const last = past.at(-1) ?? null;
  if (past.length >= DRAFTS_MAX) {
    const times = `it was drafted ${DRAFTS_MAX} times, and is drafted once more when it is merged`;
    return wait("enough", times);
  }
  if (last !== null && now < last + BETWEEN_MS) {
    const pause = "it was drafted a moment ago, and is drafted again ten minutes after that";
    return wait("pause", pause, last + BETWEEN_MS);
  }
  if (!isApproved(pull, last)) {
    if (authorPermission === null) return { kind: "ask", what: "author" };
    const author = { login: pull.author.login, permission: authorPermission };
    if (judgeRight("word", author, null).kind !== "may")
      return wait("stranger", describeStranger(last));
  }
  if (readiness === null) return { kind: "ask", what: "readiness" };
  return judgeReadiness(pull, readiness, now) ?? { kind: "draft" };
}

function wait(code: string, reason: string, wakeAt: Instant | null = null): DraftingVerdict {
  return { kind: "wait", code, reason, wakeAt };
}

function describeStranger(last: Instant | null): string {
  const again = last === null ? "approves its newest commit" : "approves it once more";
  return `it is drafted when it is merged, or when somebody with write ${again}`;
}

/**
 * Does somebody with write approve exactly its head? The last word of each reviewer counts. `last`:
 * one approval pays for one draft, so that a new title of a stranger's costs nothing.
 */
function isApproved(
  { reviews, headSha }: Pick<OpenPull, "reviews" | "headSha">,
  last: Instant | null,
): boolean {
  const words = new Map<string, Review>();
  for (const review of reviews) {
    if (review.state !== "commented") words.set(review.author.login, review);
  }
  return [...words.values()].some(
    ({ state, sha, at, mayWrite }) =>
      state === "approved" && mayWrite && sha === headSha && (last === null || (at ?? 0) > last),
  );
}

/** Null: it can be merged as far as GitHub tells. */
function judgeReadiness(
  { baseBranch }: Pick<OpenPull, "baseBranch">,
  { settled, arrivedAt, hasConflict }: Readiness,
  now: Instant,
): DraftingVerdict | null {
  if (hasConflict === true) {
    return wait("conflict", `it is drafted when it can be merged into ${listNames([baseBranch])}`);
  }
  const isOld = now >= arrivedAt + PENDING_MS_MAX;
  switch (settled.kind) {
    case "red":
      return wait("red", `it is drafted when ${listNames(settled.names)} is green`);
    case "missing":
      return wait("missing", `it is drafted when ${listNames(settled.names)} is green`);
    case "running":
    case "awaited": {
      const names = settled.names.length === 0 ? "its checks" : listNames(settled.names);
      return wait(
        "pending",
        `it is drafted when ${names} ended well`,
        isOld ? null : settled.wakeAt,
      );
    }
    case "none":
    case "settled":
      break;
  }
  if (hasConflict === null) {
    const unknown = "GitHub has not said yet whether it can be merged";
    return wait("conflict-unknown", unknown, isOld ? null : now + CONFLICT_UNKNOWN_MS);
  }
  return null;
}
