import type pg from "pg";
import type { Instant } from "../core/state.ts";
import { runQuery } from "./connection.ts";

/** A repository whose past is to be read. */
export interface ClockDuty {
  readonly id: number;
  readonly installationId: number;
  readonly owner: string;
  readonly name: string;
  /** That were looked at, the default one among them. */
  readonly branches: readonly string[];
}

/** Nothing that happened is believed to have reached us for longer than this. */
const BELIEVED_MS_MAX = 24 * 3_600_000;
/** Releases go first: a repository that is being looked at is left alone for so long. */
const QUIET_MS = 60_000;

/** Facts that may change what the clocks read. */
const TELLING = "smallbatch.clock_part(f.kind) is not null";

/** Of a repository `r`: branches whose merges are released. */
export const BRANCHES = `array(select distinct branch from smallbatch.line l
    where l.repository_id = r.id union select r.default_branch where r.default_branch is not null)`;

/** Those that were never read first, then those that wait longest. */
export async function listClockDuties(
  pool: pg.Pool,
  now: Instant,
  limit: number,
): Promise<readonly ClockDuty[]> {
  return await runQuery<ClockDuty & pg.QueryResultRow>(
    pool,
    "list what the clocks have to read",
    `select r.id, r.installation_id as "installationId", r.owner, r.name, ${BRANCHES} as branches
    from smallbatch.repository r
    left join smallbatch.installation i on i.id = r.installation_id
    left join smallbatch.clock_reading c on c.repository_id = r.id
    where r.removed_at is null and i.deleted_at is null and i.suspended_at is null
      and r.last_reconciled_at < to_timestamp($1::double precision / 1000) - $4 * interval '1 ms'
      and (c.read_at is null or c.cursor is not null or c.read_at < $1 - $3
        or exists (select from smallbatch.fact f where f.repository_id = r.id and ${TELLING}
          and f.id > coalesce(c.fact_id, 0)))
    order by c.read_at nulls first, r.id limit $2`,
    [now, limit, BELIEVED_MS_MAX, QUIET_MS],
  );
}
