import type { Instant } from "../core/state.ts";
import { runQuery } from "./connection.ts";
import type { Sql } from "./connection.ts";

/** Facts of these kinds may speak against a release, where their data says so. */
const KINDS = [
  "deployment.status",
  ...["opened", "edited", "labeled", "unlabeled", "closed", "reopened"].map((it) => `issue.${it}`),
  ...["labeled", "unlabeled"].map((it) => `pull.${it}`),
];

/** The newest fact since then that speaks against a release, or no longer does; null: there is none. */
export async function readSignalFact(
  sql: Sql,
  installationId: number,
  repositoryId: number,
  since: Instant,
): Promise<string | null> {
  const rows = await runQuery<{ id: string | null }>(
    sql,
    "look for what speaks against a release",
    `select max(id)::text as id from smallbatch.fact
    where installation_id = $1 and repository_id = $2 and kind = any($3) and at >= $4
      and data ? 'signal'`,
    [installationId, repositoryId, KINDS, new Date(since)],
  );
  return rows[0]?.id ?? null;
}
