import type { Interpretation } from "../deliveries-port.ts";
import { runQuery } from "./connection.ts";
import type { Sql } from "./connection.ts";

interface Heard {
  readonly interpretation: Interpretation;
}

/**
 * With what deliveries say of open pulls, where only the store can tell what it means: of which pull
 * a commit is the head, and whether pulls into branches that release nothing are looked at.
 */
export async function hearPulls<Delivery extends Heard>(
  sql: Sql,
  deliveries: readonly Delivery[],
): Promise<readonly Delivery[]> {
  return hearSizes(sql, await hearReruns(sql, deliveries));
}

function idsOf(deliveries: readonly Heard[]): readonly number[] {
  return deliveries.flatMap(({ interpretation: { repository } }) => repository?.id ?? []);
}

/** The policies of their lines say whether sizes are told; none is kept while it is only watched. */
async function hearSizes<Delivery extends Heard>(
  sql: Sql,
  deliveries: readonly Delivery[],
): Promise<readonly Delivery[]> {
  const asked = deliveries.filter(({ interpretation: it }) => it.hintIfSized === true && !it.hint);
  if (asked.length === 0) return deliveries;
  const rows = await runQuery<{ id: number }>(
    sql,
    "look up policies",
    `select distinct repository_id as id from smallbatch.line
    where repository_id = any($1) and memory->'lastGoodPolicy'->>'text' is not null
      and memory->'lastGoodPolicy'->>'text' !~ 'check:\\s*.?off'`,
    [idsOf(asked)],
  );
  const sized = new Set(rows.map(({ id }) => id));
  return deliveries.map((delivery) => {
    const { interpretation: it } = delivery;
    const isHint = it.hintIfSized === true && sized.has(it.repository?.id ?? 0);
    return isHint ? { ...delivery, interpretation: { ...it, hint: true } } : delivery;
  });
}

/** Which pull has this head: GitHub does not say it of the checks of forks. */
async function hearReruns<Delivery extends Heard>(
  sql: Sql,
  deliveries: readonly Delivery[],
): Promise<readonly Delivery[]> {
  const asked = deliveries.filter(({ interpretation: { rerunOf } }) => rerunOf !== undefined);
  if (asked.length === 0) return deliveries;
  const rows = await runQuery<{ id: number; sha: string; number: number; branch: string }>(
    sql,
    "look up heads of pulls",
    `select distinct on (repository_id, data->>'headSha') repository_id as id,
      data->>'headSha' as sha, subject::integer as number, data->>'baseBranch' as branch
    from smallbatch.fact
    where repository_id = any($1) and kind in ('pull.opened', 'pull.reopened', 'pull.synchronize')
      and data->>'headSha' = any($2)
    order by repository_id, data->>'headSha', at desc`,
    [idsOf(asked), asked.map(({ interpretation: { rerunOf } }) => rerunOf)],
  );
  return deliveries.map((delivery) => {
    const { interpretation: it } = delivery;
    const { rerunOf: sha, repository } = it;
    const found = rows.find((row) => row.id === repository?.id && row.sha === sha);
    if (found === undefined) return delivery;
    const pull = { number: found.number, branch: found.branch, isOpen: true, isForced: true };
    return { ...delivery, interpretation: { ...it, pull } };
  });
}
