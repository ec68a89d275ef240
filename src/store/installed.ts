import type { ProposalKept, Standing } from "../core/proposal/proposal-state.ts";
import { runQuery } from "./connection.ts";
import type { Sql } from "./connection.ts";

/** A repository of an installation, as the last look at it left it. */
export interface InstalledRow {
  readonly owner: string;
  readonly name: string;
  /** Null: it was not looked at yet. */
  readonly standing: Standing | null;
  /** Code of the error that it is parked for; null: it works. */
  readonly parkedCode: string | null;
}

/**
 * Those repositories of an installation, in order of name, at most `limit`. None where it is not
 * known, gone or suspended. Whether whoever asks may see them is asked before.
 */
export async function readInstalled(
  sql: Sql,
  installationId: number,
  { repositoryIds, limit }: { readonly repositoryIds: readonly number[]; readonly limit: number },
): Promise<readonly InstalledRow[]> {
  const rows = await runQuery<{
    owner: string;
    name: string;
    parked_code: string | null;
    is_planned: boolean;
    has_policy: boolean;
    was_started: boolean;
    proposal: ProposalKept | null;
  }>(
    sql,
    "read the repositories of an installation",
    `select r.owner, r.name, r.parked_code, l.plan is not null as is_planned,
      coalesce(jsonb_typeof(l.plan->'validPolicy') = 'object', false) as has_policy,
      coalesce(jsonb_typeof(l.memory->'lastGoodPolicy') = 'object', false) as was_started,
      case jsonb_typeof(l.memory->'proposal') when 'object' then l.memory->'proposal' end as proposal
    from smallbatch.repository r
    join smallbatch.installation i on i.id = r.installation_id
      and i.deleted_at is null and i.suspended_at is null
    left join smallbatch.line l on l.repository_id = r.id and l.installation_id = r.installation_id
      and l.branch = coalesce(r.default_branch, 'main') and l.component = '' and l.channel = 'stable'
    where r.installation_id = $1 and r.id = any($2) and r.removed_at is null
    order by lower(r.owner), lower(r.name) limit $3`,
    [installationId, repositoryIds, limit],
  );
  return rows.map(({ owner, name, parked_code: parkedCode, ...seen }) => {
    return { owner, name, parkedCode, standing: standingOf(seen) };
  });
}

/** A policy file says more than what was remembered before it came. */
function standingOf(seen: {
  readonly is_planned: boolean;
  readonly has_policy: boolean;
  readonly was_started: boolean;
  readonly proposal: ProposalKept | null;
}): Standing | null {
  const { is_planned: isPlanned, has_policy: hasPolicy, was_started: wasStarted, proposal } = seen;
  if (!isPlanned) return null;
  if (!hasPolicy && proposal !== null && proposal.state !== "started") {
    const { state, pull, note } = proposal;
    return { state, pull, note };
  }
  return { state: hasPolicy || wasStarted ? "started" : "watched", pull: null, note: null };
}
