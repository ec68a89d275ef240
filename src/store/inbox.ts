import { DatabaseError } from "pg";
import type pg from "pg";
import type { Instant } from "../core/state.ts";
import type { Interpretation, Lifecycle } from "../deliveries-port.ts";
import { AppError } from "../errors.ts";
import { cleanText, runQuery, runTransaction, toInstant, toJson } from "./connection.ts";
import type { Sql } from "./connection.ts";
import { GroupCommit } from "./group-commit.ts";
import { hearPulls } from "./pull-hints.ts";
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
  /** JSON in UTF-8, as received. */
  readonly payload: Buffer;
  readonly interpretation: Interpretation;
}

export type Kept = "recorded" | "duplicate";

/** While one group waits for the disk, the next one is worked on; more only wait for each other. */
const GROUPS_MAX = 2;
/** A group takes tens of milliseconds; larger ones would keep the first of them waiting. */
const GROUP_DELIVERIES_MAX = 200;
const GROUP_BYTES_MAX = 4 * 1024 * 1024;

/** What arrived, each once. */
export class Inbox {
  readonly #pool: pg.Pool;
  readonly #groups: GroupCommit<Delivery, Kept>;

  constructor(pool: pg.Pool) {
    this.#pool = pool;
    this.#groups = new GroupCommit({
      run: (deliveries) => record(pool, deliveries),
      isWorthSplitting: isPoison,
      bytesOf: ({ payload }) => payload.length,
      groupsMax: GROUPS_MAX,
      itemsMax: GROUP_DELIVERIES_MAX,
      bytesMax: GROUP_BYTES_MAX,
    });
  }

  /**
   * Keep a delivery and all that follows from it (labels, facts, the queued hint), or nothing at
   * all. "duplicate": it is here already and nothing changed.
   */
  async recordDelivery(delivery: Delivery): Promise<Kept> {
    if (delivery.interpretation.lifecycle === null) return await this.#groups.submit(delivery);
    return await runTransaction(this.#pool, "keep a delivery", (sql) =>
      recordLifecycle(sql, delivery),
    );
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

/** What `smallbatch.keep_deliveries_and_issues` takes, beside the payloads. */
function describe(deliveries: readonly Delivery[]): string {
  let offset = 0;
  return toJson(
    deliveries.map(({ guid, event, receivedAt, payload, interpretation }, position) => {
      const { action, installationId, repository, facts, hint, check, push } = interpretation;
      const { command = null, pull = null, desk = null, rollbackBoxes = null } = interpretation;
      const place = { offset, bytes: payload.length };
      offset += payload.length;
      const read = { action, installationId, repository, facts, hint, check, push };
      const doors = { command, pull, desk, rollbackBoxes };
      return { position, guid, event, receivedAt, ...place, ...read, ...doors };
    }),
  );
}

async function record(sql: Sql, deliveries: readonly Delivery[]): Promise<readonly Kept[]> {
  const payloads = deliveries.map(({ payload }) => payload);
  const rows = await runQuery<{ positions: number[] }>(
    sql,
    "keep a delivery",
    "select smallbatch.keep_deliveries_and_issues($1, $2) as positions",
    [
      describe(await leaveOutEchoes(sql, await hearPulls(sql, await hearLines(sql, deliveries)))),
      payloads.length === 1 ? payloads[0] : Buffer.concat(payloads),
    ],
  );
  const fresh = new Set(rows[0]?.positions);
  return deliveries.map((_, position) => (fresh.has(position) ? "recorded" : "duplicate"));
}

/** One that changes the installation, which leads to looks at many repositories. */
async function recordLifecycle(sql: Sql, delivery: Delivery): Promise<Kept> {
  const [kept = "duplicate"] = await record(sql, [delivery]);
  const { installationId, lifecycle } = delivery.interpretation;
  if (kept === "duplicate" || installationId === null || lifecycle === null) return kept;
  await hintAll(sql, await live(sql, installationId, lifecycle, delivery.receivedAt));
  return kept;
}

/** The connection broke, or there is none: what comes alone fares no better. */
function isPoison(error: unknown): boolean {
  return !(error instanceof AppError) || error.cause instanceof DatabaseError;
}

/**
 * GitHub tells of what a pass made within seconds. Where it refused us and another App makes the
 * same tag later, that is news.
 */
const ECHO_MS_MAX = 5 * 60_000;

/**
 * With what a delivery says of a branch beside the default one, where a line of the repository is on
 * it: one that was looked at, or a maintenance branch that is new, where the policy has them on.
 */
async function hearLines(sql: Sql, deliveries: readonly Delivery[]): Promise<readonly Delivery[]> {
  const asked = deliveries.flatMap(({ interpretation: { repository, ifLine } }) =>
    repository === null
      ? []
      : (ifLine?.branches ?? []).map((name) => ({ id: repository.id, name })),
  );
  if (asked.length === 0) return deliveries;
  const rows = await runQuery<{ id: number; branch: string }>(
    sql,
    "look up lines",
    `select distinct line.repository_id as id, asked.branch
    from unnest($1::bigint[], $2::text[]) as asked(repository_id, branch)
    join smallbatch.line on line.repository_id = asked.repository_id
    where line.branch = asked.branch
      or (asked.branch ~ '^[0-9]+[.]([0-9]+[.])?x$'
        and line.memory->'lastGoodPolicy'->>'text' ~ 'maintenance:\\s*.?on')`,
    [asked.map(({ id }) => id), asked.map(({ name }) => cleanText(name))],
  );
  return deliveries.map((delivery) => {
    const { repository, ifLine, hint, check } = delivery.interpretation;
    const isLine = rows.some(
      ({ id, branch }) => id === repository?.id && ifLine?.branches.includes(branch) === true,
    );
    if (ifLine === undefined || !isLine) return delivery;
    const heard = { hint: hint || ifLine.hint, check: check ?? ifLine.check };
    return { ...delivery, interpretation: { ...delivery.interpretation, ...heard } };
  });
}

/**
 * Without the hint where it is our own tag or release that GitHub tells of: intents are written
 * before the request, so that the ledger has it by now.
 */
async function leaveOutEchoes(
  sql: Sql,
  deliveries: readonly Delivery[],
): Promise<readonly Delivery[]> {
  const asked = deliveries.flatMap(({ interpretation: { repository, echoOf } }) =>
    repository === null || echoOf === undefined ? [] : [{ id: repository.id, ...echoOf }],
  );
  if (asked.length === 0) return deliveries;
  const rows = await runQuery<{ id: number; tag: string; sha: string }>(
    sql,
    "look up releases",
    `select repository_id as id, tag, sha from smallbatch.release
    where (repository_id, tag) in (select * from unnest($1::bigint[], $2::text[]))
      and intended_at > clock_timestamp() - $3 * interval '1 millisecond'`,
    [asked.map(({ id }) => id), asked.map(({ tag }) => cleanText(tag)), ECHO_MS_MAX],
  );
  return deliveries.map((delivery) => {
    const { repository, echoOf } = delivery.interpretation;
    const isOurs = rows.some(
      ({ id, tag, sha }) =>
        id === repository?.id && tag === echoOf?.tag && sha === (echoOf.sha ?? sha),
    );
    if (!isOurs) return delivery;
    return { ...delivery, interpretation: { ...delivery.interpretation, hint: false } };
  });
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
