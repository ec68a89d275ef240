import { AppError } from "../errors.ts";
import { openDatabase } from "../store/database.ts";
import type { Database } from "../store/database.ts";
import { parseRepositoryArgument } from "./repository-argument.ts";

/** A mistake in how a command was called. */
export function misuse(message: string): AppError {
  return new AppError("usage/invalid", message, { retry: { kind: "never" } });
}

/** The database of a Smallbatch that runs, for a command beside it; `work` ends before it is closed. */
export async function withDatabase<T>(
  databaseUrl: string | null,
  work: (database: Database) => Promise<T>,
): Promise<T> {
  if (databaseUrl === null) {
    throw misuse("this reads the database of a Smallbatch that serves: set DATABASE_URL");
  }
  const database = openDatabase(databaseUrl);
  try {
    return await work(database);
  } finally {
    await database.close();
  }
}

/** Throws `usage/invalid` where the database does not know it. */
export async function findServed(
  database: Database,
  argument: string,
): Promise<NonNullable<Awaited<ReturnType<Database["repositories"]["findByName"]>>>> {
  const { owner, name } = parseRepositoryArgument(argument);
  const found = await database.repositories.findByName(owner, name);
  if (found === null) throw misuse(`the database does not know ${owner}/${name}`);
  return found;
}
