import type pg from "pg";
import type { Instant } from "../core/state.ts";
import { invariant } from "../errors.ts";
import { runQuery } from "./connection.ts";

/**
 * GitHub's secondary limits on requests that create content ("Rate limits for the REST API"): above
 * them it refuses, and an App that goes on may be banned.
 */
export const MINUTE_WRITES_MAX = 80;
export const HOUR_WRITES_MAX = 500;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

export type Take =
  | { readonly kind: "ok" }
  /** Nothing was taken; there may be room at `until`. */
  | { readonly kind: "wait"; readonly until: Instant };

/**
 * How much an installation may still write, shared by all replicas as one row. The row remembers
 * each write of the last hour, so that no window of 60 s holds more than 80 and none of an hour more
 * than 500; a bucket that refills would let twice as many pass around a refill.
 */
export class WriteBudget {
  readonly #pool: pg.Pool;
  readonly #installationId: number;

  constructor(pool: pg.Pool, installationId: number) {
    this.#pool = pool;
    this.#installationId = installationId;
  }

  /**
   * Take `writes` (1 to 80) at once, or none of them. `left`: only where so many of a minute's and
   * of an hour's are left for others.
   */
  async takeWrites(
    writes: number,
    now: Instant,
    left: { readonly minute: number; readonly hour: number } = { minute: 0, hour: 0 },
  ): Promise<Take> {
    invariant(
      Number.isInteger(writes) && writes >= 1 && writes <= MINUTE_WRITES_MAX,
      `1 to ${MINUTE_WRITES_MAX} writes are taken at once, not ${writes}`,
    );
    // Conflicting statements wait for the row and judge its newest version.
    const taken = await runQuery(
      this.#pool,
      "take from the write budget",
      `insert into smallbatch.write_budget as b (installation_id, taken)
      values ($1, array_fill($3::bigint, array[$2::int]))
      on conflict (installation_id) do update set taken = excluded.taken ||
        array(select t from unnest(b.taken) t where t > $3::bigint - ${HOUR_MS} order by t desc)
      where b.paused_until <= $3
        and (select count(*) from unnest(b.taken) t where t > $3::bigint - ${MINUTE_MS}) + $2 + $4
          <= ${MINUTE_WRITES_MAX}
        and (select count(*) from unnest(b.taken) t where t > $3::bigint - ${HOUR_MS}) + $2 + $5
          <= ${HOUR_WRITES_MAX}
      returning 1`,
      [this.#installationId, writes, now, left.minute, left.hour],
    );
    if (taken.length > 0) return { kind: "ok" };
    const rows = await runQuery<{ taken: string[]; paused_until: number }>(
      this.#pool,
      "read the write budget",
      `select array(select t::text from unnest(taken) t order by t desc) as taken, paused_until
      from smallbatch.write_budget where installation_id = $1`,
      [this.#installationId],
    );
    const newestFirst = (rows[0]?.taken ?? []).map(Number);
    return {
      kind: "wait",
      until: Math.max(
        now + 1,
        rows[0]?.paused_until ?? 0,
        roomAt(newestFirst, writes + left.minute, MINUTE_WRITES_MAX, MINUTE_MS),
        roomAt(newestFirst, writes + left.hour, HOUR_WRITES_MAX, HOUR_MS),
      ),
    };
  }

  /** What `pauseUntil` was told last; 0: nothing. */
  async pausedUntil(): Promise<Instant> {
    const rows = await runQuery<{ paused_until: number }>(
      this.#pool,
      "read the pause of the write budget",
      "select paused_until from smallbatch.write_budget where installation_id = $1",
      [this.#installationId],
    );
    return rows[0]?.paused_until ?? 0;
  }

  /** GitHub said `retry-after`: nobody writes before. An earlier time does not shorten the pause. */
  async pauseUntil(until: Instant): Promise<void> {
    await runQuery(
      this.#pool,
      "pause the write budget",
      `insert into smallbatch.write_budget as b (installation_id, paused_until) values ($1, $2)
      on conflict (installation_id)
        do update set paused_until = greatest(b.paused_until, excluded.paused_until)`,
      [this.#installationId, Math.ceil(until)],
    );
  }
}

/** When the write that stands in the way of `writes` more leaves the window. 0: there is room. */
function roomAt(newestFirst: readonly number[], writes: number, max: number, windowMs: number) {
  const inTheWay = newestFirst[max - writes];
  return inTheWay === undefined ? 0 : inTheWay + windowMs;
}
