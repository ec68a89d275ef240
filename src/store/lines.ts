import type { Plan } from "../core/action.ts";
import { EMPTY_MEMORY } from "../core/memory.ts";
import type { Memory } from "../core/memory.ts";
import type { Instant, Line } from "../core/state.ts";
import { AppError } from "../errors.ts";
import type { LinePlan } from "../ports.ts";
import { runQuery, toJson } from "./connection.ts";
import type { Sql } from "./connection.ts";

const WHERE_LINE = `installation_id = $1 and repository_id = $2 and branch = $3
  and component = $4 and channel = $5`;

/** Installation and line as the first five parameters of a statement. */
export function lineValues(installationId: number, line: Line): unknown[] {
  return [installationId, line.repositoryId, line.branch, line.component, line.channel];
}

export function movedError(installationId: number, repositoryId: number): AppError {
  return new AppError(
    "store/moved",
    `Writing for repository ${repositoryId}: it is not installation ${installationId}'s any more`,
    { retry: { kind: "backoff" } },
  );
}

export async function readMemory(sql: Sql, installationId: number, line: Line): Promise<Memory> {
  const rows = await runQuery<{ memory: Partial<Memory> }>(
    sql,
    "read a line's memory",
    `select memory from smallbatch.line where ${WHERE_LINE}`,
    lineValues(installationId, line),
  );
  return { ...EMPTY_MEMORY, ...rows[0]?.memory };
}

export async function writeMemory(
  sql: Sql,
  installationId: number,
  line: Line,
  change: Partial<Memory>,
): Promise<void> {
  const rows = await runQuery(
    sql,
    "write a line's memory",
    `insert into smallbatch.line as line
      (installation_id, repository_id, branch, component, channel, memory)
    values ($1, $2, $3, $4, $5, $6)
    on conflict (repository_id, branch, component, channel)
      do update set memory = line.memory || excluded.memory
      where line.installation_id = excluded.installation_id
    returning 1`,
    [...lineValues(installationId, line), toJson(change)],
  );
  if (rows.length === 0) throw movedError(installationId, line.repositoryId);
}

export async function recordPlan(
  sql: Sql,
  installationId: number,
  line: Line,
  plan: Plan,
  at: Instant,
): Promise<void> {
  const rows = await runQuery(
    sql,
    "keep a plan",
    `insert into smallbatch.line as line
      (installation_id, repository_id, branch, component, channel, plan, planned_at)
    values ($1, $2, $3, $4, $5, $6, $7)
    on conflict (repository_id, branch, component, channel)
      do update set plan = excluded.plan, planned_at = excluded.planned_at
      where line.installation_id = excluded.installation_id
    returning 1`,
    [...lineValues(installationId, line), toJson(plan), new Date(at)],
  );
  if (rows.length === 0) throw movedError(installationId, line.repositoryId);
}

export async function readPlan(
  sql: Sql,
  installationId: number,
  line: Line,
): Promise<{ readonly plan: Plan; readonly at: Instant } | null> {
  const rows = await runQuery<{ plan: Plan; planned_at: Date }>(
    sql,
    "read a plan",
    `select plan, planned_at from smallbatch.line where ${WHERE_LINE} and plan is not null`,
    lineValues(installationId, line),
  );
  const row = rows[0];
  return row === undefined ? null : { plan: row.plan, at: row.planned_at.getTime() };
}

export async function readPlans(
  sql: Sql,
  installationId: number,
  repositoryId: number,
): Promise<readonly LinePlan[]> {
  const rows = await runQuery<Omit<Line, "repositoryId"> & { plan: Plan; planned_at: Date }>(
    sql,
    "read the plans of a repository",
    `select branch, component, channel, plan, planned_at from smallbatch.line
    where installation_id = $1 and repository_id = $2 and plan is not null
    order by branch, component, channel`,
    [installationId, repositoryId],
  );
  return rows.map(({ plan, planned_at: plannedAt, ...line }) => ({
    line: { repositoryId, ...line },
    plan,
    at: plannedAt.getTime(),
  }));
}
