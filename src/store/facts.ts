import type { Fact, TakenCommand } from "../ports.ts";
import { cleanText, runQuery, toJson } from "./connection.ts";
import type { Sql } from "./connection.ts";

/**
 * Append facts; one with a known key is the same fact and is left alone. A fact about a repository
 * that is not (or no longer) this installation's is kept as one about the installation.
 */
export async function insertFacts(
  sql: Sql,
  installationId: number,
  facts: readonly Fact[],
): Promise<void> {
  const columns = <T>(of: (fact: Fact) => T): readonly T[] => facts.map(of);
  await runQuery(
    sql,
    "keep facts",
    `insert into smallbatch.fact
      (installation_id, repository_id, key, kind, subject, at, actor_id, data)
    select $1, r.id, f.key, f.kind, f.subject, f.at, f.actor_id, f.data
    from unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::timestamptz[], $7::bigint[],
      $8::jsonb[]) with ordinality
      as f (repository_id, key, kind, subject, at, actor_id, data, place)
    left join lateral (
      select id from smallbatch.repository
      where id = f.repository_id and installation_id = $1 for key share
    ) r on true
    order by f.place
    on conflict do nothing`,
    [
      installationId,
      columns(({ repositoryId }) => repositoryId),
      columns(({ key }) => cleanText(key)),
      columns(({ kind }) => kind),
      columns(({ subject }) => cleanText(subject)),
      columns(({ at }) => new Date(at)),
      columns(({ actorId }) => actorId),
      columns(({ data }) => toJson(data)),
    ],
  );
}

const TAKEN = "command.taken";

export async function recordTaken(
  sql: Sql,
  installationId: number,
  repositoryId: number,
  taken: TakenCommand,
): Promise<void> {
  const { key, number, at, byId: actorId, ...data } = taken;
  const subject = String(number);
  const fact = { key: `${TAKEN}:${key}`, repositoryId, kind: TAKEN, subject, at, actorId, data };
  await insertFacts(sql, installationId, [fact]);
}

/** What people asked for and got, the newest first. */
export async function readTaken(
  sql: Sql,
  installationId: number,
  repositoryId: number,
  limit: number,
): Promise<readonly TakenCommand[]> {
  const rows = await runQuery<{
    key: string;
    data: Pick<TakenCommand, "by" | "said" | "url">;
    subject: string;
    at: Date;
    actor_id: number | null;
  }>(
    sql,
    "read what people asked for",
    `select key, data, subject, at, actor_id from smallbatch.fact
    where installation_id = $1 and repository_id = $2 and kind = $3
    order by at desc, id desc limit $4`,
    [installationId, repositoryId, TAKEN, limit],
  );
  return rows.map(({ key, data, subject, at, actor_id: byId }) => ({
    ...data,
    key: key.slice(TAKEN.length + 1),
    number: Number(subject),
    byId,
    at: at.getTime(),
  }));
}
