import type pg from "pg";
import type { Instant } from "../core/state.ts";
import type { RepositoryLabel } from "../deliveries-port.ts";
import { runQuery, runTransaction, toJson } from "./connection.ts";
import { readInstalled } from "./installed.ts";
import type { InstalledRow } from "./installed.ts";
import { upsertRepositories } from "./repositories.ts";

/** An installation as GitHub lists it now. */
export interface ListedInstallation {
  readonly id: number;
  /** Login of the owner. */
  readonly account: string;
  readonly isSuspended: boolean;
  /** e.g. `{ contents: "write" }` */
  readonly permissions: Readonly<Record<string, string>>;
  /** All of them; null where nobody may ask, as for a suspended one. */
  readonly repositories: readonly RepositoryLabel[] | null;
}

/** Installations as GitHub says they are, for the sweep: webhooks about them may get lost too. */
export class Installations {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /**
   * Make it as listed at `now`; what changed by a webhook since stays. True where the installation
   * itself is new or back, or where its owner accepted other permissions.
   */
  async align(listed: ListedInstallation, now: Instant): Promise<boolean> {
    const { id, account, isSuspended, permissions, repositories } = listed;
    const at = new Date(now);
    return await runTransaction(this.#pool, "align an installation", async (sql) => {
      const { rows } = await sql.query<{ is_same: boolean }>(
        `select deleted_at is null and (suspended_at is not null) = $2
          and permissions is not distinct from $3::jsonb as is_same
        from smallbatch.installation where id = $1 for update`,
        [id, isSuspended, toJson(permissions)],
      );
      const isNews = rows[0]?.is_same !== true;
      await sql.query(
        `insert into smallbatch.installation as i (id, account, permissions, suspended_at)
        values ($1, $2, $3, case when $4 then $5::timestamptz end)
        on conflict (id) do update set account = excluded.account,
          permissions = excluded.permissions, deleted_at = null,
          suspended_at = case when $4 then coalesce(i.suspended_at, $5) end`,
        [id, account, toJson(permissions), isSuspended, at],
      );
      if (repositories === null) return isNews;
      await upsertRepositories(sql, id, repositories);
      await sql.query(
        `update smallbatch.repository set removed_at = $3
        where id in (select id from smallbatch.repository
          where installation_id = $1 and removed_at is null and not (id = any($2))
            and coalesce(hinted_at, '-infinity') < $3 order by id for update)`,
        [id, repositories.map((repository) => repository.id), at],
      );
      return isNews;
    });
  }

  /** What the owner has accepted, e.g. `{ contents: "write" }`; null: not known. */
  async readPermissions(id: number): Promise<Readonly<Record<string, string>> | null> {
    const [row] = await runQuery<{ permissions: Record<string, string> | null }>(
      this.#pool,
      "read an installation's permissions",
      "select permissions from smallbatch.installation where id = $1",
      [id],
    );
    return row?.permissions ?? null;
  }

  /** Those of its repositories, in order of name, with how each stands. */
  async readInstalled(
    id: number,
    repositoryIds: readonly number[],
    limit: number,
  ): Promise<readonly InstalledRow[]> {
    return await readInstalled(this.#pool, id, { repositoryIds, limit });
  }

  /** All others were deleted, except those that came after the list was read at `now`. */
  async closeOthers(ids: readonly number[], now: Instant): Promise<void> {
    await runQuery(
      this.#pool,
      "close installations",
      `update smallbatch.installation set deleted_at = $2
      where not (id = any($1)) and deleted_at is null and seen_at < $2`,
      [ids, new Date(now)],
    );
  }
}
