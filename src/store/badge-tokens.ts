import type pg from "pg";
import type { Instant } from "../core/state.ts";
import { runQuery } from "./connection.ts";

/** A token that shows one badge. The token itself is never kept. */
export interface BadgeToken {
  /** SHA-256 of the token. */
  readonly digest: Buffer;
  readonly badge: string;
  readonly madeAt: Instant;
}

/** Badges of private repositories, of all installations: whoever has a token says no name. */
export class BadgeTokens {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Null: there is no such token, or it was revoked. */
  async find(digest: Buffer): Promise<{
    readonly repositoryId: number;
    readonly badge: string;
  } | null> {
    const [row] = await runQuery<{ repository_id: number; badge: string }>(
      this.#pool,
      "look up a badge",
      `select repository_id, badge from smallbatch.badge_token
      where digest = $1 and revoked_at is null`,
      [digest],
    );
    return row === undefined ? null : { repositoryId: row.repository_id, badge: row.badge };
  }

  /** Those that work, newest first. */
  async list(installationId: number, repositoryId: number): Promise<readonly BadgeToken[]> {
    const rows = await runQuery<{ digest: Buffer; badge: string; made_at: Date }>(
      this.#pool,
      "list badges",
      `select digest, badge, made_at from smallbatch.badge_token
      where installation_id = $1 and repository_id = $2 and revoked_at is null
      order by made_at desc, digest`,
      [installationId, repositoryId],
    );
    return rows.map(({ digest, badge, made_at: at }) => ({ digest, badge, madeAt: at.getTime() }));
  }

  /** False: there are `countMax` already, or the repository is another installation's by now. */
  async make(
    token: { readonly digest: Buffer; readonly badge: string; readonly madeBy: number },
    place: { readonly installationId: number; readonly repositoryId: number },
    countMax: number,
  ): Promise<boolean> {
    const rows = await runQuery(
      this.#pool,
      "make a badge",
      `insert into smallbatch.badge_token (digest, installation_id, repository_id, badge, made_by)
      select $1, installation_id, id, $2, $3 from smallbatch.repository
      where installation_id = $4 and id = $5 and $6 > (
        select count(*) from smallbatch.badge_token t
        where t.repository_id = $5 and t.revoked_at is null)
      returning 1`,
      [token.digest, token.badge, token.madeBy, place.installationId, place.repositoryId, countMax],
    );
    return rows.length > 0;
  }

  /** False: the repository has no such token that works. */
  async revoke(
    digest: Buffer,
    place: { readonly installationId: number; readonly repositoryId: number },
  ): Promise<boolean> {
    const rows = await runQuery(
      this.#pool,
      "revoke a badge",
      `update smallbatch.badge_token set revoked_at = clock_timestamp()
      where digest = $1 and installation_id = $2 and repository_id = $3 and revoked_at is null
      returning 1`,
      [digest, place.installationId, place.repositoryId],
    );
    return rows.length > 0;
  }
}
