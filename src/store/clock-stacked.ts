import type { Place } from "./clock-place.ts";

/** Branches that are merged into each other on the way to a followed one. */
const STACKED_MAX = 20;

interface Branches {
  readonly number: number;
  readonly headBranch: string | null;
  readonly onto: string | null;
}

/**
 * A pull that was merged into another branch is merged when the pull that brings that branch on is:
 * the first one after it. Gives back those that changed.
 */
export async function linkStacked(
  place: Place,
  pulls: readonly Branches[],
): Promise<readonly number[]> {
  const changed = new Set<number>();
  let touched = pulls;
  for (let times = 0; touched.length > 0 && times < STACKED_MAX; times += 1) {
    const own = touched.filter(({ onto }) => onto !== null).map(({ number }) => number);
    const waiting = [...new Set([...own, ...(await findWaiting(place, touched))])];
    touched = waiting.length === 0 ? [] : await bringOn(place, waiting);
    for (const { number } of touched) changed.add(number);
  }
  return [...changed];
}

/** Those that were merged into the branches of these. */
async function findWaiting(
  { sql, installationId, repositoryId }: Place,
  pulls: readonly Branches[],
): Promise<readonly number[]> {
  const heads = [...new Set(pulls.flatMap(({ headBranch }) => headBranch ?? []))];
  if (heads.length === 0) return [];
  const { rows } = await sql.query<{ number: number }>(
    `select number from smallbatch.clock_pull
    where installation_id = $1 and repository_id = $2 and onto = any($3)`,
    [installationId, repositoryId, heads],
  );
  return rows.map(({ number }) => number);
}

async function bringOn(
  { sql, installationId, repositoryId }: Place,
  numbers: readonly number[],
): Promise<readonly Branches[]> {
  const { rows } = await sql.query<Branches>(
    `with found as (
      select p.number, (
        select min(q.merged_at) from smallbatch.clock_pull q
        where q.repository_id = $2 and q.head_branch = p.onto and q.number <> p.number
          and q.merged_at >= p.onto_at
      ) as at
      from smallbatch.clock_pull p
      where p.installation_id = $1 and p.repository_id = $2 and p.number = any($3)
        and p.onto is not null
    )
    update smallbatch.clock_pull p set merged_at = found.at from found
    where p.repository_id = $2 and p.number = found.number
      and p.merged_at is distinct from found.at
    returning p.number, p.head_branch as "headBranch", p.onto`,
    [installationId, repositoryId, numbers],
  );
  return rows;
}

/** How often a pull was let pass a rule, by the releases that name it. */
export async function linkExceptions(
  { sql, installationId, repositoryId }: Place,
  { pulls, tags }: { readonly pulls: readonly number[]; readonly tags: readonly string[] },
): Promise<void> {
  if (pulls.length + tags.length === 0) return;
  await sql.query(
    `with let_pass as (
      select tag, unnest(excepted) as number from smallbatch.clock_release
      where installation_id = $1 and repository_id = $2 and excepted <> '{}'
    ), target as (
      select unnest($3::integer[]) as number
      union select number from let_pass where tag = any($4)
    ), found as (
      select number, count(let_pass.tag)::integer as exceptions
      from target left join let_pass using (number) group by number
    )
    update smallbatch.clock_pull p set exceptions = found.exceptions from found
    where p.installation_id = $1 and p.repository_id = $2 and p.number = found.number
      and p.exceptions <> found.exceptions`,
    [installationId, repositoryId, pulls, tags],
  );
}
