import type pg from "pg";
import type { Instant } from "../core/state.ts";
import { runQuery } from "./connection.ts";

/** A repository that somebody may look at: its installation is there and works. */
export interface ViewedRow {
  readonly id: number;
  readonly installationId: number;
  /** How often we heard that what people may see there changed. */
  readonly news: number;
  readonly nodeId: string;
  readonly owner: string;
  readonly name: string;
  readonly isPrivate: boolean;
  /** Null until GitHub told. */
  readonly defaultBranch: string | null;
}

interface ChangedRow {
  readonly id: number;
  readonly installationId: number;
  /** How often, ever. */
  readonly changes: number;
}

/** More than any page shows. */
const ROWS_MAX = 10_000;

/** Repositories for pages: nothing of what was taken from us, deleted or suspended. */
export class Viewed {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async find(repositoryId: number): Promise<ViewedRow | null> {
    const rows = await this.#read("r.id = $1", [repositoryId]);
    return rows[0] ?? null;
  }

  /** By its present name, in any case. */
  async findByName(owner: string, name: string): Promise<ViewedRow | null> {
    const rows = await this.#read("lower(r.owner) = lower($1) and lower(r.name) = lower($2)", [
      owner,
      name,
    ]);
    return rows[0] ?? null;
  }

  /** Public ones of one installation, in order of name. */
  async listPublic(installationId: number): Promise<readonly ViewedRow[]> {
    return await this.#read("r.installation_id = $1 and not r.is_private", [installationId]);
  }

  /** All of one installation, in order of name. */
  async listOf(installationId: number): Promise<readonly ViewedRow[]> {
    return await this.#read("r.installation_id = $1", [installationId]);
  }

  /** Whose records for the clocks changed since then, the newest change first. */
  async listChanged(since: Instant, limit: number): Promise<readonly ChangedRow[]> {
    return await runQuery<ChangedRow & pg.QueryResultRow>(
      this.#pool,
      "look up what changed",
      `select r.id, r.installation_id as "installationId", c.changes
      from smallbatch.clock_change c
      join smallbatch.repository r on r.id = c.repository_id and r.removed_at is null
      join smallbatch.installation i on i.id = r.installation_id
        and i.deleted_at is null and i.suspended_at is null
      where c.changed_at >= $1 order by c.changed_at desc limit $2`,
      [since, limit],
    );
  }

  /** Those of the ids that are there, in order of name. */
  async listByIds(ids: readonly number[]): Promise<readonly ViewedRow[]> {
    return await this.#read("r.id = any($1)", [ids]);
  }

  /** News of each installation that there was any of. */
  async readNews(): Promise<ReadonlyMap<number, number>> {
    const rows = await runQuery<{ id: number; news: number }>(
      this.#pool,
      "read what changed",
      "select installation_id as id, news from smallbatch.access_news",
    );
    return new Map(rows.map(({ id, news }) => [id, news]));
  }

  async #read(condition: string, values: readonly unknown[]): Promise<readonly ViewedRow[]> {
    const rows = await runQuery<{
      id: number;
      installation_id: number;
      news: number | null;
      node_id: string;
      owner: string;
      name: string;
      is_private: boolean;
      default_branch: string | null;
    }>(
      this.#pool,
      "read repositories for a page",
      `select r.id, r.installation_id, a.news, r.node_id, r.owner, r.name, r.is_private, r.default_branch
      from smallbatch.repository r
      join smallbatch.installation i on i.id = r.installation_id
        and i.deleted_at is null and i.suspended_at is null
      left join smallbatch.access_news a on a.installation_id = r.installation_id
      where r.removed_at is null and ${condition}
      order by lower(r.owner), lower(r.name), r.hinted_at desc nulls last limit ${ROWS_MAX}`,
      [...values],
    );
    return rows.map((row) => ({
      id: row.id,
      installationId: row.installation_id,
      news: row.news ?? 0,
      nodeId: row.node_id,
      owner: row.owner,
      name: row.name,
      isPrivate: row.is_private,
      defaultBranch: row.default_branch,
    }));
  }
}
