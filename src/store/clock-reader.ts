import type pg from "pg";
import type { ClockStore, Coverage, RecordKeys, RecordWindow } from "../clocks-port.ts";
import type { Records } from "../core/clocks/records.ts";
import { recordFields, TABLES } from "./clock-columns.ts";
import { runQuery } from "./connection.ts";
import type { Sql } from "./connection.ts";

/** Rows of one kind, as the records that the clocks read. */
interface Lists {
  pull: Records["pulls"][number];
  commit: Records["commits"][number];
  release: Records["releases"][number];
  feedback: Records["feedback"][number];
}

/** What reads and writes nothing. It needs little of the program, for a thread of its own. */
export type ClockReader = Pick<ClockStore, "readRecords" | "readRows" | "readCoverage">;

export function openClockReader(sql: Sql, installationId: number): ClockReader {
  return {
    readRecords: (repositoryIds, window) =>
      readRecords(sql, installationId, { repositoryIds, window }),
    readRows: (keys) => readRows(sql, installationId, keys),
    readCoverage: (repositoryIds) => readCoverage(sql, installationId, repositoryIds),
  };
}

/** One value for all rows, and no names of fields: a page reads thousands. */
async function list<K extends keyof Lists>(
  sql: Sql,
  kind: K,
  where: string,
  values: readonly unknown[],
): Promise<readonly Lists[K][]> {
  const fields = recordFields(kind);
  const { name, key } = TABLES[kind];
  const lists = fields.map(([field]) => TABLES[kind].columns[field] === "json");
  const columns = fields
    .map(([, column], at) => (lists[at] === true ? `${column}::text` : column))
    .join(", ");
  const [found] = await runQuery<{ rows: readonly (readonly unknown[])[] | null }>(
    sql,
    "read what the clocks read",
    `select json_agg(json_build_array(${columns}) order by repository_id, ${key}) as rows
    from ${name} as t where installation_id = $1 and ${where}`,
    [...values],
  );
  // Each begins as a copy with all fields: V8 keeps what grows a field at a time as a table of its
  // own, five times as large.
  const empty = Object.fromEntries(fields.map(([field]): [string, unknown] => [field, null]));
  const parse = parseOnce();
  return (found?.rows ?? []).map((row) => {
    const record = { ...empty };
    for (const [at, [field]] of fields.entries()) {
      record[field] = lists[at] === true ? parse(row[at]) : row[at];
    }
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the columns are its fields
    return record as unknown as Lists[K];
  });
}

/** Equal texts become the same list: most pulls have one of a few reviewers and components. */
function parseOnce(): (text: unknown) => unknown {
  const parsed = new Map<unknown, unknown>();
  return (text) => {
    if (typeof text !== "string") return text;
    const known = parsed.get(text) ?? (JSON.parse(text) as unknown);
    parsed.set(text, known);
    return known;
  };
}

/** A revert of work that was not released yet is none. */
const IS_FEEDBACK = "not is_dropped and (kind <> 'revert' or attribution is not null)";

/** What was merged into another branch counts from when that is brought on. */
const IS_MERGED = "(onto is null or merged_at is not null)";

function within(begins: string): string {
  return `repository_id = any($2) and ends_at >= $3 and ${begins} < $4`;
}

async function readRecords(
  sql: Sql,
  installationId: number,
  asked: { readonly repositoryIds: readonly number[]; readonly window: RecordWindow },
): Promise<Records> {
  const { repositoryIds, window } = asked;
  const values = [installationId, repositoryIds, window.from, window.to];
  const named = `repository_id = any($2) and published_at < $4 and (ends_at >= $3
    or (repository_id, tag) in (select repository_id, unnest(array[attributed_tag, fix_tag])
      from smallbatch.clock_feedback
      where installation_id = $1 and ${within("opened_at")} and ${IS_FEEDBACK}))`;
  const [pulls, commits, releases, feedback] = await Promise.all([
    list(sql, "pull", `${within("created_at")} and ${IS_MERGED}`, values),
    list(sql, "commit", within("at"), values),
    list(sql, "release", named, values),
    list(sql, "feedback", `${within("opened_at")} and ${IS_FEEDBACK}`, values),
  ]);
  return { pulls, commits, releases, feedback };
}

async function readRows(
  sql: Sql,
  installationId: number,
  { pulls = [], commits = [], releases = [], feedback = [] }: RecordKeys,
): Promise<Records> {
  const rows = async <K extends keyof Lists>(
    kind: K,
    keys: readonly { readonly repositoryId: number }[],
    names: readonly unknown[],
  ): Promise<readonly Lists[K][]> => {
    const { key, columns } = TABLES[kind];
    const where = `(repository_id, ${key}) in (
      select * from unnest($2::bigint[], $3::${String(columns[key])}[]))`;
    const values = [installationId, keys.map(({ repositoryId }) => repositoryId), names];
    return keys.length === 0 ? [] : await list(sql, kind, where, values);
  };
  return {
    pulls: await rows(
      "pull",
      pulls,
      pulls.map(({ number }) => number),
    ),
    commits: await rows(
      "commit",
      commits,
      commits.map(({ sha }) => sha),
    ),
    releases: await rows(
      "release",
      releases,
      releases.map(({ tag }) => tag),
    ),
    feedback: await rows(
      "feedback",
      feedback,
      feedback.map(({ key }) => key),
    ),
  };
}

async function readCoverage(
  sql: Sql,
  installationId: number,
  repositoryIds: readonly number[],
): Promise<readonly Coverage[]> {
  return await runQuery<Coverage & pg.QueryResultRow>(
    sql,
    "read how much is on record",
    `select id as "repositoryId", known_since as "knownSince", read_at as "readAt", cursor, production
    from smallbatch.repository r left join smallbatch.clock_reading c on c.repository_id = r.id
    where r.installation_id = $1 and r.id = any($2) order by id`,
    [installationId, repositoryIds],
  );
}
