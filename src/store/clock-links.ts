import type { Kept, KeptKinds } from "../core/clock-records/kept.ts";
import type { Sha } from "../core/state.ts";
import type { Place } from "./clock-place.ts";
import { toJson } from "./connection.ts";

/**
 * What follows from several records: found anew for those that a change touches, and no others.
 *
 * "Materialized": of a repository that is newer than its statistics PostgreSQL expects one row, and
 * would find all of them again for each.
 */

interface Touched {
  readonly pulls: readonly number[];
  readonly commits: readonly Sha[];
  readonly tags: readonly string[];
  /** Of feedback. */
  readonly keys: readonly string[];
}

/** As long as feedback counts for the release that was the newest: see `Attribution`. */
const INFERRED_MS_MAX = 14 * 86_400_000;
/** From then on a release that nobody can use is history. */
const UNUSABLE_MS_MAX = 90 * 86_400_000;
const NEVER = 9_007_199_254_740_991;

/** Replace what the releases are known to carry. */
export async function keepCarried(
  { sql, installationId, repositoryId }: Place,
  releases: readonly Kept<KeptKinds["release"]>[],
): Promise<void> {
  if (releases.length === 0) return;
  const carried = releases.flatMap(({ tag, carries }) =>
    carries.map(({ sha, pull }) => ({ tag, sha, pull })),
  );
  const values = [installationId, repositoryId, toJson(carried), releases.map(({ tag }) => tag)];
  await sql.query(
    `with own as (
      select distinct on (tag, sha) * from json_to_recordset($3::json)
        as own(tag text, sha text, pull integer)
    ), gone as (
      delete from smallbatch.clock_carried c
      where installation_id = $1 and repository_id = $2 and tag = any($4)
        and not exists (select from own where own.tag = c.tag and own.sha = c.sha)
    )
    insert into smallbatch.clock_carried as c (repository_id, installation_id, tag, sha, pull)
    select r.id, r.installation_id, own.tag, own.sha, own.pull
    from own, (select id, installation_id from smallbatch.repository
      where id = $2 and installation_id = $1) r
    on conflict (repository_id, tag, sha) do update set pull = excluded.pull
      where c.pull is distinct from excluded.pull`,
    values,
  );
}

/** In this order: each reads what the ones before it found. */
export async function linkRecords(place: Place, touched: Touched): Promise<void> {
  await linkReverts(place, touched.pulls);
  if (touched.tags.length > 0) await linkRollbacks(place, touched.tags);
  await linkReleased(place, touched);
  if (touched.commits.length + touched.tags.length > 0) await linkCommits(place, touched);
  await linkReleases(place, touched);
  await linkFeedback(place, touched);
}

/** When a pull was taken back: the first merge of one that names it. */
async function linkReverts(
  { sql, installationId, repositoryId }: Place,
  pulls: readonly number[],
): Promise<void> {
  if (pulls.length === 0) return;
  await sql.query(
    `with q as (
      select number, merged_at, reverts_pulls, reverts_shas from smallbatch.clock_pull
      where installation_id = $1 and repository_id = $2 and merged_at is not null
        and (reverts_pulls <> '{}' or reverts_shas <> '{}')
    ), target as (
      select number from unnest($3::integer[]) as own(number)
      union select unnest(reverts_pulls) from q where number = any($3)
      union select p.number from q, unnest(q.reverts_shas) short
        join smallbatch.clock_pull p on p.repository_id = $2
          and p.merge_sha >= short and p.merge_sha < short || 'g'
        where q.number = any($3)
    ), found as materialized (
      select p.number, (
        select min(q.merged_at) from q where q.merged_at >= p.merged_at and q.number <> p.number
          and (p.number = any(q.reverts_pulls)
            or exists (select from unnest(q.reverts_shas) short where p.merge_sha like short || '%'))
      ) as at
      from smallbatch.clock_pull p
      where p.installation_id = $1 and p.repository_id = $2
        and p.number = any(array(select number from target))
    )
    update smallbatch.clock_pull p set reverted_at = found.at from found
    where p.repository_id = $2 and p.number = found.number and p.reverted_at is distinct from found.at`,
    [installationId, repositoryId, pulls],
  );
}

