import type { Sql } from "./connection.ts";

/** Whose records of the clocks are kept or linked, inside of which transaction. */
export interface Place {
  readonly sql: Sql;
  readonly installationId: number;
  readonly repositoryId: number;
}
