import type pg from "pg";
import type { Instant } from "../core/state.ts";
import type { Clock, Logger } from "../ports.ts";
import { judgeFailure } from "./backoff.ts";
import { tryLock } from "./session-lock.ts";
import type { HeldLock } from "./session-lock.ts";
import type { PassEnd, WorkRows } from "./work-rows.ts";

/**
 * One look at a repository. Throws AppError, whose `retry` says what the queue does. `isAlone` turns
 * false where the lock was lost meanwhile: somebody else may be at it, so nothing is written then.
 */
export type Handler = (
  repositoryId: number,
  installationId: number,
  isAlone: () => boolean,
) => Promise<{ readonly wakeAt: Instant | null }>;

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
}

/** Hints that never pause must not keep others waiting: after so many passes, back into the queue. */
const PASSES_MAX = 10;

/**
 * Reconcile one repository until nothing is owed. One process at a time, over all replicas. Who
 * meets the lock leaves ("busy"), because whoever holds it compares generations before giving it
 * back, and once more afterwards: a hint may come, and its job meet the lock, in between.
 */
export async function runPasses(
  context: PassContext,
  repositoryId: number,
  options: { readonly isOnlyIfBehind: boolean },
): Promise<"done" | "busy"> {
  const { pool, work, clock } = context;
  for (let round = 1; ; round++) {
    const lock = await tryLock(pool, `smallbatch:repository:${repositoryId}`);
    if (lock === null) return round === 1 ? "busy" : "done";
    let outcome: LockedOutcome;
    try {
      outcome = await runLocked(context, repositoryId, lock, options.isOnlyIfBehind || round > 1);
    } finally {
      await lock.release();
    }
    if (outcome === "leave") await work.hint(repositoryId, clock.now());
    if (outcome !== "settled") return "done";
    const row = await work.beginWork(repositoryId, clock.now());
    if (row === null || row.standstill !== null || row.served >= row.generation) return "done";
  }
}

type LockedOutcome =
  /** Nothing was owed, or nobody may work on it, when we looked last. */
  | "settled"
  /** It is owed and queued for later. */
  | "waiting"
  /** It may be owed and is not queued yet. */
  | "leave";

async function runLocked(
  context: PassContext,
  repositoryId: number,
  lock: HeldLock,
  isOnlyIfBehind: boolean,
): Promise<LockedOutcome> {
  const { work, clock, isStopping } = context;
  for (let pass = 1; pass <= PASSES_MAX && !isStopping(); pass++) {
    const begin = await work.beginWork(repositoryId, clock.now());
    if (begin === null || begin.standstill !== null) return "settled";
    if (isOnlyIfBehind && begin.served >= begin.generation) return "settled";
    const end = await tryPass(context, repositoryId, begin, lock.isHeld);
    // Somebody else may be at it by now and writes down what it saw.
    if (!lock.isHeld()) return "leave";
    const { generation } = begin;
    const next = await work.endWork({ repositoryId, generation, end, now: clock.now() });
    if (next === "again") continue;
    return end.kind === "wait" || end.kind === "failed" ? "waiting" : "settled";
  }
  return "leave";
}

async function tryPass(
  context: PassContext,
  repositoryId: number,
  begin: { readonly installationId: number; readonly failures: number },
  isAlone: () => boolean,
): Promise<PassEnd> {
  const { handler, clock, logger, spread } = context;
  const { installationId, failures } = begin;
  try {
    const { wakeAt } = await handler(repositoryId, installationId, isAlone);
    return { kind: "served", wakeAt };
  } catch (error) {
    const end = judgeFailure(error, { failures, now: clock.now(), spread: spread() });
    const fields = { repositoryId, installationId, err: error, end: end.kind };
    if (end.kind === "parked") logger.error(fields, "The repository is parked until a hint.");
    else logger.warn(fields, "The pass failed and is repeated.");
    return end;
  }
}