async function linkRollbacks(
  { sql, installationId, repositoryId }: Place,
  tags: readonly string[],
): Promise<void> {
  await sql.query(
    `with q as (
      select tag, published_at, rolls_back from smallbatch.clock_release
      where installation_id = $1 and repository_id = $2 and rolls_back <> '{}'
    ), target as (
      select unnest($3::text[]) as tag union select unnest(rolls_back) from q where tag = any($3)
    ), found as materialized (
      select r.tag, (select min(q.published_at) from q where r.tag = any(q.rolls_back)) as at
      from smallbatch.clock_release r join target using (tag)
      where r.installation_id = $1 and r.repository_id = $2
    )
    update smallbatch.clock_release r set rolled_back_at = found.at from found
    where r.repository_id = $2 and r.tag = found.tag and r.rolled_back_at is distinct from found.at`,
    [installationId, repositoryId, tags],
  );
}

/** When a pull could first be used, and from when on it says nothing new. */
async function linkReleased(
  { sql, installationId, repositoryId }: Place,
  { pulls, tags }: Touched,
): Promise<void> {
  await sql.query(
    `with own as (
      select unnest($3::integer[]) as number
      union select pull from smallbatch.clock_carried
        where installation_id = $1 and repository_id = $2 and tag = any($4) and pull is not null
    ), found as materialized (
      select p.number, p.closed_at, p.merged_at, p.is_releasable, p.reverted_at, (
        select min(r.usable_at) from smallbatch.clock_carried c
        join smallbatch.clock_release r using (repository_id, tag)
        where c.repository_id = $2 and c.pull = p.number and not r.is_prerelease
      ) as released_at
      from smallbatch.clock_pull p
      where p.installation_id = $1 and p.repository_id = $2
        and p.number = any(array(select number from own))
    )
    update smallbatch.clock_pull p set released_at = found.released_at, ends_at = coalesce(
      case when found.merged_at is null then found.closed_at
        else coalesce(found.released_at, found.reverted_at,
          case when found.is_releasable then null else found.merged_at end) end, $5)
    from found where p.repository_id = $2 and p.number = found.number`,
    [installationId, repositoryId, pulls, tags, NEVER],
  );
}

async function linkCommits(
  { sql, installationId, repositoryId }: Place,
  { commits, tags }: Touched,
): Promise<void> {
  await sql.query(
    `with own as (
      select unnest($3::text[]) as sha
      union select sha from smallbatch.clock_carried
        where installation_id = $1 and repository_id = $2 and tag = any($4) and pull is null
    ), found as materialized (
      select m.sha, m.at, m.is_releasable, (
        select min(r.usable_at) from smallbatch.clock_carried c
        join smallbatch.clock_release r using (repository_id, tag)
        where c.repository_id = $2 and c.sha = m.sha and not r.is_prerelease
      ) as released_at
      from smallbatch.clock_commit m join own using (sha)
      where m.installation_id = $1 and m.repository_id = $2
    )
    update smallbatch.clock_commit m set released_at = found.released_at,
      ends_at = coalesce(found.released_at, case when found.is_releasable then $5 else found.at end)
    from found where m.repository_id = $2 and m.sha = found.sha`,
    [installationId, repositoryId, commits, tags, NEVER],
  );
}

const FIXES = "('fix', 'security', 'revert', 'performance')";

