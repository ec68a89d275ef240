import type pg from "pg";
import { HOUR_WRITES_MAX, MINUTE_WRITES_MAX } from "./budget.ts";
import { runQuery } from "./connection.ts";

/** How the work stands over all replicas and installations, at this moment. */
export interface Gauges {
  /** Looks whose time has come and that nobody has begun. */
  readonly jobsDue: number;
  readonly jobsLater: number;
  readonly jobsRunning: number;
  /** Seconds since the time of the look that is due longest; 0: none is due. */
  readonly oldestDueSeconds: number;
  readonly repositories: number;
  readonly parked: number;
  /** Of the installation that has the fewest left, over the last minute and the last hour. */
  readonly writesLeftMinute: number;
  readonly writesLeftHour: number;
}

interface Row extends pg.QueryResultRow {
  due: number;
  later: number;
  running: number;
  oldest: number;
  repositories: number;
  parked: number;
  minute: number;
  hour: number;
}

export async function readGauges(pool: pg.Pool): Promise<Gauges> {
  const [row] = await runQuery<Row>(
    pool,
    "count the work",
    `with job as (
      select locked_at is not null as is_running, run_at <= now() as is_due, run_at
      from graphile_worker.jobs where attempts < max_attempts or locked_at is not null
    ), spent as (
      select
        (select count(*) from unnest(taken) t where t > ms - 60000) as minute,
        (select count(*) from unnest(taken) t where t > ms - 3600000) as hour
      from smallbatch.write_budget, (select extract(epoch from now()) * 1000 as ms) clock
    )
    select
      (select count(*) from job where not is_running and is_due) as due,
      (select count(*) from job where not is_running and not is_due) as later,
      (select count(*) from job where is_running) as running,
      (select coalesce(extract(epoch from now() - min(run_at)), 0)::float8
        from job where not is_running and is_due) as oldest,
      (select count(*) from smallbatch.repository where removed_at is null) as repositories,
      (select count(*) from smallbatch.repository
        where removed_at is null and parked_at is not null) as parked,
      $1::int - (select coalesce(max(minute), 0) from spent) as minute,
      $2::int - (select coalesce(max(hour), 0) from spent) as hour`,
    [MINUTE_WRITES_MAX, HOUR_WRITES_MAX],
  );
  return {
    jobsDue: row?.due ?? 0,
    jobsLater: row?.later ?? 0,
    jobsRunning: row?.running ?? 0,
    oldestDueSeconds: row?.oldest ?? 0,
    repositories: row?.repositories ?? 0,
    parked: row?.parked ?? 0,
    writesLeftMinute: row?.minute ?? 0,
    writesLeftHour: row?.hour ?? 0,
  };
}
