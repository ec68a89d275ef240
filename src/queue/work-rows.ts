import type { Instant } from "../core/state.ts";
import type { PassEnd } from "../ports.ts";

/**
 * What the queue needs of the database, beside the queue's own tables: one row per repository with
 * a generation that every hint raises, and one per periodic duty.
 */
export interface QueueDatabase {
  /** `postgres://…`: the queue opens its own connections. */
  readonly url: string;
  readonly work: WorkRows;
  readonly sweeps: {
    takeTurn(
      name: string,
      periodMs: number,
      now: Instant,
    ): Promise<
      { readonly isMine: true; readonly previousAt: Instant | null } | { readonly isMine: false }
    >;
    completeTurn(name: string, beganAt: Instant): Promise<void>;
  };
}

export interface WorkRows {
  hint(repositoryId: number, at: Instant | null): Promise<boolean>;
  beginWork(
    repositoryId: number,
    now: Instant,
  ): Promise<{
    readonly installationId: number;
    readonly generation: number;
    readonly served: number;
    readonly failures: number;
    /** Passes that came to an end so far, whatever it was. */
    readonly passes: number;
    /** GitHub asked to wait until then; null: nothing to wait for. */
    readonly waitUntil: Instant | null;
    /** Why nobody may work on it now; null: work. */
    readonly standstill: string | null;
    /** Checks are pending: no look before. Null: nothing to wait for. */
    readonly quietUntil: Instant | null;
  } | null>;
  endWork(request: {
    readonly repositoryId: number;
    readonly generation: number;
    readonly end: PassEnd;
    readonly now: Instant;
  }): Promise<"done" | "again">;
  enqueueDue(now: Instant, periodMs: number): Promise<number>;
}
