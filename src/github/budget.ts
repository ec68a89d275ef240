import type { Clock } from "../ports.ts";

/** Content writes that GitHub accepts from one installation before it slows us down. */
export interface WriteBudget {
  /**
   * Ask for `writes` content writes. Null: granted and spent. Otherwise nothing is spent, and
   * asking again makes sense after `waitMs`. A patient one leaves room for releases.
   */
  take(writes: number, isPatient?: boolean): Promise<{ readonly waitMs: number } | null>;
  /** GitHub asked us to wait: grant nothing before `until` (epoch milliseconds). */
  pause(until: number): Promise<void>;
}

/** Writes that are left to releases by what can wait: of a minute's 80, and of an hour's 500. */
export const MINUTE_WRITES_LEFT = 30;
export const HOUR_WRITES_LEFT = 150;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** GitHub, "Rate limits for the REST API": 80 content-creating requests a minute, 500 an hour. */
const WRITES_MAX = [
  { spanMs: MINUTE_MS, writes: 80, left: MINUTE_WRITES_LEFT },
  { spanMs: HOUR_MS, writes: 500, left: HOUR_WRITES_LEFT },
] as const;

/** A budget of one process, for runs with a plain token. Replicas need the one in the store. */
export function createMemoryBudget(clock: Clock): WriteBudget {
  let spent: { at: number; writes: number }[] = [];
  let pausedUntil = 0;

  /** Milliseconds until `writes` more fit into the span; 0: they fit now. */
  function waitFor(writes: number, now: number, span: (typeof WRITES_MAX)[number]): number {
    const recent = spent.filter(({ at }) => at > now - span.spanMs);
    let total = recent.reduce((sum, entry) => sum + entry.writes, writes);
    for (const entry of recent) {
      if (total <= span.writes) return 0;
      total -= entry.writes;
      if (total <= span.writes) return entry.at + span.spanMs - now;
    }
    return 0;
  }

  return {
    take: (writes, isPatient = false) => {
      const now = clock.now();
      spent = spent.filter(({ at }) => at > now - HOUR_MS);
      const waitMs = Math.max(
        pausedUntil - now,
        ...WRITES_MAX.map((span) => waitFor(writes + (isPatient ? span.left : 0), now, span)),
      );
      if (waitMs > 0) return Promise.resolve({ waitMs });
      spent.push({ at: now, writes });
      return Promise.resolve(null);
    },
    pause: (until) => {
      pausedUntil = Math.max(pausedUntil, until);
      return Promise.resolve();
    },
  };
}
