import type { Place } from "./clock-place.ts";
import { DEPLOYED_MS_MAX, DEPLOYING_MS } from "./clock-usable.ts";

/** Environments of the deployments on record, and what is left when they are production no more. */

export async function listEnvironments({
  sql,
  installationId,
  repositoryId,
}: Place): Promise<readonly string[]> {
  const { rows } = await sql.query<{ environment: string }>(
    `select distinct environment from smallbatch.clock_deployment
    where installation_id = $1 and repository_id = $2 order by environment`,
    [installationId, repositoryId],
  );
  return rows.map(({ environment }) => environment);
}

/**
 * Forget their deployments; what failed there is no feedback. Gives back what that touches: feedback,
 * and releases that one of them may have made usable.
 */
export async function forgetEnvironments(
  { sql, installationId, repositoryId }: Place,
  environments: readonly string[],
): Promise<{ readonly tags: readonly string[]; readonly keys: readonly string[] }> {
  if (environments.length === 0) return { tags: [], keys: [] };
  const { rows } = await sql.query<{ tags: string[]; keys: string[] }>(
    `with gone as (
      delete from smallbatch.clock_deployment
      where installation_id = $1 and repository_id = $2 and environment = any($3)
      returning 'deployment/' || id as key, created_at as at
    ), dropped as (
      update smallbatch.clock_feedback set is_dropped = true
      where installation_id = $1 and repository_id = $2
        and key = any(array(select key from gone))
      returning key
    ), span as (
      select min(at) - $4 as since, max(at) + $5 as until from gone
    )
    select array(select key from dropped) as keys, array(
      select r.tag from smallbatch.clock_release r, span
      where r.installation_id = $1 and r.repository_id = $2
        and r.published_at between span.since and span.until
    ) as tags`,
    [installationId, repositoryId, environments, DEPLOYED_MS_MAX, DEPLOYING_MS],
  );
  return rows[0] ?? { tags: [], keys: [] };
}
