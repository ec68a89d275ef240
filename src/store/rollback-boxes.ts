import type { RollbackBox, RollbackBoxEdit } from "../core/rollback/rollback-box.ts";
import { runQuery } from "./connection.ts";
import type { Sql } from "./connection.ts";

/** Edits of one look; more are taken up by the next one. */
const EDITS_MAX = 50;

interface EditRow {
  readonly id: number;
  readonly number: number;
  readonly actor_id: number;
  readonly actor: string;
  readonly is_bot: boolean;
  readonly at: Date;
  readonly ticked: readonly RollbackBox[];
  readonly unticked: readonly RollbackBox[];
}

export async function readRollbackEdits(
  sql: Sql,
  installationId: number,
  repositoryId: number,
): Promise<readonly RollbackBoxEdit[]> {
  const rows = await runQuery<EditRow>(
    sql,
    "read ticks of rollbacks",
    `select * from smallbatch.rollback_edit
    where installation_id = $1 and repository_id = $2 order by id limit $3`,
    [installationId, repositoryId, EDITS_MAX],
  );
  return rows.map(({ id, number, actor_id, actor, is_bot, at, ticked, unticked }) => ({
    id,
    number,
    actor: { id: actor_id, login: actor, isBot: is_bot },
    at: at.getTime(),
    ticked,
    unticked,
  }));
}

export async function closeRollbackEdits(
  sql: Sql,
  installationId: number,
  repositoryId: number,
  ids: readonly number[],
): Promise<void> {
  if (ids.length === 0) return;
  await runQuery(
    sql,
    "close ticks of rollbacks",
    `delete from smallbatch.rollback_edit
    where installation_id = $1 and repository_id = $2 and id = any($3)`,
    [installationId, repositoryId, ids],
  );
}
