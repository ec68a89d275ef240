import type pg from "pg";
import type { Instant } from "../core/state.ts";
import { runQuery } from "./connection.ts";

/** Seconds: an hour to twelve weeks. A bucket has all that took at most so long. */
export const CLOCK_SECONDS = [
  3_600, 14_400, 43_200, 86_400, 172_800, 345_600, 604_800, 1_209_600, 2_419_200, 7_257_600,
] as const;

/** Durations of one series: how many took at most each of `CLOCK_SECONDS`, all, and their sum. */
export interface ClockSeries {
  readonly labels: Readonly<Record<string, string>>;
  readonly buckets: readonly number[];
  readonly count: number;
  /** Seconds. */
  readonly sum: number;
}

/** What is on record of all installations, by repository and by words that have an end. */
export interface ClockGauges {
  readonly lead: readonly ClockSeries[];
  readonly release: readonly ClockSeries[];
  readonly fix: readonly ClockSeries[];
  readonly open: readonly ClockSeries[];
  readonly merged: readonly Pick<ClockSeries, "labels" | "count">[];
  readonly releases: readonly Pick<ClockSeries, "labels" | "count">[];
}

/** Repositories with a name of their own: those with the most merged pulls of the last 90 days. */
const NAMED_MAX = 50;

const BUSY_MS = 90 * 86_400_000;

/** Older author dates are not believed, as `core/clocks/pull-times.ts` has it. */
const EARLY_MS_MAX = 30 * 86_400_000;

/**
 * `repo` is the name of a public repository, "private" for all private ones together, or "other".
 * Nobody is asked for a password where this is shown.
 */
const PLACES = `select id, case when is_private then 'private'
    when busy_rank > ${NAMED_MAX} then 'other' else owner || '/' || name end as repo
  from (
    select r.*, row_number() over (
      partition by r.is_private order by coalesce(busy.merged, 0) desc, r.id) as busy_rank
    from smallbatch.repository r
    join smallbatch.installation i on i.id = r.installation_id
      and i.deleted_at is null and i.suspended_at is null
    left join (
      select repository_id, count(*) as merged from smallbatch.clock_pull
      where merged_at > $1::bigint - ${BUSY_MS} group by repository_id
    ) busy on busy.repository_id = r.id
    where r.removed_at is null
  ) ranked`;

interface Places {
  readonly now: Instant;
  readonly ids: readonly number[];
  readonly repos: readonly string[];
}

const AI = `case when p.agents::text like '%"author"%' or p.agents::text like '%"coauthor"%'
  then 'yes' else 'no' end`;
const CLASS = `case p.kind when 'feature' then 'feature' when 'untyped' then 'untyped'
  when 'fix' then 'fix' when 'security' then 'fix' when 'performance' then 'fix' else 'other' end`;

export async function readClockGauges(pool: pg.Pool, now: Instant): Promise<ClockGauges> {
  const named = await runQuery<{ id: number; repo: string }>(
    pool,
    "name repositories for metrics",
    PLACES,
    [now],
  );
  const ids = named.map(({ id }) => id);
  const places = { now, ids, repos: named.map(({ repo }) => repo) };
  // One after the other: releases wait for connections, and a scrape does not matter.
  const lead = await readSeries(pool, places, ["class", "ai", "bot"], LEAD);
  const release = await readSeries(pool, places, [], RELEASE);
  const fix = await readSeries(pool, places, [], FIX);
  const open = await readSeries(pool, places, ["of"], OPEN);
  const releases = await readSeries(pool, places, ["kind"], RELEASES);
  return { lead, release, fix, open, merged: lead, releases };
}

const LEAD = `select repo, ${CLASS} as class, ${AI} as ai,
    case when p.is_bot then 'yes' else 'no' end as bot,
    p.merged_at - greatest(least(p.created_at, coalesce(p.first_authored_at, p.created_at)),
      p.created_at - ${EARLY_MS_MAX}) as ms
  from smallbatch.clock_pull p join place on place.id = p.repository_id
  where p.merged_at is not null`;

/**
 * As clock 2 has it: how long work waited for the first release on record nobody knows, one that was
 * published behind newer ones says nothing, and what was taken back before was never to be used.
 */
const RELEASE = `select repo, p.released_at - p.merged_at as ms
  from smallbatch.clock_pull p join place on place.id = p.repository_id
  where p.released_at is not null and p.merged_at is not null and p.is_releasable
    and (p.reverted_at is null or p.reverted_at >= p.released_at)
    and not exists (select from smallbatch.clock_release r
      join smallbatch.clock_carried c using (repository_id, tag)
      where r.kind in ('first', 'backfill') and not r.is_prerelease
        and c.repository_id = p.repository_id and c.pull = p.number
        and r.usable_at = p.released_at)`;

const FIX = `select repo, f.fix_usable_at - f.opened_at as ms
  from smallbatch.clock_feedback f join place on place.id = f.repository_id
  where f.fix_usable_at is not null and f.duplicate_of is null and f.kind <> 'idea'`;

const RELEASES = `select repo, r.kind, null::bigint as ms
  from smallbatch.clock_release r join place on place.id = r.repository_id
  where not r.is_prerelease`;

const OPEN = `select repo, 'pull' as of, place.now - p.created_at as ms
  from smallbatch.clock_pull p join place on place.id = p.repository_id
  where p.merged_at is null and p.closed_at is null
  union all
  select repo, 'waiting', place.now - p.merged_at
  from smallbatch.clock_pull p join place on place.id = p.repository_id
  where p.merged_at is not null and p.released_at is null and p.reverted_at is null
    and p.is_releasable
  union all
  select repo, 'feedback', place.now - f.opened_at
  from smallbatch.clock_feedback f join place on place.id = f.repository_id
  where f.closed_at is null and f.fix_usable_at is null and f.duplicate_of is null
    and f.kind <> 'idea'`;

/** Names of labels and the statement are ours. */
async function readSeries(
  pool: pg.Pool,
  { now, ids, repos }: Places,
  names: readonly string[],
  rows: string,
): Promise<readonly ClockSeries[]> {
  const labels = ["repo", ...names];
  const counts = CLOCK_SECONDS.map(
    (seconds) => `count(*) filter (where ms <= ${seconds * 1_000})`,
  ).join(", ");
  const found = await runQuery<{ label: string[]; buckets: number[]; count: number; sum: number }>(
    pool,
    "count what the clocks read",
    `with place as (
      select p.id, p.repo, $1::bigint as now
      from unnest($2::bigint[], $3::text[]) as p(id, repo)
    ), seen as (${rows})
    select array[${labels.join(", ")}] as label, array[${counts}]::float8[] as buckets,
      count(*)::float8 as count, coalesce(sum(greatest(ms, 0)) / 1000.0, 0)::float8 as sum
    from seen group by ${labels.join(", ")} order by ${labels.join(", ")}`,
    [now, ids, repos],
  );
  return found.map(({ label, ...series }) => ({
    ...series,
    labels: Object.fromEntries(labels.map((name, at) => [name, label[at] ?? ""])),
  }));
}
