import { createWriteStream } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import path from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Command, Option } from "commander";
import { readSettings } from "../settings.ts";
import type { ExportedName } from "../store/clock-export.ts";
import type { Database } from "../store/database.ts";
import { findServed, misuse, withDatabase } from "./clock-database.ts";
import { formatRows } from "./export/format.ts";

interface Options {
  readonly installation?: string;
  readonly out?: string;
  readonly format: "csv" | "json";
  readonly json?: boolean;
}

/** `smallbatch export OWNER/REPO --out DIR`: all that is kept. */
export function exportCommand(): Command {
  return new Command("export")
    .description("write all that is kept of a repository, or of an installation, as files")
    .argument("[owner/repo]", "a repository that Smallbatch serves, e.g. acme/widgets")
    .option("--installation <id>", "instead: all repositories of an installation")
    .option("--out <folder>", "where to write; files of an earlier export are replaced")
    .addOption(new Option("--format <format>").choices(["csv", "json"]).default("csv"))
    .option("--json", "print what was written as JSON")
    .addHelpText("after", HELP)
    .action(async (argument: string | undefined, options: Options) => {
      const { out } = options;
      if ((argument === undefined) === (options.installation === undefined)) {
        throw misuse("name a repository, or an installation by --installation");
      }
      if (out === undefined) throw misuse("--out should be the folder to write to");
      const { databaseUrl } = readSettings(process.env);
      const written = await withDatabase(databaseUrl, async (database) => {
        const places = await findPlaces(database, argument, options.installation);
        return await writeAll(database, places, { folder: out, format: options.format });
      });
      process.stdout.write(
        options.json === true
          ? `${JSON.stringify({ files: written }, null, 2)}\n`
          : renderWritten(written),
      );
    });
}

const HELP = `
Needs DATABASE_URL. One file each for pulls, commits without one, releases,
feedback, deployments, release cards and facts. CSV is as RFC 4180 has it, times
are UTC; text that a spreadsheet would take for a formula begins with a quote.

  smallbatch export acme/widgets --out widgets
  smallbatch export --installation 123 --out all --format json

Exit codes: 0 written, 1 failed, 2 called wrongly. More: docs/records.md`;

interface Place {
  readonly installationId: number;
  readonly repositoryId: number;
}

async function findPlaces(
  database: Database,
  argument: string | undefined,
  installation: string | undefined,
): Promise<readonly Place[]> {
  if (argument !== undefined) {
    const { id, installationId } = await findServed(database, argument);
    return [{ installationId, repositoryId: id }];
  }
  const installationId = Number(installation);
  if (!Number.isSafeInteger(installationId)) {
    throw misuse(`--installation should be a number, not ${installation ?? ""}`);
  }
  const ids = await database.listKept(installationId);
  if (ids.length === 0) throw misuse(`the database knows no repository of ${installationId}`);
  return ids.map((repositoryId) => ({ installationId, repositoryId }));
}

interface Written {
  readonly file: string;
  readonly rows: number;
}

async function writeAll(
  database: Database,
  places: readonly Place[],
  { folder, format }: { readonly folder: string; readonly format: "csv" | "json" },
): Promise<readonly Written[]> {
  await mkdir(folder, { recursive: true });
  const written: Written[] = [];
  for (const name of database.exported) {
    const file = path.join(folder, `${name}.${format}`);
    let rows = 0;
    const counted = async function* () {
      for await (const row of rowsOf(database, name, places)) {
        rows += 1;
        yield row;
      }
    };
    const columns = await database.readColumns(name);
    // Whole, or not at all: what is half written stands beside it.
    const part = `${file}.part`;
    await pipeline(Readable.from(formatRows(format, columns, counted())), createWriteStream(part));
    await rename(part, file);
    written.push({ file, rows });
  }
  return written;
}

async function* rowsOf(database: Database, name: ExportedName, places: readonly Place[]) {
  for (const place of places) yield* database.exportRows(name, place);
}

function renderWritten(written: readonly Written[]): string {
  return written
    .map(({ file, rows }) => `${rows.toLocaleString("en-US").padStart(9)}  ${file}\n`)
    .join("");
}
