import { DatabaseError, Pool, types as typesOfPg } from "pg";
import type pg from "pg";
import { AppError } from "../errors.ts";

/** A pool or one connection of it: whatever can run a statement. */
export interface Sql {
  query<R extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<pg.QueryResult<R>>;
}

// GitHub gives up on a webhook after 10 s: an answer that takes longer helps nobody.
const CONNECT_MS_MAX = 8_000;
const QUERY_MS_MAX = 30_000;

const INT8_OID = 20;

/** Ids and counters of ours stay far below 2^53, so `int8` is read as a number. */
const types: pg.CustomTypesConfig = {
  getTypeParser: ((oid: number, format?: "text" | "binary") =>
    oid === INT8_OID
      ? (value: string) => Number(value)
      : format === "binary"
        ? typesOfPg.getTypeParser(oid, "binary")
        : typesOfPg.getTypeParser(oid, "text")) as pg.CustomTypesConfig["getTypeParser"],
};

export function openPool(url: string, connectionsMax: number): pg.Pool {
  const pool = new Pool({
    connectionString: url,
    max: connectionsMax,
    types,
    keepAlive: true,
    connectionTimeoutMillis: CONNECT_MS_MAX,
    query_timeout: QUERY_MS_MAX,
    application_name: "smallbatch",
  });
  // A connection that breaks is replaced by the pool, and the next statement on it fails by itself;
  // without listeners Node would end.
  pool.on("error", ignoreBreak);
  pool.on("connect", (client) => client.on("error", ignoreBreak));
  return pool;
}

function ignoreBreak(): void {}

/**
 * SQLSTATE classes that say "not now": connection, resources, operator, rollback, lock timeout;
 * see "PostgreSQL Error Codes" in its manual, appendix A.
 */
const UNAVAILABLE = ["08", "40", "53", "55", "57", "58"];
const FOREIGN_KEY_VIOLATION = "23503";

/** Convert what `pg` threw. Errors of our own SQL are bugs and stay what they are. */
export function convertDatabaseError(error: unknown, what: string): unknown {
  if (error instanceof AppError) return error;
  const retry = { kind: "backoff" } as const;
  if (!(error instanceof DatabaseError)) {
    const said = error instanceof Error ? error.message : String(error);
    return new AppError("store/unavailable", `PostgreSQL did not ${what}: ${said}`, {
      retry,
      cause: error,
    });
  }
  if (error.code === FOREIGN_KEY_VIOLATION) {
    return new AppError("store/moved", `PostgreSQL refused to ${what}: ${error.message}`, {
      retry,
      cause: error,
    });
  }
  if (UNAVAILABLE.includes(error.code?.slice(0, 2) ?? "")) {
    return new AppError("store/unavailable", `PostgreSQL could not ${what}: ${error.message}`, {
      retry,
      cause: error,
    });
  }
  return error;
}

/** One statement on a connection of its own. `what` completes "PostgreSQL did not …". */
export async function runQuery<R extends pg.QueryResultRow>(
  sql: Sql,
  what: string,
  text: string,
  values: unknown[] = [],
): Promise<R[]> {
  try {
    return (await sql.query<R>(text, values)).rows;
  } catch (error) {
    throw convertDatabaseError(error, what);
  }
}

/** All or nothing. A connection that failed in between is thrown away, not reused. */
export async function runTransaction<T>(
  pool: pg.Pool,
  what: string,
  work: (sql: Sql) => Promise<T>,
): Promise<T> {
  let client: pg.PoolClient;
  try {
    client = await pool.connect();
  } catch (error) {
    throw convertDatabaseError(error, what);
  }
  const sql: Sql = {
    query: async (text, values) => {
      try {
        return await client.query(text, values);
      } catch (error) {
        throw convertDatabaseError(error, what);
      }
    },
  };
  try {
    await sql.query("begin");
    const result = await work(sql);
    await sql.query("commit");
    client.release();
    return result;
  } catch (error) {
    // Closing the connection rolls back, also where PostgreSQL does not answer any more.
    client.release(true);
    throw error;
  }
}

/**
 * JSON that `jsonb` accepts: it refuses NUL and lone surrogates, which titles and messages may
 * contain. They become the replacement character.
 */
export function toJson(value: unknown): string {
  const text = JSON.stringify(value);
  // Most have neither, and looking for their escapes costs much less than looking at every value.
  if (!/\\u(?:0000|d[89a-f])/.test(text)) return text;
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === "string" ? cleanText(inner) : inner,
  );
}

/** Text that PostgreSQL accepts. */
export function cleanText(text: string): string {
  return text.toWellFormed().replaceAll("\0", "\u{fffd}");
}

export function toInstant(date: Date | null): number | null {
  return date === null ? null : date.getTime();
}
