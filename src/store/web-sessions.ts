import type pg from "pg";
import type { Instant } from "../core/state.ts";
import { runQuery, runTransaction } from "./connection.ts";

/** Somebody who is logged in. */
export interface WebSession {
  /** Of GitHub. */
  readonly userId: number;
  readonly login: string;
  /** Sealed; see `src/web/login-secrets.ts`. */
  readonly tokens: Buffer;
  readonly createdAt: Instant;
}

/** Nobody has more browsers; the oldest is logged out, so that the table has a bound. */
const SESSIONS_OF_ONE_MAX = 20;
/** Whether a session is idle is known to the minute: not every page is a write. */
const USED_MS = 60_000;

/** Sessions by the hash of their id: whoever reads the table cannot be anybody. */
export class WebSessions {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  async create(idHash: Buffer, session: WebSession): Promise<void> {
    const { userId, login, tokens, createdAt } = session;
    await runTransaction(this.#pool, "keep a session", async (sql) => {
      await sql.query(
        `insert into smallbatch.web_session (id_hash, user_id, login, tokens, created_at, used_at)
        values ($1, $2, $3, $4, $5, $5)`,
        [idHash, userId, login, tokens, new Date(createdAt)],
      );
      await sql.query(
        `delete from smallbatch.web_session where id_hash in (
          select id_hash from smallbatch.web_session where user_id = $1
          order by created_at desc, id_hash offset $2)`,
        [userId, SESSIONS_OF_ONE_MAX],
      );
    });
  }

  /** Null where there is none, or it is too old or was not used for too long. */
  async find(
    idHash: Buffer,
    now: Instant,
    limits: { readonly ageMsMax: number; readonly idleMsMax: number },
  ): Promise<WebSession | null> {
    const [row] = await runQuery<{
      user_id: number;
      login: string;
      tokens: Buffer;
      created_at: Date;
      used_at: Date;
    }>(
      this.#pool,
      "read a session",
      `select user_id, login, tokens, created_at, used_at from smallbatch.web_session
      where id_hash = $1 and created_at > $2 and used_at > $3`,
      [idHash, new Date(now - limits.ageMsMax), new Date(now - limits.idleMsMax)],
    );
    if (row === undefined) return null;
    if (row.used_at.getTime() < now - USED_MS) {
      await runQuery(
        this.#pool,
        "keep when a session was used",
        "update smallbatch.web_session set used_at = $2 where id_hash = $1 and used_at < $2",
        [idHash, new Date(now)],
      );
    }
    const { user_id: userId, login, tokens, created_at: createdAt } = row;
    return { userId, login, tokens, createdAt: createdAt.getTime() };
  }

  /** May the caller get fresh tokens? For a while, nobody else may. */
  async claimRenewal(idHash: Buffer, now: Instant, until: Instant): Promise<boolean> {
    const rows = await runQuery(
      this.#pool,
      "claim the renewal of a session",
      `update smallbatch.web_session set renewing_until = $3
      where id_hash = $1 and coalesce(renewing_until, '-infinity') <= $2 returning id_hash`,
      [idHash, new Date(now), new Date(until)],
    );
    return rows.length > 0;
  }

  async renew(idHash: Buffer, tokens: Buffer): Promise<void> {
    await runQuery(
      this.#pool,
      "keep fresh tokens",
      "update smallbatch.web_session set tokens = $2, renewing_until = null where id_hash = $1",
      [idHash, tokens],
    );
  }

  async end(idHash: Buffer): Promise<void> {
    await runQuery(
      this.#pool,
      "end a session",
      "delete from smallbatch.web_session where id_hash = $1",
      [idHash],
    );
  }

  /** Of one person, everywhere. */
  async endAll(userId: number): Promise<void> {
    await runQuery(
      this.#pool,
      "end sessions",
      "delete from smallbatch.web_session where user_id = $1",
      [userId],
    );
  }

  /** Forget those that began before, and news of installations that are gone. */
  async purge(before: Instant): Promise<void> {
    await runQuery(
      this.#pool,
      "forget old sessions",
      "delete from smallbatch.web_session where created_at <= $1",
      [new Date(before)],
    );
    await runQuery(
      this.#pool,
      "forget old news",
      `delete from smallbatch.access_news a where not exists (
        select from smallbatch.installation i where i.id = a.installation_id)`,
    );
  }
}
