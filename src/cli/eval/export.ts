import { mkdir } from "node:fs/promises";
import path from "node:path";
import { AppError } from "../../errors.ts";
import { openDatabase } from "../../store/database.ts";
import { usage, writeCaseFile } from "./cases.ts";

/** Write what the database keeps of a repository as files; gives back how many there are. */
export async function exportCases(
  databaseUrl: string | null,
  repository: { readonly owner: string; readonly name: string },
  folder: string,
): Promise<number> {
  const { owner, name } = repository;
  if (databaseUrl === null) {
    throw usage("--from reads the database of a Smallbatch that serves it: set DATABASE_URL");
  }
  const database = openDatabase(databaseUrl);
  try {
    const found = await database.repositories.findByName(owner, name);
    if (found === null) {
      throw new AppError("usage/invalid", `the database does not know ${owner}/${name}`, {
        retry: { kind: "never" },
      });
    }
    const cases = await database.forInstallation(found.installationId).readCases(found.id);
    await mkdir(folder, { recursive: true });
    for (const { kind, key, kept } of cases) {
      await writeCaseFile(path.join(folder, `${kind}-${fileName(key)}.json`), kept);
    }
    return cases.length;
  } finally {
    await database.close();
  }
}

/** A tag may hold slashes, and a file's name may not. */
function fileName(key: string): string {
  return key.replaceAll(/[^\w.-]+/g, "-").replace(/^[-.]+/, "");
}
