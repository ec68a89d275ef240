import type { Fact } from "../ports.ts";
import { cleanText, toJson } from "./connection.ts";
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
  for (const { key, repositoryId, kind, subject, at, actorId, data } of facts) {
    await sql.query(
      `insert into smallbatch.fact
        (installation_id, repository_id, key, kind, subject, at, actor_id, data)
      values ($1,
        (select id from smallbatch.repository where id = $2 and installation_id = $1 for key share),
        $3, $4, $5, $6, $7, $8)
      on conflict do nothing`,
      [
        installationId,
        repositoryId,
        cleanText(key),
        kind,
        cleanText(subject),
        new Date(at),
        actorId,
        toJson(data),
      ],
    );
  }
}