/** What kind of release it is, by what it carries. */
async function linkReleases(
  { sql, installationId, repositoryId }: Place,
  { pulls, tags, keys }: Touched,
): Promise<void> {
  await sql.query(
    `with own as (
      select unnest($4::text[]) as tag
      union select tag from smallbatch.clock_carried
        where installation_id = $1 and repository_id = $2 and pull = any($3 || array(
          select unnest(fix_pulls) from smallbatch.clock_feedback
          where installation_id = $1 and repository_id = $2 and key = any($5)))
    ), found as materialized (
      select r.tag, sum(coalesce(p.additions + p.deletions, 'nan'::double precision)) as lines,
        bool_or(coalesce(p.is_releasable, m.is_releasable, c.tag is not null)) as is_full,
        bool_and(p.kind in ${FIXES} or p.is_releasable is false) as is_fix,
        bool_or(exists (select from smallbatch.clock_feedback f where f.repository_id = $2
          and not f.is_dropped and f.kind in ('bug', 'regression') and f.fix_pulls @> array[p.number])) as is_asked
      from smallbatch.clock_release r
      left join smallbatch.clock_carried c on c.repository_id = $2 and c.tag = r.tag
      left join smallbatch.clock_pull p on p.repository_id = $2 and p.number = c.pull
      left join smallbatch.clock_commit m
        on m.repository_id = $2 and m.sha = c.sha and c.pull is null
      where r.installation_id = $1 and r.repository_id = $2
        and r.tag = any(array(select tag from own)) group by r.tag
    )
    update smallbatch.clock_release r set
      lines = case when found.lines = 'nan' then null else found.lines::integer end,
      kind = case when rolls_back <> '{}' then 'rollback' when own_kind <> 'regular' then own_kind
        when not coalesce(is_full, false) then 'empty'
        when is_fix and is_asked then 'hotfix' else 'regular' end,
      ends_at = greatest(coalesce(withdrawn_at, usable_at + $6, published_at + $7), rolled_back_at)
    from found where r.repository_id = $2 and r.tag = found.tag`,
    [installationId, repositoryId, pulls, tags, keys, INFERRED_MS_MAX, UNUSABLE_MS_MAX],
  );
}

/** The tag that a claim names. Null: nothing on record. */
const CLAIMED = `case
  when f.claim is null then null
  when f.claim->>'tag' is not null then (select tag from smallbatch.clock_release
    where repository_id = $2 and tag = f.claim->>'tag')
  when f.claim->>'version' is not null then (select tag from smallbatch.clock_release
    where repository_id = $2 and tag in (f.claim->>'version', 'v' || (f.claim->>'version'))
    order by is_prerelease, published_at, tag limit 1)
  when f.claim->>'pull' is not null then (
    select c.tag from smallbatch.clock_carried c
    join smallbatch.clock_release r using (repository_id, tag)
    where c.repository_id = $2 and c.pull = (f.claim->>'pull')::integer
      and r.usable_at <= f.opened_at and not r.is_prerelease order by r.usable_at limit 1)
  else coalesce(
    (select tag from smallbatch.clock_release where repository_id = $2 and sha = f.claim->>'sha'
      order by published_at desc limit 1),
    (select c.tag from smallbatch.clock_carried c
    join smallbatch.clock_release r using (repository_id, tag)
    where c.repository_id = $2 and c.sha >= f.claim->>'sha' and c.sha < (f.claim->>'sha') || 'g'
      and r.usable_at <= f.opened_at and not r.is_prerelease order by r.usable_at limit 1))
  end`;

