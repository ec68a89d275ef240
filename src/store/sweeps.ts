import type pg from "pg";
import type { Instant } from "../core/state.ts";
import { runQuery, toInstant } from "./connection.ts";

export type Turn =
  /** `previousAt`: when the last one that came to its end had begun; null: none did. */
  { readonly isMine: true; readonly previousAt: Instant | null } | { readonly isMine: false };

/** Periodic duties, each done by one replica per period. */
export class Sweeps {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Take the turn for a duty unless somebody took it less than `periodMs` ago. */
  async takeTurn(name: string, periodMs: number, now: Instant): Promise<Turn> {
    const rows = await runQuery<{ completed_at: Date | null }>(
      this.#pool,
      "take a turn",
      `insert into smallbatch.sweep as s (name, began_at) values ($1, $2)
      on conflict (name) do update set began_at = excluded.began_at
        where s.began_at <= $2::timestamptz - $3 * interval '1 millisecond'
      returning completed_at`,
      [name, new Date(now), periodMs],
    );
    const row = rows[0];
    if (row === undefined) return { isMine: false };
    return { isMine: true, previousAt: toInstant(row.completed_at) };
  }

  /** The turn that began at `beganAt` came to its end. */
  async completeTurn(name: string, beganAt: Instant): Promise<void> {
    await runQuery(
      this.#pool,
      "complete a turn",
      "update smallbatch.sweep set completed_at = greatest(completed_at, $2) where name = $1",
      [name, new Date(beganAt)],
    );
  }
}
