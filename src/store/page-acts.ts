import type pg from "pg";
import type { Instant } from "../core/state.ts";
import type { CommandHeard } from "../doors-port.ts";
import { runQuery, runTransaction } from "./connection.ts";

/** What people confirmed on pages, and what was said in their names. */
export class PageActs {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /** What came of it; null: this person sent no such key. `url` null: it is not known. */
  async findSent(
    keyHash: Buffer,
    userId: number,
  ): Promise<{
    readonly command: string;
    readonly placeUrl: string;
    readonly url: string | null;
  } | null> {
    const [row] = await runQuery<{ command: string; place_url: string; url: string | null }>(
      this.#pool,
      "read what was confirmed",
      `select command, place_url, url from smallbatch.page_act
      where key_hash = $1 and user_id = $2`,
      [keyHash, userId],
    );
    if (row === undefined) return null;
    return { command: row.command, placeUrl: row.place_url, url: row.url };
  }

  /** False: it was sent before, by this one or another replica. */
  async claim(
    keyHash: Buffer,
    userId: number,
    sent: { readonly command: string; readonly placeUrl: string },
  ): Promise<boolean> {
    const made = await runQuery(
      this.#pool,
      "claim what was confirmed",
      `insert into smallbatch.page_act (key_hash, user_id, command, place_url)
      values ($1, $2, $3, $4) on conflict do nothing returning 1`,
      [keyHash, userId, sent.command, sent.placeUrl],
    );
    return made.length > 0;
  }

  /**
   * It was said: the comment is heard as if its delivery were here. The delivery may come before,
   * after or never; a comment is heard by its id, and what was taken is not done again.
   */
  async keepSaid(
    keyHash: Buffer,
    said: {
      readonly installationId: number;
      readonly repositoryId: number;
      readonly url: string;
      readonly command: CommandHeard;
    },
  ): Promise<void> {
    const { installationId, repositoryId, url, command } = said;
    const { commentId, nodeId, number, authorId, saidAt } = command;
    await runTransaction(this.#pool, "keep what was said", async (sql) => {
      // First, as deliveries do: the one of this comment may be on its way in.
      await sql.query("select smallbatch.hint($1)", [repositoryId]);
      await sql.query("update smallbatch.page_act set url = $2 where key_hash = $1", [
        keyHash,
        url,
      ]);
      await sql.query(
        `insert into smallbatch.command
          (repository_id, installation_id, comment_id, node_id, number, author_id, said_at)
        select id, installation_id, $3, $4, $5, $6, $7 from smallbatch.repository
          where id = $2 and installation_id = $1
        on conflict do nothing`,
        [installationId, repositoryId, commentId, nodeId, number, authorId, new Date(saidAt)],
      );
    });
  }

  async purge(before: Instant): Promise<void> {
    await runQuery(
      this.#pool,
      "forget old confirmations",
      "delete from smallbatch.page_act where sent_at <= $1",
      [new Date(before)],
    );
  }
}
