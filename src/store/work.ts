import type pg from "pg";
import { redact } from "../core/redact.ts";
import type { Instant } from "../core/state.ts";
import type { PassEnd } from "../ports.ts";
import { cleanText, runQuery, runTransaction, toInstant, toJson } from "./connection.ts";
import type { Sql } from "./connection.ts";

/** What a pass needs to know before it begins. */
export interface WorkBegin {
  readonly installationId: number;
  readonly generation: number;
  readonly served: number;
  /** Attempts that failed in a row. */
  readonly failures: number;
  /** Passes that came to an end, whatever it was; one more after each. */
  readonly passes: number;
  /** GitHub asked to wait until then; null: nothing to wait for. */
  readonly waitUntil: Instant | null;
  /** Why nobody may work on it now; null: work. */
  readonly standstill: "removed" | "installation-gone" | "suspended" | "parked" | null;
  /** Checks are pending: no look before. Null: nothing to wait for. */
  readonly quietUntil: Instant | null;
}

export interface ParkedRepository {
  readonly repositoryId: number;
  readonly installationId: number;
  readonly owner: string;
  readonly name: string;
  readonly parkedAt: Instant;
  /** Looked at again then, even without a hint. */
  readonly until: Instant;
  readonly code: string;
  readonly message: string;
}

/** After every hint, whose turns are 100 at most (`smallbatch.turn`). */
const ROUTINE_TURN = 200;

const MESSAGE_CHARS_MAX = 2_000;

/** What is to be done, over all installations: the side of the queue that PostgreSQL keeps. */
export class Work {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Look at it as soon as a worker is free, or at a later time. False where it is not known. */
  async hint(repositoryId: number, at: Instant | null): Promise<boolean> {
    if (at === null) {
      const rows = await runQuery<{ known: boolean }>(
        this.#pool,
        "keep a hint",
        "select smallbatch.hint($1) as known",
        [repositoryId],
      );
      return rows[0]?.known === true;
    }
    const rows = await runQuery(
      this.#pool,
      "keep a hint",
      "select smallbatch.enqueue(id, $2) from smallbatch.repository where id = $1",
      [repositoryId, new Date(at)],
    );
    return rows.length > 0;
  }

  /** Look at every repository of an installation. */
  async hintInstallation(installationId: number): Promise<void> {
    await runQuery(
      this.#pool,
      "keep hints",
      `select smallbatch.hint(id) from (
        select id from smallbatch.repository
        where installation_id = $1 and removed_at is null order by id
      ) as known`,
      [installationId],
    );
  }

  /** Null where the repository is not known. */
  async beginWork(repositoryId: number, now: Instant): Promise<WorkBegin | null> {
    const rows = await runQuery<{
      installation_id: number;
      generation: number;
      served: number;
      failures: number;
      passes: number;
      wait_until: Date | null;
      standstill: WorkBegin["standstill"];
      quiet_until: Date | null;
    }>(
      this.#pool,
      "begin a pass",
      // With a lock, because a hint that is being written may count on a job of ours to see it.
      `select r.installation_id, r.generation, r.served, r.failures, r.passes, r.quiet_until,
        case when r.failures = 0 and r.retry_at > $2 then r.retry_at end as wait_until,
        case when r.removed_at is not null then 'removed'
          when i.deleted_at is not null then 'installation-gone'
          when i.suspended_at is not null then 'suspended'
          when r.parked_until > $2 then 'parked' end as standstill
      from smallbatch.repository r
      left join smallbatch.installation i on i.id = r.installation_id
      where r.id = $1 for share of r`,
      [repositoryId, new Date(now)],
    );
    const row = rows[0];
    if (row === undefined) return null;
    return {
      installationId: row.installation_id,
      generation: row.generation,
      served: row.served,
      failures: row.failures,
      passes: row.passes,
      waitUntil: toInstant(row.wait_until),
      standstill: row.standstill,
      quietUntil: toInstant(row.quiet_until),
    };
  }

