import type { Batch } from "./batch.ts";
import { judgeBucket, readKnownSince } from "./bucket.ts";
import type { ReleaseCard } from "./card.ts";
import { holdFrozen, listClosedHours, passedFreeze } from "./hours.ts";
import type { Policy } from "./policy/policy-schema.ts";
import { splitChecks } from "./publish.ts";
import type { PublishVerdict } from "./publish.ts";
import { holdForBucket, holdForPublish, holdForSettle } from "./reasons.ts";
import type { Hold } from "./reasons.ts";
import { judgeSettled, missingOf, namesOf } from "./settle.ts";
import type { Head, Instant, LineState, ReleaseSeen } from "./state.ts";

/** A release of which everything is decided but the moment. */
export interface MomentQuestion {
  readonly state: LineState;
  readonly head: Head;
  readonly policy: Policy;
  readonly batch: Batch;
  /** Published releases of the line, newest first. */
  readonly releases: readonly ReleaseSeen[];
  /** How the checks that the newest of them started stand. */
  readonly publish: PublishVerdict;
  /** Somebody who may asks for it now: window, schedule and bucket do not count. */
  readonly isForced: boolean;
  /** It takes a release back: they do not count either. */
  readonly isForward?: boolean;
  readonly now: Instant;
}

/** What is known of the head's checks, whatever holds the line. */
interface Known {
  /** Contexts to remember; null: the head is not settled. */
  readonly settledContexts: readonly string[] | null;
  /** Contexts that the head lacks and that are waited for; empty: any first. Null: no wait. */
  readonly missing: readonly string[] | null;
}

export type MomentVerdict =
  | (Known & { readonly kind: "held"; readonly hold: Hold; readonly wakeAt: Instant | null })
  | {
      readonly kind: "now";
      readonly settledContexts: readonly string[];
      /** Rules that were judged, for the card, in order. */
      readonly rules: ReleaseCard["rules"];
      /** Rules that were in the way of somebody who asked for the release now, or of a rollback. */
      readonly lifted: readonly string[];
    };

/**
 * Is it time? First what a person decided (a freeze), then what a person has to mend (checks), then
 * what passes by itself: hours, the bucket, a release that is still published, running checks.
 * Whoever reads the first reason need not read the others.
 */
export function judgeMoment(question: MomentQuestion): MomentVerdict {
  const { state, head, policy, batch, releases, publish, now } = question;
  const { isForward = false, isForced } = question;
  const rules = {
    expected: expectedContexts(state),
    areChecksRequired: policy.checks === "required",
  };
  const settled = judgeSettled(head, rules, now);
  const contexts = settled.kind === "settled" ? settled.contexts : null;
  const known: Known = { settledContexts: contexts, missing: missingOf(settled) };
  const held = (hold: Hold, wakeAt: Instant | null): MomentVerdict => {
    return { kind: "held", hold, wakeAt, ...known };
  };

  const frozen = holdFrozen(policy, batch, now);
  if (frozen !== null) return held(frozen.hold, frozen.wakeAt);
  if (settled.kind === "red" || settled.kind === "missing" || settled.kind === "none") {
    return held(holdForSettle(settled), null);
  }
  const closed = [
    ...listClosedHours(policy, batch, { arrivedAt: head.arrivedAt, now }),
    ...listEmptyBucket(question),
  ];
  const [first] = closed;
  if (first !== undefined && !isForced && !isForward) return held(first.hold, first.wakeAt);
  const [last] = releases;
  if (last !== undefined && "wakeAt" in publish) {
    return held(holdForPublish(last.tag, publish), publish.wakeAt);
  }
  if (settled.kind !== "settled") return held(holdForSettle(settled), settled.wakeAt);
  const passed = passedFreeze(policy, batch, now);
  const green = settled.contexts.length;
  return {
    kind: "now",
    settledContexts: settled.contexts,
    rules: [
      { rule: "checks", verdict: green === 0 ? "no checks" : `${green} green` },
      { rule: "bucket", verdict: closed.some(({ rule }) => rule === "bucket") ? "empty" : "open" },
      ...(passed === null ? [] : [{ rule: "freeze", verdict: passed }]),
    ],
    lifted: closed.map(({ rule }) => rule),
  };
}

function listEmptyBucket({ state, releases, now }: MomentQuestion) {
  const times = releases.map(({ publishedAt }) => Number(publishedAt));
  const wakeAt = judgeBucket(times, readKnownSince(state), now);
  return wakeAt === null ? [] : [{ rule: "bucket", hold: holdForBucket(wakeAt), wakeAt }];
}

/** Contexts of the last settled head; where nobody remembers, those of the base's release. */
export function expectedContexts(state: LineState): readonly string[] {
  if (state.memory.settledContexts !== null) return state.memory.settledContexts;
  const base = state.releases.find(({ tag }) => tag === state.baseTag?.name);
  return base === undefined ? [] : (base.cardChecks ?? namesOf(splitChecks(base).commit));
}
