import type pg from "pg";
import type { Plan } from "../core/action.ts";
import { quietUntil } from "../core/awaits.ts";
import type { Instant } from "../core/state.ts";
import type { Clock, Logger, PassEnd } from "../ports.ts";
import { judgeFailure } from "./backoff.ts";
import { tryLock } from "./session-lock.ts";
import type { HeldLock } from "./session-lock.ts";
import type { WorkRows } from "./work-rows.ts";

/**
 * One look at a repository. Throws AppError, whose `retry` says what the queue does. `isAlone` turns
 * false where the lock was lost meanwhile: somebody else may be at it, so nothing is written then.
 */
export type Handler = (
  repositoryId: number,
  installationId: number,
  isAlone: () => boolean,
) => Promise<{
  readonly wakeAt: Instant | null;
  /** Commits whose checks are pending; left out: none. */
  readonly awaits?: Plan["awaits"];
}>;

export interface PassContext {
  readonly pool: pg.Pool;
  readonly work: WorkRows;
  readonly handler: Handler;
  readonly clock: Clock;
  readonly logger: Logger;
  /** 0 to 1, random. */
  readonly spread: () => number;
  /** True once the process wants to end: passes in flight end, none begins. */
  readonly isStopping: () => boolean;
  readonly onPass?: OnPass;
}

/** Hears how each pass ended and how long it took. */
export type OnPass = (ended: { readonly outcome: PassEnd["kind"]; readonly ms: number }) => void;

/** Hints that never pause must not keep others waiting: after so many passes, back into the queue. */
const PASSES_MAX = 10;

/** What a job asks for. */
export type Errand =
  /** A look, whatever is known: a hint, a wake-up, the sweep. */
  | { readonly kind: "look" }
  /**
   * To make sure, by who met the lock: a look where a hint is unserved, or where no pass has come to
   * its end since there were so many, because whoever held the lock died.
   */
  | { readonly kind: "make-sure"; readonly passes: number };

export type Result =
  | { readonly kind: "done" }
  /** Somebody else was at it; so many passes had come to their end. */
  | { readonly kind: "busy"; readonly passes: number };

/**
 * Reconcile one repository until nothing is owed. One process at a time, over all replicas. Who
 * meets the lock leaves ("busy"), because whoever holds it compares generations before giving it
 * back, and once more afterwards: a hint may come, and its job meet the lock, in between.
 */
export async function runPasses(
  context: PassContext,
  repositoryId: number,
  errand: Errand,
): Promise<Result> {
  const { pool, work, clock } = context;
  for (let round = 1; ; round++) {
    const lock = await tryLock(pool, `smallbatch:repository:${repositoryId}`);
    if (lock === null) {
      const row = round === 1 ? await work.beginWork(repositoryId, clock.now()) : null;
      return row === null ? { kind: "done" } : { kind: "busy", passes: row.passes };
    }
    let outcome: LockedOutcome;
    try {
      outcome = await runLocked(context, repositoryId, lock, (begin) =>
        isOwed(begin, round === 1 ? errand : null),
      );
    } finally {
      await lock.release();
    }
    if (outcome.kind === "leave") await work.hint(repositoryId, outcome.until);
    if (outcome.kind !== "settled") return { kind: "done" };
    const row = await work.beginWork(repositoryId, clock.now());
    if (row === null || row.standstill !== null || !isOwed(row, null)) return { kind: "done" };
    // Whoever hinted has queued the look for then.
    if (row.quietUntil !== null && row.quietUntil > clock.now()) return { kind: "done" };
  }
}

type Begin = NonNullable<Awaited<ReturnType<WorkRows["beginWork"]>>>;

/** `errand` null: only what hints ask for. */
function isOwed({ generation, served, passes }: Begin, errand: Errand | null): boolean {
  if (served < generation || errand?.kind === "look") return true;
  return errand !== null && passes === errand.passes;
}

type LockedOutcome =
  /** Nothing was owed, or nobody may work on it, when we looked last. */
  | { readonly kind: "settled" }
  /** It is owed and queued for later. */
  | { readonly kind: "waiting" }
  /** It may be owed and is not queued yet: look then. */
  | { readonly kind: "leave"; readonly until: Instant };

async function runLocked(
  context: PassContext,
  repositoryId: number,
  lock: HeldLock,
  isWanted: (begin: Begin) => boolean,
): Promise<LockedOutcome> {
  const { work, clock, isStopping } = context;
  for (let pass = 1; pass <= PASSES_MAX && !isStopping(); pass++) {
    const begin = await work.beginWork(repositoryId, clock.now());
    if (begin === null || begin.standstill !== null) return { kind: "settled" };
    if (pass === 1 && !isWanted(begin)) return { kind: "settled" };
    if (begin.waitUntil !== null) return { kind: "leave", until: begin.waitUntil };
    if (begin.quietUntil !== null && begin.quietUntil > clock.now()) {
      return { kind: "leave", until: begin.quietUntil };
    }
    const beganAt = performance.now();
    const end = await tryPass(context, repositoryId, begin, lock.isHeld);
    context.onPass?.({ outcome: end.kind, ms: performance.now() - beganAt });
    // Somebody else may be at it by now and writes down what it saw.
    if (!lock.isHeld()) break;
    const { generation } = begin;
    const next = await work.endWork({ repositoryId, generation, end, now: clock.now() });
    if (next === "again") continue;
    return { kind: end.kind === "wait" || end.kind === "failed" ? "waiting" : "settled" };
  }
  return { kind: "leave", until: clock.now() };
}

async function tryPass(
  context: PassContext,
  repositoryId: number,
  begin: { readonly installationId: number; readonly failures: number },
  isAlone: () => boolean,
): Promise<PassEnd> {
  const { handler, clock, logger, spread } = context;
  const { installationId, failures } = begin;
  const beganAt = clock.now();
  try {
    const { wakeAt, awaits = [] } = await handler(repositoryId, installationId, isAlone);
    return { kind: "served", wakeAt, awaits, quietUntil: quietUntil(awaits, beganAt) };
  } catch (error) {
    const end = judgeFailure(error, { failures, now: clock.now(), spread: spread() });
    const fields = { repositoryId, installationId, err: error, end: end.kind };
    if (end.kind === "parked") logger.error(fields, "The repository is parked until a hint.");
    else logger.warn(fields, "The pass failed and is repeated.");
    return end;
  }
}
