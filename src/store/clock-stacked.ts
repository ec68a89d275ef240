import type { Sql } from "./connection.ts";

interface Place {
  readonly sql: Sql;
  readonly installationId: number;
  readonly repositoryId: number;
}

/** Branches that are merged into each other on the way to a followed one. */
const STACKED_MAX = 20;

/**
 * A pull that was merged into another branch is merged when the pull that brings that branch on is:
 * the first one after it. Gives back those that changed.
 */
export async function linkStacked(
  { sql, installationId, repositoryId }: Place,
  pulls: readonly number[],
): Promise<readonly number[]> {
  const changed = new Set<number>();
  let touched = pulls;
  for (let times = 0; touched.length > 0 && times < STACKED_MAX; times += 1) {
    const { rows } = await sql.query<{ number: number }>(
      `with target as (
        select number from smallbatch.clock_pull
        where installation_id = $1 and repository_id = $2 and number = any($3) and onto is not null
        union select p.number from smallbatch.clock_pull q join smallbatch.clock_pull p
          on p.repository_id = $2 and p.onto = q.head_branch
          where q.installation_id = $1 and q.repository_id = $2 and q.number = any($3)
      ), found as (
        select p.number, (
          select min(q.merged_at) from smallbatch.clock_pull q
          where q.repository_id = $2 and q.head_branch = p.onto and q.number <> p.number
            and q.merged_at >= p.onto_at
        ) as at
        from smallbatch.clock_pull p join target using (number) where p.repository_id = $2
      )
      update smallbatch.clock_pull p set merged_at = found.at from found
      where p.repository_id = $2 and p.number = found.number
        and p.merged_at is distinct from found.at
      returning p.number`,
      [installationId, repositoryId, touched],
    );
    touched = rows.map(({ number }) => number);
    for (const number of touched) changed.add(number);
  }
  return [...changed];
}

/** How often a pull was let pass a rule, by the releases that name it. */
export async function linkExceptions(
  { sql, installationId, repositoryId }: Place,
  { pulls, tags }: { readonly pulls: readonly number[]; readonly tags: readonly string[] },
): Promise<void> {
  if (pulls.length + tags.length === 0) return;
  await sql.query(
    `with target as (
      select number from smallbatch.clock_pull
      where installation_id = $1 and repository_id = $2 and (number = any($3) or number in (
        select unnest(excepted) from smallbatch.clock_release
        where repository_id = $2 and tag = any($4)))
    ), found as (
      select t.number, (
        select count(*)::integer from smallbatch.clock_release r, unnest(r.excepted) as one(number)
        where r.repository_id = $2 and r.excepted @> array[t.number] and r.excepted <> '{}'
          and one.number = t.number
      ) as exceptions
      from target t
    )
    update smallbatch.clock_pull p set exceptions = found.exceptions from found
    where p.repository_id = $2 and p.number = found.number and p.exceptions <> found.exceptions`,
    [installationId, repositoryId, pulls, tags],
  );
}
