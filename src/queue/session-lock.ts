import type pg from "pg";

/**
 * A lock that PostgreSQL gives to one connection of all replicas. It ends with the connection, so
 * a process that was killed holds nothing. Needs a real session: no PgBouncer in transaction mode.
 */
export interface HeldLock {
  /** False after the connection broke: somebody else may hold the lock by now. */
  readonly isHeld: () => boolean;
  release(): Promise<void>;
}

/**
 * PostgreSQL notices a process that was killed at once, because its machine closes the connection. A
 * machine that is gone says nothing: without these settings of the session its locks would stay
 * for two hours and more, which is how long Linux waits before it asks an idle connection.
 */
const NOTICE_GONE = `set_config('tcp_keepalives_idle', '10', false),
  set_config('tcp_keepalives_interval', '5', false),
  set_config('tcp_keepalives_count', '3', false)`;

/** Null where somebody else holds it. */
export async function tryLock(pool: pg.Pool, name: string): Promise<HeldLock | null> {
  const client = await pool.connect();
  let isHeld = false;
  const lose = () => {
    isHeld = false;
  };
  client.on("error", lose);
  client.on("end", lose);
  try {
    const { rows } = await client.query<{ held: boolean }>(
      `select pg_try_advisory_lock(hashtextextended($1, 0)) as held, ${NOTICE_GONE}`,
      [name],
    );
    isHeld = rows[0]?.held === true;
  } catch (error) {
    client.release(true);
    throw error;
  }
  const giveBack = (isBroken: boolean) => {
    client.off("error", lose);
    client.off("end", lose);
    client.release(isBroken);
  };
  if (!isHeld) {
    giveBack(false);
    return null;
  }
  return {
    isHeld: () => isHeld,
    release: async () => {
      try {
        await client.query("select pg_advisory_unlock(hashtextextended($1, 0))", [name]);
        giveBack(false);
      } catch {
        // Closing the connection gives the lock back as well.
        giveBack(true);
      }
    },
  };
}
