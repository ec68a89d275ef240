import type pg from "pg";
import type { Instant } from "../core/state.ts";
import { runQuery } from "./connection.ts";

/** A token of one installation, without what lets anybody in. */
export interface ApiToken {
  readonly id: number;
  readonly installationId: number;
  readonly name: string;
  readonly createdAt: Instant;
  /** To the hour; null: never. */
  readonly usedAt: Instant | null;
}

interface Row {
  readonly id: number;
  readonly installation_id: number;
  readonly name: string;
  readonly created_at: Date;
  readonly used_at: Date | null;
}

/** When it was used is known to the hour: not every answer is a write. */
const USED_MS = 3_600_000;

const FIELDS = "t.id, t.installation_id, t.name, t.created_at, t.used_at";

/** Tokens by their hash: whoever reads the table cannot be anybody. */
export class ApiTokens {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** Null: there is no such installation, or it is suspended or gone. */
  async create(
    hash: Buffer,
    token: Pick<ApiToken, "installationId" | "name" | "createdAt">,
  ): Promise<ApiToken | null> {
    const { installationId, name, createdAt } = token;
    const rows = await runQuery<Row>(
      this.#pool,
      "keep a token",
      `insert into smallbatch.api_token as t (installation_id, name, hash, created_at)
      select id, $2, $3, $4 from smallbatch.installation
      where id = $1 and deleted_at is null and suspended_at is null
      returning ${FIELDS}`,
      [installationId, name, hash, new Date(createdAt)],
    );
    return rows.map(readRow)[0] ?? null;
  }

  /** Null where there is none, or its installation does not work any more. */
  async find(hash: Buffer, now: Instant): Promise<ApiToken | null> {
    const rows = await runQuery<Row>(
      this.#pool,
      "read a token",
      `select ${FIELDS} from smallbatch.api_token t
      join smallbatch.installation i on i.id = t.installation_id
        and i.deleted_at is null and i.suspended_at is null
      where t.hash = $1`,
      [hash],
    );
    const [token] = rows.map(readRow);
    if (token === undefined) return null;
    if (token.usedAt === null || token.usedAt < now - USED_MS) {
      await runQuery(
        this.#pool,
        "keep when a token was used",
        "update smallbatch.api_token set used_at = $2 where id = $1",
        [token.id, new Date(now)],
      );
    }
    return token;
  }

  /** The newest first. */
  async list(installationId: number): Promise<readonly ApiToken[]> {
    const rows = await runQuery<Row>(
      this.#pool,
      "list tokens",
      `select ${FIELDS} from smallbatch.api_token t where t.installation_id = $1
      order by t.id desc`,
      [installationId],
    );
    return rows.map(readRow);
  }

  /** False: there is none of this number. */
  async revoke(id: number): Promise<boolean> {
    const rows = await runQuery(
      this.#pool,
      "revoke a token",
      "delete from smallbatch.api_token where id = $1 returning id",
      [id],
    );
    return rows.length > 0;
  }
}

function readRow({ id, installation_id: installationId, name, ...times }: Row): ApiToken {
  const usedAt = times.used_at?.getTime() ?? null;
  return { id, installationId, name, createdAt: times.created_at.getTime(), usedAt };
}
