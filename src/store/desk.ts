import { EMPTY_DESK } from "../core/desk/desk-memory.ts";
import type { DeskMemory } from "../core/desk/desk-memory.ts";
import type { RisksKept } from "../core/desk/desk-offers.ts";
import type { DeskRow } from "../desk-port.ts";
import { runQuery, toJson } from "./connection.ts";
import type { Sql } from "./connection.ts";
import { movedError } from "./lines.ts";

/** Edits of one look; more are taken up by the next one. */
const EDITS_MAX = 50;

interface EditRow {
  readonly id: number;
  readonly node_id: string;
  readonly action: string;
  readonly actor_id: number;
  readonly actor: string;
  readonly is_bot: boolean;
  readonly is_ours: boolean;
  readonly at: string;
  readonly ticked: readonly string[];
  readonly unticked: readonly string[];
}

/** Null: nothing is known of a desk; what was heard of one is kept for when it is. */
export async function readDesk(
  sql: Sql,
  installationId: number,
  repositoryId: number,
): Promise<DeskRow | null> {
  const rows = await runQuery<{
    memory: Partial<DeskMemory>;
    risks: RisksKept | null;
    edits: readonly EditRow[] | null;
  }>(
    sql,
    "read the desk",
    `select memory, risks, (
      select json_agg(e order by e.id) from (
        select * from smallbatch.desk_edit e
        where e.installation_id = $1 and e.repository_id = $2 order by e.id limit $3
      ) e
    ) as edits
    from smallbatch.desk where installation_id = $1 and repository_id = $2`,
    [installationId, repositoryId, EDITS_MAX],
  );
  const [row] = rows;
  if (row === undefined) return null;
  return {
    memory: { ...EMPTY_DESK, ...row.memory },
    risks: row.risks ?? {},
    edits: (row.edits ?? []).map((edit) => ({
      id: edit.id,
      nodeId: edit.node_id,
      action: edit.action,
      actor: { id: edit.actor_id, login: edit.actor, isBot: edit.is_bot },
      isOurs: edit.is_ours,
      at: Date.parse(edit.at),
      ticked: edit.ticked,
      unticked: edit.unticked,
    })),
  };
}

export async function readDeskBody(
  sql: Sql,
  installationId: number,
  repositoryId: number,
): Promise<string | null> {
  const rows = await runQuery<{ body: string | null }>(
    sql,
    "read the text of the desk",
    "select body from smallbatch.desk where installation_id = $1 and repository_id = $2",
    [installationId, repositoryId],
  );
  return rows[0]?.body ?? null;
}

/** `body` null: it stays as it is. */
export async function writeDesk(
  sql: Sql,
  installationId: number,
  repositoryId: number,
  written: { readonly change: Partial<DeskMemory>; readonly body: string | null },
): Promise<void> {
  const rows = await runQuery(
    sql,
    "keep the desk",
    `insert into smallbatch.desk as desk (repository_id, installation_id, memory, body)
    values ($2, $1, $3, $4)
    on conflict (repository_id) do update
      set memory = desk.memory || excluded.memory, body = coalesce(excluded.body, desk.body)
      where desk.installation_id = excluded.installation_id
    returning 1`,
    [installationId, repositoryId, toJson(written.change), written.body],
  );
  if (rows.length === 0) throw movedError(installationId, repositoryId);
}

/** Nothing where no desk is known. */
export async function writeDeskRisks(
  sql: Sql,
  installationId: number,
  repositoryId: number,
  risks: RisksKept,
): Promise<void> {
  await runQuery(
    sql,
    "keep what was read of releases",
    `update smallbatch.desk set risks = $3 where installation_id = $1 and repository_id = $2`,
    [installationId, repositoryId, toJson(risks)],
  );
}

export async function closeDeskEdits(
  sql: Sql,
  installationId: number,
  repositoryId: number,
  ids: readonly number[],
): Promise<void> {
  if (ids.length === 0) return;
  await runQuery(
    sql,
    "close edits of the desk",
    `delete from smallbatch.desk_edit
    where installation_id = $1 and repository_id = $2 and id = any($3)`,
    [installationId, repositoryId, ids],
  );
}
