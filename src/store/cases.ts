import { evaluationCaseSchema } from "../core/evidence/case.ts";
import type { EvaluationCase } from "../core/evidence/case.ts";
import type { KeptNotes } from "../core/evidence/noticed.ts";
import type { CaseKept, CaseKey, CaseStore } from "../notes-port.ts";
import { cleanText, runQuery, toJson } from "./connection.ts";
import type { Sql } from "./connection.ts";
import { movedError } from "./lines.ts";

/** Cases of one repository; the oldest of a kind give way. */
const CASES_MAX = 1_000;

/** Of releases whose notes we know, with who edited them since they were looked at. */
export async function readKeptNotes(
  sql: Sql,
  installationId: number,
  repositoryId: number,
  tags: readonly string[],
): Promise<readonly KeptNotes[]> {
  if (tags.length === 0) return [];
  const rows = await runQuery<{
    tag: string;
    notes_key: string | null;
    is_notes_editor_unknown: boolean;
    edits: KeptNotes["edits"] | null;
  }>(
    sql,
    "read how notes stood",
    `select tag, notes_key, is_notes_editor_unknown, (
      select json_agg(json_build_object('login', f.data->>'editor',
        'isBot', (f.data->>'isBotEditor')::boolean) order by f.at, f.id)
      from smallbatch.fact f
      where f.installation_id = $1 and f.repository_id = $2 and f.kind = 'release.edited'
        and f.subject = r.tag and f.data ? 'editor'
        and f.at >= coalesce(r.notes_seen_at, '-infinity')
    ) as edits
    from smallbatch.release r
    where installation_id = $1 and repository_id = $2 and tag = any($3) and notes is not null`,
    [installationId, repositoryId, tags],
  );
  return rows.map((row) => ({
    tag: row.tag,
    seenKey: row.notes_key,
    isEditorUnknown: row.is_notes_editor_unknown,
    edits: row.edits ?? [],
  }));
}

export async function findNotes(
  sql: Sql,
  installationId: number,
  repositoryId: number,
  tag: string,
): Promise<string | null> {
  const rows = await runQuery<{ notes: string | null }>(
    sql,
    "read notes",
    `select notes from smallbatch.release
    where installation_id = $1 and repository_id = $2 and tag = $3`,
    [installationId, repositoryId, tag],
  );
  return rows[0]?.notes ?? null;
}

export async function keepSeenNotes(
  sql: Sql,
  installationId: number,
  repositoryId: number,
  seen: { readonly tag: string } & Parameters<CaseStore["keepSeenNotes"]>[2],
): Promise<void> {
  const { tag, key, at, isEditorUnknown, notes } = seen;
  await runQuery(
    sql,
    "keep how notes stand",
    // A delivery that is still on its way came before this look.
    `update smallbatch.release set notes_key = $4, is_notes_editor_unknown = $6,
      notes_seen_at = case when $6 then notes_seen_at else $5 end,
      notes = case when $7 then $8 else notes end
    where installation_id = $1 and repository_id = $2 and tag = $3`,
    [
      installationId,
      repositoryId,
      tag,
      key,
      new Date(at),
      isEditorUnknown,
      notes !== undefined,
      notes === undefined || notes === null ? null : cleanText(notes),
    ],
  );
}

export async function keepCase(
  sql: Sql,
  installationId: number,
  repositoryId: number,
  { kind, key, kept, at }: CaseKey & CaseKept,
): Promise<void> {
  const rows = await runQuery(
    sql,
    "keep an evaluation case",
    `insert into smallbatch.evaluation_case as c
      (repository_id, installation_id, kind, key, kept, at)
    values ($2, $1, $3, $4, $5, $6)
    on conflict (repository_id, kind, key) do update set kept = excluded.kept, at = excluded.at
      where c.installation_id = excluded.installation_id
    returning 1`,
    [installationId, repositoryId, kind, cleanText(key), toJson(kept), new Date(at)],
  );
  if (rows.length === 0) throw movedError(installationId, repositoryId);
  await runQuery(
    sql,
    "drop the oldest evaluation cases",
    `delete from smallbatch.evaluation_case c using (
      select kind, key from smallbatch.evaluation_case
      where installation_id = $1 and repository_id = $2
      order by at desc, kind, key offset $3
    ) old
    where c.repository_id = $2 and c.kind = old.kind and c.key = old.key`,
    [installationId, repositoryId, CASES_MAX],
  );
}

export async function dropCase(
  sql: Sql,
  installationId: number,
  repositoryId: number,
  { kind, key }: CaseKey,
): Promise<void> {
  await runQuery(
    sql,
    "drop an evaluation case",
    `delete from smallbatch.evaluation_case
    where installation_id = $1 and repository_id = $2 and kind = $3 and key = $4`,
    [installationId, repositoryId, kind, key],
  );
}

interface CaseRow {
  kind: EvaluationCase["kind"];
  key: string;
  kept: unknown;
  at: Date;
}

export async function findCase(
  sql: Sql,
  installationId: number,
  repositoryId: number,
  { kind, key }: CaseKey,
): Promise<EvaluationCase | null> {
  const rows = await runQuery<CaseRow>(
    sql,
    "read an evaluation case",
    `select kind, key, kept, at from smallbatch.evaluation_case
    where installation_id = $1 and repository_id = $2 and kind = $3 and key = $4`,
    [installationId, repositoryId, kind, key],
  );
  return rows.flatMap(toCase)[0]?.kept ?? null;
}

/** The oldest first. */
export async function readCases(
  sql: Sql,
  installationId: number,
  repositoryId: number,
): Promise<readonly (CaseKey & CaseKept)[]> {
  const rows = await runQuery<CaseRow>(
    sql,
    "read evaluation cases",
    `select kind, key, kept, at from smallbatch.evaluation_case
    where installation_id = $1 and repository_id = $2 order by at, kind, key`,
    [installationId, repositoryId],
  );
  return rows.flatMap(toCase);
}

/** One that another version of Smallbatch kept in another shape is left out. */
function toCase({ kind, key, kept, at }: CaseRow): (CaseKey & CaseKept)[] {
  const parsed = evaluationCaseSchema.safeParse(kept);
  return parsed.success ? [{ kind, key, kept: parsed.data, at: at.getTime() }] : [];
}
