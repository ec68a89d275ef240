import type { Instant } from "../state.ts";
import type { AgentComment } from "./agent-comment.ts";
import type { Dispatch } from "./dispatch.ts";
import type { Reland } from "./reland.ts";
import { isRestoring, retryRestoration } from "./restoration.ts";
import type { Restoration } from "./restoration.ts";
import type { Risk } from "./risk.ts";
import { isOver } from "./roll-forward.ts";
import type { BoxesAsked } from "./rollback-box.ts";

/** A release that is taken back, as it was when somebody said so, and how far that has come. */
export interface Rollback {
  readonly release: ReleaseNamed;
  /** The last good release before it; null: none is known. */
  readonly good: ReleaseNamed | null;
  /** GitHub's Latest stood on what is taken back, or on `good`: it goes there, or stays. */
  readonly movesLatest: boolean;
  /** What its code goes back to. Null: it was the first of its line. */
  readonly restore: Restore | null;
  /** Later releases that hold it too, oldest first. */
  readonly affected: readonly ReleaseNamed[];
  /** Later versions that may hold it too, and are too many to be marked. Absent: none. */
  readonly unmarked?: number;
  readonly pulls: Pulls;
  /** What the affected releases brought besides: Latest loses it too. */
  readonly loses: Pulls;
  /** Login. */
  readonly by: string;
  /** Untrusted text of one line; empty: none was given. */
  readonly reason: string;
  /** Where it was said. */
  readonly url: string;
  /** When it was said, by GitHub's clock. */
  readonly at: Instant;
  /** By `Step.key`. */
  readonly steps: Readonly<Record<string, StepEnd>>;
  /** How its code is taken back; null: not begun. */
  readonly restoration: Restoration | null;
  /** What was asked for to bring it back; null: nobody did. */
  readonly reland: Reland | null;
  /** What else may go wrong; null: not read yet. */
  readonly risk: Risk | null;
  /** When a person let releases go again; null: nobody did yet. */
  readonly resumedAt: Instant | null;
  /** What people asked for by boxes of the issue. Absent: nobody ticked one. */
  readonly boxes?: BoxesAsked;
  /** What the team's workflows were told of it. Absent: nothing. */
  readonly dispatch?: Dispatch;
  /** The comment that asks a coding agent for a fix. Absent: not begun. */
  readonly agent?: AgentComment;
  /** The rollback issue; null: it is not opened yet, or GitHub refuses it. */
  readonly issue: RollbackIssue | null;
  /** When the last request to open the issue went out: it may be there. Null: none did. */
  readonly openingAt: Instant | null;
  /** Digest of what the issue says. Null: write it. */
  readonly said: string | null;
}

/** What taking a release back would do, before anybody asks for it, and what stays of that after. */
export type Foreseen = Pick<
  Rollback,
  "release" | "good" | "movesLatest" | "restore" | "affected" | "unmarked" | "pulls" | "loses"
>;

export interface Restore {
  /** Tag before it on its line. */
  readonly before: string;
  /** Folder or file of the component; null: the whole repository. */
  readonly path: string | null;
  /** Paths below of components with tags of their own, which stay as they are. */
  readonly others: readonly string[];
}

export interface ReleaseNamed {
  /** GitHub's id of the release. */
  readonly id: number;
  readonly tag: string;
}

export interface RollbackIssue {
  readonly number: number;
  readonly url: string;
}

/** Pulls by name, at most `PULLS_MAX`; `count`: of all. Null: nobody knows. */
export type Pulls = { readonly shown: readonly PullNamed[]; readonly count: number } | null;

interface PullNamed {
  readonly number: number;
  /** Untrusted text; null: not known any more. */
  readonly title: string | null;
  /** Login. */
  readonly author: string | null;
}

/** How one step ended. */
export interface StepEnd {
  readonly at: Instant;
  /** GitHub's words where it refused, wholly or in part; null: all of it is done. */
  readonly refused: string | null;
}

/** What is done at once so that nobody gets the release any more. */
export type Step =
  | { readonly kind: "latest"; readonly key: string; readonly release: ReleaseNamed }
  /** `rolled-back`: the release itself; `affected`: one that holds it. */
  | {
      readonly kind: "mark";
      readonly key: string;
      readonly as: "rolled-back" | "affected";
      readonly release: ReleaseNamed;
    };

/** Key of the step that opens the issue, which comes when the others have ended. */
export const ISSUE_STEP = "issue";

/** In order: who looks for a release finds the good one first. */
export function listSteps({ release, good, movesLatest, affected }: Rollback): readonly Step[] {
  return [
    ...(movesLatest && good !== null
      ? [{ kind: "latest" as const, key: "latest", release: good }]
      : []),
    { kind: "mark", key: `mark ${release.tag}`, as: "rolled-back", release },
    ...affected.map((each) => ({
      kind: "mark" as const,
      key: `mark ${each.tag}`,
      as: "affected" as const,
      release: each,
    })),
  ];
}

/** The first one that has not ended; null: all have, as they could. */
export function nextStep(rollback: Rollback): Step | null {
  return listSteps(rollback).find(({ key }) => rollback.steps[key] === undefined) ?? null;
}

export function endStep(rollback: Rollback, key: string, end: StepEnd): Rollback {
  return { ...rollback, steps: { ...rollback.steps, [key]: end } };
}

/** What GitHub refused, and what was left to people, is tried once more. Null: there is nothing. */
export function retryRefused(rollback: Rollback, now: Instant): Rollback | null {
  const steps = Object.entries(rollback.steps);
  const done = steps.filter(([, { refused }]) => refused === null);
  const restoration = retryRestoration(rollback.restoration, now);
  if (done.length === steps.length && restoration === null) return null;
  return {
    ...rollback,
    steps: Object.fromEntries(done),
    restoration: restoration ?? rollback.restoration,
  };
}

/**
 * `asked`: the releases are being marked. `holding`: they are, and nothing is released by itself.
 * `resumed`: a person let releases go again, which ends it.
 */
export type RollbackState = "asked" | "holding" | "resumed";

export function stateOf(rollback: Rollback): RollbackState {
  if (rollback.resumedAt !== null) return "resumed";
  return nextStep(rollback) === null ? "holding" : "asked";
}

/** With the word of a person who resumed since; itself where nobody did. */
export function hearResumed(rollback: Rollback, resumedAt: Instant | null): Rollback {
  if (isOver(rollback) || resumedAt === null || resumedAt < rollback.at) return rollback;
  return { ...rollback, resumedAt };
}

/** What later versions of Smallbatch keep of a rollback. */
const LATER = ["restoration", "risk", "reland"] as const;

type Kept = Omit<Rollback, (typeof LATER)[number]> & Partial<Rollback>;

/** Did a version keep it that knew less? */
export function isOfBefore(kept: Kept): boolean {
  return LATER.some((key) => kept[key] === undefined);
}

/** With what the version that kept it had no word of. */
export function fillIn(kept: Kept): Rollback {
  const { restoration = null, risk = null, reland = null } = kept;
  return { ...kept, restoration, risk, reland };
}

/**
 * Is there anything to restore, or to look after? Not before nobody is sent to the release any more
 * and the issue tells of it.
 */
export function wantsRestoration(rollback: Rollback): boolean {
  const { restore, restoration, issue, steps } = rollback;
  const isTold = issue !== null || steps[ISSUE_STEP] !== undefined;
  if (restore === null || nextStep(rollback) !== null || !isTold) return false;
  return restoration === null || isRestoring(restoration);
}
