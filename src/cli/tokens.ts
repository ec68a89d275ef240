import { Command } from "commander";
import { systemClock } from "../compose.ts";
import { readSettings } from "../settings.ts";
import type { ApiToken } from "../store/api-tokens.ts";
import type { Database } from "../store/database.ts";
import { makeApiToken } from "../web/api-access.ts";
import { hashOf } from "../web/login-secrets.ts";
import { findServed, misuse, withDatabase } from "./clock-database.ts";

const NAME_CHARS_MAX = 100;

/** `smallbatch tokens`: who may read the numbers of an installation by a program. */
export function tokensCommand(): Command {
  const command = new Command("tokens")
    .description("make, list and revoke tokens for the API of a Smallbatch that serves")
    .addHelpText("after", HELP);
  command
    .command("create")
    .description("make a token of one installation, and print it once")
    .argument("<installation>", "its number, or a repository of it, e.g. acme/widgets")
    .requiredOption("--name <text>", "what it is for")
    .option("--json", "print JSON")
    .action(async (argument: string, options: { name: string; json?: boolean }) => {
      const name = options.name.trim();
      if (name === "" || name.length > NAME_CHARS_MAX) {
        throw misuse(`--name should have 1 to ${NAME_CHARS_MAX} characters`);
      }
      const text = makeApiToken();
      const made = await withTokens(argument, (database, installationId) => {
        const createdAt = systemClock.now();
        return database.apiTokens.create(hashOf(text), { installationId, name, createdAt });
      });
      if (made === null) throw misuse(`the database knows no installation ${argument} that works`);
      print(options, { ...describe(made), token: text }, [
        text,
        "",
        `Token ${made.id} of installation ${made.installationId}. It is shown this once: nobody can`,
        `read it again. Revoke it by: smallbatch tokens revoke ${made.id}`,
      ]);
    });
  command
    .command("list")
    .description("list the tokens of one installation")
    .argument("<installation>", "its number, or a repository of it, e.g. acme/widgets")
    .option("--json", "print JSON")
    .action(async (argument: string, options: { json?: boolean }) => {
      const tokens = await withTokens(argument, (database, id) => database.apiTokens.list(id));
      const rows = tokens.map(describe).map(({ id, name, createdAt, usedAt }) => {
        return `${String(id).padStart(6)}  made ${createdAt}  used ${usedAt ?? "never"}  ${name}`;
      });
      print(
        options,
        { tokens: tokens.map(describe) },
        rows.length === 0 ? ["There is none."] : rows,
      );
    });
  command
    .command("revoke")
    .description("end a token: from the next request on nobody is let in by it")
    .argument("<id>", "its number, as `tokens list` shows it")
    .option("--json", "print JSON")
    .action(async (argument: string, options: { json?: boolean }) => {
      const id = Number(argument);
      if (!Number.isSafeInteger(id)) throw misuse(`a token has a number, not ${argument}`);
      const { databaseUrl } = readSettings(process.env);
      const isRevoked = await withDatabase(databaseUrl, (database) =>
        database.apiTokens.revoke(id),
      );
      if (!isRevoked) throw misuse(`there is no token ${id}`);
      print(options, { revoked: id }, [`Token ${id} is revoked.`]);
    });
  return command;
}

const HELP = `
Needs DATABASE_URL. A token reads what the pages show of one installation, its
private repositories too, and can change nothing. The database has its hash
alone.

  smallbatch tokens create acme/widgets --name "wall screen"
  curl -H "Authorization: Bearer TOKEN" https://…/api/v1/repositories

Exit codes: 0 done, 1 failed, 2 called wrongly. More: docs/api.md`;

async function withTokens<T>(
  argument: string,
  work: (database: Database, installationId: number) => Promise<T>,
): Promise<T> {
  const { databaseUrl } = readSettings(process.env);
  return await withDatabase(databaseUrl, async (database) => {
    const isNumber = /^\d{1,15}$/.test(argument);
    const installationId = isNumber
      ? Number(argument)
      : (await findServed(database, argument)).installationId;
    return await work(database, installationId);
  });
}

function describe({ id, installationId, name, createdAt, usedAt }: ApiToken) {
  return {
    id,
    installationId,
    name,
    createdAt: new Date(createdAt).toISOString(),
    usedAt: usedAt === null ? null : new Date(usedAt).toISOString(),
  };
}

function print(options: { json?: boolean }, json: object, rows: readonly string[]): void {
  const text = options.json === true ? JSON.stringify(json, null, 2) : rows.join("\n");
  process.stdout.write(`${text}\n`);
}
