import type pg from "pg";
import type { Instant } from "../core/state.ts";
import type { Interpretation, Lifecycle } from "../ports.ts";
import { cleanText, runQuery, runTransaction, toInstant, toJson } from "./connection.ts";
import type { Sql } from "./connection.ts";
import { insertFacts } from "./facts.ts";
import { upsertRepositories } from "./repositories.ts";

const DAY_MS = 86_400_000;

/** GitHub delivers again for 3 days (GHES 7); twice that leaves room to look into a mishap. */
const PAYLOAD_DAYS_MAX = 14;
/** The GUID alone guards against replays for longer. */
const DELIVERY_DAYS_MAX = 90;
/** An owner who uninstalled by mistake comes back within days, not months. */
const UNINSTALLED_DAYS_MAX = 30;

export interface Delivery {
  readonly guid: string;
  /** `X-GitHub-Event`. */
  readonly event: string;
  readonly receivedAt: Instant;
  /** JSON as received. */
  readonly payload: string;
  readonly interpretation: Interpretation;
}

/** What arrived, each once. */
export class Inbox {
  readonly #pool: pg.Pool;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
  }

  /**
   * Keep a delivery and all that follows from it (labels, facts, the queued hint), or nothing at
   * all. "duplicate": it is here already and nothing changed.
   */
  async recordDelivery(delivery: Delivery): Promise<"recorded" | "duplicate"> {
    return await runTransaction(this.#pool, "keep a delivery", (sql) => record(sql, delivery));
  }

  /** Those of the GUIDs that arrived. */
  async findKnown(guids: readonly string[]): Promise<ReadonlySet<string>> {
    const rows = await runQuery<{ guid: string }>(
      this.#pool,
      "look up deliveries",
      "select guid from smallbatch.delivery where guid = any($1)",
      [guids],
    );
    return new Set(rows.map((row) => row.guid));
  }

  /** Null where nothing ever arrived. */
  async readNewestAt(): Promise<Instant | null> {
    const rows = await runQuery<{ at: Date | null }>(
      this.#pool,
      "look up deliveries",
      "select max(received_at) as at from smallbatch.delivery",
    );
    return toInstant(rows[0]?.at ?? null);
  }

  /**
   * Forget payloads after 14 days, deliveries after 90, and everything of an installation 30 days
   * after it was deleted.
   */
  async purge(now: Instant): Promise<void> {
    const before = (days: number) => new Date(now - days * DAY_MS);
    await runTransaction(this.#pool, "forget old deliveries", async (sql) => {
      await sql.query(
        "update smallbatch.delivery set payload = null where received_at < $1 and payload is not null",
        [before(PAYLOAD_DAYS_MAX)],
      );
      await sql.query("delete from smallbatch.delivery where received_at < $1", [
        before(DELIVERY_DAYS_MAX),
      ]);
      const { rows } = await sql.query<{ id: number }>(
        "select id from smallbatch.installation where deleted_at < $1 order by id for update",
        [before(UNINSTALLED_DAYS_MAX)],
      );
      const gone = [rows.map((row) => row.id)];
      for (const table of ["repository", "fact", "delivery", "write_budget", "poll_list"]) {
        await sql.query(`delete from smallbatch.${table} where installation_id = any($1)`, gone);
      }
      await sql.query("delete from smallbatch.installation where id = any($1)", gone);
    });
  }
}

async function record(sql: Sql, delivery: Delivery): Promise<"recorded" | "duplicate"> {
  const { guid, event, receivedAt, payload, interpretation } = delivery;
  const { action, installationId, repository, facts, lifecycle } = interpretation;
  const { rowCount } = await sql.query(
    `insert into smallbatch.delivery
      (guid, event, action, installation_id, repository_id, received_at, payload)
    values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [guid, event, action, installationId, repository?.id ?? null, new Date(receivedAt), payload],
  );
  if (rowCount === 0) return "duplicate";
  if (installationId === null) return "recorded";

  await sql.query("insert into smallbatch.installation (id) values ($1) on conflict do nothing", [
    installationId,
  ]);
  if (repository !== null) await upsertRepositories(sql, installationId, [repository]);
  const touched = lifecycle === null ? [] : await live(sql, installationId, lifecycle, receivedAt);
  await insertFacts(sql, installationId, facts);
  await hintAll(sql, touched);
  if (repository !== null) await hear(sql, repository.id, interpretation);
  return "recorded";
}

/** What may end the wait for checks, then the hint itself. */
async function hear(
  sql: Sql,
  repositoryId: number,
  { check, push, hint }: Interpretation,
): Promise<void> {
  if (push !== null) {
    await sql.query("select smallbatch.hear_push($1, $2, $3)", [
      repositoryId,
      push.before,
      push.after,
    ]);
  }
  if (check !== null) {
    const { sha, appId, context, id, isFinished } = check;
    await sql.query("select smallbatch.hear_check($1, $2, $3, $4, $5, $6)", [
      repositoryId,
      sha,
      appId ?? 0,
      cleanText(context),
      id,
      isFinished,
    ]);
  }
  if (hint) await sql.query("select smallbatch.hint_delivered($1, 1)", [repositoryId]);
}

/** Follow a change of the installation. Gives back the repositories that have to be looked at. */
async function live(
  sql: Sql,
  installationId: number,
  lifecycle: Lifecycle,
  at: Instant,
): Promise<number[]> {
  if (lifecycle.kind === "repositories") {
    await upsertRepositories(sql, installationId, lifecycle.added);
    // Not where it has moved on: a transfer tells its old owner too, in any order.
    await sql.query(
      `update smallbatch.repository set removed_at = $3
      where id in (select id from smallbatch.repository
        where id = any($1) and installation_id = $2 order by id for update)`,
      [lifecycle.removed, installationId, new Date(at)],
    );
    return lifecycle.added.map((repository) => repository.id);
  }
  const { state, account, permissions, repositories } = lifecycle;
  await sql.query(
    `update smallbatch.installation set account = $2, permissions = coalesce($3, permissions),
      suspended_at = case $4 when 'suspended' then $5::timestamptz
        when 'unsuspended' then null when 'created' then null else suspended_at end,
      deleted_at = case $4 when 'deleted' then $5::timestamptz
        when 'created' then null else deleted_at end
    where id = $1`,
    [
      installationId,
      account,
      permissions === null ? null : toJson(permissions),
      state,
      new Date(at),
    ],
  );
  if (state === "deleted") return [];
  await upsertRepositories(sql, installationId, repositories);
  if (state === "suspended") return [];
  const { rows } = await sql.query<{ id: number }>(
    "select id from smallbatch.repository where installation_id = $1 and removed_at is null",
    [installationId],
  );
  return rows.map((row) => row.id);
}

async function hintAll(sql: Sql, repositoryIds: readonly number[]): Promise<void> {
  const sorted = [...new Set(repositoryIds)].toSorted((a, b) => a - b);
  for (const id of sorted) await sql.query("select smallbatch.hint($1)", [id]);
}
