import { lineReleases, publishedReleases, publishOf } from "../line-releases.ts";
import type { PersonHold } from "../memory.ts";
import { rollbackPolicyOf } from "../policy/policy-rollback.ts";
import type { Question } from "../question.ts";
import { listNames } from "../reasons.ts";
import { isActing } from "../start.ts";
import type { Instant, ReleaseSeen } from "../state.ts";
import type { Subject } from "../subject.ts";
import { DAY_MS } from "../zone.ts";
import { judgeRollback } from "./judge-rollback.ts";
import type { Rollback } from "./rollback.ts";
import { isInterrupted } from "./signals.ts";
import type { Signal } from "./signals.ts";

/**
 * Rolling back without a person, where the policy says so for what speaks against the release. Only
 * the newest release of its line: a later one may have mended an older one.
 */

/** Who did it, where people's logins stand. */
export const SELF = "smallbatch";

/** One rollback by itself in so long: what goes wrong more often is for people to look at. */
const ACTED_MS_MIN = DAY_MS;

/** People whose permission is asked about one release. */
const ASKED_MAX = 3;

/** One reason to roll the newest release back. */
export interface Ground {
  readonly tag: string;
  /** Half a sentence, of our own words, names of checks and numbers. */
  readonly reason: string;
  readonly url: string;
  /** Login that needs write, because anybody may say such a thing; null: nobody does. */
  readonly by: string | null;
}

/** In order; empty: nothing is done. `actedAt`: when it was done last, on whichever line. */
export function listGrounds(subject: Subject, actedAt: Instant | null): readonly Ground[] {
  const { state, policy, now } = subject;
  const { memory, repository } = state;
  const releases = lineReleases(state, policy.tag ?? null);
  // Marked as a prerelease it is none of the others any more.
  const interrupted = publishedReleases(state, policy.tag ?? null)
    .slice(0, 1)
    .filter((each) => isInterrupted(each, memory, now));
  const [newest] = [...interrupted, ...releases];
  if (newest === undefined || !isActing(state) || repository.isArchived) return [];
  // A person's, or that of another one.
  const { hold } = memory;
  const isHeld = hold !== null && interrupted.every(({ tag }) => tag !== hold.rollback);
  if (isHeld || !mayAct(subject, newest, actedAt)) return [];
  const { onSignal } = rollbackPolicyOf(policy);
  const { tag, url } = newest;
  const publish = publishOf(releases, newest, now);
  const signals = (memory.signals?.found ?? []).filter((each) => each.tag === tag);
  const own = signals.filter(({ kind, by }) => {
    return onSignal[kind] === "rollback" && (kind === "deployment" || by !== null);
  });
  return [
    ...(publish.kind === "failed" && onSignal.publish === "rollback"
      ? [{ tag, reason: `${listNames(publish.names)} failed`, url, by: null }]
      : []),
    ...own.filter(({ kind }) => kind === "deployment").map((each) => groundOf(each, newest)),
    ...own
      .filter(({ kind }) => kind !== "deployment")
      .slice(0, ASKED_MAX)
      .map((each) => groundOf(each, newest)),
  ];
}

const WORDS: Readonly<Record<Signal["kind"], (name: string) => string>> = {
  deployment: (name) => `a deployment to ${name} failed`,
  bug: (name) => `${name} reports a bug`,
  regression: (name) => `${name} is labelled regression`,
};

function groundOf({ tag, kind, name, url, by }: Signal, release: ReleaseSeen): Ground {
  return { tag, reason: WORDS[kind](name), url: url ?? release.url, by };
}

/**
 * Not what was rolled back, nor what holds such a release, nor what brought the code of one back. Not
 * where anything was rolled back within a day, but for what was interrupted in the middle.
 */
function mayAct({ state, now }: Subject, newest: ReleaseSeen, actedAt: Instant | null): boolean {
  const { tag, banner } = newest;
  const rollbacks = state.memory.rollbacks ?? [];
  const isKnown = rollbacks.some(
    ({ release, affected, restoration }) =>
      release.tag === tag ||
      affected.some((each) => each.tag === tag) ||
      restoration?.releasedTag === tag,
  );
  const isAgain = isInterrupted(newest, state.memory, now);
  const others = state.releases.filter((each) => !isAgain || each.tag !== tag);
  const times = [
    ...(actedAt === null ? [] : [actedAt]),
    ...rollbacks.map(({ at }) => at),
    ...others.flatMap((each) => each.banner?.at ?? []),
  ];
  const isAsked = banner === undefined || isAgain;
  return isAsked && !isKnown && times.every((at) => at <= now - ACTED_MS_MIN);
}

/** Null: it cannot be done. */
export function rollBackBySelf(
  subject: Subject,
  { tag, reason, url }: Ground,
): { readonly rollbacks: readonly Rollback[]; readonly hold: PersonHold | null } | null {
  const { state, now } = subject;
  const question: Question = {
    state,
    by: { login: SELF, permission: "admin" },
    said: { url, at: now, isTaken: false },
    pull: null,
    now,
  };
  const asked = { kind: "rollback", tag, reason: `by the policy, because ${reason}` } as const;
  const decision = judgeRollback(question, subject, asked);
  if (decision.kind !== "rollBack") return null;
  const { hold } = decision;
  // An issue of the first time may not be in GitHub's list yet: it is looked for before one is opened.
  const newest = state.releases.find((each) => each.tag === tag);
  const isAgain = newest !== undefined && isInterrupted(newest, state.memory, now);
  const rollbacks = decision.rollbacks.map((each) =>
    isAgain && each.release.tag === tag ? { ...each, openingAt: now } : each,
  );
  return { rollbacks, hold };
}