  /**
   * Write down how a pass that began at `generation` ended, and queue the next one. "again": a hint
   * came meanwhile, so what the pass saw may be old.
   */
  async endWork(request: {
    readonly repositoryId: number;
    readonly generation: number;
    readonly end: PassEnd;
    readonly now: Instant;
  }): Promise<"done" | "again"> {
    const { repositoryId, generation, end, now } = request;
    if (end.kind === "served") return await this.#serve(repositoryId, generation, end, now);
    return await runTransaction(this.#pool, "end a pass", async (sql) => {
      // Waits for hints that are being written, and makes later ones wait for us.
      const { rows } = await sql.query<{ generation: number }>(
        `update smallbatch.repository set passes = passes + 1 where id = $1 returning generation`,
        [repositoryId],
      );
      const row = rows[0];
      if (row === undefined) return "done";
      const isOld = row.generation > generation;
      switch (end.kind) {
        case "wait":
        case "failed":
          await markRetry(sql, repositoryId, end);
          return "done";
        case "parked":
          // Given up on the old news; the new ones may say otherwise.
          if (isOld) return "again";
          await markParked(sql, repositoryId, end, now);
          return "done";
      }
    });
  }

  async #serve(
    repositoryId: number,
    generation: number,
    { wakeAt, awaits, quietUntil }: Extract<PassEnd, { kind: "served" }>,
    now: Instant,
  ): Promise<"done" | "again"> {
    const rows = await runQuery<{ again: boolean }>(
      this.#pool,
      "end a pass",
      "select smallbatch.serve($1, $2, $3, $4, $5, $6) as again",
      [repositoryId, generation, new Date(now), toDate(wakeAt), toJson(awaits), toDate(quietUntil)],
    );
    return rows[0]?.again === true ? "again" : "done";
  }

  async readParked(): Promise<readonly ParkedRepository[]> {
    const rows = await runQuery<{
      id: number;
      installation_id: number;
      owner: string;
      name: string;
      parked_at: Date;
      parked_until: Date;
      parked_code: string;
      parked_message: string;
    }>(
      this.#pool,
      "list parked repositories",
      `select id, installation_id, owner, name, parked_at, parked_until, parked_code, parked_message
      from smallbatch.repository
      where parked_at is not null and removed_at is null order by parked_at, id`,
    );
    return rows.map((row) => ({
      repositoryId: row.id,
      installationId: row.installation_id,
      owner: row.owner,
      name: row.name,
      parkedAt: row.parked_at.getTime(),
      until: row.parked_until.getTime(),
      code: row.parked_code,
      message: row.parked_message,
    }));
  }

  /**
   * Queue every repository that is owed a look: hinted and not served (its job was lost), parked
   * long enough, or not looked at for `periodMs`, with a spread of a tenth so that they do not all
   * come at once. Gives back how many. A routine look lets every hint go first; a hint that nobody
   * served for minutes goes before all others, so that no turn keeps it waiting for ever.
   */
  async enqueueDue(now: Instant, periodMs: number): Promise<number> {
    const rows = await runQuery(
      this.#pool,
      "queue what is due",
      `select smallbatch.enqueue(r.id, $1::timestamptz,
        case when r.served < r.generation then 0 else ${ROUTINE_TURN} end)
      from smallbatch.repository r
      left join smallbatch.installation i on i.id = r.installation_id
      where r.removed_at is null and i.deleted_at is null and i.suspended_at is null
        and case
          when r.parked_at is not null then r.parked_until <= $1
          when r.retry_at > $1 then false
          when r.served < r.generation then r.hinted_at < $1::timestamptz - interval '2 minutes'
          else coalesce(r.last_reconciled_at, '-infinity')
            < $1::timestamptz - (0.9 + 0.1 * random()) * $2 * interval '1 millisecond'
        end
      order by r.id`,
      [new Date(now), periodMs],
    );
    return rows.length;
  }
}

function toDate(at: Instant | null): Date | null {
  return at === null ? null : new Date(at);
}

async function enqueue(sql: Sql, repositoryId: number, at: Instant): Promise<void> {
  await sql.query("select smallbatch.enqueue($1, $2)", [repositoryId, new Date(at)]);
}

/** A wait that GitHub asked for holds for hints too, and ends a row of failures. */
async function markRetry(
  sql: Sql,
  repositoryId: number,
  end: Extract<PassEnd, { kind: "wait" | "failed" }>,
): Promise<void> {
  const at = end.kind === "wait" ? end.until : end.retryAt;
  await sql.query(
    `update smallbatch.repository set retry_at = $2, failures = $3::int * (failures + 1),
      parked_at = null, parked_until = null, parked_code = null, parked_message = null
    where id = $1`,
    [repositoryId, new Date(at), end.kind === "failed" ? 1 : 0],
  );
  await enqueue(sql, repositoryId, at);
}

async function markParked(
  sql: Sql,
  repositoryId: number,
  end: Extract<PassEnd, { kind: "parked" }>,
  now: Instant,
): Promise<void> {
  await sql.query(
    `update smallbatch.repository set parked_at = coalesce(parked_at, $2), parked_until = $3,
      parked_code = $4, parked_message = $5, retry_at = null, failures = failures + 1
    where id = $1`,
    [
      repositoryId,
      new Date(now),
      new Date(end.until),
      end.code,
      redact(cleanText(end.message)).slice(0, MESSAGE_CHARS_MAX),
    ],
  );
}
