import type pg from "pg";
import type { ReleaseCard } from "../core/card.ts";
import type { Instant } from "../core/state.ts";
import { runQuery } from "./connection.ts";

/** A published release of the ledger, as pages and feeds show it. */
export interface ChangelogRow {
  readonly tag: string;
  readonly sha: string;
  readonly component: string;
  readonly channel: string;
  readonly publishedAt: Instant;
  /** Page of the release on GitHub; null: not known. */
  readonly url: string | null;
  /** Markdown, as it was published; null: from before notes were kept. */
  readonly notes: string | null;
  readonly card: ReleaseCard;
  /** Tag of the release that took its code back; null: none did. */
  readonly rolledBackBy: string | null;
}

/** What was released of the repositories of one installation, newest first. */
export class Changelog {
  readonly #pool: pg.Pool;
  readonly #installationId: number;

  constructor(pool: pg.Pool, installationId: number) {
    this.#pool = pool;
    this.#installationId = installationId;
  }

  async count(repositoryId: number): Promise<number> {
    const rows = await runQuery<{ count: number }>(
      this.#pool,
      "count releases for a page",
      `select count(*) as count from smallbatch.release
      where installation_id = $1 and repository_id = $2 and state = 'published'
        and published_at is not null`,
      [this.#installationId, repositoryId],
    );
    return rows[0]?.count ?? 0;
  }

  async list(
    repositoryId: number,
    { offset, limit }: { readonly offset: number; readonly limit: number },
  ): Promise<readonly ChangelogRow[]> {
    return await this.#read(
      repositoryId,
      "order by r.published_at desc, r.tag desc offset $3 limit $4",
      [offset, limit],
    );
  }

  async find(repositoryId: number, tag: string): Promise<ChangelogRow | null> {
    const rows = await this.#read(repositoryId, "and r.tag = $3", [tag]);
    return rows[0] ?? null;
  }

  async #read(
    repositoryId: number,
    rest: string,
    values: readonly unknown[],
  ): Promise<readonly ChangelogRow[]> {
    const rows = await runQuery<{
      tag: string;
      sha: string;
      component: string;
      channel: string;
      published_at: Date;
      url: string | null;
      notes: string | null;
      card: ReleaseCard;
    }>(
      this.#pool,
      "read releases for a page",
      `select r.tag, r.sha, r.component, r.channel, r.published_at, r.url, r.notes, r.card
      from smallbatch.release r
      where r.installation_id = $1 and r.repository_id = $2 and r.state = 'published'
        and r.published_at is not null ${rest}`,
      [this.#installationId, repositoryId, ...values],
    );
    const tags = rows.map(({ tag }) => tag);
    const takenBack = await this.#readTakenBack(repositoryId, tags);
    return rows.map(({ published_at: publishedAt, ...row }) => ({
      ...row,
      publishedAt: publishedAt.getTime(),
      rolledBackBy: takenBack.get(row.tag) ?? null,
    }));
  }

  /** By tag, which release took its code back first. Rollbacks are few, and have an index. */
  async #readTakenBack(
    repositoryId: number,
    tags: readonly string[],
  ): Promise<ReadonlyMap<string, string>> {
    const rows = await runQuery<{ tag: string; by: string }>(
      this.#pool,
      "read rollbacks for a page",
      `select taken ->> 'tag' as tag, r.tag as by
      from smallbatch.release r, jsonb_array_elements(r.card -> 'rollsBack') taken
      where r.installation_id = $1 and r.repository_id = $2 and r.state = 'published'
        and r.card ? 'rollsBack' and taken ->> 'tag' = any($3)
      order by r.published_at desc`,
      [this.#installationId, repositoryId, [...tags]],
    );
    return new Map(rows.map(({ tag, by }) => [tag, by]));
  }
}