/** Feedback that may be about something else by now, or may have ended. */
async function findFeedback(
  { sql, installationId, repositoryId }: Place,
  { pulls, tags, keys }: Touched,
): Promise<readonly string[]> {
  const own = "installation_id = $1 and repository_id = $2";
  // A merge is the usual case, and most are no fixes: it must not cost much to find that out.
  const mended = `select key from smallbatch.clock_feedback where ${own} and fix_pulls && $3::integer[]`;
  const ofReleases = `with carried as (
      select distinct pull from smallbatch.clock_carried
      where ${own} and tag = any($4) and pull is not null
    )
    ${mended}
    union select key from smallbatch.clock_feedback
      where ${own} and fix_pulls && array(select pull from carried)
    union select f.key from smallbatch.clock_release r join smallbatch.clock_feedback f
      on f.repository_id = $2 and f.opened_at >= least(r.published_at, r.usable_at)
        and f.opened_at <= greatest(r.usable_at, r.published_at) + $5
      where r.installation_id = $1 and r.repository_id = $2 and r.tag = any($4)
    union select key from smallbatch.clock_feedback where ${own} and fix_release = any($4)
    union select f.key from smallbatch.clock_feedback f
      where f.installation_id = $1 and f.repository_id = $2 and f.claim is not null
        and (f.attribution is null or f.attribution->>'tier' = 'inferred'
          or f.opened_at >= (select min(usable_at) from smallbatch.clock_release
            where repository_id = $2 and tag = any($4)))`;
  const values = [installationId, repositoryId, pulls];
  const { rows } = await sql.query<{ key: string }>(
    tags.length === 0 ? mended : ofReleases,
    tags.length === 0 ? values : [...values, tags, INFERRED_MS_MAX],
  );
  return [...new Set([...keys, ...rows.map(({ key }) => key)])];
}

/** What feedback is about, and what became of it. */
async function linkFeedback(place: Place, touched: Touched): Promise<void> {
  const { sql, installationId, repositoryId } = place;
  const keys = await findFeedback(place, touched);
  if (keys.length === 0) return;
  await sql.query(
    `with found as materialized (
      select f.key, f.closed_at, f.resolution, ${CLAIMED} as claimed, (
        select r.tag from smallbatch.clock_release r
        where r.repository_id = $2 and not r.is_prerelease and r.usable_at <= f.opened_at
          and r.usable_at >= f.opened_at - $4 and f.reporter <> 'bot'
          and f.kind in ('bug', 'regression')
        order by r.usable_at desc, r.tag limit 1) as inferred, fix.*
      from smallbatch.clock_feedback f
      left join lateral (
        select coalesce(g.published_at, p.merged_at) as fixed_at, r.tag as fix_tag,
          r.usable_at as fix_usable_at
        from (select 1) as one
        left join lateral (select number, merged_at from smallbatch.clock_pull
          where repository_id = $2 and number = any(f.fix_pulls) and merged_at is not null
          order by merged_at desc limit 1) p on true
        left join smallbatch.clock_release g on g.repository_id = $2 and g.tag = f.fix_release
        left join lateral (select r.tag, r.usable_at
          from smallbatch.clock_carried c join smallbatch.clock_release r using (repository_id, tag)
          where c.repository_id = $2 and c.pull = p.number and not r.is_prerelease
          union all select g.tag, g.usable_at where g.tag is not null
          order by usable_at limit 1) r on true
        where f.resolution is distinct from 'declined'
          and (f.closed_at is not null or f.kind in ('rollback', 'revert'))
      ) fix on true
      where f.installation_id = $1 and f.repository_id = $2 and f.key = any($3)
    )
    update smallbatch.clock_feedback f set
      attributed_tag = coalesce(found.claimed, found.inferred),
      attribution = case
        when found.claimed is not null then json_build_object(
          'tier', 'explicit', 'tag', found.claimed, 'by', f.claim->>'by')
        when found.inferred is not null then json_build_object(
          'tier', 'inferred', 'tag', found.inferred) end,
      fixed_at = case f.kind when 'deployment' then f.closed_at else found.fixed_at end,
      fix_tag = found.fix_tag,
      fix_usable_at = case f.kind when 'deployment' then f.closed_at else found.fix_usable_at end,
      ends_at = coalesce(case when f.resolution = 'declined' then f.closed_at
        when found.fixed_at is null then f.closed_at else found.fix_usable_at end, $5)
    from found where f.repository_id = $2 and f.key = found.key`,
    [installationId, repositoryId, keys, INFERRED_MS_MAX, NEVER],
  );
}
