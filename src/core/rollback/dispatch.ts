import { z } from "zod";
import type { Instant, Line } from "../state.ts";
import { milestonesOf } from "./rollback-times.ts";
import { ISSUE_STEP } from "./rollback.ts";
import type { Rollback } from "./rollback.ts";

/**
 * What a team's own workflows are told of a rollback: one `repository_dispatch`, when nobody is sent
 * to the release any more. GitHub has no list of those it took, so that one whose answer was lost is
 * sent once more: twice at most, with the same `id`.
 */
export const DISPATCH_TYPE = "smallbatch-rollback";

export interface Dispatch {
  /** Requests that went out, and of which nobody knows that GitHub did not take them. */
  readonly tries: number;
  /** When the last one did. */
  readonly at: Instant;
  /** `unknown`: no answer came to the last one. */
  readonly end: "taken" | "refused" | "unknown";
  /** GitHub's words where it refused; null: it did not. */
  readonly refused: string | null;
}

/** As the hidden copy of a rollback has it. */
export const dispatchSchema = z.object({
  tries: z.number().int(),
  at: z.number().int(),
  end: z.enum(["taken", "refused", "unknown"]),
  refused: z.string().nullable(),
});

const TRIES_MAX = 2;
/** Between two requests: GitHub may still be at work on the first. */
const AGAIN_MS = 60_000;
/** The risk has the packages; where it cannot be read, nobody waits longer for it. */
const RISK_MS = 2 * 60_000;
/** Whoever turns it on later does not mean a rollback of last week. */
const WITHIN_MS = 60 * 60_000;

/** When it is to be sent; null: it is not. */
export function dispatchAt(rollback: Rollback): Instant | null {
  const { dispatch, risk, issue, steps, at } = rollback;
  if (dispatch !== undefined) {
    const isOpen = dispatch.end === "unknown" && dispatch.tries < TRIES_MAX;
    return isOpen ? dispatch.at + AGAIN_MS : null;
  }
  const { stopped } = milestonesOf(rollback);
  const hasIssue = issue !== null || steps[ISSUE_STEP] !== undefined;
  if (stopped === null || !hasIssue || rollback.resumedAt !== null) return null;
  return risk === null ? Math.max(stopped, at + RISK_MS) : stopped;
}

/** It is too late for the first request. */
export function isStale({ dispatch, at }: Rollback, now: Instant): boolean {
  return dispatch === undefined && now - at > WITHIN_MS;
}

/** At most ten properties (REST, "Create a repository dispatch event"). */
export function describeDispatch(
  rollback: Rollback,
  { line, url }: { readonly line: Line; readonly url: string },
): Readonly<Record<string, unknown>> {
  const { release, good, affected, movesLatest, by, reason, at, issue, risk } = rollback;
  return {
    id: `${line.repositoryId}/${release.id}/${at}`,
    tag: release.tag,
    good_tag: good?.tag ?? null,
    affected_tags: affected.map(({ tag }) => tag),
    moves_latest: movesLatest,
    line: { branch: line.branch, component: line.component, channel: line.channel },
    packages: (risk?.packages ?? []).map(({ ecosystem, name, bad, good: version, registry }) => ({
      ecosystem,
      name: ecosystem === "actions" ? url.split("/").slice(-2).join("/") : name,
      versions: bad,
      good_version: version,
      registry,
    })),
    reason,
    by,
    issue,
  };
}
