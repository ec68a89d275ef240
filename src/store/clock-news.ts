import type pg from "pg";
import type { ClockStore, ReadingPart } from "../clocks-port.ts";
import type { Instant } from "../core/state.ts";
import { BRANCHES } from "./clock-duties.ts";
import type { ClockDuty } from "./clock-duties.ts";
import { runQuery, toJson } from "./connection.ts";
import type { Sql } from "./connection.ts";

/** What deliveries and looks told the clocks of, until it was read from GitHub. */

/** One part of a repository. */
interface ToldPart {
  readonly part: ReadingPart;
  /** What was told so far; a reading ends what it began after. */
  readonly asks: number;
  /** When the last reading of it began. */
  readonly readAt: Instant;
}

export interface ClockNews extends ClockDuty {
  readonly told: readonly ToldPart[];
}

/** A part is read no more often than this: what is told meanwhile is read together. */
const PACE_MS = 30_000;

/**
 * Take what was told, those first that wait longest; who dies on the way gives it back with the
 * pace. Repositories whose past was never read to the end are left out: that reading finds it all.
 */
export async function takeClockNews(
  pool: pg.Pool,
  now: Instant,
  limit: number,
): Promise<readonly ClockNews[]> {
  return await runQuery<ClockNews & pg.QueryResultRow>(
    pool,
    "take what the clocks were told",
    `with due as (
      select n.repository_id, n.part from smallbatch.clock_news n
      join smallbatch.repository r on r.id = n.repository_id
      join smallbatch.clock_reading c on c.repository_id = n.repository_id
      left join smallbatch.installation i on i.id = n.installation_id
      where n.asks > n.done and (n.taken_at is null or n.taken_at <= $1::bigint - $3)
        and c.read_at is not null and r.removed_at is null
        and i.deleted_at is null and i.suspended_at is null
      order by n.taken_at nulls first, n.repository_id, n.part limit $2
      for update of n skip locked
    ), taken as (
      update smallbatch.clock_news n set taken_at = $1::bigint from due
      where n.repository_id = due.repository_id and n.part = due.part
      returning n.repository_id, n.part, n.asks, n.read_at
    )
    select r.id, r.installation_id as "installationId", r.owner, r.name, ${BRANCHES} as branches,
      (select json_agg(json_build_object('part', t.part, 'asks', t.asks,
          'readAt', greatest(t.read_at, c.read_at)) order by t.part)
        from taken t where t.repository_id = r.id) as told
    from smallbatch.repository r join smallbatch.clock_reading c on c.repository_id = r.id
    where r.id in (select repository_id from taken) order by r.id`,
    [now, limit, PACE_MS],
  );
}

/** Done with a part. `readAt`: when its reading began; null: it failed, and the sweep goes on. */
export async function closeClockNews(
  sql: Sql,
  installationId: number,
  repositoryId: number,
  told: Pick<ToldPart, "part" | "asks"> & { readonly readAt: Instant | null },
): Promise<void> {
  await runQuery(
    sql,
    "close what the clocks were told",
    `update smallbatch.clock_news set done = greatest(done, $4), read_at = greatest(read_at, $5)
    where installation_id = $1 and repository_id = $2 and part = $3`,
    [installationId, repositoryId, told.part, told.asks, told.readAt],
  );
}

/** What a look saw on GitHub; what of it is not on record is read. */
export async function tellClocksOfLook(
  sql: Sql,
  installationId: number,
  repositoryId: number,
  { merged, releases }: Parameters<ClockStore["tellLook"]>[1],
): Promise<void> {
  if (merged.length + releases.length === 0) return;
  await runQuery(
    sql,
    "tell the clocks of a look",
    `insert into smallbatch.clock_news as n (repository_id, installation_id, part)
    select r.id, r.installation_id, missing.part
    from smallbatch.repository r, (
      select 'pulls' as part from unnest($3::integer[]) as own(number)
      where not exists (select from smallbatch.clock_pull p where p.repository_id = $2
        and p.number = own.number and p.merged_at is not null)
      union
      select 'releases' from json_to_recordset($4::json) as own(tag text, checks text)
      where not exists (select from smallbatch.clock_release g
        where g.repository_id = $2 and g.tag = own.tag and g.checks = coalesce(own.checks, g.checks))
    ) missing
    where r.id = $2 and r.installation_id = $1
    order by missing.part
    on conflict (repository_id, part) do update set asks = n.asks + 1 where n.asks <= n.done`,
    [installationId, repositoryId, merged, toJson(releases)],
  );
}
