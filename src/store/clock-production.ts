import type { Sql } from "./connection.ts";

/** Environments of the deployments on record, and what is left when they are production no more. */

interface Place {
  readonly sql: Sql;
  readonly installationId: number;
  readonly repositoryId: number;
}

/** Releases that a deployment may have made usable were published within this time before it. */
const DEPLOYED_MS_MAX = 90 * 86_400_000;
const DEPLOYING_MS = 30 * 86_400_000;

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

/** Forget their deployments; what failed there is no feedback. Gives back what that touches. */
export async function forgetEnvironments(
  { sql, installationId, repositoryId }: Place,
  environments: readonly string[],
): Promise<{ readonly tags: readonly string[]; readonly keys: readonly string[] }> {
  if (environments.length === 0) return { tags: [], keys: [] };
  const { rows: gone } = await sql.query<{ key: string; at: number }>(
    `delete from smallbatch.clock_deployment
    where installation_id = $1 and repository_id = $2 and environment = any($3)
    returning 'deployment/' || id as key, created_at as at`,
    [installationId, repositoryId, environments],
  );
  const times = gone.map(({ at }) => at);
  const { rows: dropped } = await sql.query<{ key: string }>(
    `update smallbatch.clock_feedback set is_dropped = true
    where installation_id = $1 and repository_id = $2 and key = any($3) returning key`,
    [installationId, repositoryId, gone.map(({ key }) => key)],
  );
  const { rows: releases } = await sql.query<{ tag: string }>(
    `select tag from smallbatch.clock_release where installation_id = $1 and repository_id = $2
      and published_at between $3 and $4`,
    [
      installationId,
      repositoryId,
      Math.min(...times, Number.MAX_SAFE_INTEGER) - DEPLOYED_MS_MAX,
      Math.max(...times, 0) + DEPLOYING_MS,
    ],
  );
  return { tags: releases.map(({ tag }) => tag), keys: dropped.map(({ key }) => key) };
}
