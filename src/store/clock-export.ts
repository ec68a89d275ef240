import type pg from "pg";
import { runQuery } from "./connection.ts";

/** Everything that is kept of repositories, a page at a time, for who wants to have it. */

export const EXPORTED = [
  { name: "pulls", table: "clock_pull", key: "number", of: "integer" },
  { name: "commits", table: "clock_commit", key: "sha", of: "text" },
  { name: "releases", table: "clock_release", key: "tag", of: "text" },
  { name: "feedback", table: "clock_feedback", key: "key", of: "text" },
  { name: "deployments", table: "clock_deployment", key: "id", of: "bigint" },
  { name: "cards", table: "release", key: "tag", of: "text" },
  { name: "facts", table: "fact", key: "id", of: "bigint" },
] as const;

export type ExportedName = (typeof EXPORTED)[number]["name"];

type ExportedRow = Readonly<Record<string, unknown>>;

const ROWS = 1_000;
/** "Not yet" of the tables of the clocks. */
const NEVER = 9_007_199_254_740_991;

/** Columns in order, then the rows of one repository in order of their key. */
export async function readColumns(pool: pg.Pool, name: ExportedName): Promise<readonly string[]> {
  const { table } = find(name);
  const rows = await runQuery<{ column: string }>(
    pool,
    "read the columns of a table",
    `select column_name as column from information_schema.columns
    where table_schema = 'smallbatch' and table_name = $1 order by ordinal_position`,
    [table],
  );
  return rows.map(({ column }) => column);
}

export async function* exportRows(
  pool: pg.Pool,
  name: ExportedName,
  place: { readonly installationId: number; readonly repositoryId: number },
): AsyncGenerator<ExportedRow> {
  const { table, key, of } = find(name);
  let after: string | null = null;
  for (;;) {
    const rows: readonly { name: string; row: ExportedRow }[] = await runQuery(
      pool,
      "export what is kept",
      `select ${key}::text as name, row_to_json(t) as row from smallbatch.${table} t
      where installation_id = $1 and repository_id = $2
        and ($3::text is null or ${key} > $3::text::${of}) order by ${key} limit ${ROWS}`,
      [place.installationId, place.repositoryId, after],
    );
    for (const { row } of rows) yield withTimes(row);
    const last = rows.at(-1);
    if (last === undefined || rows.length < ROWS) return;
    after = last.name;
  }
}

function find(name: ExportedName) {
  const found = EXPORTED.find((one) => one.name === name);
  if (found === undefined) throw new Error(`${name} is not exported`);
  return found;
}

function isTime(column: string, value: unknown): value is number {
  return typeof value === "number" && (column === "at" || column.endsWith("_at"));
}

/** Columns whose value is a list of pairs of times. */
const SPANS: readonly string[] = ["redrafts"];

/** Instants in ISO 8601. */
function withTimes(row: ExportedRow): ExportedRow {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => {
      if (SPANS.includes(column)) return [column, formatTimes(value)];
      return [column, isTime(column, value) ? formatTimes(value) : value];
    }),
  );
}

function formatTimes(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(formatTimes);
  if (typeof value !== "number") return value;
  return value === NEVER ? null : new Date(value).toISOString();
}
