import type pg from "pg";
import type { Instant } from "../core/state.ts";
import { runQuery, runTransaction, toJson } from "./connection.ts";
import type { Sql } from "./connection.ts";

/** One resource of a repository as last read. */
export interface PollReading {
  readonly etag: string | null;
  readonly digest: string;
}

/** A repository whose turn it is. */
export interface PollTurn {
  readonly id: number;
  readonly owner: string;
  readonly name: string;
  readonly defaultBranch: string;
  readonly kept: ReadonlyMap<string, PollReading>;
}

/** A hint makes a repository one that is looked at often, for this long. */
const ACTIVE_MS = 60 * 60_000;
/** Of the places of a turn; the others go to repositories where nothing is going on. */
const ACTIVE_SHARE = 0.75;

/** What the poll remembers between two turns, over all installations. */
export class Polls {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** The pages as they were kept; empty: none were. */
  async readList(installationId: number): Promise<readonly unknown[]> {
    const rows = await runQuery<{ pages: unknown[] }>(
      this.#pool,
      "read a list",
      "select pages from smallbatch.poll_list where installation_id = $1",
      [installationId],
    );
    return rows[0]?.pages ?? [];
  }

  /** `pushed`: what the list says was pushed to since, to be looked at first. */
  async keepList(
    installationId: number,
    pages: readonly unknown[],
    pushed: readonly number[],
  ): Promise<void> {
    await runTransaction(this.#pool, "keep a list", async (sql) => {
      await putFirst(sql, pushed);
      await sql.query(
        `insert into smallbatch.poll_list (installation_id, pages) values ($1, $2)
        on conflict (installation_id) do update set pages = excluded.pages`,
        [installationId, toJson(pages)],
      );
    });
  }

  /**
   * The next `count` repositories: those that were put first, then those that wait for something
   * or were hinted within the hour, then the others; within each the one that waited longest.
   */
  async takeTurns(
    installationId: number,
    options: { readonly count: number; readonly except: readonly number[]; readonly now: Instant },
  ): Promise<readonly PollTurn[]> {
    const { count, except, now } = options;
    const rows = await runQuery<TurnRow>(
      this.#pool,
      "take turns of the poll",
      `with candidate as (
        select r.id, r.polled_at,
          coalesce(r.hinted_at > $2::timestamptz - $3 * interval '1 millisecond', false) or exists (
            select from smallbatch.line l where l.repository_id = r.id
              and l.plan -> 'reason' ->> 'state' in ('held', 'prepared', 'releasing')
          ) as is_active
        from smallbatch.repository r
        where r.installation_id = $1 and r.removed_at is null and not (r.id = any($6))
      ), ranked as (
        select id, polled_at, is_active and row_number() over (
          partition by is_active order by polled_at nulls first, id
        ) <= $4 as is_preferred
        from candidate
      ), taken as (
        select id from ranked
        order by polled_at is null desc, is_preferred desc, polled_at, id
        limit $5
      ), turned as (
        update smallbatch.repository r set polled_at = $2 from taken where r.id = taken.id
        returning r.id, r.owner, r.name, r.default_branch
      )
      select t.id, t.owner, t.name, t.default_branch, coalesce(
        jsonb_object_agg(p.resource, jsonb_build_object('etag', p.etag, 'digest', p.digest))
          filter (where p.resource is not null), '{}') as kept
      from turned t left join smallbatch.poll p on p.repository_id = t.id
      group by t.id, t.owner, t.name, t.default_branch`,
      [installationId, new Date(now), ACTIVE_MS, Math.ceil(count * ACTIVE_SHARE), count, except],
    );
    return rows.map(toTurn);
  }

  /** They come before all others the next time. */
  async putFirst(repositoryIds: readonly number[]): Promise<void> {
    await runTransaction(this.#pool, "put repositories first", (sql) =>
      putFirst(sql, repositoryIds),
    );
  }

  /** Keep what was read, and hint where it matters: both, or neither. */
  async keep(
    installationId: number,
    repositoryId: number,
    look: { readonly readings: ReadonlyMap<string, PollReading>; readonly isChanged: boolean },
  ): Promise<void> {
    if (look.readings.size === 0) return;
    await runTransaction(this.#pool, "keep what was polled", async (sql) => {
      for (const [resource, { etag, digest }] of look.readings) {
        await sql.query(
          `insert into smallbatch.poll (repository_id, installation_id, resource, etag, digest)
          values ($1, $2, $3, $4, $5)
          on conflict (repository_id, resource) do update
            set etag = excluded.etag, digest = excluded.digest`,
          [repositoryId, installationId, resource, etag, digest],
        );
      }
      if (look.isChanged) await sql.query("select smallbatch.hint($1)", [repositoryId]);
    });
  }
}

async function putFirst(sql: Sql, repositoryIds: readonly number[]): Promise<void> {
  await sql.query(
    `update smallbatch.repository set polled_at = null
    where id in (select id from smallbatch.repository where id = any($1) order by id for update)`,
    [repositoryIds],
  );
}

interface TurnRow extends pg.QueryResultRow {
  id: number;
  owner: string;
  name: string;
  default_branch: string | null;
  kept: Record<string, PollReading>;
}

function toTurn(row: TurnRow): PollTurn {
  return {
    id: row.id,
    owner: row.owner,
    name: row.name,
    // Null until a list or a webhook told it; `HEAD` is the default branch by another name.
    defaultBranch: row.default_branch ?? "HEAD",
    kept: new Map(Object.entries(row.kept)),
  };
}
