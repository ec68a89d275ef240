import type { Reason } from "./action.ts";
import type { Family } from "./lines.ts";
import type { Order } from "./memory.ts";
import type { Policy } from "./policy/policy-schema.ts";
import { holdForRefusal, toReason } from "./reasons.ts";
import type { Hold } from "./reasons.ts";
import type { Cut } from "./release-card.ts";
import { isActing } from "./start.ts";
import type { Head, Instant, LineState } from "./state.ts";

/** A refusal is not tried again within this time, unless the head moves. */
const REFUSAL_MS = 60 * 60_000;

/** What is decided about a line, before it becomes actions. */
export interface Verdict {
  readonly reason: Reason;
  readonly wakeAt: Instant | null;
  readonly version: string | null;
  readonly settledContexts: readonly string[] | null;
  /** Contexts that the head lacks and that are waited for; empty: any first. Null: no wait. */
  readonly missing: readonly string[] | null;
  /** The release to make now; null: none. */
  readonly cut: Cut | null;
  /** The line up to the commit of the cut, where that is not the head, and what holds the rest. */
  readonly earlier?: { readonly subject: Subject; readonly left: Reason };
}

/** A line that has a head and a policy, its own or, where it is only watched, the defaults. */
export interface Subject {
  readonly state: LineState;
  readonly head: Head;
  /** As this line reads it: `policyOf` of `core/lines`. */
  readonly policy: Policy;
  readonly family: Family;
  readonly policySha: string | null;
  readonly isStarted: boolean;
  /** What a person asked for by `/release`, if it applies now. */
  readonly order: Order | null;
  readonly now: Instant;
}

export function hold(
  subject: Subject,
  why: Hold,
  known: Partial<Pick<Verdict, "wakeAt" | "version" | "settledContexts" | "missing">> = {},
): Verdict {
  return {
    reason: toReason(why, isActing(subject.state)),
    wakeAt: known.wakeAt ?? null,
    version: known.version ?? null,
    settledContexts: known.settledContexts ?? null,
    missing: known.missing ?? null,
    cut: null,
  };
}

export function still(
  reason: Reason,
  version: string | null,
  wakeAt: Instant | null = null,
): Verdict {
  return { reason, wakeAt, version, settledContexts: null, missing: null, cut: null };
}

/** GitHub refused this very tag not long ago; null: it may be tried. */
export function refusal(
  subject: Subject,
  tag: string,
  sha: string,
): { readonly hold: Hold; readonly wakeAt: Instant } | null {
  const known = subject.state.memory.refusal;
  if (known === null || known.tag !== tag || known.sha !== sha) return null;
  const wakeAt = known.at + REFUSAL_MS;
  return subject.now < wakeAt ? { hold: holdForRefusal(known), wakeAt } : null;
}
