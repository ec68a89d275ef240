import type { Place } from "./clock-place.ts";

/** When a release could be used, and whether a deployment that failed was made good. */

/** A release is deployed within this time, or never. */
export const DEPLOYED_MS_MAX = 90 * 86_400_000;
/** A line that was deployed within this time before a release: that one is deployed, too. */
export const DEPLOYING_MS = 30 * 86_400_000;

/**
 * By deployments where the line is deployed to production, else by the checks that publishing
 * started, else as it was published. A deployment of a release, or of a commit that it brought, holds
 * it and what its line published before. Gives back the tags that changed.
 */
export async function linkUsable(
  { sql, installationId, repositoryId }: Place,
  {
    tags,
    deployments,
  }: { readonly tags: readonly string[]; readonly deployments: readonly number[] },
): Promise<readonly string[]> {
  if (tags.length + deployments.length === 0) return [];
  const { rows } = await sql.query<{ tag: string }>(
    `with made as (
      select id, sha, created_at, succeeded_at from smallbatch.clock_deployment
      where installation_id = $1 and repository_id = $2
    ), since as (
      select min(at) - $5 as at from (
        select min(published_at) as at from smallbatch.clock_release
        where repository_id = $2 and tag = any($3) and exists (select from made)
        union all select min(created_at) from made where id = any($4::bigint[])
      ) first
    ), own as (
      select r.* from smallbatch.clock_release r
      where r.installation_id = $1 and r.repository_id = $2
        and (r.tag = any($3) or r.published_at >= (select at from since))
    ), placed as materialized (
      select d.created_at, d.succeeded_at as at, g.component, g.channel,
        max(g.published_at) as published_at
      from made d join smallbatch.clock_release g on g.repository_id = $2 and (g.sha = d.sha
        or g.tag in (select c.tag from smallbatch.clock_carried c
          where c.repository_id = $2 and c.sha = d.sha))
      where d.created_at >= (select at from since)
      group by d.id, d.created_at, d.succeeded_at, g.component, g.channel
    ), found as (
      select own.tag, own.published_at, own.checks, own.checks_at, (
        select min(p.at) from placed p where p.component = own.component
          and p.channel = own.channel and p.published_at >= own.published_at
          and p.at <= own.published_at + $5
      ) as deployed_at, exists (
        select from placed p where p.component = own.component and p.channel = own.channel
          and p.created_at <= own.published_at and p.created_at >= own.published_at - $6
      ) as is_deployed
      from own
    ), judged as (
      select tag, deployed_at,
        case when is_deployed then 'deployment'
          when checks <> 'none' then 'publish-checks' else 'published' end as by,
        case when is_deployed then deployed_at
          when checks = 'none' then published_at
          when checks = 'green' then greatest(checks_at, published_at) end as at
      from found
    )
    update smallbatch.clock_release r
    set deployed_at = judged.deployed_at, usable_by = judged.by, usable_at = judged.at
    from judged where r.repository_id = $2 and r.tag = judged.tag
      and (r.deployed_at, r.usable_by, r.usable_at)
        is distinct from (judged.deployed_at, judged.by, judged.at)
    returning r.tag`,
    [installationId, repositoryId, tags, deployments, DEPLOYED_MS_MAX, DEPLOYING_MS],
  );
  return rows.map(({ tag }) => tag);
}

/** One that failed is made good by the next to its environment that succeeds. */
export async function linkDeployments(
  { sql, installationId, repositoryId }: Place,
  deployments: readonly number[],
): Promise<readonly string[]> {
  if (deployments.length === 0) return [];
  const { rows } = await sql.query<{ key: string }>(
    `with found as (
      select 'deployment/' || d.id as key, (
        select min(s.succeeded_at) from smallbatch.clock_deployment s
        where s.repository_id = $2 and s.environment = d.environment
          and s.succeeded_at > d.failed_at
      ) as at
      from smallbatch.clock_deployment d
      where d.installation_id = $1 and d.repository_id = $2 and d.failed_at is not null
        and d.environment in (select environment from smallbatch.clock_deployment
          where repository_id = $2 and id = any($3::bigint[]))
    )
    update smallbatch.clock_feedback f
    set closed_at = found.at, resolution = case when found.at is not null then 'fixed' end
    from found where f.repository_id = $2 and f.key = found.key
      and f.closed_at is distinct from found.at
    returning f.key`,
    [installationId, repositoryId, deployments],
  );
  return rows.map(({ key }) => key);
}
