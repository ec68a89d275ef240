import type pg from "pg";
import type { ClockStore } from "../clocks-port.ts";
import { keepSightings } from "./clock-keeping.ts";
import { closeClockNews, tellClocksOfLook } from "./clock-news.ts";
import { listEnvironments } from "./clock-production.ts";
import { openClockReader } from "./clock-reader.ts";
import { runQuery, runTransaction, toJson } from "./connection.ts";
import type { Sql } from "./connection.ts";

export function openClockStore(pool: pg.Pool, installationId: number): ClockStore {
  return {
    ...openClockReader(pool, installationId),
    keep: (repositoryId, seen) =>
      runTransaction(pool, "keep what the clocks read", (sql) =>
        keepSightings(sql, installationId, repositoryId, seen),
      ),
    listStanding: (repositoryId, since, limit) =>
      listStanding(pool, installationId, { repositoryId, since, limit }),
    newestFact: (repositoryId) => newestFact(pool, installationId, repositoryId),
    closeNews: (repositoryId, told) => closeClockNews(pool, installationId, repositoryId, told),
    tellLook: (repositoryId, seen) => tellClocksOfLook(pool, installationId, repositoryId, seen),
    listEnvironments: (repositoryId) =>
      runTransaction(pool, "list environments on record", (sql) =>
        listEnvironments({ sql, installationId, repositoryId }),
      ),
    keepReading: (repositoryId, reading) =>
      keepReading(pool, installationId, { repositoryId, reading }),
  };
}

async function keepReading(
  sql: Sql,
  installationId: number,
  asked: {
    readonly repositoryId: number;
    readonly reading: Parameters<ClockStore["keepReading"]>[1];
  },
): Promise<void> {
  const { repositoryId, reading } = asked;
  const { knownSince, readAt, cursor, production, factId = 0 } = reading;
  await runQuery(
    sql,
    "keep how far GitHub was read",
    `insert into smallbatch.clock_reading as c
      (repository_id, installation_id, known_since, read_at, cursor, fact_id, production)
    select id, installation_id, $3, $4, $5, $7, $8 from smallbatch.repository
      where id = $2 and installation_id = $1
    on conflict (repository_id) do update set
      known_since = least(c.known_since, excluded.known_since),
      read_at = greatest(c.read_at, excluded.read_at),
      fact_id = greatest(c.fact_id, excluded.fact_id),
      cursor = case when $6 then excluded.cursor else c.cursor end,
      production = case when $9 then excluded.production else c.production end
      where c.installation_id = excluded.installation_id`,
    [
      installationId,
      repositoryId,
      knownSince ?? null,
      readAt ?? null,
      cursor === undefined || cursor === null ? null : toJson(cursor),
      cursor !== undefined,
      factId,
      production ?? null,
      production !== undefined,
    ],
  );
}

async function newestFact(sql: Sql, installationId: number, repositoryId: number): Promise<number> {
  const [row] = await runQuery<{ id: number | null }>(
    sql,
    "look up the newest fact",
    "select max(id) as id from smallbatch.fact where installation_id = $1 and repository_id = $2",
    [installationId, repositoryId],
  );
  return row?.id ?? 0;
}

async function listStanding(
  sql: Sql,
  installationId: number,
  asked: { readonly repositoryId: number; readonly since: number; readonly limit: number },
): Promise<readonly string[]> {
  const { repositoryId, since, limit } = asked;
  const rows = await runQuery<{ tag: string }>(
    sql,
    "list releases that stand",
    `select tag from smallbatch.clock_release where installation_id = $1 and repository_id = $2
      and published_at >= $3 and withdrawn_at is null and not is_tag_only
    order by published_at desc, tag limit $4`,
    [installationId, repositoryId, since, limit],
  );
  return rows.map(({ tag }) => tag);
}
