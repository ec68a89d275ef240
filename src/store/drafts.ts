import type { DraftKey, UnitDraft } from "../core/evidence/unit-draft.ts";
import type { Instant } from "../core/state.ts";
import { runQuery, toInstant, toJson } from "./connection.ts";
import type { Sql } from "./connection.ts";
import { movedError } from "./lines.ts";

/** Contents of one unit that are read: many more than are ever asked for. */
const CONTENTS_MAX = 20;

interface DraftRow {
  unit: string;
  content_key: string;
  seen_key: string;
  purpose: UnitDraft["purpose"];
  model: string;
  asked_at: Date;
  answered_at: Date | null;
  line: UnitDraft["line"];
  failure: UnitDraft["failure"];
  usage: UnitDraft["usage"];
  cost_usd: number | null;
  /** Left out where nobody asks for it. */
  drafted?: UnitDraft["drafted"] | null;
}

/** All drafts of these units, the newest first. */
export async function readDrafts(
  sql: Sql,
  installationId: number,
  repositoryId: number,
  units: readonly string[],
): Promise<readonly UnitDraft[]> {
  if (units.length === 0) return [];
  const rows = await runQuery<DraftRow>(
    sql,
    "read drafts of notes",
    `select d.* from unnest($3::text[]) as wanted(name) cross join lateral (
      select unit, content_key, seen_key, purpose, model, asked_at, answered_at, line, failure,
        usage, cost_usd, drafted
      from smallbatch.draft
      where installation_id = $1 and repository_id = $2 and unit = wanted.name
      order by asked_at desc, content_key limit $4
    ) d`,
    [installationId, repositoryId, units, CONTENTS_MAX],
  );
  return rows.map(toDraft);
}

function toDraft(row: DraftRow): UnitDraft {
  return {
    unit: row.unit,
    contentKey: row.content_key,
    seenKey: row.seen_key,
    purpose: row.purpose,
    model: row.model,
    askedAt: row.asked_at.getTime(),
    answeredAt: toInstant(row.answered_at),
    line: row.line,
    failure: row.failure,
    usage: row.usage,
    costUsd: row.cost_usd,
    ...(row.drafted ? { drafted: row.drafted } : {}),
  };
}

/** Drafts of a repository, the newest first. */
export async function listDrafts(
  sql: Sql,
  installationId: number,
  repositoryId: number,
  { since, limit }: { readonly since: Instant; readonly limit: number },
): Promise<readonly UnitDraft[]> {
  const rows = await runQuery<DraftRow>(
    sql,
    "list drafts of notes",
    `select unit, content_key, seen_key, purpose, model, asked_at, answered_at, line, failure, usage,
      cost_usd
    from smallbatch.draft
    where installation_id = $1 and repository_id = $2 and asked_at >= $3
    order by asked_at desc, unit, content_key limit $4`,
    [installationId, repositoryId, new Date(since), limit],
  );
  return rows.map(toDraft);
}

/** Gives back the names of those that are new: a content that was asked for stays as it is. */
export async function askDrafts(
  sql: Sql,
  installationId: number,
  repositoryId: number,
  asked: {
    readonly units: readonly (DraftKey & Pick<UnitDraft, "seenKey">)[];
    readonly purpose: "pull" | "merge";
    readonly model: string;
    readonly at: Instant;
  },
): Promise<readonly string[]> {
  const rows = await runQuery<{ unit: string }>(
    sql,
    "keep what is to be drafted",
    `insert into smallbatch.draft
      (repository_id, installation_id, unit, content_key, seen_key, purpose, model, asked_at)
    select r.id, r.installation_id, u.unit, u."contentKey", u."seenKey", $4, $5, $6
    from smallbatch.repository r
      cross join jsonb_to_recordset($3) as u(unit text, "contentKey" text, "seenKey" text)
    where r.id = $2 and r.installation_id = $1
    order by u.unit
    on conflict do nothing
    returning unit`,
    [
      installationId,
      repositoryId,
      toJson(asked.units),
      asked.purpose,
      asked.model,
      new Date(asked.at),
    ],
  );
  return rows.map(({ unit }) => unit);
}

/** The first answer stays. */
export async function keepDrafts(
  sql: Sql,
  installationId: number,
  repositoryId: number,
  answers: readonly (DraftKey &
    Pick<UnitDraft, "line" | "failure" | "usage" | "costUsd" | "drafted"> & {
      readonly at: Instant;
    })[],
): Promise<void> {
  await runQuery(
    sql,
    "keep drafts of notes",
    `update smallbatch.draft d set answered_at = to_timestamp(a.at / 1000), line = a.line,
      failure = a.failure, usage = a.usage, cost_usd = a."costUsd", drafted = a.drafted
    from jsonb_to_recordset($3) as a(unit text, "contentKey" text, at double precision, line jsonb,
      failure jsonb, usage jsonb, "costUsd" double precision, drafted jsonb)
    where d.installation_id = $1 and d.repository_id = $2 and d.unit = a.unit
      and d.content_key = a."contentKey" and d.answered_at is null`,
    [installationId, repositoryId, toJson(answers)],
  );
}

/** The content was read again, and is the one that was drafted. */
export async function seeDrafts(
  sql: Sql,
  installationId: number,
  repositoryId: number,
  seen: readonly (DraftKey & Pick<UnitDraft, "seenKey">)[],
): Promise<void> {
  if (seen.length === 0) return;
  await runQuery(
    sql,
    "keep which drafts were seen",
    `update smallbatch.draft d set seen_key = s."seenKey"
    from jsonb_to_recordset($3) as s(unit text, "contentKey" text, "seenKey" text)
    where d.installation_id = $1 and d.repository_id = $2 and d.unit = s.unit
      and d.content_key = s."contentKey"`,
    [installationId, repositoryId, toJson(seen)],
  );
}

/** A person's words for a unit; null: they are taken back. */
export async function keepWording(
  sql: Sql,
  installationId: number,
  repositoryId: number,
  wording: Pick<UnitDraft, "unit" | "seenKey" | "line"> & { readonly at: Instant },
): Promise<void> {
  const { unit, seenKey, line, at } = wording;
  const rows = await runQuery(
    sql,
    "keep a person's words",
    `insert into smallbatch.draft as d (repository_id, installation_id, unit, content_key, seen_key,
      purpose, model, asked_at, answered_at, line, cost_usd)
    values ($2, $1, $3, '', $6, 'person', '', $4, $4, $5, 0)
    on conflict (repository_id, unit, content_key) do update
      set seen_key = excluded.seen_key, line = excluded.line, asked_at = excluded.asked_at, answered_at = excluded.answered_at
      where d.installation_id = excluded.installation_id
    returning 1`,
    [
      installationId,
      repositoryId,
      unit,
      new Date(at),
      line === null ? null : toJson(line),
      seenKey,
    ],
  );
  if (rows.length === 0) throw movedError(installationId, repositoryId);
}

/** Dollars that the installation has spent since then; what is not known counts `unknownUsd`. */
export async function readSpent(
  sql: Sql,
  installationId: number,
  since: Instant,
  unknownUsd: number,
): Promise<number> {
  const rows = await runQuery<{ usd: number }>(
    sql,
    "add up what was spent",
    `select coalesce(sum(coalesce(cost_usd, $3)), 0)::double precision as usd from smallbatch.draft
    where installation_id = $1 and asked_at >= $2`,
    [installationId, new Date(since), unknownUsd],
  );
  return rows[0]?.usd ?? 0;
}
