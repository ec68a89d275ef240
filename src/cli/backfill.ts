import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import { composeBudget, composeClient, systemClock } from "../compose.ts";
import { openClockForge } from "../github/clock-reading.ts";
import { readPast } from "../reconcile/clocks.ts";
import type { ReadingEnd, ReadingProgress } from "../reconcile/clocks.ts";
import { readSettings } from "../settings.ts";
import type { AppSettings } from "../settings.ts";
import type { Database } from "../store/database.ts";
import { openBackfillView } from "./backfill/view.ts";
import { findServed, misuse, withDatabase } from "./clock-database.ts";
import { EXIT } from "./exit.ts";

interface Options {
  readonly since?: string;
  readonly json?: boolean;
}

/** Between two looks at the wish to stop, a page at a time. */
const PAGES_A_TURN = 10;

/** `smallbatch backfill OWNER/REPO`: read more of the past for the clocks. */
export function backfillCommand(): Command {
  return new Command("backfill")
    .description("read the past of a repository for the clocks")
    .argument("<owner/repo>", "a repository that Smallbatch serves, e.g. acme/widgets")
    .option("--since <date>", "how far back, e.g. 2025-01-31; without it all of it")
    .option("--json", "print JSON: a line for each page, and one at the end")
    .addHelpText("after", HELP)
    .action(async (argument: string, options: Options) => {
      const since = readSince(options.since, systemClock.now());
      const settings = readSettings(process.env, "app");
      await withDatabase(settings.databaseUrl, (database) =>
        backfill(database, settings, { argument, since, isJson: options.json === true }),
      );
    });
}

const HELP = `
Needs APP_ID, PRIVATE_KEY or PRIVATE_KEY_PATH, and DATABASE_URL. The last 90
days are read by "smallbatch serve" itself; this reads what is older.

Interrupt it whenever you like: called again, it goes on where it stopped, and
what is read twice is kept once. It leaves a quarter of GitHub's requests of an
hour to releases, and waits for the next hour where no more are left.

  smallbatch backfill acme/widgets --since 2025-01-31

Exit codes: 0 all of it is read, 1 failed or interrupted, 2 called wrongly.
More: docs/records.md`;

/** Midnight in UTC; GitHub did not exist before. */
const BEGINNING = Date.UTC(2008, 0, 1);

export function readSince(text: string | undefined, now: number): number {
  if (text === undefined) return BEGINNING;
  const isDate = /^\d{4}-\d{2}-\d{2}(?:T[\d:.]+Z)?$/.test(text);
  const at = isDate ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw misuse(`--since should be a date such as 2025-01-31, not ${text}`);
  if (at >= now) throw misuse(`--since ${text} is in the future`);
  return at;
}

async function backfill(
  database: Database,
  settings: AppSettings,
  asked: { readonly argument: string; readonly since: number; readonly isJson: boolean },
): Promise<void> {
  const { appId, privateKey } = settings;
  const found = await findServed(database, asked.argument);
  const { id, installationId, owner, name, defaultBranch } = found;
  const plans = await database.forInstallation(installationId).readPlans(id);
  const branches = [
    ...plans.map(({ line }) => line.branch),
    ...((defaultBranch ?? "") ? [String(defaultBranch)] : []),
  ];
  const client = composeClient(
    settings,
    { kind: "app", appId, privateKey, installationId },
    { budget: composeBudget(settings, database, installationId) },
  );
  const view = openBackfillView({
    isJson: asked.isJson,
    title: `${owner}/${name}`,
    now: () => systemClock.now(),
  });
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  process.once("SIGINT", stop).once("SIGTERM", stop);
  const read = (): Promise<ReadingEnd> =>
    readPast({
      forge: openClockForge(client),
      store: database.clocksOf(installationId),
      clock: systemClock,
      repository: { id, owner, name },
      branches: [...new Set(branches)],
      since: asked.since,
      pagesMax: PAGES_A_TURN,
      mayGoOn: () => !stopping.signal.aborted,
      onPage: (progress: ReadingProgress) => view.page(progress),
    });
  try {
    let end = await read();
    while (end.kind !== "done" && !stopping.signal.aborted) {
      if (end.kind === "wait") {
        view.wait(end.until);
        await sleepUntil(end.until, stopping.signal);
      }
      if (!stopping.signal.aborted) end = await read();
    }
    view.end(end.kind === "done" ? "done" : "interrupted", asked.since);
    if (end.kind !== "done") process.exitCode = EXIT.failed;
  } finally {
    process.off("SIGINT", stop).off("SIGTERM", stop);
  }
}

/** Until then, or until somebody wants it to stop. */
async function sleepUntil(until: number, signal: AbortSignal): Promise<void> {
  const waitMs = Math.max(0, until - systemClock.now());
  await sleep(waitMs, undefined, { signal }).catch(() => undefined);
}
