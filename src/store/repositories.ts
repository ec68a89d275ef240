import type pg from "pg";
import type { Instant } from "../core/state.ts";
import type { RepositoryLabel } from "../deliveries-port.ts";
import { runQuery, runTransaction, toInstant } from "./connection.ts";
import type { Sql } from "./connection.ts";

export interface KnownRepository extends RepositoryLabel {
  readonly installationId: number;
}

/** Repositories over all installations: for the queue, the sweeps and the operator. */
export class Repositories {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Null where it is not known. */
  async find(repositoryId: number): Promise<KnownRepository | null> {
    const rows = await runQuery<RepositoryRow>(
      this.#pool,
      "find a repository",
      `${SELECT_REPOSITORY} where id = $1 and removed_at is null`,
      [repositoryId],
    );
    return rows[0] === undefined ? null : toRepository(rows[0]);
  }

  /** By its present name, in any case; null where it is not known. */
  async findByName(owner: string, name: string): Promise<KnownRepository | null> {
    const rows = await runQuery<RepositoryRow>(
      this.#pool,
      "find a repository",
      `${SELECT_REPOSITORY}
      where lower(owner) = lower($1) and lower(name) = lower($2) and removed_at is null
      order by hinted_at desc nulls last limit 1`,
      [owner, name],
    );
    return rows[0] === undefined ? null : toRepository(rows[0]);
  }

  /** Last look at it that came to its end; null: never. */
  async readReconciledAt(repositoryId: number): Promise<Instant | null> {
    const rows = await runQuery<{ at: Date | null }>(
      this.#pool,
      "read the last pass",
      "select last_reconciled_at as at from smallbatch.repository where id = $1",
      [repositoryId],
    );
    return toInstant(rows[0]?.at ?? null);
  }

  /** Make known, rename and move to this installation, all or none. */
  async upsert(installationId: number, repositories: readonly RepositoryLabel[]): Promise<void> {
    await runTransaction(this.#pool, "keep repositories", (sql) =>
      upsertRepositories(sql, installationId, repositories),
    );
  }
}

interface RepositoryRow extends pg.QueryResultRow {
  id: number;
  installation_id: number;
  node_id: string;
  owner: string;
  name: string;
  is_private: boolean;
  default_branch: string | null;
}

const SELECT_REPOSITORY = `select id, installation_id, node_id, owner, name, is_private,
  default_branch from smallbatch.repository`;

function toRepository(row: RepositoryRow): KnownRepository {
  return {
    id: row.id,
    installationId: row.installation_id,
    nodeId: row.node_id,
    owner: row.owner,
    name: row.name,
    isPrivate: row.is_private,
    defaultBranch: row.default_branch,
  };
}

/**
 * Ids decide; names are labels and follow. Where the installation differs, the repository was
 * transferred, and all that belongs to it moves along.
 */
export async function upsertRepositories(
  sql: Sql,
  installationId: number,
  repositories: readonly RepositoryLabel[],
): Promise<void> {
  // One order for all writers, so that two of them never wait for each other in a circle.
  const sorted = repositories.toSorted((a, b) => a.id - b.id);
  for (const { id, nodeId, owner, name, isPrivate, defaultBranch } of sorted) {
    await sql.query(
      `insert into smallbatch.repository as r
        (id, installation_id, node_id, owner, name, is_private, default_branch)
      values ($1, $2, $3, $4, $5, $6, $7)
      on conflict (id) do update set installation_id = excluded.installation_id,
        node_id = excluded.node_id, owner = excluded.owner, name = excluded.name,
        is_private = excluded.is_private, removed_at = null,
        default_branch = coalesce(excluded.default_branch, r.default_branch)`,
      [id, installationId, nodeId, owner, name, isPrivate, defaultBranch],
    );
  }
}
